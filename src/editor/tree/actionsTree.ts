import * as vscode from 'vscode';
import type { ActionsChange } from '../../actions/listing';
import { Poller } from '../../actions/poller';
import type { RecentActions } from '../../actions/recentActions';
import type { SettingProblem } from '../../connections/settings';
import type { TreeContent } from '../lazyTree';
import { systemClock } from '../../http/clock';
import { shortHostName } from '../names';
import { isOwnDoing, problemOf, type Reporter } from '../report';
import type { Progress } from '../progress';
import { setContext } from '../progress';
import type { Session, Sessions } from '../sessions';
import { onSettingChange, settings } from '../settings';
import { clockTime } from '../words';
import { askFilter, isFiltered, noFilter, readFilter, serverFilter, type TreeFilter } from './filters';
import { askGrouping, readGrouping } from './groups';
import { listedLines } from './message';
import { isNode, node, type TreeNode } from './nodes';
import { Roots } from './roots';
import { rowFor, tooltipFor } from './rows';

const { l10n } = vscode;

/** Why the tree shows what it shows; the welcome texts of the manifest hang on it. */
type State =
  | 'noConnection'
  | 'loading'
  | 'listed'
  | 'empty'
  | 'filteredOut'
  | 'signInNeeded'
  | 'signedOut'
  | 'forbidden'
  | 'offline'
  | 'failed';

/** The view `liveResponse.actions`: the recent machine actions of the active connection, and the commands of each. */
export class ActionsTree implements TreeContent<TreeNode>, vscode.Disposable {
  readonly #sessions: Sessions;
  readonly #reporter: Reporter;
  /** Where filters and grouping are kept: in the workspace. */
  readonly #state: vscode.Memento;
  readonly #changed = new vscode.EventEmitter<TreeNode | undefined>();
  readonly #view: vscode.TreeView<TreeNode>;
  readonly #subscriptions: vscode.Disposable[];
  /** The sessions whose first page was asked for. */
  readonly #asked = new WeakSet<Session>();
  /** What is expanded, by tenant: VS Code forgets it with the rows, and coming back to a tenant should not mean starting anew. */
  readonly #expanded = new Map<string, Set<string>>();
  #roots: Roots | undefined;
  #poller: Poller | undefined;
  #endListening: () => void = () => undefined;
  #failure: string | undefined;
  #throttledUntil = 0;
  #prepared = false;
  #message = '';
  #notes: readonly string[] = [];
  #progress: Progress | undefined;
  #reportedProblems: readonly SettingProblem[] | undefined;

  readonly onDidChangeTreeData = this.#changed.event;

  constructor(
    view: vscode.TreeView<TreeNode>,
    sessions: Sessions,
    reporter: Reporter,
    state: vscode.Memento,
  ) {
    this.#view = view;
    this.#state = state;
    this.#sessions = sessions;
    this.#reporter = reporter;
    this.#subscriptions = [
      this.#changed,
      sessions.onDidChange(() => this.#reset()),
      view.onDidChangeVisibility(({ visible }) => this.#visibilityChanged(visible)),
      vscode.window.onDidChangeWindowState(() => this.#poller?.check()),
      onSettingChange('refresh', () => this.#poller?.check()),
      view.onDidExpandElement(({ element }) => this.#expandedOf(element).add(keyOf(element))),
      view.onDidCollapseElement(({ element }) => this.#expandedOf(element).delete(keyOf(element))),
      sessions.onDidThrottle(({ until }) => this.#showThrottled(until)),
    ];
    if (view.visible) {
      this.#seen();
    }
  }

  get visible(): boolean {
    return this.#view.visible;
  }

  /** Lets the view's message say what is going on. */
  showProgressOf(progress: Progress): void {
    this.#progress = progress;
    progress.onDidChange = () => this.#updateMessage();
  }

  /** Sentences that stay in the view's message: why a restored tab could not be read. */
  set notes(notes: readonly string[]) {
    this.#notes = notes;
    this.#updateMessage();
  }

  getTreeItem(element: TreeNode): vscode.TreeItem {
    const row = rowFor(element);
    if (element.kind !== 'command' && this.#expandedOf(element).has(keyOf(element))) {
      row.collapsibleState = vscode.TreeItemCollapsibleState.Expanded;
    }
    return row;
  }

  resolveTreeItem(item: vscode.TreeItem, element: TreeNode): vscode.TreeItem {
    if (element.kind !== 'group') {
      item.tooltip = tooltipFor(element);
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
    if (session === undefined || this.#asked.has(session)) {
      return this.#rows();
    }
    // The view is seen for the first time with this connection: the one moment at which it loads unasked, silently.
    return this.#load(session, 'view').then(() => this.#rows());
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
      const chosen = await askFilter(this.#filterOf(session));
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
    }
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
      await this.#progress?.run(title, async (signal, report) => work(signal, report));
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
  }

  /** Takes over what a load or a poll has changed; paints only the rows that are concerned. */
  #modelChanged(roots: Roots, change: ActionsChange): void {
    const rows = roots.apply(change);
    if (rows === undefined) {
      this.#changed.fire(undefined);
    } else {
      rows.forEach((row) => this.#changed.fire(row));
    }
    this.#setState(this.#listedState(roots));
    this.#poller?.check();
  }

  #listedState({ session }: Roots): State {
    const { shown, listed } = session.actions;
    return shown.length > 0
      ? 'listed'
      : listed.length > 0 || isFiltered(this.#filterOf(session))
        ? 'filteredOut'
        : 'empty';
  }

  #listen(session: Session): Roots {
    this.#endListening();
    this.#poller?.dispose();
    const roots = new Roots(session, this.#grouping);
    this.#endListening = session.actions.onDidChange((change) => this.#modelChanged(roots, change));
    this.#poller = new Poller({
      clock: systemClock,
      intervalSeconds: settings.refreshSeconds,
      wanted: () =>
        this.#view.visible && vscode.window.state.focused && session.actions.unfinished.length > 0,
      poll: (signal) => session.actions.poll({ signal, urgency: 'view' }),
      onFailure: (error) => this.#pollFailed(error),
    });
    return roots;
  }

  #pollFailed(error: unknown): void {
    this.#failure = this.#reporter.explain('refresh machine actions', error).sentence;
    this.#updateMessage();
  }

  #expandedOf({ session }: TreeNode): Set<string> {
    const { id } = session.connection;
    const expanded = this.#expanded.get(id) ?? new Set();
    this.#expanded.set(id, expanded);
    return expanded;
  }

  async #load(session: Session, urgency: 'view' | 'interactive'): Promise<void> {
    this.#asked.add(session);
    this.#setState(this.#rows().length === 0 ? 'loading' : 'listed');
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
      await (this.#progress?.run(l10n.t('Loading machine actions'), load) ??
        load(new AbortController().signal));
      if (session === this.#sessions.active) {
        this.#show(session);
        this.#poller?.fresh();
      }
    } catch (error) {
      if (session === this.#sessions.active) {
        this.#showFailure(error, urgency);
      }
    }
  }

  #show(session: Session): void {
    this.#failure = undefined;
    this.#throttledUntil = 0;
    if (this.#roots?.session !== session) {
      this.#roots = this.#listen(session);
    }
    this.#setState(this.#listedState(this.#roots));
  }

