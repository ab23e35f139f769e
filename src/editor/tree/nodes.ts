import type { ActionCommand, MachineAction } from '../../defender/machineAction';
import type { Session } from '../sessions';

export interface ActionNode {
  readonly kind: 'action';
  readonly session: Session;
  readonly action: MachineAction;
}

export interface CommandNode {
  readonly kind: 'command';
  readonly session: Session;
  readonly action: MachineAction;
  readonly command: ActionCommand;
}

export type TreeNode = ActionNode | CommandNode;

const known = new WeakSet<object>();

/** Marks a node as ours, so that an argument of a command can be told from something that merely looks like a node. */
export function node<T extends TreeNode>(made: T): T {
  known.add(made);
  return made;
}

export function isNode(value: unknown): value is TreeNode {
  return typeof value === 'object' && value !== null && known.has(value);
}
