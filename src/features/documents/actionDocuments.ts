import * as vscode from 'vscode';
import { LRUCache } from 'lru-cache';
import type { CallOptions } from '../../defender/client';
import { isFinal } from '../../defender/machineAction';
import { Failure } from '../../http/failure';
import { type DocumentAddress, documentKey } from '../../results/address';
import { safeJson } from '../../results/transcript/safeJson';
import type { TargetProblem } from '../../messages/problem';
import type { ConnectedTenant, ConnectionRegistry } from '../connections';

/** A machine action as Defender sent it, as a document. */
export interface ActionDocument {
  readonly text: string;
  /** Milliseconds since the epoch. */
  readonly fetchedAt: number;
  readonly final: boolean;
}

/** Documents kept; each is a few kilobytes. */
const maxKept = 100;

/**
 * What `liveResponse.openAction` shows: all that Defender says of an action, also what the tree has
 * no place for.
 */
export class ActionDocuments {
  readonly #registry: ConnectionRegistry;
  readonly #kept = new LRUCache<string, ActionDocument>({ max: maxKept });
  readonly #changed = new vscode.EventEmitter<DocumentAddress>();

  /** A document says something else than before. */
  readonly onDidChange = this.#changed.event;

  constructor(registry: ConnectionRegistry) {
    this.#registry = registry;
    registry.onDidDrop((id) => this.#forget(id));
  }

  peek(address: DocumentAddress): ActionDocument | undefined {
    return this.#kept.get(documentKey(address));
  }

  /**
   * The document: from memory when its action cannot change any more, otherwise asked for anew.
   * @throws Failure<Problem>
   */
  async load(address: DocumentAddress, call: CallOptions): Promise<ActionDocument> {
    const known = this.peek(address);
    if (known?.final === true) {
      return known;
    }
    const tenant = this.#tenant(address);
    const { action, source } = await tenant.client.actionEntity(address.actionId, call);
    tenant.actions.learn(action);
    const made = { text: safeJson(source), fetchedAt: Date.now(), final: isFinal(action) };
    this.#kept.set(documentKey(address), made);
    if (known !== undefined && known.text !== made.text) {
      this.#changed.fire(address);
    }
    return made;
  }

  #tenant({ connection }: DocumentAddress): ConnectedTenant {
    const tenant = this.#registry.get(connection);
    if (tenant === undefined) {
      throw new Failure<TargetProblem>({ code: 'unknownConnection', id: connection });
    }
    return tenant;
  }

  #forget(connection: string): void {
    for (const key of [...this.#kept.keys()].filter((each) => each.startsWith(`${connection}/`))) {
      this.#kept.delete(key);
    }
  }
}
