import { explainExitCode } from './explain';
import { explainExitStatus, type HResult } from './hresult';

/** What is known of the exit code of a script. The words are the editor's. */
export type ExitCodeMeaning =
  | { readonly kind: 'scriptHashMismatch' }
  | { readonly kind: 'windows'; readonly status: HResult }
  /** Source: POSIX, "Exit Status for Commands" (2.8.2): 126 and 127. */
  | { readonly kind: 'shell'; readonly meaning: 'notExecutable' | 'commandNotFound' }
  /** 128 and the number of the signal that ended the command. */
  | { readonly kind: 'signal'; readonly signal: number; readonly name: string | undefined };

/** Those that have one number on Linux and macOS. */
const signals: Readonly<Record<number, string>> = {
  1: 'SIGHUP',
  2: 'SIGINT',
  3: 'SIGQUIT',
  4: 'SIGILL',
  6: 'SIGABRT',
  8: 'SIGFPE',
  9: 'SIGKILL',
  11: 'SIGSEGV',
  13: 'SIGPIPE',
  14: 'SIGALRM',
  15: 'SIGTERM',
};
const maxSignal = 64;
/** Scripts end with -1 and the like to say that they failed; an error of Windows is far from 0. */
const maxOwn = 0xffff;

/**
 * Undefined for 0, and for a code that only the script's author knows. `script` tells the platform:
 * live response runs shell scripts on Linux and macOS alone.
 */
export function exitCodeMeaning(
  code: number | string | undefined,
  script: string | undefined,
): ExitCodeMeaning | undefined {
  const number = typeof code === 'string' ? numberOf(code) : code;
  if (number === undefined) {
    return undefined;
  }
  if (script?.toLowerCase().endsWith('.sh') === true) {
    return shellMeaning(number);
  }
  if (explainExitCode(number) !== undefined) {
    return { kind: 'scriptHashMismatch' };
  }
  const status = explainExitStatus(number);
  const isOwn = status?.meaning === undefined && (number | 0) < 0 && (number | 0) >= -maxOwn;
  return status && !isOwn ? { kind: 'windows', status } : undefined;
}

/**
 * The number that a text says, in any form that a tool gives to one of 32 bits; undefined for
 * another text.
 */
function numberOf(code: string): number | undefined {
  if (/^(?:-?\d{1,20}|0x(?:[\da-f]{8}|[\da-f]{16}))$/i.test(code)) {
    // A negative number of 32 bits may come as one of 64 bits without a sign.
    const value = BigInt(code);
    return Number(value >= 0xffff_ffff_8000_0000n ? BigInt.asIntN(64, value) : value);
  }
  return /^-?\d{1,10}(?:\.\d{1,20})?(?:e\+?\d{1,2})?$/i.test(code) ? Number(code) : undefined;
}

function shellMeaning(code: number): ExitCodeMeaning | undefined {
  if (code === 126 || code === 127) {
    return { kind: 'shell', meaning: code === 126 ? 'notExecutable' : 'commandNotFound' };
  }
  const signal = code - 128;
  return Number.isInteger(signal) && signal >= 1 && signal <= maxSignal
    ? { kind: 'signal', signal, name: signals[signal] }
    : undefined;
}
