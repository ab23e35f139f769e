import * as vscode from 'vscode';
import { problemOf, type Reporter } from '../../platform/errorReporter';
import type { Progress } from '../../platform/progress';
import { settings } from '../../platform/userSettings';
import type { Session, Sessions } from '../connections';
import { serverFilter } from '../../actions/treeFilter';
import { TenantState } from './tenantState';
import type { TreeChoices } from './treeChoices';
import { stateAfter } from './viewState';

const { l10n } = vscode;

export interface LoadPorts {
  readonly sessions: Sessions;
  readonly progress: Progress;
  readonly reporter: Reporter;
  readonly choices: TreeChoices;
}

/** Who waits for a load: `view` signs in silently at most. */
type Urgency = 'view' | 'interactive';

/** Loads the newest actions of each tenant, and keeps what came of it apart from the other tenants. */
export class TenantLoads implements vscode.Disposable {
  readonly #ports: LoadPorts;
  readonly #states = new WeakMap<Session, TenantState>();
  /** The last load that is under way; gives why it failed, undefined when it did not. */
  readonly #running = new WeakMap<Session, Promise<unknown>>();
  readonly #changed = new vscode.EventEmitter<Session>();
  readonly #listed = new vscode.EventEmitter<Session>();

  /** A load has begun or failed. */
  readonly onDidChange = this.#changed.event;
  /** What a load has brought is in the model. */
  readonly onDidList = this.#listed.event;

  constructor(ports: LoadPorts) {
    this.#ports = ports;
  }

  stateOf(session: Session): TenantState {
    const known = this.#states.get(session) ?? new TenantState();
    this.#states.set(session, known);
    return known;
  }

  /** The load that is under way; undefined when there is none. */
  running(session: Session): Promise<unknown> | undefined {
    return this.#running.get(session);
  }

  /** Loads the newest actions. What fails is the tenant's state; when a person asked for it, it is a notification too. */
  async load(session: Session, urgency: Urgency): Promise<void> {
    const error = await this.#start(session, urgency);
    if (urgency === 'interactive' && session === this.#ports.sessions.active && error !== undefined) {
      this.#ports.reporter.report('list machine actions', error);
    }
  }

  /**
   * Sees to it that something is listed: waits for a load that is under way, and begins one when that has not helped.
   * @throws Failure<Problem> or an abort, when the load failed
   */
  async ensureListed(session: Session): Promise<void> {
    await this.#running.get(session);
    if (!this.stateOf(session).isLoaded) {
      const error = await this.#start(session, 'interactive');
      if (error instanceof Error) {
        throw error;
      }
    }
  }

  dispose(): void {
    this.#changed.dispose();
    this.#listed.dispose();
  }

  #start(session: Session, urgency: Urgency): Promise<unknown> {
    const load = this.#loadNewest(session, urgency).finally(() => {
      // A later one may have taken its place.
      if (this.#running.get(session) === load) {
        this.#running.delete(session);
      }
    });
    this.#running.set(session, load);
    return load;
  }

  async #loadNewest(session: Session, urgency: Urgency): Promise<unknown> {
    const state = this.stateOf(session);
    const number = state.loadBegins();
    this.#changed.fire(session);
    try {
      const title = l10n.t('Loading machine actions');
      const isTaken = await this.#ports.progress.run(title, (signal) =>
        this.#ask(session, { signal, urgency }),
      );
      if (isTaken) {
        state.loadSucceeds(number);
        this.#listed.fire(session);
      } else {
        state.loadOvertaken();
        this.#changed.fire(session);
      }
      return undefined;
    } catch (error) {
      const { sentence } = this.#ports.reporter.explain('list machine actions', error);
      state.loadFails(number, sentence, stateAfter(problemOf(error)?.code), session.actions.shown.length);
      this.#changed.fire(session);
      return error;
    }
  }

  async #ask(session: Session, call: { signal: AbortSignal; urgency: Urgency }): Promise<boolean> {
    const filter = this.#ports.choices.filterOf(session);
    await session.actions.setText(filter.text ?? '');
    const options = {
      lookbackDays: settings.lookbackDays(),
      pageSize: settings.pageSize(),
      filter: serverFilter(filter, Date.now()),
    };
    return session.actions.load(options, call);
  }
}
