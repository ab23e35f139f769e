import * as vscode from 'vscode';
import type { Progress } from '../../platform/progress';
import { setContext } from '../../platform/contextKeys';
import type { ConnectedTenant, ConnectionRegistry } from '../connections';
import type { TreeNode } from './nodes';
import type { NodeCache } from './nodeCache';
import type { TenantLoads } from './tenantLoads';
import type { TreeChoices } from './treeChoices';
import { listedLines, throttledLine } from './viewMessage';
import type { ViewState } from '../../platform/contextKeys';

const { l10n } = vscode;

export interface StatusPorts {
  readonly view: vscode.TreeView<TreeNode>;
  readonly registry: ConnectionRegistry;
  readonly progress: Progress;
  readonly loads: TenantLoads;
  readonly choices: TreeChoices;
}

/**
 * What the view says besides its rows: its message, its badge, and the context keys that its
 * welcome texts and menus go by.
 */
export class ViewStatus implements vscode.Disposable {
  readonly #ports: StatusPorts;
  readonly #subscriptions: vscode.Disposable;
  #nodes: NodeCache | undefined;
  #countdown: NodeJS.Timeout | undefined;
  #message = '';
  #notes: readonly string[] = [];

  constructor(ports: StatusPorts) {
    this.#ports = ports;
    this.#subscriptions = vscode.Disposable.from(
      ports.progress.onDidChange(() => this.#updateMessage()),
      ports.registry.onDidThrottle(({ tenant, until }) => this.#throttledBy(tenant, until)),
    );
  }

  /** Sentences that stay in the message: why a restored tab could not be read. */
  set notes(notes: readonly string[]) {
    this.#notes = notes;
    this.#updateMessage();
  }

  /** Says what is shown now. `nodes` are the rows of the active tenant, once it has some. */
  update(nodes: NodeCache | undefined): void {
    this.#nodes = nodes;
    const { registry, choices } = this.#ports;
    const tenant = registry.active;
    const state = this.#state;
    setContext('liveResponse.state', state);
    setContext('liveResponse.connected', tenant !== undefined);
    setContext('liveResponse.writable', tenant?.connection.readOnly === false);
    setContext('liveResponse.canLoadMore', tenant?.actions.complete === false && canLoadMore.has(state));
    setContext('liveResponse.filtered', tenant !== undefined && choices.isFiltered(tenant));
    this.#showBadge();
    this.#updateMessage();
  }

  /** Another tenant is looked at. */
  follow(tenant: ConnectedTenant | undefined): void {
    this.#ports.view.description = tenant?.connection.name ?? '';
    this.#countDown();
  }

  dispose(): void {
    clearInterval(this.#countdown);
    this.#subscriptions.dispose();
  }

  /** Of the active tenant, whatever the others are at. */
  get #state(): ViewState {
    const { registry, choices, loads } = this.#ports;
    const tenant = registry.active;
    if (tenant === undefined) {
      return 'noConnection';
    }
    const { shown, listed, complete } = tenant.actions;
    const filtered = choices.isFiltered(tenant);
    return loads.stateOf(tenant).view({ shown: shown.length, listed: listed.length, complete, filtered });
  }

  #throttledBy(tenant: ConnectedTenant, until: number): void {
    this.#ports.loads.stateOf(tenant).throttledUntil = until;
    this.#countDown();
  }

  /** Milliseconds since the epoch; 0 when nobody asked to wait. */
  get #throttledUntil(): number {
    const tenant = this.#ports.registry.active;
    return tenant === undefined ? 0 : this.#ports.loads.stateOf(tenant).throttledUntil;
  }

  /**
   * Says how long is left, every second; the message goes when the wait is over, whatever came of
   * it.
   */
  #countDown(): void {
    clearInterval(this.#countdown);
    this.#updateMessage();
    if (this.#throttledUntil > Date.now()) {
      this.#countdown = setInterval(() => this.#countDown(), 1_000).unref();
    }
  }

  /** The badge counts what is unfinished. */
  #showBadge(): void {
    const { view } = this.#ports;
    const value = this.#nodes?.tenant.actions.unfinished.length ?? 0;
    if (value !== (view.badge?.value ?? 0)) {
      const tooltip =
        value === 1 ? l10n.t('1 unfinished machine action') : l10n.t('{0} unfinished machine actions', value);
      view.badge = value === 0 ? undefined : { value, tooltip };
    }
  }

  #updateMessage(): void {
    const { view, registry, progress, loads, choices } = this.#ports;
    const lines = [...progress.messages];
    if (this.#throttledUntil > Date.now()) {
      lines.unshift(throttledLine(this.#throttledUntil, Date.now()));
    }
    const tenant = registry.active;
    // When nothing is listed, the welcome text speaks; it shows only while there is no message.
    if (tenant !== undefined && this.#nodes !== undefined && this.#nodes.all.length > 0) {
      lines.unshift(...this.#notes);
      lines.push(...listedLines(tenant, choices.filterOf(tenant), this.#nodes.unlisted));
      const { failure } = loads.stateOf(tenant);
      if (failure !== undefined) {
        lines.push(l10n.t('Refresh failed: {0}', failure));
      }
    }
    const message = lines.join('\n');
    if (message !== this.#message) {
      this.#message = message;
      view.message = message;
    }
  }
}

const canLoadMore: ReadonlySet<ViewState> = new Set(['listed', 'noneSoFar', 'emptySoFar']);
