import * as l10n from '@vscode/l10n';
import { type ApiError, type ApiProblem, type Grants, isOfGateway } from '../defender/apiProblem';
import type { ApiCall, PermissionNeed } from '../defender/permissions';
import { type Messages, failed } from './message';
import { said, sanitize } from './sanitize';
import { alternatives } from './alternatives';
import { apiError, refusedChangeMessages } from './refusedChangeMessages';
import { clockTime } from './times';

/** Why a call of the Defender API failed. */
export const apiMessages: Messages<ApiProblem> = {
  network: (problem) =>
    failed(
      l10n.t(
        'Can’t connect to {0} ({1}). Check the network and the proxy settings.',
        sanitize(problem.host),
        sanitize(problem.cause),
      ),
    ),
  timedOut: (problem) =>
    failed(
      l10n.t('{0} didn’t respond within {1} seconds. Try again.', sanitize(problem.host), problem.seconds),
    ),
  cut: (problem) =>
    failed(
      problem.received === 1
        ? l10n.t(
            'The connection to {0} was lost after 1 byte. Incomplete results aren’t shown. Try again.',
            sanitize(problem.host),
          )
        : l10n.t(
            'The connection to {0} was lost after {1} bytes. Incomplete results aren’t shown. Try again.',
            sanitize(problem.host),
            problem.received,
          ),
    ),
  tooLarge: (problem) =>
    failed(
      l10n.t(
        'The result is larger than {0} MB, the limit set by liveResponse.results.maxDownloadMegabytes.',
        Math.floor(problem.limit / 1_048_576),
      ),
    ),
  throttled: (problem) =>
    failed(
      l10n.t(
        'Throttled: the next call to Defender is allowed at {0}. Try again then.',
        clockTime(problem.until),
      ),
    ),
  unauthorized: (problem) =>
    failed(l10n.t('Defender rejected your sign-in: {0}. Sign in again.', apiError(problem.error))),
  forbidden: (problem) => failed(forbidden(problem.call, problem, problem.grants)),
  notFound: (problem) => failed(notFound(problem.call, problem.error)),
  refused: (problem) => failed(refused(problem)),
  serverError: (problem) =>
    failed(
      l10n.t(
        'Defender returned an error (status {0}): {1}. Try again later.',
        problem.status,
        apiError(problem.error),
      ),
    ),
  ...refusedChangeMessages,
  abandoned: (problem) =>
    failed(
      l10n.t(
        'You canceled before {0} responded. The request might have been carried out.',
        sanitize(problem.host),
      ),
    ),
  unreadable: (problem) => failed(unreadable(problem)),
  redirected: (problem) =>
    failed(
      l10n.t(
        '{0} points to another host ({1}). Your token wasn’t sent there.',
        sanitize(problem.host),
        sanitize(problem.to),
      ),
    ),
};

function refused({ status, error }: Extract<ApiProblem, { code: 'refused' }>): string {
  return status === 407
    ? l10n.t(
        'The proxy requires authentication (status 407): {0}. Check the setting http.proxy and the proxy credentials.',
        apiError(error),
      )
    : l10n.t('Defender rejected the request (status {0}): {1}', status, apiError(error));
}

function unreadable({ call, detail, page }: Extract<ApiProblem, { code: 'unreadable' }>): string {
  if (page === undefined) {
    return l10n.t('Defender’s response couldn’t be read ({0}: {1}).', call, sanitize(detail));
  }
  return page.trim() === ''
    ? l10n.t(
        'A web page was returned instead of Defender’s response, probably by a proxy. Check the network and the proxy settings.',
      )
    : l10n.t(
        'A web page was returned instead of Defender’s response, probably by a proxy: {0}. Check the network and the proxy settings.',
        said(page),
      );
}

/** Calls whose address is that of a list: a 404 says that there is no API. */
const lists: ReadonlySet<ApiCall> = new Set<ApiCall>([
  'listActions',
  'findMachines',
  'listLibrary',
  'uploadToLibrary',
]);

/** What a 404 means depends on what was asked for. */
function notFound(call: ApiCall, error: ApiError): string {
  const reason = apiError(error);
  if (isOfGateway(error) && !lists.has(call)) {
    return l10n.t(
      'Not found (status 404): {0}. The response might come from a gateway instead of Defender. Check apiUrl in the connection.',
      reason,
    );
  }
  switch (call) {
    case 'listActions':
    case 'findMachines':
    case 'listLibrary':
    case 'uploadToLibrary':
      return l10n.t(
        'No Defender API was found at this address (status 404): {0}. Check apiUrl in the connection.',
        reason,
      );
    case 'getAction':
    case 'cancelAction':
      return l10n.t('This tenant has no such machine action: {0}', reason);
    case 'getMachine':
    case 'startLiveResponse':
      return l10n.t('This tenant has no such machine: {0}', reason);
    case 'deleteFromLibrary':
      return l10n.t('The library has no such file: {0}', reason);
    case 'resultLink':
      return l10n.t('Defender has no result for this command: {0}', reason);
    case 'packageLink':
      return l10n.t('Defender has no investigation package for this action: {0}', reason);
  }
}

/**
 * Whole sentences, so that each can be translated: what is refused, what it requires, what the
 * token has, Defender's own words.
 */
function forbidden(
  call: ApiCall,
  { need, error }: Extract<ApiProblem, { code: 'forbidden' }>,
  grants: Grants | undefined,
): string {
  const has = [...(grants?.roles ?? []), ...(grants?.scopes ?? [])].join(', ');
  return [
    refusedCall(call),
    requiredPermission(need, grants),
    has === '' ? '' : l10n.t('Your token has: {0}.', sanitize(has)),
    l10n.t('Defender’s response: {0}', apiError(error)),
  ]
    .filter(Boolean)
    .join(' ');
}

function refusedCall(call: ApiCall): string {
  switch (call) {
    case 'resultLink':
      return l10n.t('You don’t have permission to read results.');
    case 'cancelAction':
      return l10n.t('You don’t have permission to cancel machine actions.');
    case 'startLiveResponse':
      return l10n.t('You don’t have permission to run scripts.');
    case 'listLibrary':
      return l10n.t('You don’t have permission to list the library.');
    case 'uploadToLibrary':
    case 'deleteFromLibrary':
      return l10n.t('You don’t have permission to change the library.');
    case 'packageLink':
      return l10n.t('You don’t have permission to download investigation packages.');
    case 'getMachine':
    case 'findMachines':
      return l10n.t('You don’t have permission to read machines.');
    case 'listActions':
    case 'getAction':
      return l10n.t('You don’t have permission to list machine actions.');
  }
}

function requiredPermission(need: PermissionNeed, grants: Grants | undefined): string {
  const application = alternatives(need.application);
  const delegated = alternatives(need.delegated);
  if (grants?.roles !== undefined) {
    return l10n.t('Required application permission: {0}.', application);
  }
  return grants?.scopes === undefined
    ? l10n.t('Required application permission: {0}; or delegated permission: {1}.', application, delegated)
    : l10n.t('Required delegated permission: {0}.', delegated);
}
