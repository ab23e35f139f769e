import { l10n } from 'vscode';
import { explainHResult, type HResultMeaning } from '../../actions/hresult';

/** An `errorHResult` with its number, its hexadecimal form, and what is known of it; undefined for 0. */
export function hresultWords(value: number): string | undefined {
  const known = explainHResult(value);
  if (known === undefined) {
    return undefined;
  }
  const meaning =
    known.meaning !== undefined
      ? meaningWords(known.meaning)
      : known.httpStatus !== undefined
        ? l10n.t('an HTTP server answered {0}', known.httpStatus)
        : known.win32 !== undefined
          ? l10n.t('Windows error {0}', known.win32)
          : undefined;
  return [`${value} = ${known.hex}`, known.name, meaning].filter((part) => part !== undefined).join(', ');
}

function meaningWords(meaning: HResultMeaning): string {
  const words: Readonly<Record<HResultMeaning, () => string>> = {
    notImplemented: () => l10n.t('not implemented'),
    noInterface: () => l10n.t('no such interface'),
    badPointer: () => l10n.t('invalid pointer'),
    aborted: () => l10n.t('the operation was aborted'),
    unspecified: () => l10n.t('unspecified failure'),
    unexpected: () => l10n.t('unexpected failure'),
    accessDenied: () => l10n.t('access denied'),
    badHandle: () => l10n.t('invalid handle'),
    outOfMemory: () => l10n.t('out of memory'),
    badArgument: () => l10n.t('invalid argument'),
    fileNotFound: () => l10n.t('file not found'),
    pathNotFound: () => l10n.t('path not found'),
    fileInUse: () => l10n.t('the file is in use'),
    diskFull: () => l10n.t('the disk is full'),
    serviceNotRunning: () => l10n.t('the service is not running'),
    notFound: () => l10n.t('not found'),
    cancelled: () => l10n.t('cancelled'),
    timedOut: () => l10n.t('timed out'),
    nameNotResolved: () => l10n.t('the host name could not be resolved'),
    cannotConnect: () => l10n.t('no connection to the server'),
    connectionBroken: () => l10n.t('the connection to the server broke'),
    httpTimeout: () => l10n.t('HTTP 408: the request timed out'),
  };
  return words[meaning]();
}
