import * as vscode from 'vscode';
import { LRUCache } from 'lru-cache';
import type { CallOptions } from '../../defender/client';
import { isFinal } from '../../defender/machineAction';
import { Failure } from '../../http/failure';
import { type DocumentAddress, documentKey } from '../../results/address';
import { safeJson } from '../../results/transcript/safeJson';
import type { TargetProblem } from '../../messages/problem';
import type { Session, Sessions } from '../connections';

/** A machine action as Defender sent it, as a document. */
export interface ActionDocument {
  readonly text: string;
  /** Milliseconds since the epoch. */
  readonly fetchedAt: number;
  readonly final: boolean;
}

/** Documents kept; each is a few kilobytes. */
const mostKept = 100;

/** What `liveResponse.openAction` shows: all that Defender says of an action, also what the tree has no place for. */
export class ActionDocuments {
  readonly #sessions: Sessions;
  readonly #kept = new LRUCache<string, ActionDocument>({ max: mostKept });
  readonly #changed = new vscode.EventEmitter<DocumentAddress>();

  /** A document says something else than before. */
  readonly onDidChange = this.#changed.event;

  constructor(sessions: Sessions) {
    this.#sessions = sessions;
    sessions.onDidDrop((id) => this.#forget(id));
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
    const session = this.#session(address);
    const { action, source } = await session.client.actionEntity(address.actionId, call);
    session.actions.learn(action);
    const made = { text: safeJson(source), fetchedAt: Date.now(), final: isFinal(action) };
    this.#kept.set(documentKey(address), made);
    if (known !== undefined && known.text !== made.text) {
      this.#changed.fire(address);
    }
    return made;
  }

  #session({ connection }: DocumentAddress): Session {
    const session = this.#sessions.get(connection);
    if (session === undefined) {
      throw new Failure<TargetProblem>({ code: 'unknownConnection', id: connection });
    }
    return session;
  }

  #forget(connection: string): void {
    for (const key of [...this.#kept.keys()].filter((each) => each.startsWith(`${connection}/`))) {
      this.#kept.delete(key);
    }
  }
}
