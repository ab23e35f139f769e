import * as vscode from 'vscode';
import type { ActionFilter } from '../../defender/filter';
import { inert, plain } from '../plain';

const { l10n } = vscode;

const presets = ['failed', 'unfinished', 'lastHour', 'liveResponse'] as const;
type Preset = (typeof presets)[number];

/** What a person wants to see. The service filters by preset and machine, the text is looked for in what it gives. */
export interface TreeFilter {
  readonly preset?: Preset;
  readonly machine?: { readonly id: string; readonly name: string };
  readonly text?: string;
}

export const noFilter: TreeFilter = {};

export function isFiltered({ preset, machine, text }: TreeFilter): boolean {
  return preset !== undefined || machine !== undefined || text !== undefined;
}

/** The part of a filter that the service applies. `now` is in milliseconds since the epoch. */
export function serverFilter({ preset, machine }: TreeFilter, now: number): ActionFilter {
  return { ...presetFilter(preset, now), ...(machine && { machineId: machine.id }) };
}

function presetFilter(preset: Preset | undefined, now: number): ActionFilter {
  switch (preset) {
    case 'failed':
      return { statuses: ['Failed', 'TimeOut'] };
    case 'unfinished':
      return { statuses: ['Pending', 'InProgress'] };
    case 'lastHour':
      return { since: now - 3_600_000 };
    case 'liveResponse':
      return { types: ['LiveResponse'] };
    case undefined:
      return {};
  }
}

/** A filter in words, for the view's message. */
export function filterWords({ preset, machine, text }: TreeFilter): string {
  return [
    ...(preset === undefined ? [] : [presetName(preset)]),
    ...(machine === undefined ? [] : [plain(machine.name, 60)]),
    ...(text === undefined ? [] : [l10n.t('“{0}”', plain(text, 60))]),
  ].join(', ');
}

function presetName(preset: Preset): string {
  switch (preset) {
    case 'failed':
      return l10n.t('Failed');
    case 'unfinished':
      return l10n.t('Unfinished');
    case 'lastHour':
      return l10n.t('Last Hour');
    case 'liveResponse':
      return l10n.t('Live Response');
  }
}

/** A filter that was kept in a workspace; what is not one counts as none. */
export function readFilter(kept: unknown): TreeFilter {
  if (typeof kept !== 'object' || kept === null) {
    return noFilter;
  }
  const { preset, machine, text } = kept as Record<string, unknown>;
  const known = presets.find((each) => each === preset);
  const { id, name } = (machine ?? {}) as Record<string, unknown>;
  return {
    ...(known && { preset: known }),
    ...(typeof id === 'string' && typeof name === 'string' && { machine: { id, name } }),
    ...(typeof text === 'string' && text !== '' && { text }),
  };
}

interface Item extends vscode.QuickPickItem {
  readonly filter: TreeFilter;
}

/** Asks what to show: one of the presets, or any text. Undefined when the person backs out. */
export function askFilter(current: TreeFilter): Promise<TreeFilter | undefined> {
  const pick = vscode.window.createQuickPick<Item>();
  const fill = (): void => {
    const text = pick.value.trim();
    pick.items = [...textItems(current, text), ...presetItems(current)];
  };
  pick.title = l10n.t('Filter Machine Actions');
  pick.placeholder = l10n.t('A script, a host, a person, a comment, an ID… or one of these');
  pick.value = current.text ?? '';
  pick.onDidChangeValue(fill);
  fill();
  return new Promise((resolve) => {
    pick.onDidAccept(() => {
      resolve(pick.activeItems[0]?.filter);
      pick.hide();
    });
    pick.onDidHide(() => {
      resolve(undefined);
      pick.dispose();
    });
    pick.show();
  });
}

function textItems(current: TreeFilter, text: string): Item[] {
  return text === ''
    ? []
    : [
        {
          label: inert(l10n.t('Containing “{0}”', plain(text, 60))),
          alwaysShow: true,
          filter: { ...current, text },
        },
      ];
}

function presetItems(current: TreeFilter): Item[] {
  const details: Readonly<Record<Preset, string>> = {
    failed: l10n.t('What failed or timed out'),
    unfinished: l10n.t('What is pending or in progress'),
    lastHour: l10n.t('What was started in the last hour'),
    liveResponse: l10n.t('Live response only'),
  };
  return presets.map((preset) => ({
    label: presetName(preset),
    description: preset === current.preset ? l10n.t('active') : '',
    detail: details[preset],
    filter: { ...(current.machine && { machine: current.machine }), preset },
  }));
}
