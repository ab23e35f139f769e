import * as vscode from 'vscode';
import { type Preset, presets, type TreeFilter } from '../../actions/treeFilter';
import { presetName } from '../../messages/filterText';
import { escapeMarkup, sanitize } from '../../messages/sanitize';

const { l10n } = vscode;

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
  pick.placeholder = l10n.t('Enter a script, machine, person, comment, or ID, or select a filter');
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
  const shown = sanitize(text, 60);
  // What was typed takes the place of the text that was looked for before.
  const { preset, machine, requestors } = current;
  const beside = { ...(preset && { preset }), ...(machine && { machine }) };
  return [
    {
      label: escapeMarkup(l10n.t('Containing “{0}”', shown)),
      detail: l10n.t('Searches the listed scripts, machines, people, comments, and IDs'),
      alwaysShow: true,
      filter: { ...current, text },
    },
    {
      label: escapeMarkup(l10n.t('On the machine “{0}”', shown)),
      detail: l10n.t('Finds the machine by name in Defender, and loads its actions'),
      alwaysShow: true,
      filter: { ...(preset && { preset }), ...(requestors && { requestors }), hostName: text },
    },
    {
      label: escapeMarkup(l10n.t('Requested by “{0}”', shown)),
      detail: l10n.t('Matches the full name shown in the tooltip of an action'),
      alwaysShow: true,
      filter: { ...(preset === 'mine' ? {} : beside), requestors: [text] },
    },
  ];
}

function presetItems(current: TreeFilter): Item[] {
  const details: Readonly<Record<Preset, string>> = {
    mine: l10n.t('Actions requested by this connection’s account or app'),
    failed: l10n.t('Actions that failed or timed out'),
    unfinished: l10n.t('Actions that are pending or in progress'),
    lastHour: l10n.t('Actions created in the last hour'),
    liveResponse: l10n.t('Live response actions only'),
    sessions: l10n.t('Live response actions that are pending or in progress'),
  };
  return presets.map((preset) => ({
    label: presetName(preset),
    description: preset === current.preset ? l10n.t('active') : '',
    detail: details[preset],
    filter: { ...(current.machine && { machine: current.machine }), preset },
  }));
}
