import { type Grouping, groupActions, maxRows } from '../../actions/grouping';
import type { ActionsChange } from '../../actions/listing';
import type { MachineAction } from '../../defender/machineAction';
import type { ConnectedTenant } from '../connections';
import { settings } from '../../platform/userSettings';
import { type ActionNode, type GroupNode, node, renew, type TreeNode } from './nodes';

/**
 * The nodes of one tenant. A node stays the same object as long as its action is listed, so that
 * its row can be painted alone.
 */
export class NodeCache {
  readonly #tenant: ConnectedTenant;
  readonly #nodes = new Map<string, ActionNode>();
  #grouping: Grouping | 'none';
  #groups: readonly GroupNode[] = [];
  #flat: readonly ActionNode[] = [];
  #shown: readonly MachineAction[] = [];
  /** Actions behind the last row that somebody wanted to see. */
  readonly #wanted = new Set<string>();

  constructor(tenant: ConnectedTenant, grouping: Grouping | 'none') {
    this.#tenant = tenant;
    this.#grouping = grouping;
    this.rebuild();
  }

  get tenant(): ConnectedTenant {
    return this.#tenant;
  }

  get all(): readonly TreeNode[] {
    return this.#grouping === 'none' ? this.#flat : this.#groups;
  }

  /** How many actions have no row, because a list without groups has no more than a group has. */
  get unlisted(): number {
    return this.#grouping === 'none' ? this.#shown.length - this.#flat.length : 0;
  }

  /** The actions in the order of their rows. */
  get order(): readonly MachineAction[] {
    return this.#grouping === 'none' ? this.#shown : this.#groups.flatMap(({ group }) => group.actions);
  }

  /** The rows of actions that were created after a time, in milliseconds since the epoch. */
  since(time: number): readonly ActionNode[] {
    const later = this.#shown.findIndex(({ createdAt = 0 }) => createdAt < time);
    return this.#shown
      .slice(0, later < 0 ? this.#shown.length : later)
      .flatMap(({ id }) => this.#nodes.get(id) ?? []);
  }

  set grouping(grouping: Grouping | 'none') {
    this.#grouping = grouping;
    this.rebuild();
  }

  /** The rows of a group. */
  childrenOf({ group }: GroupNode): TreeNode[] {
    return group.actions.map((action) => this.#nodeOf(action));
  }

  /** The heading above an action; undefined when there are none. */
  parentOf(action: MachineAction): GroupNode | undefined {
    return this.#groups.find(({ group }) => group.actions.some(({ id }) => id === action.id));
  }

  /**
   * The row of a listed action. One behind the last row gets a row, and then all are to be painted.
   */
  rowOf(id: string): { readonly row: ActionNode; readonly isNew: boolean } | undefined {
    const action = this.#shown.find((each) => each.id === id);
    if (action === undefined) {
      return undefined;
    }
    const isNew = !this.#hasRow(action);
    if (isNew) {
      this.#wanted.add(id);
      this.rebuild();
    }
    return { row: this.#nodeOf(action), isNew };
  }

  find(id: string): ActionNode | undefined {
    return this.#nodes.get(id);
  }

  /** Takes over what the model has now. */
  rebuild(): void {
    const { shown } = this.#tenant.actions;
    const listed = new Set(shown.map(({ id }) => id));
    for (const id of this.#nodes.keys()) {
      if (!listed.has(id)) {
        this.#nodes.delete(id);
      }
    }
    this.#shown = shown;
    const wanted =
      this.#wanted.size === 0 ? [] : shown.slice(maxRows).filter(({ id }) => this.#wanted.has(id));
    this.#flat = [...shown.slice(0, maxRows), ...wanted].map((action) => this.#nodeOf(action));
    this.#groups = this.#grouping === 'none' ? [] : this.#grouped(shown, this.#grouping);
  }

  #hasRow({ id }: MachineAction): boolean {
    return this.#grouping === 'none'
      ? this.#flat.some(({ action }) => action.id === id)
      : this.#groups.some(({ group }) => group.actions.some((each) => each.id === id));
  }

  /** The rows that a change is painted with; undefined when it takes all of them. */
  apply({ reset, added, removed, changed }: ActionsChange): readonly ActionNode[] | undefined {
    // A heading counts what is under it, and by status an action may belong under another one.
    if (reset || added.length + removed.length > 0 || this.#grouping !== 'none') {
      this.rebuild();
      return undefined;
    }
    return changed.flatMap((id) => {
      const action = this.#tenant.actions.find(id);
      const known = this.#nodes.get(id);
      return action === undefined || known === undefined ? [] : [this.#renewed(known, action)];
    });
  }

  #grouped(actions: readonly MachineAction[], grouping: Grouping): readonly GroupNode[] {
    const zone = settings.utc() ? 'utc' : 'local';
    const options = { now: Date.now(), zone, wanted: this.#wanted } as const;
    return groupActions(actions, grouping, options).map((group, n) =>
      node({ kind: 'group', tenant: this.#tenant, grouping, group, first: n === 0 }),
    );
  }

  #nodeOf(action: MachineAction): ActionNode {
    const known = this.#nodes.get(action.id);
    if (known !== undefined) {
      return this.#renewed(known, action);
    }
    const made = node<ActionNode>({ kind: 'action', tenant: this.#tenant, action });
    this.#nodes.set(action.id, made);
    return made;
  }

  #renewed(known: ActionNode, action: MachineAction): ActionNode {
    renew(known, action);
    return known;
  }
}
