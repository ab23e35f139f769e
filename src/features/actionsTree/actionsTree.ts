import * as vscode from 'vscode';
import type { SettingProblem } from '../../connections/connectionSettings';
import type { MachineAction } from '../../defender/machineAction';
import type { Reporter } from '../../platform/errorReporter';
import type { TreeContent } from '../../platform/lazyTree';
import type { Progress } from '../../platform/progress';
import type { ConnectedTenant, ConnectionRegistry } from '../connections';
import { noFilter } from '../../actions/treeFilter';
import { FollowedTenant, type Repaint } from './followedTenant';
import { askGrouping } from './groups';
import type { TreeNode } from './nodes';
import { Repainting } from './repainting';
import { greyed, type RowFacts } from './rows';
import { TenantLoads } from './tenantLoads';
import { TreeChoices } from './treeChoices';
import { childrenIn, parentIn, TreeRows } from './treeRows';
import { ViewStatus } from './viewStatus';

export interface TreePorts {
  readonly view: vscode.TreeView<TreeNode>;
  readonly registry: ConnectionRegistry;
  readonly reporter: Reporter;
  readonly progress: Progress;
  /** Where filters and grouping are kept: in the workspace. */
  readonly state: vscode.Memento;
  readonly facts: RowFacts & { readonly onDidChange: vscode.Event<string> };
}

/**
 * The view `liveResponse.actions`: the recent machine actions of the active connection, and the
 * commands of each.
 */
export class ActionsTree implements TreeContent<TreeNode>, vscode.Disposable {
  readonly choices: TreeChoices;
  readonly #ports: TreePorts;
  readonly #loads: TenantLoads;
  readonly #status: ViewStatus;
  readonly #rows: TreeRows;
  readonly #reportSettings: () => void;
  readonly #repainting: Repainting;
  readonly #updated = new vscode.EventEmitter<void>();
  readonly #subscriptions: vscode.Disposable;
  #followed: FollowedTenant | undefined;
  #prepared = false;
  /** How often VS Code waits for rows: then it need not be told that there are some. */
  #awaited = 0;

  readonly onDidChangeTreeData: vscode.Event<TreeNode | undefined>;
  /** The view is looked at, or not any more; another connection, or what is listed has changed. */
  readonly onDidUpdate = this.#updated.event;

