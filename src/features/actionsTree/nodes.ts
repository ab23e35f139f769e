import type { ActionGroup, Grouping } from '../../actions/grouping';
import type { ActionCommand, MachineAction } from '../../defender/machineAction';
import type { ConnectedTenant } from '../connections';

export interface ActionNode {
  readonly kind: 'action';
  readonly tenant: ConnectedTenant;
  /**
   * What is known of it now: a poll puts a newer one in its place, because to VS Code the node is
   * the row's identity.
   */
  readonly action: MachineAction;
}

export interface CommandNode {
  readonly kind: 'command';
  readonly tenant: ConnectedTenant;
  readonly action: MachineAction;
  readonly command: ActionCommand;
}

/** Actions that have something in common. It is only a heading: no command takes it. */
export interface GroupNode {
  readonly kind: 'group';
  readonly tenant: ConnectedTenant;
  readonly grouping: Grouping;
  readonly group: ActionGroup;
  readonly first: boolean;
}

/** What a command may be called with. */
export type TargetNode = ActionNode | CommandNode;
export type TreeNode = TargetNode | GroupNode;

const known = new WeakSet<object>();

/**
 * Marks a node as ours, so that an argument of a command can be told from something that merely
 * looks like a node.
 */
export function node<T extends TreeNode>(made: T): T {
  known.add(made);
  return made;
}

export function isNode(value: unknown): value is TargetNode {
  return typeof value === 'object' && value !== null && known.has(value) && !('group' in value);
}

/** Puts what is known now into a node. */
export function renew(target: ActionNode, action: MachineAction): void {
  (target as { action: MachineAction }).action = action;
}
