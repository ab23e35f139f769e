import * as l10n from '@vscode/l10n';
import type { TextChanges } from '../results/reading/text';

/**
 * How the text of a document differs from what was received, one phrase for each kind of change, in
 * the order in which it is made.
 */
export function textChangeWords(changes: TextChanges): string[] {
  return [...decodingWords(changes), ...characterWords(changes)];
}

function decodingWords(changes: TextChanges): string[] {
  const { byteOrderMarks, clixmlDocuments, progressRecords, utf16Stretches } = changes;
  return [
    ...counted(
      byteOrderMarks,
      () => l10n.t('1 byte order mark removed'),
      (n) => l10n.t('{0} byte order marks removed', n),
    ),
    ...counted(
      clixmlDocuments,
      () => l10n.t('1 CLIXML document converted to text'),
      (n) => l10n.t('{0} CLIXML documents converted to text', n),
    ),
    ...counted(
      progressRecords,
      () => l10n.t('1 progress record removed'),
      (n) => l10n.t('{0} progress records removed', n),
    ),
    ...counted(
      utf16Stretches,
      () => l10n.t('1 passage decoded as UTF-16'),
      (n) => l10n.t('{0} passages decoded as UTF-16', n),
    ),
  ];
}

function characterWords(changes: TextChanges): string[] {
  return [
    ...counted(
      changes.trailingNuls,
      () => l10n.t('1 trailing NUL removed'),
      (n) => l10n.t('{0} trailing NULs removed', n),
    ),
    ...counted(
      changes.nuls,
      () => l10n.t('1 NUL shown as ␀'),
      (n) => l10n.t('{0} NULs shown as ␀', n),
    ),
    ...counted(
      changes.controls,
      () => l10n.t('1 control character shown as a symbol'),
      (n) => l10n.t('{0} control characters shown as symbols', n),
    ),
    ...counted(
      changes.escapeSequences,
      () => l10n.t('1 escape sequence removed'),
      (n) => l10n.t('{0} escape sequences removed', n),
    ),
    ...counted(
      changes.doubledLineBreaks,
      () => l10n.t('1 CR CR LF sequence shown as a single line break'),
      (n) => l10n.t('{0} CR CR LF sequences shown as single line breaks', n),
    ),
    ...counted(
      changes.loneCarriageReturns,
      () => l10n.t('1 lone carriage return shown as a line break'),
      (n) => l10n.t('{0} lone carriage returns shown as line breaks', n),
    ),
    ...counted(
      changes.invisibles,
      () => l10n.t('1 invisible character shown as <U+…>'),
      (n) => l10n.t('{0} invisible characters shown as <U+…>', n),
    ),
    ...counted(
      changes.loneSurrogates,
      () => l10n.t('1 unpaired surrogate shown as �'),
      (n) => l10n.t('{0} unpaired surrogates shown as �', n),
    ),
  ];
}

function counted(count: number, one: () => string, many: (count: number) => string): string[] {
  return count === 0 ? [] : [count === 1 ? one() : many(count)];
}
