import * as l10n from '@vscode/l10n';
import { type ApiError, type ApiProblem, type Grants, isOfGateway } from '../defender/apiProblem';
import type { ApiCall } from '../defender/permissions';
import { type Messages, failed } from './message';
import { plain, said } from './plain';
import { clockTime } from './times';

/** Why a call of the Defender API failed. */
export const apiMessages: Messages<ApiProblem> = {
  network: (problem) =>
    failed(
      l10n.t(
        'No connection to {0} ({1}). Check the network and the proxy settings.',
        plain(problem.host),
        plain(problem.cause),
      ),
    ),
  timedOut: (problem) =>
    failed(l10n.t('{0} did not answer within {1} seconds. Try again.', plain(problem.host), problem.seconds)),
  cut: (problem) =>
    failed(
      problem.received === 1
        ? l10n.t(
            'The connection to {0} broke after 1 byte. Nothing incomplete is shown; try again.',
            plain(problem.host),
          )
        : l10n.t(
            'The connection to {0} broke after {1} bytes. Nothing incomplete is shown; try again.',
            plain(problem.host),
            problem.received,
          ),
    ),
  tooLarge: (problem) =>
    failed(
      l10n.t(
        'The result is larger than {0} MB, the limit in the setting liveResponse.results.maxDownloadMegabytes.',
        Math.floor(problem.limit / 1_048_576),
      ),
    ),
  throttled: (problem) =>
    failed(l10n.t('Defender allows no more calls before {0}. Try again then.', clockTime(problem.until))),
  unauthorized: (problem) =>
    failed(l10n.t('Defender refused the sign-in: {0}. Sign in again.', apiError(problem.error))),
  forbidden: (problem) => failed(forbidden(problem.call, problem, problem.grants)),
  notFound: (problem) => failed(notFound(problem.call, problem.error)),
  refused: (problem) => failed(refused(problem)),
  serverError: (problem) =>
    failed(
      l10n.t(
        'Defender had an error (status {0}): {1}. Try again later.',
        problem.status,
        apiError(problem.error),
      ),
    ),
  unreadable: (problem) => failed(unreadable(problem)),
  redirected: (problem) =>
    failed(
      l10n.t(
        '{0} points to another host ({1}). The sign-in token was not sent there.',
        plain(problem.host),
        plain(problem.to),
      ),
    ),
};

function refused({ status, error }: Extract<ApiProblem, { code: 'refused' }>): string {
  return status === 407
    ? l10n.t(
        'The proxy wants you to sign in (status 407): {0}. Check the setting http.proxy and the credentials for the proxy.',
        apiError(error),
      )
    : l10n.t('Defender refused the request (status {0}): {1}', status, apiError(error));
}

function unreadable({ call, detail, page }: Extract<ApiProblem, { code: 'unreadable' }>): string {
  if (page === undefined) {
    return l10n.t('Defender answered in a way that could not be read ({0}: {1}).', call, plain(detail));
  }
  return page.trim() === ''
    ? l10n.t(
        'A web page came instead of Defender’s answer, probably from a proxy. Check the network and the proxy settings.',
      )
    : l10n.t(
        'A web page came instead of Defender’s answer, probably from a proxy: {0}. Check the network and the proxy settings.',
        said(page),
      );
}

/** What a 404 means depends on what was asked for. */
function notFound(call: ApiCall, error: ApiError): string {
  const reason = apiError(error);
  if (isOfGateway(error) && call !== 'listActions' && call !== 'findMachines') {
    return l10n.t(
      'Not found (status 404): {0}. The answer may come from a gateway and not from Defender. Check the API address in the connection.',
      reason,
    );
  }
  switch (call) {
    case 'listActions':
    case 'findMachines':
      return l10n.t(
        'There is no Defender API at this address (status 404): {0}. Check the API address in the connection.',
        reason,
      );
    case 'getAction':
    case 'cancelAction':
      return l10n.t('There is no such machine action in this tenant: {0}', reason);
    case 'getMachine':
      return l10n.t('There is no such machine in this tenant: {0}', reason);
    case 'resultLink':
      return l10n.t('Defender has no result for this command: {0}', reason);
    case 'packageLink':
      return l10n.t('Defender has no investigation package for this action: {0}', reason);
  }
}

function forbidden(
  call: ApiCall,
  { need, error }: Extract<ApiProblem, { code: 'forbidden' }>,
  grants: Grants | undefined,
): string {
  const what = callWords(call);
  const or = (names: readonly string[]): string => names.join(l10n.t(' or '));
  const needed =
    grants?.roles !== undefined
      ? l10n.t('the application permission {0}', or(need.application))
      : grants?.scopes !== undefined
        ? l10n.t('the delegated permission {0}', or(need.delegated))
        : l10n.t('{0} (application) or {1} (delegated)', or(need.application), or(need.delegated));
  const has = [...(grants?.roles ?? []), ...(grants?.scopes ?? [])].join(', ');
  const granted = has === '' ? '' : ` ${l10n.t('The token has: {0}.', plain(has))}`;
  return `${l10n.t('Not allowed to {0}. It takes {1}.', what, needed)}${granted} ${l10n.t('Defender says: {0}', apiError(error))}`;
}

function callWords(call: ApiCall): string {
  switch (call) {
    case 'resultLink':
      return l10n.t('read results');
    case 'cancelAction':
      return l10n.t('cancel a machine action');
    case 'packageLink':
      return l10n.t('download an investigation package');
    case 'getMachine':
    case 'findMachines':
      return l10n.t('read machines');
    case 'listActions':
    case 'getAction':
      return l10n.t('list machine actions');
  }
}

function apiError(error: ApiError): string {
  const words = [error.code, error.message].map((part) => plain(part ?? '')).filter((part) => part !== '');
  return said([...new Set(words)].join(': '));
}
