import * as vscode from 'vscode';
import type { HandlersOf } from '../../platform/commandIds';
import type { RowGestures } from '../../platform/rowGestures';
import type { ActionsTree } from './actionsTree';
import { clearFilter, filter, filterOnMachine, type FilterPorts, showOpenSessions } from './filterCommands';
import { loadEverything, loadMore, type LoadingPorts } from './loadCommands';

export { ActionsTree, type TreePorts } from './actionsTree';
export { Budget } from './budget';
export { type ActionNode, type TargetNode, type TreeNode, isNode, node } from './nodes';

/** The commands of the view. */
export function register(
  tree: ActionsTree,
  services: Omit<LoadingPorts, 'loaded'> &
    Omit<FilterPorts, 'choices' | 'refresh'> & { readonly gestures: RowGestures },
): HandlersOf<
  | 'openRow'
  | 'refresh'
  | 'loadMore'
  | 'loadEverything'
  | 'filter'
  | 'clearFilter'
  | 'filterOnMachine'
  | 'groupBy'
  | 'showOpenSessions'
> {
  const { registry } = services;
  const loading = { ...services, loaded: () => tree.update() };
  const filtering = { ...services, choices: tree.choices, refresh: () => tree.refresh() };
  return {
    'liveResponse.openRow': async () => {
      services.gestures.entered();
      await vscode.commands.executeCommand('list.select');
    },
    'liveResponse.refresh': () => tree.refresh(),
    'liveResponse.loadMore': async () => {
      await (registry.active && loadMore(registry.active, loading));
    },
    'liveResponse.loadEverything': async () => {
      await (registry.active && loadEverything(registry.active, loading));
    },
    'liveResponse.filter': () => filter(filtering),
    'liveResponse.clearFilter': () => clearFilter(filtering),
    'liveResponse.filterOnMachine': (target) => filterOnMachine(filtering, target),
    'liveResponse.groupBy': () => tree.groupBy(),
    'liveResponse.showOpenSessions': () => showOpenSessions(filtering),
  };
}
