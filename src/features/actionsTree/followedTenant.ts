import * as vscode from 'vscode';
import type { ActionsChange } from '../../actions/listing';
import { Poller } from '../../actions/poller';
import { systemClock } from '../../http/clock';
import type { Reporter } from '../../platform/errorReporter';
import { onSettingChange, settings } from '../../platform/userSettings';
import type { ConnectedTenant } from '../connections';
import type { TreeNode } from './nodes';
import { NodeCache } from './nodeCache';
import type { TenantState } from './tenantState';
import type { TreeChoices } from './treeChoices';

export interface FollowingPorts {
  readonly view: { readonly visible: boolean; readonly onDidChangeVisibility: vscode.Event<unknown> };
  readonly state: TenantState;
  readonly choices: TreeChoices;
  readonly reporter: Reporter;
}

/** What is painted anew: these rows, or all of them. */
export type Repaint = readonly TreeNode[] | 'all' | 'none';

/**
 * The tenant whose rows the view shows: while somebody looks and something is unfinished, it is
 * polled. Nothing of it outlives `dispose`.
 */
export class FollowedTenant implements vscode.Disposable {
  readonly tenant: ConnectedTenant;
  readonly nodes: NodeCache;
  readonly #ports: FollowingPorts;
  readonly #poller: Poller;
  readonly #changed = new vscode.EventEmitter<Repaint>();
  readonly #subscriptions: vscode.Disposable;

  /** What is listed has changed, or how fresh it is. */
  readonly onDidChange = this.#changed.event;

  constructor(tenant: ConnectedTenant, ports: FollowingPorts) {
    this.tenant = tenant;
    this.#ports = ports;
    this.nodes = new NodeCache(tenant, ports.choices.grouping);
    this.#poller = new Poller({
      clock: systemClock,
      intervalSeconds: settings.refreshSeconds,
      wanted: () => ports.view.visible && vscode.window.state.focused && tenant.actions.unfinished.length > 0,
      poll: (signal) => this.#poll(signal),
      onFailure: (error) => this.#pollFailed(error),
    });
    const check = (): void => this.#poller.check();
    this.#subscriptions = vscode.Disposable.from(
      this.#changed,
      tenant.actions.onDidChange((change) => this.#take(change)),
      ports.view.onDidChangeVisibility(check),
      vscode.window.onDidChangeWindowState(check),
      onSettingChange('refresh', check),
    );
  }

  /** A load has just brought what a round of the poller would. */
  fresh(): void {
    this.#poller.fresh();
  }

  dispose(): void {
    this.#poller.dispose();
    this.#subscriptions.dispose();
  }

  /** Takes over what a load or a poll has changed; only the rows that are concerned are painted. */
  #take(change: ActionsChange): void {
    this.#changed.fire(this.nodes.apply(change) ?? 'all');
    this.#poller.check();
  }

  async #poll(signal: AbortSignal): Promise<void> {
    await this.tenant.actions.poll({ signal, urgency: 'view' });
    this.#ports.state.refreshSucceeds();
    this.#changed.fire('none');
  }

  #pollFailed(error: unknown): void {
    const { sentence } = this.#ports.reporter.explain('refresh machine actions', error);
    this.#ports.state.refreshFails(sentence);
    this.#changed.fire('none');
  }
}
