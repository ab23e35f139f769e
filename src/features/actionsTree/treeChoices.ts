import type * as vscode from 'vscode';
import type { ConnectedTenant } from '../connections';
import { isFiltered, readFilter, type TreeFilter } from '../../actions/treeFilter';
import { readGrouping } from './groups';

/**
 * What somebody chose to see: a filter for each connection, and by what rows are grouped. Kept in
 * the workspace.
 */
export class TreeChoices {
  readonly #state: vscode.Memento;

  constructor(state: vscode.Memento) {
    this.#state = state;
  }

  filterOf({ connection }: ConnectedTenant): TreeFilter {
    return readFilter(this.#state.get(filterKey(connection.id)));
  }

  isFiltered(tenant: ConnectedTenant): boolean {
    return isFiltered(this.filterOf(tenant));
  }

  async setFilter({ connection }: ConnectedTenant, filter: TreeFilter): Promise<void> {
    await this.#state.update(filterKey(connection.id), isFiltered(filter) ? filter : undefined);
  }

  get grouping(): ReturnType<typeof readGrouping> {
    return readGrouping(this.#state.get(groupingKey));
  }

  async setGrouping(grouping: ReturnType<typeof readGrouping>): Promise<void> {
    await this.#state.update(groupingKey, grouping);
  }
}

const groupingKey = 'grouping';

function filterKey(connectionId: string): string {
  return `filter.${connectionId}`;
}
