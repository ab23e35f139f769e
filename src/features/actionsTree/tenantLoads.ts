import * as vscode from 'vscode';
import { problemOf, type Reporter } from '../../platform/errorReporter';
import type { Progress } from '../../platform/progress';
import { settings } from '../../platform/userSettings';
import type { ConnectedTenant, ConnectionRegistry } from '../connections';
import { serverFilter } from '../../actions/treeFilter';
import { TenantState } from './tenantState';
import type { TreeChoices } from './treeChoices';
import { stateAfter } from './viewState';

const { l10n } = vscode;

export interface LoadPorts {
  readonly registry: ConnectionRegistry;
  readonly progress: Progress;
  readonly reporter: Reporter;
  readonly choices: TreeChoices;
}

/** Who waits for a load: `view` signs in silently at most. */
type Urgency = 'view' | 'interactive';

/**
 * Loads the newest actions of each tenant, and keeps what came of it apart from the other tenants.
 */
export class TenantLoads implements vscode.Disposable {
  readonly #ports: LoadPorts;
  readonly #states = new WeakMap<ConnectedTenant, TenantState>();
  /** The last load that is under way; gives why it failed, undefined when it did not. */
  readonly #running = new WeakMap<ConnectedTenant, Promise<unknown>>();
  readonly #changed = new vscode.EventEmitter<ConnectedTenant>();
  readonly #listed = new vscode.EventEmitter<ConnectedTenant>();

  /** A load has begun or failed. */
  readonly onDidChange = this.#changed.event;
  /** What a load has brought is in the model. */
  readonly onDidList = this.#listed.event;

  constructor(ports: LoadPorts) {
    this.#ports = ports;
  }

  stateOf(tenant: ConnectedTenant): TenantState {
    const known = this.#states.get(tenant) ?? new TenantState();
    this.#states.set(tenant, known);
    return known;
  }

  /** The load that is under way; undefined when there is none. */
  running(tenant: ConnectedTenant): Promise<unknown> | undefined {
    return this.#running.get(tenant);
  }

  /**
   * Loads the newest actions. What fails is the tenant's state; when a person asked for it, it is a
   * notification too.
   */
  async load(tenant: ConnectedTenant, urgency: Urgency): Promise<void> {
    const error = await this.#start(tenant, urgency);
    if (urgency === 'interactive' && tenant === this.#ports.registry.active && error !== undefined) {
      this.#ports.reporter.report('list machine actions', error);
    }
  }

  /**
   * Sees to it that something is listed: waits for a load that is under way, and begins one when
   * that has not helped.
   * @throws Failure<Problem> or an abort, when the load failed
   */
  async ensureListed(tenant: ConnectedTenant): Promise<void> {
    await this.#running.get(tenant);
    if (!this.stateOf(tenant).isLoaded) {
      const error = await this.#start(tenant, 'interactive');
      if (error instanceof Error) {
        throw error;
      }
    }
  }

  dispose(): void {
    this.#changed.dispose();
    this.#listed.dispose();
  }

  #start(tenant: ConnectedTenant, urgency: Urgency): Promise<unknown> {
    const load = this.#loadNewest(tenant, urgency).finally(() => {
      // A later one may have taken its place.
      if (this.#running.get(tenant) === load) {
        this.#running.delete(tenant);
      }
    });
    this.#running.set(tenant, load);
    return load;
  }

  async #loadNewest(tenant: ConnectedTenant, urgency: Urgency): Promise<unknown> {
    const state = this.stateOf(tenant);
    const number = state.loadBegins();
    this.#changed.fire(tenant);
    try {
      const title = l10n.t('Loading machine actions');
      const isTaken = await this.#ports.progress.run(title, (signal) =>
        this.#ask(tenant, { signal, urgency }),
      );
      if (isTaken) {
        state.loadSucceeds(number);
        this.#listed.fire(tenant);
      } else {
        state.loadOvertaken();
        this.#changed.fire(tenant);
      }
      return undefined;
    } catch (error) {
      const { sentence } = this.#ports.reporter.explain('list machine actions', error);
      state.loadFails(number, sentence, stateAfter(problemOf(error)?.code), tenant.actions.shown.length);
      this.#changed.fire(tenant);
      return error;
    }
  }

  async #ask(tenant: ConnectedTenant, call: { signal: AbortSignal; urgency: Urgency }): Promise<boolean> {
    const filter = this.#ports.choices.filterOf(tenant);
    await tenant.actions.setText(filter.text ?? '');
    const options = {
      lookbackDays: settings.lookbackDays(),
      pageSize: settings.pageSize(),
      filter: serverFilter(filter, Date.now()),
    };
    return tenant.actions.load(options, call);
  }
}
