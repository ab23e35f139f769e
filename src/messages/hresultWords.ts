import * as l10n from '@vscode/l10n';
import { exitCodeMeaning } from '../actions/exitCode';
import { explainHResult, type HResult, type HResultMeaning } from '../actions/hresult';
import { sanitize } from './sanitize';

/**
 * An `errorHResult` with its number, its hexadecimal form, and what is known of it; undefined for
 * 0.
 */
export function hresultWords(value: number): string | undefined {
  const known = explainHResult(value);
  return known && [`${value} = ${known.hex}`, known.name, knownWords(known)].filter(Boolean).join(', ');
}

/** What is known of a code beside its name. */
function knownWords({ meaning, httpStatus, win32 }: HResult): string | undefined {
  if (meaning !== undefined) {
    return meaningWords(meaning);
  }
  if (httpStatus !== undefined) {
    return l10n.t('an HTTP server returned status {0}', httpStatus);
  }
  return win32 === undefined ? undefined : l10n.t('Windows error {0}', win32);
}

/**
 * An exit code as it is, and beside it what is known of it; see `exitCode.ts`. `script` is the name
 * of its file.
 */
export function exitCodeWords(code: number | string, script: string | undefined): string {
  const shown = sanitize(String(code), 40);
  const known = exitCodeMeaning(code, script);
  switch (known?.kind) {
    case undefined:
      return shown;
    case 'scriptHashMismatch':
      return l10n.t('{0}: the Defender agent didn’t run the script because its SHA-256 doesn’t match', shown);
    case 'shell':
      return known.meaning === 'notExecutable'
        ? l10n.t('{0}: the command couldn’t be executed', shown)
        : l10n.t('{0}: the command was not found', shown);
    case 'signal':
      return known.name === undefined
        ? l10n.t('{0}: ended by signal {1}', shown, known.signal)
        : l10n.t('{0}: ended by signal {1} ({2})', shown, known.signal, known.name);
    case 'windows':
      return windowsWords(shown, known.status);
  }
}

function windowsWords(code: string, status: HResult): string {
  const { hex, name, win32 } = status;
  const words = knownWords(status);
  // A small number is a Windows error only if the script passes one on.
  if (win32 !== undefined && parseInt(hex, 16) === win32) {
    return l10n.t('{0} (as a Windows error: {1})', code, words ?? '');
  }
  return [`${code} = ${hex}`, name, words].filter((part) => part !== undefined).join(', ');
}

/** Of errors that a script passes on: what stands in the way of a program. */
const obstacleWords = {
  breakpoint: () => l10n.t('a breakpoint was reached: the process crashed'),
  containsMalware: () => l10n.t('blocked: antivirus software found malware in the file'),
  blockedByPolicy: () => l10n.t('blocked by a policy'),
  alreadyExists: () => l10n.t('already exists'),
  notSupported: () => l10n.t('not supported'),
  pathTooLong: () => l10n.t('the path is too long'),
  elevationRequired: () => l10n.t('administrator rights are required'),
  privilegeMissing: () => l10n.t('the account lacks a required privilege'),
  logonFailed: () => l10n.t('wrong user name or password'),
  serviceTimeout: () => l10n.t('the service did not respond in time'),
  serviceDisabled: () => l10n.t('the service is disabled'),
  noSuchService: () => l10n.t('no such service'),
  shuttingDown: () => l10n.t('the machine is shutting down'),
  commandNotFound: () => l10n.t('the command was not found'),
} satisfies Partial<Record<HResultMeaning, () => string>>;

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
    cancelled: () => l10n.t('canceled'),
    timedOut: () => l10n.t('timed out'),
    nameNotResolved: () => l10n.t('the host name couldn’t be resolved'),
    cannotConnect: () => l10n.t('no connection to the server'),
    connectionBroken: () => l10n.t('the connection to the server was lost'),
    httpTimeout: () => l10n.t('HTTP 408: the request timed out'),
    accessViolation: () => l10n.t('access violation: the process crashed'),
    illegalInstruction: () => l10n.t('illegal instruction: the process crashed'),
    dividedByZero: () => l10n.t('division by zero: the process crashed'),
    stackOverflow: () => l10n.t('stack overflow: the process crashed'),
    failFast: () => l10n.t('the process terminated itself after a fatal error'),
    heapCorruption: () => l10n.t('heap corruption: the process crashed'),
    controlC: () => l10n.t('interrupted with Ctrl+C or by closing the console'),
    terminated: () => l10n.t('the process was terminated'),
    dllNotFound: () => l10n.t('a DLL was not found'),
    entryPointNotFound: () => l10n.t('a DLL is missing a required function'),
    dllInitFailed: () => l10n.t('a DLL couldn’t be initialized'),
    badImage: () => l10n.t('not a valid program for this platform'),
    badSignature: () => l10n.t('the file’s signature isn’t valid'),
    netException: () => l10n.t('unhandled .NET exception'),
    cppException: () => l10n.t('unhandled C++ exception'),
    runtimeError: () => l10n.t('internal error of the .NET runtime'),
    powerShellNotStarted: () => l10n.t('PowerShell couldn’t start the script'),
    incorrectFunction: () => l10n.t('incorrect function'),
    installerCancelled: () => l10n.t('the installation was canceled'),
    installFailed: () => l10n.t('the installation failed'),
    installerBusy: () => l10n.t('another installation is running'),
    packageNotOpened: () => l10n.t('the installation package couldn’t be opened'),
    otherVersion: () => l10n.t('another version of the product is installed'),
    restartBegun: () => l10n.t('succeeded; a restart was started'),
    restartNeeded: () => l10n.t('succeeded; a restart is required'),
    ...obstacleWords,
  };
  return words[meaning]();
}
