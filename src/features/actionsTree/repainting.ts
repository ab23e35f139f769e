import * as vscode from 'vscode';
import { youngMs } from '../../messages/times';
import { onSettingChange } from '../../platform/userSettings';
import type { Repaint } from './followedTenant';
import type { TreeNode } from './nodes';
import type { NodeCache } from './nodeCache';

export interface RepaintPorts {
  readonly view: { readonly visible: boolean };
  /** Tells of an action beside which something has changed, by its ID. */
  readonly facts: { readonly onDidChange: vscode.Event<string> };
  /** The rows that are shown; undefined when there are none. */
  readonly nodes: () => NodeCache | undefined;
}

/** Tells VS Code which rows it is to paint anew. */
export class Repainting implements vscode.Disposable {
  readonly #ports: RepaintPorts;
  readonly #changed = new vscode.EventEmitter<TreeNode | undefined>();
  readonly #ageing = setInterval(() => this.#repaintYoung(), repaintMs).unref();
  readonly #subscriptions: vscode.Disposable;

  /** A row, or undefined for all of them. */
  readonly onDidChange = this.#changed.event;

  constructor(ports: RepaintPorts) {
    this.#ports = ports;
    this.#subscriptions = vscode.Disposable.from(
      this.#changed,
      ports.facts.onDidChange((actionId) => this.#repaintAction(actionId)),
      onSettingChange('time', () => this.all()),
      onSettingChange('tree.label', () => this.all()),
    );
  }

  all(): void {
    this.#changed.fire(undefined);
  }

  repaint(repaint: Repaint): void {
    if (repaint === 'all') {
      this.all();
    } else if (repaint !== 'none') {
      repaint.forEach((row) => this.#changed.fire(row));
    }
  }

  dispose(): void {
    clearInterval(this.#ageing);
    this.#subscriptions.dispose();
  }

  /** Something beside the action has changed: its exit code, or whether it is watched. */
  #repaintAction(actionId: string): void {
    const row = this.#ports.nodes()?.find(actionId);
    if (row !== undefined) {
      this.#changed.fire(row);
    }
  }

  /**
   * Rows say how long ago their action was: those of the last hour are painted anew each minute
   * while somebody looks.
   */
  #repaintYoung(): void {
    const since = Date.now() - youngMs - repaintMs;
    const young = this.#ports.view.visible ? (this.#ports.nodes()?.since(since) ?? []) : [];
    young.slice(0, maxRepainted).forEach((row) => this.#changed.fire(row));
  }
}

/** Milliseconds. */
const repaintMs = 60_000;
/** Rows that are painted anew for their age; nobody sees more of them at once. */
const maxRepainted = 200;
