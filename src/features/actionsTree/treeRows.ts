import * as vscode from 'vscode';
import { isFinal } from '../../defender/machineAction';
import { Machines } from './machineHealth';
import { node, type TreeNode } from './nodes';
import type { NodeCache } from './nodeCache';
import { rowFor, type RowFacts } from './rows';
import { tooltipFor } from './tooltips';

/** The rows as VS Code asks for them, one after another, and what somebody has expanded. */
export class TreeRows implements vscode.Disposable {
  readonly #facts: RowFacts;
  readonly #machines = new Machines();
  /**
   * What is expanded, by tenant: VS Code forgets it with the rows, and coming back to a tenant
   * should not mean starting anew.
   */
  readonly #expanded = new Map<string, Set<string>>();
  readonly #subscriptions: vscode.Disposable;

  constructor(view: vscode.TreeView<TreeNode>, facts: RowFacts) {
    this.#facts = facts;
    this.#subscriptions = vscode.Disposable.from(
      view.onDidExpandElement(({ element }) => this.#expandedOf(element).add(keyOf(element))),
      view.onDidCollapseElement(({ element }) => this.#expandedOf(element).delete(keyOf(element))),
    );
  }

  item(element: TreeNode): vscode.TreeItem {
    const row = rowFor(element, this.#facts);
    if (element.kind !== 'command' && this.#expandedOf(element).has(keyOf(element))) {
      row.collapsibleState = vscode.TreeItemCollapsibleState.Expanded;
    }
    return row;
  }

  async resolve(item: vscode.TreeItem, element: TreeNode): Promise<vscode.TreeItem> {
    if (element.kind !== 'group') {
      const { tenant, action } = element;
      const asked = !isFinal(action) && action.machineId !== undefined;
      item.tooltip = tooltipFor(element, {
        exitCode: (index) => this.#facts.exitCode(tenant.connection.id, action, index),
        unfinished: tenant.actions.unfinished,
        machine: asked ? await this.#machines.get(tenant, action.machineId) : undefined,
        now: Date.now(),
      });
    }
    return item;
  }

  dispose(): void {
    this.#subscriptions.dispose();
  }

  #expandedOf({ tenant }: TreeNode): Set<string> {
    const { id } = tenant.connection;
    const expanded = this.#expanded.get(id) ?? new Set();
    this.#expanded.set(id, expanded);
    return expanded;
  }
}

/** The row above one; undefined above the first. */
export function parentIn(nodes: NodeCache | undefined, element: TreeNode): TreeNode | undefined {
  switch (element.kind) {
    case 'group':
      return undefined;
    case 'action':
      return nodes?.parentOf(element.action);
    case 'command':
      return nodes?.find(element.action.id);
  }
}

/** The rows under one. */
export function childrenIn(nodes: NodeCache | undefined, element: TreeNode): TreeNode[] {
  switch (element.kind) {
    case 'group':
      return nodes?.childrenOf(element) ?? [];
    case 'action': {
      const { tenant, action } = element;
      return action.commands.map((command) => node({ kind: 'command', tenant, action, command }));
    }
    case 'command':
      return [];
  }
}

/** By what a row is remembered as expanded. */
function keyOf(element: TreeNode): string {
  return element.kind === 'group' ? `${element.grouping}/${element.group.key}` : element.action.id;
}
