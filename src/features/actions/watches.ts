import * as vscode from 'vscode';
import { actionsByIds } from '../../actions/byIds';
import { Poller } from '../../actions/poller';
import { isNotThere } from '../../defender/apiProblem';
import type { CallOptions } from '../../defender/client';
import { isFinal, type MachineAction } from '../../defender/machineAction';
import { systemClock } from '../../http/clock';
import { hostName, statusName } from '../../messages/formatNames';
import type { Reporter } from '../../platform/errorReporter';
import { type ActionNode, node } from '../actionsTree';
import type { ConnectedTenant, ConnectionRegistry } from '../connections';
import { settings } from '../../platform/userSettings';
import { actionLabel } from '../../messages/actionLabel';

const { l10n } = vscode;

/** An action that somebody waits for. */
export interface Watch {
  readonly connection: string;
  readonly actionId: string;
  /** The command whose result was asked for; undefined when the action itself was. */
  readonly index?: number | undefined;
}

export interface WatchPorts {
  readonly registry: ConnectionRegistry;
  readonly reporter: Reporter;
  /** Where they are kept, so that they outlive a reload. */
  readonly state: vscode.Memento;
  /** While somebody looks at it, it polls the unfinished actions of the active tenant by itself. */
  readonly view: { readonly visible: boolean };
}

/** Of the workspace's state. */
export const watchesKey = 'watches';
/** Nobody waits for more than this; it bounds what is kept. */
export const maxWatches = 100;
/**
 * Seconds between two looks where the setting switches the view's own off: whoever watches wants to
 * be told.
 */
const unaskedSeconds = 30;

/**
 * Tells, once, when an action ends that somebody asked to watch, also after a reload. Nothing else
 * notifies unasked.
 */
export class Watches implements vscode.Disposable {
  readonly #ports: WatchPorts;
  /** One for each connection: a tenant that fails or throttles slows down only its own. */
  readonly #pollers = new Map<string, Poller>();
  readonly #watches = new Map<string, Watch>();
  readonly #listened = new Map<string, { readonly tenant: ConnectedTenant; dispose(): void }>();
  readonly #changed = new vscode.EventEmitter<Watch>();
  readonly #dropped: vscode.Disposable;

  /** An action is watched now, or no longer. */
  readonly onDidChange = this.#changed.event;

  constructor(ports: WatchPorts) {
    this.#ports = ports;
    for (const watch of readWatches(ports.state.get(watchesKey))) {
      this.#watches.set(keyOf(watch), watch);
    }
    this.#dropped = ports.registry.onDidDrop((connection) => this.#startOver(connection));
  }

  /** Goes on with what was watched before a reload. */
  start(): void {
    for (const connection of new Set([...this.#watches.values()].map((watch) => watch.connection))) {
      this.#pollerOf(connection).check();
    }
  }

  has(connection: string, actionId: string): boolean {
    return this.#watches.has(keyOf({ connection, actionId }));
  }

  /**
   * Watches an action until it ends; false when there are too many. What is asked for a second time
   * stays one watch, of the command that was asked for.
   */
  async add(watch: Watch): Promise<boolean> {
    if (this.#watches.size >= maxWatches && !this.#watches.has(keyOf(watch))) {
      return false;
    }
    const index = watch.index ?? this.#watches.get(keyOf(watch))?.index;
    this.#watches.set(keyOf(watch), { ...watch, index });
    await this.#changedTo(watch);
    this.#pollerOf(watch.connection).check();
    return true;
  }

  async remove(watch: Pick<Watch, 'connection' | 'actionId'>): Promise<void> {
    if (this.#watches.delete(keyOf(watch))) {
      await this.#changedTo(watch);
    }
  }

  dispose(): void {
    this.#dropped.dispose();
    this.#pollers.forEach((poller) => poller.dispose());
    this.#listened.forEach((each) => each.dispose());
    this.#changed.dispose();
  }

  /** A connection was redefined: how long the one before had to wait says nothing of the new one. */
  #startOver(connection: string): void {
    this.#pollers.get(connection)?.dispose();
    this.#pollers.delete(connection);
    this.#listened.get(connection)?.dispose();
    this.#listened.delete(connection);
    if (this.#of(connection).length > 0) {
      this.#pollerOf(connection).check();
    }
  }

  async #changedTo(watch: Watch): Promise<void> {
    this.#changed.fire(watch);
    await this.#ports.state.update(watchesKey, [...this.#watches.values()]);
  }

