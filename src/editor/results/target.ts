import { isNode, type TargetNode } from '../tree/nodes';
import { Failure } from '../../http/failure';
import { normalizeGuid } from '../../defender/decode';
import { connectionIdPattern, type ResultAddress } from '../../results/address';
import type { TargetProblem } from '../problems';

/** What `liveResponse.openResult` takes from a link, a keybinding or another extension. */
export interface ResultTarget {
  /** A connection's id; the active one when it is missing. */
  readonly connection?: string;
  readonly actionId: string;
  readonly index: number;
}

/** What is meant by the arguments of a command: rows of the tree, one address, or nothing, so that the person is asked. */
export type Target =
  | { readonly kind: 'nodes'; readonly nodes: readonly TargetNode[] }
  | { readonly kind: 'address'; readonly address: ResultAddress }
  | { readonly kind: 'ask' };

const highestIndex = 999_999;

/**
 * Reads a command's arguments. They may come from a link in a document that an attacker wrote: anything but exactly what is meant is
 * refused, and nothing of it goes into a request.
 * @throws Failure<TargetProblem>
 */
export function readTarget(target: unknown, selection: unknown, active: string | undefined): Target {
  if (target === undefined && selection === undefined) {
    return { kind: 'ask' };
  }
  if (isNode(target)) {
    const nodes = Array.isArray(selection) ? selection.filter(isNode) : [];
    return { kind: 'nodes', nodes: nodes.includes(target) ? nodes : [target] };
  }
  if (typeof target !== 'object' || target === null || Array.isArray(target)) {
    throw bad('target');
  }
  return { kind: 'address', address: readAddress(target as Readonly<Record<string, unknown>>, active) };
}

/** One action: a row of the tree, an address, or nothing, so that the person is asked. */
export type ActionTarget =
  | { readonly kind: 'node'; readonly node: TargetNode }
  | { readonly kind: 'address'; readonly address: Pick<ResultAddress, 'connection' | 'actionId'> }
  | { readonly kind: 'ask' };

/**
 * Reads the argument of a command on an action, as carefully as {@link readTarget}.
 * @throws Failure<TargetProblem>
 */
export function readActionTarget(target: unknown, active: string | undefined): ActionTarget {
  if (target === undefined) {
    return { kind: 'ask' };
  }
  if (isNode(target)) {
    return { kind: 'node', node: target };
  }
  if (typeof target !== 'object' || target === null || Array.isArray(target)) {
    throw bad('target');
  }
  const { connection, actionId } = readAddress({ ...target, index: 0 }, active);
  return { kind: 'address', address: { connection, actionId } };
}

function readAddress(target: Readonly<Record<string, unknown>>, active: string | undefined): ResultAddress {
  const actionId = normalizeGuid(target['actionId']);
  if (actionId === undefined) {
    throw bad('actionId');
  }
  const index = target['index'];
  if (typeof index !== 'number' || !Number.isSafeInteger(index) || index < 0 || index > highestIndex) {
    throw bad('index');
  }
  const connection = target['connection'] ?? active;
  if (connection === undefined) {
    throw new Failure<TargetProblem>({ code: 'noConnection' });
  }
  if (typeof connection !== 'string' || !connectionIdPattern.test(connection)) {
    throw bad('connection');
  }
  return { connection, actionId, index: index === 0 ? 0 : index };
}

function bad(field: 'target' | 'actionId' | 'index' | 'connection'): Failure<TargetProblem> {
  return new Failure<TargetProblem>({ code: 'badTarget', field });
}

/** The addresses that rows of the tree stand for; an action stands for each of its commands that can have a result. */
export function addressesOf(nodes: readonly TargetNode[]): ResultAddress[] {
  const addresses = nodes.flatMap((node) => {
    const commands =
      node.kind === 'command'
        ? [node.command]
        : node.action.commands.filter((each) => each.type !== 'PutFile');
    return commands.map(({ index }) => ({
      connection: node.session.connection.id,
      actionId: node.action.id,
      index,
    }));
  });
  return addresses;
}
