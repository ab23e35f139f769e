import * as l10n from '@vscode/l10n';
import type { Preset, TreeFilter } from '../actions/treeFilter';
import { sanitize } from './sanitize';

/** A filter in words, for the view's message. */
export function filterText({ preset, machine, requestors, text }: TreeFilter): string {
  return [
    ...(preset === undefined ? [] : [presetName(preset)]),
    ...(machine === undefined ? [] : [sanitize(machine.name, 60)]),
    ...(requestors ?? []).map((name) => sanitize(name, 60)),
    ...(text === undefined ? [] : [l10n.t('“{0}”', sanitize(text, 60))]),
  ].join(', ');
}

/** The name of a preset, as a heading. */
export function presetName(preset: Preset): string {
  switch (preset) {
    case 'mine':
      return l10n.t('Mine');
    case 'failed':
      return l10n.t('Failed');
    case 'unfinished':
      return l10n.t('Unfinished');
    case 'lastHour':
      return l10n.t('Last Hour');
    case 'liveResponse':
      return l10n.t('Live Response');
    case 'sessions':
      return l10n.t('Open Live Response Sessions');
  }
}
