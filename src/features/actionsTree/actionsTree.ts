import * as vscode from 'vscode';
import type { ActionsChange } from '../../actions/listing';
import { Poller } from '../../actions/poller';
import type { RecentActions } from '../../actions/recentActions';
import { isFinal, type MachineAction } from '../../defender/machineAction';
import type { SettingProblem } from '../../connections/connectionSettings';
import type { TreeContent } from '../../platform/lazyTree';
import { systemClock } from '../../http/clock';
import { shortHostName } from '../../messages/names';
import { youngMs } from '../../messages/times';
import { isOwnDoing, problemOf, type Reporter } from '../../platform/errorReporter';
import type { Progress } from '../../platform/progress';
import { setContext } from '../../platform/progress';
import type { Session, Sessions } from '../connections/sessions';
import { onSettingChange, settings } from '../../platform/userSettings';
import { chooseFilter } from './chooseFilter';
import { isFiltered, noFilter, readFilter, serverFilter, type TreeFilter } from './filters';
import { askGrouping, readGrouping } from './groups';
import { Machines } from './machineHealth';
import { listedLines, throttledLine } from './viewMessage';
import { isNode, node, type TreeNode } from './nodes';
import { Roots } from './roots';
import { greyed, rowFor, type RowFacts } from './rows';
import { TenantState } from './tenantState';
import { tooltipFor } from './tooltips';
import { type State, stateOf } from './viewState';

const { l10n } = vscode;

export interface TreePorts {
  readonly view: vscode.TreeView<TreeNode>;
  readonly sessions: Sessions;
  readonly reporter: Reporter;
  readonly progress: Progress;
  /** Where filters and grouping are kept: in the workspace. */
  readonly state: vscode.Memento;
  readonly facts: RowFacts & { readonly onDidChange: vscode.Event<string> };
}

/** The view `liveResponse.actions`: the recent machine actions of the active connection, and the commands of each. */
export class ActionsTree implements TreeContent<TreeNode>, vscode.Disposable {
  readonly #sessions: Sessions;
  readonly #reporter: Reporter;
  readonly #state: vscode.Memento;
  readonly #progress: Progress;
  readonly #facts: TreePorts['facts'];
  readonly #machines = new Machines();
  readonly #changed = new vscode.EventEmitter<TreeNode | undefined>();
  readonly #view: vscode.TreeView<TreeNode>;
  readonly #subscriptions: vscode.Disposable[];
  readonly #tenants = new WeakMap<Session, TenantState>();
  /** The loads that are under way. */
  readonly #loads = new WeakMap<Session, Promise<void>>();
  /** What is expanded, by tenant: VS Code forgets it with the rows, and coming back to a tenant should not mean starting anew. */
  readonly #expanded = new Map<string, Set<string>>();
  #roots: Roots | undefined;
  #poller: Poller | undefined;
  #endListening: () => void = () => undefined;
  #countdown: NodeJS.Timeout | undefined;
  readonly #ageing = setInterval(() => this.#repaintYoung(), repaintMs).unref();
  #prepared = false;
  #message = '';
  #notes: readonly string[] = [];
  #reportedProblems: readonly SettingProblem[] | undefined;

  readonly onDidChangeTreeData = this.#changed.event;

  /** The view is looked at, or not any more; another connection, or what is listed has changed. */
  onDidUpdate: () => void = () => undefined;

