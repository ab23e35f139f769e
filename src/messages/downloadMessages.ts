import * as l10n from '@vscode/l10n';
import type { BlobProblem, ResultProblem } from '../results/resultProblem';
import { type Messages, failed } from './message';
import { plain } from './plain';
import { clockTime } from './times';

/** What goes wrong between the link to a result and its documents. */
export const downloadMessages: Messages<BlobProblem | Extract<ResultProblem, { readonly code: 'notRead' }>> =
  {
    linkRefused: (problem) => failed(linkRefused(problem)),
    blobGone: () =>
      failed(l10n.t('Defender no longer has this result. The link works, but what it points to is gone.')),
    blobChanged: () =>
      failed(
        l10n.t(
          'The result changed while it was being downloaded, or its pieces did not fit together. Nothing incomplete is shown; try again.',
        ),
      ),
    blobStatus: (problem) =>
      failed(
        problem.reason === undefined
          ? l10n.t('The result store answered with status {0}. Try again later.', problem.status)
          : l10n.t(
              'The result store answered with status {0} ({1}). Try again later.',
              problem.status,
              plain(problem.reason),
            ),
      ),
    blobBusy: (problem) =>
      failed(
        problem.until === undefined
          ? l10n.t('The result store is busy (status {0}). Try again in a few minutes.', problem.status)
          : l10n.t('The result store is busy until {0}. Try again then.', clockTime(problem.until)),
      ),
    notTheStore: (problem) => failed(notTheStore(problem)),
    blobRedirected: (problem) =>
      failed(
        l10n.t(
          'The download from {0} was redirected to {1}, which is not the result store. The redirect was not followed. A proxy or a network sign-in page is probably in the way: sign in to the network, then try again.',
          plain(problem.host),
          plain(problem.to),
        ),
      ),
    linkNotSecure: (problem) =>
      failed(
        l10n.t(
          'Defender gave a download link that is not https ({0}). It was not followed.',
          plain(problem.host),
        ),
      ),
    notRead: (problem) =>
      failed(
        l10n.t(
          'The result was downloaded but could not be read: {0}. You can save its bytes, or open it again to retry.',
          plain(problem.detail).replace(/\.$/, ''),
        ),
      ),
  };

/** The codes with which a store refuses the network or the address that a request comes from. */
const networkCodes = ['AuthorizationFailure', 'AuthorizationSourceIPMismatch'];

function linkRefused({ reason, timeFrame }: Extract<BlobProblem, { code: 'linkRefused' }>): string {
  if (timeFrame) {
    return l10n.t(
      'The result store refused the download link and a new one as not valid at this time (AuthenticationFailed). Check the clock of this computer, then try again.',
    );
  }
  if (reason !== undefined && networkCodes.includes(reason)) {
    return l10n.t(
      'The result store does not let this network in ({0}): a network rule forbids it, or the IP address is not allowed. Try again from another network, or ask your administrator.',
      plain(reason),
    );
  }
  return reason === undefined
    ? l10n.t('The result store refused the download link without a reason. Try again later.')
    : l10n.t('The result store refused the download: {0}. Try again later.', plain(reason));
}

function notTheStore({ host, status, title }: Extract<BlobProblem, { code: 'notTheStore' }>): string {
  if (status === 407) {
    return l10n.t(
      'The proxy in front of {0} asks for a sign-in (status 407). Check the proxy settings of VS Code, then try again.',
      plain(host),
    );
  }
  return title === undefined
    ? l10n.t(
        'A proxy or a network sign-in page answered for {0} (status {1}): it is not the result store’s answer, and is not kept. Sign in to the network or check the proxy, then try again.',
        plain(host),
        status,
      )
    : l10n.t(
        'A web page, “{2}”, came from {0} (status {1}): it is not the result store’s answer, and is not kept. Sign in to the network or check the proxy, then try again.',
        plain(host),
        status,
        plain(title, 80),
      );
}
