import type { ApiError, RefusedChange } from './apiProblem';
import type { ApiCall } from './permissions';

/** What an answer says, beside its error. */
export interface RefusingAnswer {
  readonly status: number;
  readonly error: ApiError;
  /** Until when Defender asks to wait, in milliseconds since the epoch. */
  readonly until: number | undefined;
}

/**
 * Bodies were recorded for few of these, so a test takes what the code says first, then the words.
 */
type Test = (code: string, message: string, status: number) => boolean;

/**
 * `DisallowedOperation` has this reason among others. The words are from reports of users; the
 * portal of 2020 spoke of a protection level.
 */
const isNoAutomationLevel: Test = (_, message) =>
  /\b(?:automation|remediation|protection) level\b/i.test(message);

const isOff: Test = (code, message) =>
  code === 'disabledfeature' ||
  (/live response/i.test(message) && /\b(?:disabled|not enabled|turned off|switched off)\b/i.test(message));

/** "OsPlatformNotSupported", "ClientVersionNotSupported": common-errors.md. */
const isNotSupported: Test = (code) =>
  code === 'osplatformnotsupported' || code === 'clientversionnotsupported';

const isUnsigned: Test = (_, message) =>
  /\b(?:unsigned|not (?:digitally )?signed|signature|signing)\b/i.test(message);

/** The text names the characters: run-live-response.md. */
const namesCharacters: Test = (_, message) => /\bcharacters?\b/i.test(message) && /[;&|!$]/.test(message);

const isMissingFile: Test = (_, message) =>
  /\b(?:script|library|file)\b/i.test(message) &&
  /\bnot found\b|\bnot exist\b|\bdoesn['’]t exist\b|\bno such\b|\bcould not find\b/i.test(message);

const isTaken: Test = (_, message, status) => status === 409 || /\balready exists?\b/i.test(message);

/**
 * Why a run was not started, or a file not taken or deleted; undefined for any other call, and for
 * a refusal that is not known. Sources: "Run live response commands on a device",
 * run-live-response.md; "Common errors", common-errors.md; "Upload files to the live response
 * library", upload-library.md.
 */
export function refusedChange(call: ApiCall, answer: RefusingAnswer): RefusedChange | undefined {
  const { status, error, until } = answer;
  const says = (test: Test): boolean => test(error.code?.toLowerCase() ?? '', error.message ?? '', status);
  if (call === 'uploadToLibrary') {
    return (status === 400 || status === 409) && says(isTaken)
      ? { code: 'libraryFileExists', error }
      : undefined;
  }
  if (call === 'deleteFromLibrary') {
    return status === 404 && says(isMissingFile) ? { code: 'notInLibrary', error } : undefined;
  }
  if (call !== 'startLiveResponse') {
    return undefined;
  }
  if (status === 429) {
    // A quota of calls speaks of calls or requests, and not of sessions.
    const limit = sessionLimitIn(error.message ?? '');
    return limit && { code: 'tooManySessions', limit: limit.sessions, until, error };
  }
  if (status === 403) {
    return says(isNoAutomationLevel)
      ? { code: 'noAutomationLevel', error }
      : says(isOff)
        ? { code: 'liveResponseOff', error }
        : undefined;
  }
  return status === 400 || status === 404 || status === 409
    ? refusedStart(says, { error, until })
    : undefined;
}

function refusedStart(
  says: (test: Test) => boolean,
  { error, until }: Pick<RefusingAnswer, 'error' | 'until'>,
): RefusedChange | undefined {
  // Documented: run-live-response.md.
  if (says((code) => code === 'activerequestalreadyexists')) {
    return { code: 'machineBusy', until, error };
  }
  const reasons: readonly (readonly [
    Test,
    Exclude<RefusedChange['code'], 'machineBusy' | 'tooManySessions'>,
  ])[] = [
    [isNotSupported, 'machineNotSupported'],
    [isNoAutomationLevel, 'noAutomationLevel'],
    [isOff, 'liveResponseOff'],
    [namesCharacters, 'forbiddenCharacters'],
    [isUnsigned, 'unsignedScript'],
    [isMissingFile, 'notInLibrary'],
  ];
  const code = reasons.find(([test]) => says(test))?.[1];
  return code && { code, error };
}

/** The number of sessions that a refusal names, if it speaks of them. */
function sessionLimitIn(message: string): { readonly sessions: number | undefined } | undefined {
  if (!/\bsessions?\b/i.test(message)) {
    return undefined;
  }
  const number = /\b\d{1,4}\b/.exec(message)?.[0];
  return { sessions: number === undefined ? undefined : Number(number) };
}