  constructor({ view, sessions, reporter, progress, state, facts }: TreePorts) {
    this.#view = view;
    this.#state = state;
    this.#sessions = sessions;
    this.#reporter = reporter;
    this.#progress = progress;
    this.#facts = facts;
    progress.onDidChange = () => this.#updateMessage();
    this.#subscriptions = [
      this.#changed,
      sessions.onDidChange(() => this.#reset()),
      view.onDidChangeVisibility(({ visible }) => this.#visibilityChanged(visible)),
      vscode.window.onDidChangeWindowState(() => this.#poller?.check()),
      onSettingChange('refresh', () => this.#poller?.check()),
      view.onDidExpandElement(({ element }) => this.#expandedOf(element).add(keyOf(element))),
      view.onDidCollapseElement(({ element }) => this.#expandedOf(element).delete(keyOf(element))),
      sessions.onDidThrottle(({ session, until }) => this.#throttledBy(session, until)),
      facts.onDidChange((actionId) => this.#repaint(actionId)),
      vscode.window.registerFileDecorationProvider({ provideFileDecoration: decorationOf }),
    ];
    if (view.visible) {
      this.#seen();
    }
  }

  get visible(): boolean {
    return this.#view.visible;
  }

  /** True while unfinished actions are looked at by themselves. */
  get polling(): boolean {
    return settings.refreshSeconds() > 0 && this.#looking;
  }

  /** Sentences that stay in the view's message: why a restored tab could not be read. */
  set notes(notes: readonly string[]) {
    this.#notes = notes;
    this.#updateMessage();
  }

  getTreeItem(element: TreeNode): vscode.TreeItem {
    const row = rowFor(element, this.#facts);
    if (element.kind !== 'command' && this.#expandedOf(element).has(keyOf(element))) {
      row.collapsibleState = vscode.TreeItemCollapsibleState.Expanded;
    }
    return row;
  }

  async resolveTreeItem(item: vscode.TreeItem, element: TreeNode): Promise<vscode.TreeItem> {
    if (element.kind !== 'group') {
      const { session, action } = element;
      const asked = !isFinal(action) && action.machineId !== undefined;
      item.tooltip = tooltipFor(element, {
        exitCode: (index) => this.#facts.exitCode(session.connection.id, action, index),
        unfinished: session.actions.unfinished,
        machine: asked ? await this.#machines.get(session, action.machineId) : undefined,
        now: Date.now(),
      });
    }
    return item;
  }

  getParent(element: TreeNode): TreeNode | undefined {
    switch (element.kind) {
      case 'group':
        return undefined;
      case 'action':
        return this.#roots?.parentOf(element.action);
      case 'command':
        return this.#roots?.find(element.action.id);
    }
  }

  getChildren(element?: TreeNode): TreeNode[] | Promise<TreeNode[]> {
    if (element !== undefined) {
      return this.#childrenOf(element);
    }
    this.#prepare();
    const session = this.#sessions.active;
    if (session === undefined || this.#tenantOf(session).isLoaded) {
      return this.#rows();
    }
    // Somebody came to look at this connection: the one moment at which it loads unasked, silently.
    const load = this.#tenantOf(session).wantsLoad ? this.#load(session, 'view') : this.#loads.get(session);
    return load === undefined ? this.#rows() : load.then(() => this.#rows());
  }

  /** Loads the newest actions because a person asked: failures are also told as a notification. */
  async refresh(): Promise<void> {
    const session = this.#sessions.active;
    if (session !== undefined) {
      await this.#load(session, 'interactive');
      this.#changed.fire(undefined);
    }
  }

  /** `liveResponse.loadMore`: the next page, of up to 10,000 actions. */
  async loadMore(): Promise<void> {
    const session = this.#sessions.active;
    await this.#loadOn(l10n.t('Loading more machine actions'), (signal) =>
      session?.actions.loadMore({ signal, urgency: 'interactive' }),
    );
  }

  /** `liveResponse.loadEverything`: all that is left, after saying what it costs. */
  async loadEverything(): Promise<void> {
    const { actions } = this.#sessions.active ?? {};
    if (actions === undefined || actions.complete || !(await this.#agreesToLoad(actions))) {
      return;
    }
    await this.#loadOn(l10n.t('Loading all machine actions'), (signal, report) =>
      actions.loadEverything({ signal, urgency: 'interactive' }, ({ listed }) =>
        report(l10n.t('{0} actions', listed)),
      ),
    );
  }

  /** `liveResponse.filter`: asks what to show. */
  async filter(): Promise<void> {
    const session = this.#sessions.active;
    if (session !== undefined) {
      const chosen = await chooseFilter(session, this.#filterOf(session), this.#progress);
      await (chosen && this.#setFilter(session, chosen));
    }
  }

  /** `liveResponse.clearFilter` */
  async clearFilter(): Promise<void> {
    const session = this.#sessions.active;
    await (session && this.#setFilter(session, noFilter));
  }

  /** `liveResponse.filterOnMachine`: the actions on the machine of a row. */
  async filterOnMachine(target: unknown): Promise<void> {
    if (isNode(target) && target.action.machineId !== undefined) {
      const machine = { id: target.action.machineId, name: shortHostName(target.action) };
      await this.#setFilter(target.session, { machine });
      return;
    }
    // A link in a result: whoever wrote that may have written anything.
    const { machineId, name } = (target ?? {}) as Readonly<Record<string, unknown>>;
    const session = this.#sessions.active;
    if (session !== undefined && typeof machineId === 'string' && /^[0-9a-f]{40}$/.test(machineId)) {
      const machine = { id: machineId, name: typeof name === 'string' ? name : machineId };
      await vscode.commands.executeCommand('liveResponse.actions.focus');
      await this.#setFilter(session, { machine });
    }
  }

  /** `liveResponse.showOpenSessions`: what takes up the tenant's live-response sessions. */
  async showOpenSessions(): Promise<void> {
    const session = this.#sessions.active;
    if (session !== undefined) {
      await vscode.commands.executeCommand('liveResponse.actions.focus');
      await this.#setFilter(session, { preset: 'sessions' });
    }
  }

  /**
   * Shows an action among the others: loads the list when nobody has looked yet, and takes a filter off that hides it.
   * @throws Failure<Problem>
   */
  async reveal(session: Session, action: MachineAction): Promise<void> {
    await vscode.commands.executeCommand('liveResponse.actions.focus');
    if (!this.#tenantOf(session).isLoaded || this.#roots?.session !== session) {
      await this.#load(session, 'interactive');
    }
    if (this.#roots?.find(action.id) === undefined && isFiltered(this.#filterOf(session))) {
      await this.#setFilter(session, noFilter);
    }
    if (this.#roots?.find(action.id) === undefined) {
      // Older than what is listed, or behind the pages that were loaded.
      session.actions.include(action.id);
    }
    const found = this.#roots?.find(action.id);
    if (found !== undefined) {
      await this.#view.reveal(found, { select: true, focus: true, expand: true });
    }
  }

  /** The actions in the order of the tree; they are loaded when nobody has looked yet. */
  async order(session: Session): Promise<readonly MachineAction[]> {
    if (!this.#tenantOf(session).isLoaded) {
      await this.#load(session, 'interactive');
    }
    return this.#roots?.session === session ? this.#roots.order : session.actions.shown;
  }

  /** `liveResponse.groupBy`: asks by what. */
  async groupBy(): Promise<void> {
    const chosen = await askGrouping(this.#grouping);
    if (chosen !== undefined) {
      await this.#state.update(groupingKey, chosen);
      if (this.#roots !== undefined) {
        this.#roots.grouping = chosen;
        this.#changed.fire(undefined);
      }
    }
  }

  dispose(): void {
    clearInterval(this.#countdown);
    clearInterval(this.#ageing);
    this.#endListening();
    this.#poller?.dispose();
    vscode.Disposable.from(...this.#subscriptions).dispose();
  }

  get #grouping(): ReturnType<typeof readGrouping> {
    return readGrouping(this.#state.get(groupingKey));
  }

  #filterOf({ connection }: Session): TreeFilter {
    return readFilter(this.#state.get(filterKey(connection.id)));
  }

  async #setFilter(session: Session, filter: TreeFilter): Promise<void> {
    await this.#state.update(filterKey(session.connection.id), isFiltered(filter) ? filter : undefined);
    await this.refresh();
  }

  #rows(): TreeNode[] {
    return [...(this.#roots?.all ?? [])];
  }

  #childrenOf(element: TreeNode): TreeNode[] {
    switch (element.kind) {
      case 'group':
        return this.#roots?.childrenOf(element) ?? [];
      case 'action': {
        const { session, action } = element;
        return action.commands.map((command) => node({ kind: 'command', session, action, command }));
      }
      case 'command':
        return [];
    }
  }

  async #agreesToLoad(actions: RecentActions): Promise<boolean> {
    const signal = new AbortController().signal;
    const cost = await actions.estimate({ signal, urgency: 'interactive' });
    const load = l10n.t('Load Everything');
    const question =
      cost === undefined
        ? l10n.t(
            'Load all machine actions? Defender does not say how many there are; each 10,000 take one call.',
          )
        : l10n.t('Load all {0} machine actions? It takes about {1} calls.', cost.total, cost.calls);
    const chosen = await vscode.window.showWarningMessage(question, { modal: true }, load);
    return chosen === load;
  }

  async #loadOn(
    title: string,
    work: (signal: AbortSignal, report: (message: string) => void) => Promise<unknown> | undefined,
  ): Promise<void> {
    try {
      await this.#progress.run(title, async (signal, report) => work(signal, report));
    } catch (error) {
      this.#reporter.report('load machine actions', error);
    }
    this.#updateMessage();
  }

  #visibilityChanged(visible: boolean): void {
    if (visible) {
      this.#seen();
    }
    this.#poller?.check();
    this.onDidUpdate();
  }

  /** Takes over what a load or a poll has changed; paints only the rows that are concerned. */
  #modelChanged(roots: Roots, change: ActionsChange): void {
    const rows = roots.apply(change);
    if (rows === undefined) {
      this.#changed.fire(undefined);
    } else {
      rows.forEach((row) => this.#changed.fire(row));
    }
    this.#update();
    this.#poller?.check();
  }

  #tenantOf(session: Session): TenantState {
    const tenant = this.#tenants.get(session) ?? new TenantState();
    this.#tenants.set(session, tenant);
    return tenant;
  }

  /** What the view shows: of the active tenant, whatever the others are at. */
  get #viewState(): State {
    const session = this.#sessions.active;
    if (session === undefined) {
      return 'noConnection';
    }
    const { shown, listed, complete } = session.actions;
    const filtered = isFiltered(this.#filterOf(session));
    return this.#tenantOf(session).view({ shown: shown.length, listed: listed.length, complete, filtered });
  }

  /** Nobody looks at the tenant any more: nothing is sent to it, and what comes is not painted. */
  #leave(): void {
    this.#endListening();
    this.#endListening = () => undefined;
    this.#poller?.dispose();
    this.#poller = undefined;
    this.#roots = undefined;
  }

  /** Follows a tenant, after the one before was left. */
  #listen(session: Session): Roots {
    const roots = new Roots(session, this.#grouping);
    this.#endListening = session.actions.onDidChange((change) => this.#modelChanged(roots, change));
    this.#poller = new Poller({
      clock: systemClock,
      intervalSeconds: settings.refreshSeconds,
      wanted: () => this.#looking && session.actions.unfinished.length > 0,
      poll: (signal) => session.actions.poll({ signal, urgency: 'view' }),
      onFailure: (error) => this.#pollFailed(session, error),
    });
    return roots;
  }

  get #looking(): boolean {
    return this.#view.visible && vscode.window.state.focused;
  }

  #pollFailed(session: Session, error: unknown): void {
    this.#tenantOf(session).refreshFails(this.#reporter.explain('refresh machine actions', error).sentence);
    this.#updateMessage();
  }

  #expandedOf({ session }: TreeNode): Set<string> {
    const { id } = session.connection;
    const expanded = this.#expanded.get(id) ?? new Set();
    this.#expanded.set(id, expanded);
    return expanded;
  }

  #load(session: Session, urgency: 'view' | 'interactive'): Promise<void> {
    const load = this.#loadNewest(session, urgency).finally(() => this.#loads.delete(session));
    this.#loads.set(session, load);
    return load;
  }

  async #loadNewest(session: Session, urgency: 'view' | 'interactive'): Promise<void> {
    const tenant = this.#tenantOf(session);
    tenant.loadBegins();
    this.#update();
    const filter = this.#filterOf(session);
    const load = async (signal: AbortSignal): Promise<void> => {
      await session.actions.setText(filter.text ?? '');
      const options = {
        lookbackDays: settings.lookbackDays(),
        pageSize: settings.pageSize(),
        filter: serverFilter(filter, Date.now()),
      };
      await session.actions.load(options, { signal, urgency });
    };
    try {
      await this.#progress.run(l10n.t('Loading machine actions'), load);
      tenant.loadSucceeds();
      if (session === this.#sessions.active) {
        this.#show(session);
        this.#poller?.fresh();
      }
    } catch (error) {
      this.#loadFailed(session, error, urgency);
    }
  }

  #show(session: Session): void {
    if (this.#roots?.session !== session) {
      this.#leave();
      this.#roots = this.#listen(session);
    }
    this.#update();
  }

