import * as vscode from 'vscode';
import { isNode, type TargetNode } from '../actionsTree';
import { Failure } from '../../http/failure';
import { normalizeGuid } from '../../defender/decode';
import { connectionIdPattern, type ResultAddress } from '../../results/address';
import type { TargetProblem } from '../../messages/problem';
import { addressOf } from '../documents';

/** What `liveResponse.openResult` takes from a link, a keybinding or another extension. */
export interface ResultTarget {
  /** A connection's id; the active one when it is missing. */
  readonly connection?: string;
  readonly actionId: string;
  readonly index: number;
}

export type ActionAddress = Pick<ResultAddress, 'connection' | 'actionId'>;

/** What the arguments of a command name. */
export type Target =
  /** Rows of the tree. */
  | { readonly kind: 'nodes'; readonly nodes: readonly TargetNode[] }
  | { readonly kind: 'address'; readonly address: ResultAddress }
  /** An action, no particular command. */
  | { readonly kind: 'action'; readonly address: ActionAddress }
  /** Nothing, or an editor of something else. */
  | { readonly kind: 'none' };

const maxIndex = 999_999;

/**
 * Reads a command's arguments: a row, rows that are selected, the `Uri` of an editor, an address,
 * or nothing. They may come from a link in a document that an attacker wrote: any other is refused,
 * and nothing of it goes into a request. An editor of something else says nothing. `active` is the
 * connection that is meant when none is named.
 * @throws Failure<TargetProblem>
 */
export function readTarget(target: unknown, selection: unknown, active: string | undefined): Target {
  if (target instanceof vscode.Uri) {
    return documentTarget(target);
  }
  if (isNode(target)) {
    const nodes = Array.isArray(selection) ? selection.filter(isNode) : [];
    return { kind: 'nodes', nodes: nodes.includes(target) ? nodes : [target] };
  }
  return target === undefined && selection === undefined
    ? { kind: 'none' }
    : { kind: 'address', address: resultAddress(fieldsOf(target), active) };
}

/**
 * Reads the arguments of a command on an action, as carefully as {@link readTarget}; of an address,
 * which command it names does not matter.
 * @throws Failure<TargetProblem>
 */
export function readActionTarget(target: unknown, active: string | undefined): Target {
  if (target === undefined || target instanceof vscode.Uri || isNode(target)) {
    return readTarget(target, undefined, active);
  }
  return { kind: 'action', address: actionAddress(fieldsOf(target), active) };
}

/** The document that the active editor shows. */
export function shownTarget(): Target {
  const uri = vscode.window.activeTextEditor?.document.uri;
  return uri === undefined ? { kind: 'none' } : documentTarget(uri);
}

function documentTarget(uri: vscode.Uri): Target {
  const address = addressOf(uri);
  if (address === undefined) {
    return { kind: 'none' };
  }
  const { connection, actionId, index, kind } = address;
  return kind === 'action'
    ? { kind, address: { connection, actionId } }
    : { kind: 'address', address: { connection, actionId, index } };
}

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(target: unknown): Fields {
  if (typeof target !== 'object' || target === null || Array.isArray(target)) {
    throw bad('target');
  }
  return target as Fields;
}

function resultAddress(target: Fields, active: string | undefined): ResultAddress {
  const address = actionAddress(target, active);
  const index = target['index'];
  if (typeof index !== 'number' || !Number.isSafeInteger(index) || index < 0 || index > maxIndex) {
    throw bad('index');
  }
  // Not -0, which would be another key.
  return { ...address, index: index === 0 ? 0 : index };
}

function actionAddress(target: Fields, active: string | undefined): ActionAddress {
  const actionId = normalizeGuid(target['actionId']);
  if (actionId === undefined) {
    throw bad('actionId');
  }
  const connection = target['connection'] ?? active;
  if (connection === undefined) {
    throw new Failure<TargetProblem>({ code: 'noConnection' });
  }
  if (typeof connection !== 'string' || !connectionIdPattern.test(connection)) {
    throw bad('connection');
  }
  return { connection, actionId };
}

function bad(field: 'target' | 'actionId' | 'index' | 'connection'): Failure<TargetProblem> {
  return new Failure<TargetProblem>({ code: 'badTarget', field });
}

/**
 * The addresses that rows of the tree stand for; an action stands for each of its commands that can
 * have a result. Some answers leave the commands of a live response out: it has one at least.
 */
export function addressesOf(nodes: readonly TargetNode[]): ResultAddress[] {
  return nodes.flatMap((node) => {
    const { type, commands: listed } = node.action;
    const left = type === 'LiveResponse' && listed.length === 0 ? [{ index: 0 }] : [];
    const commands =
      node.kind === 'command'
        ? [node.command]
        : [...listed.filter((each) => each.type !== 'PutFile'), ...left];
    return commands.map(({ index }) => ({
      connection: node.tenant.connection.id,
      actionId: node.action.id,
      index,
    }));
  });
}
