import { createHash } from 'node:crypto';

/** A script that runs on a machine. */
export interface ScriptRun {
  readonly scriptName: string;
  /** The script, as the library had it when the machine fetched it. */
  readonly text: string;
  /** As they came; empty for none. */
  readonly args: string;
  readonly machine: ScriptMachine;
  /** In upper case; names the script's file on a Windows machine, and its transcript. */
  readonly guid: string;
}

export interface ScriptMachine {
  readonly id: string;
  /** The short name, in upper case on Windows. */
  readonly host: string;
  readonly windows: boolean;
  readonly language?: 'de' | undefined;
}

/** What a script has left. */
export interface ScriptOutcome {
  readonly exitCode: number;
  readonly output: string;
  readonly errors: string;
  /** How long it slept, beside the time that every command takes. */
  readonly sleptSeconds?: number;
}

/** A GUID in upper case that is the same for the same text. */
export function guidOf(text: string): string {
  const hex = createHash('md5').update(text).digest('hex').toUpperCase();
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `9${hex.slice(17, 20)}`,
    hex.slice(20),
  ].join('-');
}

/**
 * The text of a literal that a line begins with, or its rest when there is no quote; undefined for
 * none.
 */
export function literalOf(text: string): string | undefined {
  const quote = text.charAt(0);
  if (quote !== '"' && quote !== "'") {
    return undefined;
  }
  const end = text.indexOf(quote, 1);
  return end < 0 ? undefined : text.slice(1, end);
}