  #showFailure(error: unknown, urgency: 'view' | 'interactive'): void {
    const what = 'list machine actions';
    const words = this.#reporter.explain(what, error);
    if (urgency === 'interactive' && !isOwnDoing(error)) {
      this.#reporter.show(words);
    }
    this.#failure = words.sentence;
    this.#setState(this.#rows().length > 0 ? 'listed' : stateOf(error));
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
    this.#failure = undefined;
    this.#roots = undefined;
    this.#view.description = session?.connection.name ?? '';
    this.#setState(session === undefined ? 'noConnection' : 'loading');
    if (session !== undefined && this.#asked.has(session)) {
      this.#show(session);
    }
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

  #showThrottled(until: number): void {
    this.#throttledUntil = until;
    this.#updateMessage();
    // The message goes when the wait is over, whatever came of it.
    setTimeout(() => this.#updateMessage(), Math.min(until - Date.now() + 100, 0x7fffffff)).unref();
  }

  #setState(state: State): void {
    setContext('liveResponse.state', state);
    const session = this.#sessions.active;
    setContext('liveResponse.connected', session !== undefined);
    setContext('liveResponse.canLoadMore', session?.actions.complete === false && state === 'listed');
    setContext('liveResponse.filtered', session !== undefined && isFiltered(this.#filterOf(session)));
    this.#showBadge();
    this.#updateMessage();
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
    const lines = [...this.#notes, ...(this.#progress?.messages ?? [])];
    if (this.#throttledUntil > Date.now()) {
      lines.unshift(l10n.t('Defender asks to wait until {0}.', clockTime(this.#throttledUntil)));
    }
    const session = this.#sessions.active;
    // When nothing is listed, the welcome text speaks; it shows only while there is no message.
    if (session !== undefined && this.#rows().length > 0) {
      lines.push(...listedLines(session, this.#filterOf(session)));
      if (this.#failure !== undefined) {
        lines.push(l10n.t('Not refreshed: {0}', this.#failure));
      }
    }
    const message = lines.join('\n');
    if (message !== this.#message) {
      this.#message = message;
      this.#view.message = message;
    }
  }
}

const groupingKey = 'grouping';

function filterKey(connectionId: string): string {
  return `filter.${connectionId}`;
}

/** By what a row is remembered as expanded. */
function keyOf(element: TreeNode): string {
  return element.kind === 'group' ? `${element.grouping}/${element.group.key}` : element.action.id;
}

function stateOf(error: unknown): State {
  const code = problemOf(error)?.code ?? '';
  if (code === 'signInNeeded' || code === 'signInCancelled') {
    return 'signInNeeded';
  }
  // The codes of sign-in begin with what failed: az, secret, certificate, app, client, token, tenant.
  if (/^(unauthorized|az|secret|certificate|app|client|token|tenant|signIn|authorityRefused)/.test(code)) {
    return 'signedOut';
  }
  return code === 'forbidden'
    ? 'forbidden'
    : ['network', 'timedOut', 'cut', 'authorityUnreachable'].includes(code)
      ? 'offline'
      : 'failed';
}