  #loadFailed(session: Session, error: unknown, urgency: 'view' | 'interactive'): void {
    const words = this.#reporter.explain('list machine actions', error);
    const state = stateOf(problemOf(error)?.code ?? '');
    this.#tenantOf(session).loadFails(words.sentence, state, session.actions.shown.length);
    if (session === this.#sessions.active) {
      if (urgency === 'interactive' && !isOwnDoing(error)) {
        this.#reporter.show(words);
      }
      this.#update();
    }
  }

  #reset(): void {
    if (this.#view.visible) {
      this.#reportSettings();
    }
    this.#showActive();
    this.#changed.fire(undefined);
  }

  #showActive(): void {
    const session = this.#sessions.active;
    this.#leave();
    this.#view.description = session?.connection.name ?? '';
    if (session !== undefined) {
      const tenant = this.#tenantOf(session);
      tenant.lookedAt();
      if (tenant.isLoaded) {
        this.#roots = this.#listen(session);
      }
    }
    this.#update();
    this.#countDown();
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

  /** Says what is wrong in the setting, once, when somebody looks. */
  #reportSettings(): void {
    const { problems } = this.#sessions;
    if (problems !== this.#reportedProblems) {
      this.#reportedProblems = problems;
      problems.forEach((problem) => this.#reporter.reportSetting(problem));
    }
  }

  #throttledBy(session: Session, until: number): void {
    this.#tenantOf(session).throttledUntil = until;
    this.#countDown();
  }

  /** Milliseconds since the epoch; 0 when nobody asked to wait. */
  get #throttledUntil(): number {
    const session = this.#sessions.active;
    return session === undefined ? 0 : this.#tenantOf(session).throttledUntil;
  }

  /** Says how long is left, every second; the message goes when the wait is over, whatever came of it. */
  #countDown(): void {
    clearInterval(this.#countdown);
    this.#updateMessage();
    if (this.#throttledUntil > Date.now()) {
      this.#countdown = setInterval(() => this.#countDown(), 1_000).unref();
    }
  }

  /** Something beside the action has changed: its exit code, or whether it is watched. */
  #repaint(actionId: string): void {
    const row = this.#roots?.find(actionId);
    if (row !== undefined) {
      this.#changed.fire(row);
    }
  }

  /** Rows say how long ago their action was: those of the last hour are painted anew each minute while somebody looks. */
  #repaintYoung(): void {
    const since = Date.now() - youngMs - repaintMs;
    const young = this.#view.visible ? (this.#roots?.since(since) ?? []) : [];
    young.slice(0, mostRepainted).forEach((row) => this.#changed.fire(row));
  }

  /** Tells everybody what is shown now. */
  #update(): void {
    const state = this.#viewState;
    setContext('liveResponse.state', state);
    const session = this.#sessions.active;
    setContext('liveResponse.connected', session !== undefined);
    setContext('liveResponse.canLoadMore', session?.actions.complete === false && canLoadMore.has(state));
    setContext('liveResponse.filtered', session !== undefined && isFiltered(this.#filterOf(session)));
    this.#showBadge();
    this.#updateMessage();
    this.onDidUpdate();
  }

  /** The badge counts what is unfinished. */
  #showBadge(): void {
    const value = this.#roots?.session.actions.unfinished.length ?? 0;
    if (value !== (this.#view.badge?.value ?? 0)) {
      const tooltip = l10n.t('{0} unfinished machine actions', value);
      this.#view.badge = value === 0 ? undefined : { value, tooltip };
    }
  }

  #updateMessage(): void {
    const lines = [...this.#progress.messages];
    if (this.#throttledUntil > Date.now()) {
      lines.unshift(throttledLine(this.#throttledUntil, Date.now()));
    }
    const session = this.#sessions.active;
    // When nothing is listed, the welcome text speaks; it shows only while there is no message.
    if (session !== undefined && this.#roots !== undefined && this.#roots.all.length > 0) {
      lines.unshift(...this.#notes);
      lines.push(...listedLines(session, this.#filterOf(session), this.#roots.unlisted));
      const { failure } = this.#tenantOf(session);
      if (failure !== undefined) {
        lines.push(l10n.t('Not refreshed: {0}', failure));
      }
    }
    const message = lines.join('\n');
    if (message !== this.#message) {
      this.#message = message;
      this.#view.message = message;
    }
  }
}

const canLoadMore: ReadonlySet<State> = new Set(['listed', 'noneSoFar']);

/** Milliseconds. */
const repaintMs = 60_000;
/** Rows that are painted anew for their age; nobody sees more of them at once. */
const mostRepainted = 200;

function decorationOf(uri: vscode.Uri): vscode.FileDecoration | undefined {
  return uri.scheme === greyed.scheme
    ? { color: new vscode.ThemeColor('disabledForeground'), propagate: false }
    : undefined;
}

const groupingKey = 'grouping';

function filterKey(connectionId: string): string {
  return `filter.${connectionId}`;
}

/** By what a row is remembered as expanded. */
function keyOf(element: TreeNode): string {
  return element.kind === 'group' ? `${element.grouping}/${element.group.key}` : element.action.id;
}
