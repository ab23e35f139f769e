import * as l10n from '@vscode/l10n';
import type { Kept } from '../results/evidence/evidencePlan';
import { sanitize } from './sanitize';

/**
 * What was kept in a folder: how many results, how many of them were there before, and what has
 * happened to those since. `path` is that of the evidence folder.
 */
export function keptMessage(
  kept: readonly Kept[],
  path: string,
): { readonly kind: 'info' | 'warning'; readonly sentence: string } {
  const again = kept.filter((each) => each.again).length;
  const restored = kept.reduce((sum, each) => sum + each.restored, 0);
  const changed = kept.flatMap((each) => each.changed);
  const sentences = [
    countWords(kept.length, again, sanitize(path)),
    restoredWords(restored),
    changedWords(changed),
  ];
  return {
    kind: restored > 0 || changed.length > 0 ? 'warning' : 'info',
    sentence: sentences.filter(Boolean).join(' '),
  };
}

function restoredWords(count: number): string {
  switch (count) {
    case 0:
      return '';
    case 1:
      return l10n.t('1 file from an earlier run was missing and was restored.');
    default:
      return l10n.t('{0} files from earlier runs were missing and were restored.', count);
  }
}

function changedWords([first, ...more]: readonly string[]): string {
  if (first === undefined) {
    return '';
  }
  const words =
    more.length === 0
      ? l10n.t('1 file has changed since it was kept: {0}.', sanitize(first))
      : l10n.t(
          '{0} files have changed since they were kept. The first one is {1}.',
          more.length + 1,
          sanitize(first),
        );
  return `${words} ${l10n.t('Nothing was overwritten: the new files are in a separate folder. For details, run Verify Evidence.')}`;
}

function countWords(count: number, again: number, path: string): string {
  if (count === 1) {
    return again === 0
      ? l10n.t('Kept 1 result in {0}.', path)
      : l10n.t('Kept 1 result in {0}. It was already there.', path);
  }
  switch (again) {
    case 0:
      return l10n.t('Kept {0} results in {1}.', count, path);
    case 1:
      return l10n.t('Kept {0} results in {1}. 1 of them was already there.', count, path);
    default:
      return l10n.t('Kept {0} results in {1}. {2} of them were already there.', count, path, again);
  }
}
