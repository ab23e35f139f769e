import * as l10n from '@vscode/l10n';
import type { ApiError, RefusedChange } from '../defender/apiProblem';
import { failed, type Messages } from './message';
import { said, sanitize } from './sanitize';

/** Why Defender did not start a run, or did not change its library. */
export const refusedChangeMessages: Messages<RefusedChange> = {
  machineBusy: ({ error }) =>
    failed(
      l10n.t(
        'The machine is busy with another live response session. A session in the portal isn’t shown here. Defender’s response: {0}',
        apiError(error),
      ),
    ),
  tooManySessions: ({ limit, error }) =>
    failed(
      limit === undefined
        ? l10n.t(
            'Your tenant has reached its limit of live response sessions. Pending actions count. Defender’s response: {0}',
            apiError(error),
          )
        : l10n.t(
            'Your tenant has reached its limit of live response sessions ({0}). Pending actions count. Defender’s response: {1}',
            limit,
            apiError(error),
          ),
    ),
  noAutomationLevel: ({ error }) =>
    failed(
      l10n.t(
        'The machine’s device group has no automation level, which live response requires. Defender’s response: {0}',
        apiError(error),
      ),
    ),
  liveResponseOff: ({ error }) =>
    failed(
      l10n.t(
        'Live response is turned off for this machine. An administrator can turn it on in the advanced features of the portal. Defender’s response: {0}',
        apiError(error),
      ),
    ),
  machineNotSupported: ({ error }) =>
    failed(
      l10n.t(
        'Live response doesn’t support the machine’s operating system or its version of Defender. Defender’s response: {0}',
        apiError(error),
      ),
    ),
  forbiddenCharacters: ({ error }) =>
    failed(
      l10n.t(
        'Script arguments can’t contain any of the characters {0}. Defender’s response: {1}',
        '; & | ! $ ( )',
        apiError(error),
      ),
    ),
  notInLibrary: ({ error }) =>
    failed(l10n.t('The library doesn’t contain this file. Defender’s response: {0}', apiError(error))),
  unsignedScript: ({ error }) =>
    failed(
      l10n.t(
        'The script isn’t signed, and your tenant doesn’t run unsigned scripts. Sign the script, or have an administrator allow unsigned scripts. Defender’s response: {0}',
        apiError(error),
      ),
    ),
  libraryFileExists: ({ error }) =>
    failed(
      l10n.t(
        'The library already contains a file with this name. Nothing was replaced. Defender’s response: {0}',
        apiError(error),
      ),
    ),
};

/** Code and message of an answer, as they can be shown. */
export function apiError(error: ApiError): string {
  const words = [error.code, error.message].map((part) => sanitize(part ?? '')).filter((part) => part !== '');
  return said([...new Set(words)].join(': '));
}
