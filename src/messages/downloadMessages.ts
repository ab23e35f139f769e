import * as l10n from '@vscode/l10n';
import type { BlobProblem, ResultProblem } from '../results/resultProblem';
import { type Messages, failed } from './message';
import { sanitize } from './sanitize';
import { clockTime } from './times';

/** What goes wrong between the link to a result and its documents. */
export const downloadMessages: Messages<BlobProblem | Extract<ResultProblem, { readonly code: 'notRead' }>> =
  {
    linkRefused: (problem) => failed(linkRefused(problem)),
    blobGone: () =>
      failed(
        l10n.t(
          'Defender no longer has this result. The download link is valid, but the result no longer exists.',
        ),
      ),
    blobChanged: () =>
      failed(
        l10n.t(
          'The result changed during the download, or its parts don’t match. Incomplete results aren’t shown. Try again.',
        ),
      ),
    blobStatus: (problem) =>
      failed(
        problem.reason === undefined
          ? l10n.t('The result store returned status {0}. Try again later.', problem.status)
          : l10n.t(
              'The result store returned status {0} ({1}). Try again later.',
              problem.status,
              sanitize(problem.reason),
            ),
      ),
    blobBusy: (problem) =>
      failed(
        problem.until === undefined
          ? l10n.t('The result store is busy (status {0}). Try again in a few minutes.', problem.status)
          : l10n.t('The result store is busy until {0}. Try again after that.', clockTime(problem.until)),
      ),
    notTheStore: (problem) => failed(notTheStore(problem)),
    blobRedirected: (problem) =>
      failed(
        l10n.t(
          'The download from {0} was redirected to {1}, which isn’t the result store. The redirect wasn’t followed. The cause is probably a proxy or a network sign-in page. Sign in to the network, and then try again.',
          sanitize(problem.host),
          sanitize(problem.to),
        ),
      ),
    linkNotSecure: (problem) =>
      failed(
        l10n.t(
          'Defender returned a download link that doesn’t use https ({0}). The link wasn’t followed.',
          sanitize(problem.host),
        ),
      ),
    notRead: (problem) =>
      failed(
        l10n.t(
          'The result was downloaded but couldn’t be read: {0}. You can save its bytes, or open it again to retry.',
          sanitize(problem.detail).replace(/\.$/, ''),
        ),
      ),
  };

/** The codes with which a store refuses the network or the address that a request comes from. */
const networkCodes = ['AuthorizationFailure', 'AuthorizationSourceIPMismatch'];

function linkRefused({ reason, timeFrame }: Extract<BlobProblem, { code: 'linkRefused' }>): string {
  if (timeFrame) {
    return l10n.t(
      'The result store rejected two download links as not valid at this time (AuthenticationFailed). Check this computer’s clock, and then try again.',
    );
  }
  if (reason !== undefined && networkCodes.includes(reason)) {
    return l10n.t(
      'The result store blocks access from this network ({0}). A network rule or IP address restriction applies. Try again from another network, or contact your administrator.',
      sanitize(reason),
    );
  }
  return reason === undefined
    ? l10n.t('The result store rejected the download link without giving a reason. Try again later.')
    : l10n.t('The result store rejected the download: {0}. Try again later.', sanitize(reason));
}

function notTheStore({ host, status, title }: Extract<BlobProblem, { code: 'notTheStore' }>): string {
  if (status === 407) {
    return l10n.t(
      'The proxy for {0} requires authentication (status 407). Check the proxy settings in VS Code, and then try again.',
      sanitize(host),
    );
  }
  return title === undefined
    ? l10n.t(
        'A proxy or a network sign-in page responded instead of {0} (status {1}). The response was discarded. Sign in to the network or check the proxy, and then try again.',
        sanitize(host),
        status,
      )
    : l10n.t(
        'A web page, “{2}”, was returned instead of the response from {0} (status {1}). It was discarded. Sign in to the network or check the proxy, and then try again.',
        sanitize(host),
        status,
        sanitize(title, 80),
      );
}
