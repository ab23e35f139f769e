import * as l10n from '@vscode/l10n';
import { withoutEnd } from '../http/trimming';

/**
 * Text from an endpoint, made fit for places where VS Code gives characters a meaning. Script
 * names, host names, comments and error messages may have been written by an attacker.
 */

const maxLength = 300;
/** A sentence of ours with a path in it, and what to do. */
const maxNotificationLength = 700;
const controls = /[\p{Cc}\p{Zl}\p{Zp}]+/gu;
const invisible = /[\p{Cf}\p{Cs}\p{Co}\p{DI}]/gu;

/**
 * One line without controls, with invisible and reordering characters made visible; for labels,
 * tooltips and lenses.
 */
export function sanitize(text: string, max = maxLength): string {
  const line = text
    .replace(controls, ' ')
    .replace(invisible, (character) => `<U+${hex(character)}>`)
    .trim();
  const characters = Array.from(line);
  return characters.length > max ? `${characters.slice(0, max).join('')}…` : line;
}

/**
 * For what VS Code takes for more than text: a notification, a progress and a status item turn
 * `[text](command:…)` into a live link, and they, lenses and quick picks turn `$(name)` into an
 * icon.
 */
export function escapeMarkup(text: string): string {
  return text.replace(/\]\(/g, '] (').replace(/\$\(/g, '$ (');
}

/** {@link sanitize} and {@link escapeMarkup}, as long as a notification may be. */
export function notificationText(text: string): string {
  return escapeMarkup(sanitize(text, maxNotificationLength));
}

/**
 * {@link sanitize} as inline code of Markdown: as mere text, an address in it would still become a
 * link.
 */
export function markdownCode(text: string, max = maxLength): string {
  const line = sanitize(text, max);
  const longestRun = Math.max(0, ...(line.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longestRun + 1);
  return `${fence} ${line} ${fence}`;
}

/** {@link markdownCode} for a cell of a table, where a bar would begin the next one. */
export function markdownCell(text: string, max = maxLength): string {
  // A backslash takes away the meaning of what follows it, a bar or another backslash.
  return markdownCode(text, max).replace(/\\[^]|\|/g, (found) => (found === '|' ? '\\|' : found));
}

function hex(character: string): string {
  return (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
}

/**
 * What somebody else said, as a part of a sentence of ours: {@link sanitize}, without an end of its
 * own.
 */
export function said(text: string | undefined): string {
  // A line of `sanitize` has no white space at its end, and none but blanks inside.
  return withoutEnd(sanitize(text ?? ''), '. \u00A0\u3000') || l10n.t('(no details)');
}
