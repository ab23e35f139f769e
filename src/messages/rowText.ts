import * as l10n from '@vscode/l10n';
import type { MachineAction } from '../defender/machineAction';
import { actionLabel } from './actionLabel';
import { shortHostName, statusName } from './formatNames';
import { sanitize } from './sanitize';
import { age } from './times';

/** What a row of the tree shows, and what a screen reader says instead. */
export interface RowText {
  readonly label: string;
  readonly description: string;
  readonly accessible: string;
}

/** What the row of an action begins with: the setting `liveResponse.tree.label`. */
export type RowLabel = 'script' | 'host';

/** What is known of an action besides what Defender lists. */
export interface RowKnowledge {
  /** Of its commands whose result was opened, in their order. */
  readonly exitCodes: readonly (number | string)[];
  readonly watched: boolean;
}

/** The row of an action. An action without a machine's name begins with its script in any case. */
export function actionRowText(
  action: MachineAction,
  first: RowLabel,
  { exitCodes, watched }: RowKnowledge,
  now = Date.now(),
): RowText {
  const script = actionLabel(action);
  const host = shortHostName(action);
  const hostFirst = first === 'host' && host !== '';
  const description = [
    hostFirst ? script : host,
    age(action.createdAt, now),
    ...exitCodeTexts(exitCodes),
    watched ? l10n.t('watched') : '',
  ]
    .filter(Boolean)
    .join(' · ');
  const label = hostFirst ? host : script;
  return { label, description, accessible: [label, statusName(action.status), description].join(', ') };
}

/** Exit codes for a row; of several, those that say nothing are left out. */
function exitCodeTexts(known: readonly (number | string)[]): string[] {
  const codes = known.length > 1 ? known.filter((code) => code !== 0) : known;
  const shown = known.length > 0 && codes.length === 0 ? [0] : codes;
  return shown.map((code) => l10n.t('exit code {0}', sanitize(String(code), 40)));
}
