import * as vscode from 'vscode';
import type { ActionFilter } from '../../defender/filter';
import { inert, plain } from '../../messages/plain';

const { l10n } = vscode;

const presets = ['mine', 'failed', 'unfinished', 'lastHour', 'liveResponse', 'sessions'] as const;
type Preset = (typeof presets)[number];

/** What a person wants to see. The service filters by all but the text, which is looked for in what it gives. */
export interface TreeFilter {
  readonly preset?: Preset;
  readonly machine?: { readonly id: string; readonly name: string };
  /** Any of these; with the preset `mine` they are ourselves. */
  readonly requestors?: readonly string[];
  readonly text?: string;
}

export const noFilter: TreeFilter = {};

export function isFiltered({ preset, machine, requestors, text }: TreeFilter): boolean {
  return [preset, machine, requestors, text].some((part) => part !== undefined);
}

/** The part of a filter that the service applies. `now` is in milliseconds since the epoch. */
export function serverFilter({ preset, machine, requestors }: TreeFilter, now: number): ActionFilter {
  return {
    ...presetFilter(preset, now),
    ...(machine && { machineId: machine.id }),
    ...(requestors && { requestors }),
  };
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
    case 'sessions':
      return { types: ['LiveResponse'], statuses: ['Pending', 'InProgress'] };
    case 'mine':
    case undefined:
      return {};
  }
}

/** A filter in words, for the view's message. */
export function filterWords({ preset, machine, requestors, text }: TreeFilter): string {
  return [
    ...(preset === undefined ? [] : [presetName(preset)]),
    ...(machine === undefined ? [] : [plain(machine.name, 60)]),
    ...(requestors ?? []).map((name) => plain(name, 60)),
    ...(text === undefined ? [] : [l10n.t('“{0}”', plain(text, 60))]),
  ].join(', ');
}

function presetName(preset: Preset): string {
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

/** A filter that was kept in a workspace; what is not one counts as none. */
export function readFilter(kept: unknown): TreeFilter {
  if (typeof kept !== 'object' || kept === null) {
    return noFilter;
  }
  const { preset, machine, requestors, text } = kept as Record<string, unknown>;
  const known = presets.find((each) => each === preset);
  const { id, name } = (machine ?? {}) as Record<string, unknown>;
  const names = Array.isArray(requestors) ? requestors.filter((each) => typeof each === 'string') : [];
  return {
    ...(known && { preset: known }),
    ...(typeof id === 'string' && typeof name === 'string' && { machine: { id, name } }),
    ...(names.length > 0 && { requestors: names }),
    ...(typeof text === 'string' && text !== '' && { text }),
  };
}

/** What was chosen: a filter, or the name of a machine that has to be found first. */
export type FilterChoice = TreeFilter & { readonly hostName?: string };

interface Item extends vscode.QuickPickItem {
  readonly filter: FilterChoice;
}

/** Asks what to show: one of the presets, or any text. Undefined when the person backs out. */
export function askFilter(current: TreeFilter): Promise<FilterChoice | undefined> {
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
  if (text === '') {
    return [];
  }
  const shown = plain(text, 60);
  // What was typed takes the place of the text that was looked for before.
  const { preset, machine, requestors } = current;
  const beside = { ...(preset && { preset }), ...(machine && { machine }) };
  return [
    {
      label: inert(l10n.t('Containing “{0}”', shown)),
      detail: l10n.t('In what is listed: scripts, hosts, people, comments, IDs'),
      alwaysShow: true,
      filter: { ...current, text },
    },
    {
      label: inert(l10n.t('On the machine “{0}”', shown)),
      detail: l10n.t('Asks Defender for the machine of this name, then for its actions'),
      alwaysShow: true,
      filter: { ...(preset && { preset }), ...(requestors && { requestors }), hostName: text },
    },
    {
      label: inert(l10n.t('Requested by “{0}”', shown)),
      detail: l10n.t('The whole name, as it stands in the tooltip of a row'),
      alwaysShow: true,
      filter: { ...(preset === 'mine' ? {} : beside), requestors: [text] },
    },
  ];
}

function presetItems(current: TreeFilter): Item[] {
  const details: Readonly<Record<Preset, string>> = {
    mine: l10n.t('What was started with the account or app of this connection'),
    failed: l10n.t('What failed or timed out'),
    unfinished: l10n.t('What is pending or in progress'),
    lastHour: l10n.t('What was started in the last hour'),
    liveResponse: l10n.t('Live response only'),
    sessions: l10n.t('Live response that is pending or in progress'),
  };
  return presets.map((preset) => ({
    label: presetName(preset),
    description: preset === current.preset ? l10n.t('active') : '',
    detail: details[preset],
    filter: { ...(current.machine && { machine: current.machine }), preset },
  }));
}
