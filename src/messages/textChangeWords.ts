import * as l10n from '@vscode/l10n';
import type { TextChanges } from '../results/reading/text';

/** How the text of a document differs from what was received, one phrase for each kind of change, in the order in which it is made. */
export function textChangeWords(changes: TextChanges): string[] {
  return [...decodingWords(changes), ...characterWords(changes)];
}

function decodingWords(changes: TextChanges): string[] {
  const { byteOrderMarks, clixmlDocuments, progressRecords, utf16Stretches } = changes;
  return [
    ...counted(
      byteOrderMarks,
      () => l10n.t('byte order mark left out'),
      (n) => l10n.t('{0} byte order marks left out', n),
    ),
    ...counted(
      clixmlDocuments,
      () => l10n.t('1 CLIXML document read as text'),
      (n) => l10n.t('{0} CLIXML documents read as text', n),
    ),
    ...counted(
      progressRecords,
      () => l10n.t('1 progress record left out'),
      (n) => l10n.t('{0} progress records left out', n),
    ),
    ...counted(
      utf16Stretches,
      () => l10n.t('1 passage read as UTF-16'),
      (n) => l10n.t('{0} passages read as UTF-16', n),
    ),
  ];
}

function characterWords(changes: TextChanges): string[] {
  return [
    ...counted(
      changes.trailingNuls,
      () => l10n.t('1 NUL dropped at the end'),
      (n) => l10n.t('{0} NULs dropped at the end', n),
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
      () => l10n.t('1 CR CR LF shown as a single line break'),
      (n) => l10n.t('{0} CR CR LF shown as single line breaks', n),
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
      () => l10n.t('1 half of a character shown as �'),
      (n) => l10n.t('{0} halves of characters shown as �', n),
    ),
  ];
}

function counted(count: number, one: () => string, many: (count: number) => string): string[] {
  return count === 0 ? [] : [count === 1 ? one() : many(count)];
}
