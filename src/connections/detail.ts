import { redact } from '../http/redact';

/** Longest piece of somebody else's sentence that is kept, in characters. */
const maxDetailLength = 300;

/** Microsoft Entra's code for why it refused, as its sentences carry it. */
export function findAadsts(text: string): string | undefined {
  return /\bAADSTS\d{4,8}\b/.exec(text)?.[0];
}

/**
 * One line of somebody else's words, fit to be shown: no secrets, no control or invisible
 * characters, bounded.
 */
export function cleanDetail(line: string): string {
  const visible = line
    .replace(/\u001b\[[0-9;?]*[ -/]*[@-~]/g, '')
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '');
  // Refresh tokens and codes have no beginning to know them by, only their length: nothing else
  // runs on for so long without a break.
  const safe = redact(visible.replace(/eyJ[\w.+/=-]+/g, '<token>').replace(/[\w.+=-]{64,}/g, '<token>'));
  return safe.length > maxDetailLength ? `${safe.slice(0, maxDetailLength - 1)}…` : safe;
}