  #pollerOf(connection: string): Poller {
    const known = this.#pollers.get(connection);
    if (known !== undefined) {
      return known;
    }
    const poller = new Poller({
      clock: systemClock,
      intervalSeconds: () => settings.refreshSeconds() || unaskedSeconds,
      wanted: () => this.#of(connection).length > 0,
      poll: (signal) => this.#look(connection, signal),
      onFailure: (error) => this.#ports.reporter.explain('look at a watched action', error),
    });
    this.#pollers.set(connection, poller);
    return poller;
  }

  async #look(connection: string, signal: AbortSignal): Promise<void> {
    const { registry } = this.#ports;
    const tenant = registry.get(connection);
    if (tenant === undefined) {
      // A setting that somebody is editing may have a fault for a moment.
      const isGone = registry.problems.length === 0;
      const gone = isGone ? this.#of(connection) : [];
      await Promise.all(gone.map((watch) => this.remove(watch)));
      return;
    }
    this.#listen(tenant);
    try {
      await this.#lookIn(tenant, signal);
    } finally {
      // A round that failed may have brought some of it.
      this.#tellEnded(tenant);
    }
  }

  /** One call for all that are listed, and one for 50 of the others. */
  async #lookIn(tenant: ConnectedTenant, signal: AbortSignal): Promise<void> {
    const call = { signal, urgency: 'view' } as const;
    const listed = new Set(tenant.actions.unfinished.map(({ id }) => id));
    const waited = this.#of(tenant.connection.id);
    if (waited.some(({ actionId }) => listed.has(actionId)) && !this.#isPolled(tenant)) {
      await tenant.actions.poll(call);
    }
    const others = waited.filter(({ actionId }) => !listed.has(actionId));
    const ids = others.map(({ actionId }) => actionId);
    const found = ids.length > 1 ? await actionsByIds(tenant.client, ids, call) : undefined;
    tenant.actions.learnAll([...(found?.values() ?? [])]);
    for (const watch of others.filter(({ actionId }) => found?.has(actionId) !== true)) {
      await this.#lookAt(tenant, watch, call);
    }
  }

  /**
   * An action that a list does not have: it may be gone, or its entry could not be read for a
   * moment. Only a 404 of the API says that it is gone.
   */
  async #lookAt(tenant: ConnectedTenant, watch: Watch, call: CallOptions): Promise<void> {
    try {
      await tenant.actions.get(watch.actionId, call);
    } catch (error) {
      if (!isNotThere(error)) {
        throw error;
      }
      await this.remove(watch);
    }
  }

  /** True while the view looks at the unfinished actions of a tenant by itself. */
  #isPolled(tenant: ConnectedTenant): boolean {
    const { registry, view } = this.#ports;
    const looking = view.visible && vscode.window.state.focused && settings.refreshSeconds() > 0;
    return looking && tenant === registry.active;
  }

  /** What a load or another poll brings is told at once. */
  #listen(tenant: ConnectedTenant): void {
    const { id } = tenant.connection;
    if (this.#listened.get(id)?.tenant !== tenant) {
      this.#listened.get(id)?.dispose();
      const subscription = tenant.actions.onDidChange(() => this.#tellEnded(tenant));
      this.#listened.set(id, { tenant, dispose: () => subscription.dispose() });
    }
  }

  #tellEnded(tenant: ConnectedTenant): void {
    for (const watch of this.#of(tenant.connection.id)) {
      const action = tenant.actions.find(watch.actionId);
      if (action !== undefined && isFinal(action)) {
        this.remove(watch).catch((error: unknown) => this.#ports.reporter.explain('keep the watches', error));
        this.#tell(tenant, action, watch.index);
      }
    }
  }

  #tell(tenant: ConnectedTenant, action: MachineAction, index: number | undefined): void {
    const sentence = l10n.t(
      '{0} on {1}: {2}.',
      actionLabel(action),
      hostName(action),
      statusName(action.status),
    );
    this.#ports.reporter.notify(action.status === 'Succeeded' ? 'info' : 'warning', sentence, {
      title: action.type === 'LiveResponse' ? l10n.t('Open Result') : l10n.t('Open Action'),
      run: () => openEnded(tenant, action, index),
    });
  }

  #of(connection: string): Watch[] {
    return [...this.#watches.values()].filter((watch) => watch.connection === connection);
  }
}

/**
 * What was watched has ended: opens the result that was asked for, or asks which one, or shows the
 * action that has none.
 */
function openEnded(
  tenant: ConnectedTenant,
  action: MachineAction,
  index: number | undefined,
): Thenable<unknown> {
  const connection = tenant.connection.id;
  if (action.type === 'LiveResponse' && index !== undefined) {
    return vscode.commands.executeCommand('liveResponse.openResult', {
      connection,
      actionId: action.id,
      index,
    });
  }
  const found = node<ActionNode>({ kind: 'action', tenant, action });
  return vscode.commands.executeCommand(
    action.type === 'LiveResponse' ? 'liveResponse.openResult' : 'liveResponse.openAction',
    found,
  );
}

function keyOf({ connection, actionId }: Pick<Watch, 'connection' | 'actionId'>): string {
  return `${connection}/${actionId}`;
}

/** What was kept in a workspace; what is no watch counts as nothing. */
function readWatches(kept: unknown): Watch[] {
  return (Array.isArray(kept) ? (kept as unknown[]) : []).slice(0, maxWatches).flatMap((each) => {
    const { connection, actionId, index } = (each ?? {}) as Record<string, unknown>;
    return typeof connection === 'string' && typeof actionId === 'string'
      ? [{ connection, actionId, index: typeof index === 'number' ? index : undefined }]
      : [];
  });
}