  constructor(ports: TreePorts) {
    this.#ports = ports;
    const { view, registry, facts } = ports;
    const repainting = new Repainting({ view, facts, nodes: () => this.#followed?.nodes });
    const choices = new TreeChoices(ports.state);
    const loads = new TenantLoads({ ...ports, choices });
    this.#reportSettings = settingsReport(ports);
    this.choices = choices;
    this.#loads = loads;
    this.#status = new ViewStatus({ ...ports, loads, choices });
    this.#rows = new TreeRows(view, facts);
    this.#repainting = repainting;
    this.onDidChangeTreeData = repainting.onDidChange;
    this.#subscriptions = vscode.Disposable.from(
      repainting,
      this.#updated,
      loads,
      this.#status,
      this.#rows,
      registry.onDidChange(() => this.#reset()),
      loads.onDidChange(() => this.update()),
      loads.onDidList((tenant) => this.#listed(tenant)),
      view.onDidChangeVisibility(({ visible }) => this.#visibilityChanged(visible)),
      vscode.window.registerFileDecorationProvider({ provideFileDecoration: decorationOf }),
    );
    if (view.visible) {
      this.#seen();
    }
  }

  /** Sentences that stay in the view's message: why a restored tab could not be read. */
  set notes(notes: readonly string[]) {
    this.#status.notes = notes;
  }

  getTreeItem(element: TreeNode): vscode.TreeItem {
    return this.#rows.item(element);
  }

  resolveTreeItem(item: vscode.TreeItem, element: TreeNode): Promise<vscode.TreeItem> {
    return this.#rows.resolve(item, element);
  }

  getParent(element: TreeNode): TreeNode | undefined {
    return parentIn(this.#followed?.nodes, element);
  }

  getChildren(element?: TreeNode): TreeNode[] | Promise<TreeNode[]> {
    if (element !== undefined) {
      return childrenIn(this.#followed?.nodes, element);
    }
    this.#prepare();
    const tenant = this.#ports.registry.active;
    if (tenant === undefined || this.#loads.stateOf(tenant).isLoaded) {
      return this.#topRows();
    }
    // Somebody came to look at this connection: the one moment at which it loads unasked, silently.
    const load = this.#loads.stateOf(tenant).wantsLoad
      ? this.#loads.load(tenant, 'view')
      : this.#loads.running(tenant);
    return load === undefined ? this.#topRows() : this.#rowsAfter(load);
  }

  /** Loads the newest actions because a person asked: failures are also told as a notification. */
  async refresh(): Promise<void> {
    const tenant = this.#ports.registry.active;
    if (tenant !== undefined) {
      await this.#loads.load(tenant, 'interactive');
      this.#repainting.all();
    }
  }

  /**
   * Shows an action among the others: loads the list when nobody has looked yet, and takes a filter
   * off that hides it.
   * @throws Failure<Problem>
   */
  async reveal(tenant: ConnectedTenant, action: MachineAction): Promise<void> {
    await vscode.commands.executeCommand('liveResponse.actions.focus');
    this.#prepare();
    await this.#loads.ensureListed(tenant);
    if (this.#rowOf(action.id) === undefined && this.choices.isFiltered(tenant)) {
      await this.choices.setFilter(tenant, noFilter);
      await this.refresh();
    }
    if (this.#rowOf(action.id) === undefined) {
      // Older than what is listed, or behind the pages that were loaded.
      tenant.actions.include(action.id);
    }
    await this.#select(action.id, true);
  }

  /**
   * Selects the row of an action that the view shows, without taking the focus; asks for nothing.
   */
  async select(tenant: ConnectedTenant, actionId: string): Promise<void> {
    if (this.#ports.view.visible && this.#followed?.tenant === tenant) {
      await this.#select(actionId, false);
    }
  }

  /**
   * The actions in the order of the tree; they are loaded when nobody has looked yet.
   * @throws Failure<Problem> or an abort, when that failed
   */
  async order(tenant: ConnectedTenant): Promise<readonly MachineAction[]> {
    await this.#loads.ensureListed(tenant);
    return this.#followed?.tenant === tenant ? this.#followed.nodes.order : tenant.actions.shown;
  }

  /** `liveResponse.groupBy`: asks by what. */
  async groupBy(): Promise<void> {
    const chosen = await askGrouping(this.choices.grouping);
    if (chosen !== undefined) {
      await this.choices.setGrouping(chosen);
      if (this.#followed !== undefined) {
        this.#followed.nodes.grouping = chosen;
        this.#repainting.all();
      }
    }
  }

  /** Tells everybody what is shown now. */
  update(): void {
    this.#status.update(this.#followed?.nodes);
    this.#updated.fire();
  }

  dispose(): void {
    this.#followed?.dispose();
    this.#subscriptions.dispose();
  }

  #topRows(): TreeNode[] {
    return [...(this.#followed?.nodes.all ?? [])];
  }

  async #rowsAfter(load: Promise<unknown>): Promise<TreeNode[]> {
    this.#awaited += 1;
    await load;
    this.#awaited -= 1;
    return this.#topRows();
  }

  /** The row of a listed action, also of one behind the last row. */
  #rowOf(actionId: string): TreeNode | undefined {
    const found = this.#followed?.nodes.rowOf(actionId);
    if (found?.isNew === true) {
      this.#repainting.all();
    }
    return found?.row;
  }

  async #select(actionId: string, focus: boolean): Promise<void> {
    const row = this.#rowOf(actionId);
    if (row !== undefined) {
      await this.#ports.view.reveal(row, { select: true, focus, expand: focus });
    }
  }

  #visibilityChanged(visible: boolean): void {
    if (visible) {
      this.#seen();
    }
    this.#updated.fire();
  }

  /** A load has succeeded: its rows are shown when its tenant is the active one. */
  #listed(tenant: ConnectedTenant): void {
    if (tenant !== this.#ports.registry.active) {
      return;
    }
    if (this.#followed?.tenant !== tenant) {
      this.#follow(tenant);
      if (this.#awaited === 0) {
        this.#repainting.all();
      }
    }
    this.update();
    this.#followed?.fresh();
  }

  /** Leaves the tenant before: it is polled no more, and what comes of it is not painted. */
  #follow(tenant: ConnectedTenant | undefined): void {
    this.#followed?.dispose();
    this.#followed = undefined;
    if (tenant !== undefined) {
      const state = this.#loads.stateOf(tenant);
      this.#followed = new FollowedTenant(tenant, { ...this.#ports, choices: this.choices, state });
      this.#followed.onDidChange((repaint) => this.#repaint(repaint));
    }
  }

  #repaint(repaint: Repaint): void {
    this.#repainting.repaint(repaint);
    this.update();
  }

  #reset(): void {
    if (this.#ports.view.visible) {
      this.#reportSettings();
    }
    this.#showActive();
    this.#repainting.all();
  }

  #showActive(): void {
    const tenant = this.#ports.registry.active;
    this.#status.follow(tenant);
    const state = tenant && this.#loads.stateOf(tenant);
    state?.lookedAt();
    this.#follow(state?.isLoaded === true ? tenant : undefined);
    this.update();
  }

  #seen(): void {
    this.#prepare();
    this.#reportSettings();
  }

  #prepare(): void {
    if (!this.#prepared) {
      this.#prepared = true;
      this.#showActive();
    }
  }
}

/** Says what is wrong in the setting, once, when somebody looks. */
function settingsReport({ registry, reporter }: TreePorts): () => void {
  let reported: readonly SettingProblem[] | undefined;
  return () => {
    const { problems } = registry;
    if (problems !== reported) {
      reported = problems;
      problems.forEach((problem) => reporter.reportSetting(problem));
    }
  };
}

function decorationOf(uri: vscode.Uri): vscode.FileDecoration | undefined {
  return uri.scheme === greyed.scheme
    ? { color: new vscode.ThemeColor('disabledForeground'), propagate: false }
    : undefined;
}
