import * as vscode from 'vscode';
import type { SettingProblem } from '../../connections/settings';
import type { TreeContent } from '../lazyTree';
import { plain } from '../plain';
import { isOwnDoing, problemOf, type Reporter } from '../report';
import type { Progress } from '../progress';
import { setContext } from '../progress';
import type { Session, Sessions } from '../sessions';
import { settings } from '../settings';
import { clockTime } from '../words';
import { node, type TreeNode } from './nodes';
import { rowFor, tooltipFor } from './rows';

const { l10n } = vscode;

/** Why the tree shows what it shows; the welcome texts of the manifest hang on it. */
type State =
  | 'noConnection'
  | 'loading'
  | 'listed'
  | 'empty'
  | 'signInNeeded'
  | 'signedOut'
  | 'forbidden'
  | 'offline'
  | 'failed';

/** The view `liveResponse.actions`: the recent machine actions of the active connection, and the commands of each. */
export class ActionsTree implements TreeContent<TreeNode>, vscode.Disposable {
  readonly #sessions: Sessions;
  readonly #reporter: Reporter;
  readonly #changed = new vscode.EventEmitter<TreeNode | undefined>();
  readonly #view: vscode.TreeView<TreeNode>;
  readonly #subscriptions: vscode.Disposable[];
  /** The sessions whose first page was asked for. */
  readonly #asked = new WeakSet<Session>();
  /** What is expanded, by tenant: VS Code forgets it with the rows, and coming back to a tenant should not mean starting anew. */
  readonly #expanded = new Map<string, Set<string>>();
  #roots: TreeNode[] = [];
  #failure: string | undefined;
  #throttledUntil = 0;
  #prepared = false;
  #message = '';
  #notes: readonly string[] = [];
  #progress: Progress | undefined;
  #reportedProblems: readonly SettingProblem[] | undefined;

  readonly onDidChangeTreeData = this.#changed.event;

  constructor(view: vscode.TreeView<TreeNode>, sessions: Sessions, reporter: Reporter) {
    this.#view = view;
    this.#sessions = sessions;
    this.#reporter = reporter;
    this.#subscriptions = [
      this.#changed,
      sessions.onDidChange(() => this.#reset()),
      view.onDidChangeVisibility(({ visible }) => visible && this.#seen()),
      view.onDidExpandElement(({ element }) => this.#expandedOf(element).add(element.action.id)),
      view.onDidCollapseElement(({ element }) => this.#expandedOf(element).delete(element.action.id)),
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
    if (element.kind === 'action' && this.#expandedOf(element).has(element.action.id)) {
      row.collapsibleState = vscode.TreeItemCollapsibleState.Expanded;
    }
    return row;
  }

  resolveTreeItem(item: vscode.TreeItem, element: TreeNode): vscode.TreeItem {
    item.tooltip = tooltipFor(element);
    return item;
  }

  getParent(element: TreeNode): TreeNode | undefined {
    return element.kind === 'command'
      ? this.#roots.find((root) => root.action.id === element.action.id)
      : undefined;
  }

  getChildren(element?: TreeNode): TreeNode[] | Promise<TreeNode[]> {
    if (element !== undefined) {
      return element.kind === 'action'
        ? element.action.commands.map((command) => node({ ...element, kind: 'command', command }))
        : [];
    }
    this.#prepare();
    const session = this.#sessions.active;
    if (session === undefined || this.#asked.has(session)) {
      return this.#roots;
    }
    // The view is seen for the first time with this connection: the one moment at which it loads unasked, silently.
    return this.#load(session, 'view').then(() => this.#roots);
  }

  /** Loads the newest actions because a person asked: failures are also told as a notification. */
  async refresh(): Promise<void> {
    const session = this.#sessions.active;
    if (session !== undefined) {
      await this.#load(session, 'interactive');
      this.#changed.fire(undefined);
    }
  }

  dispose(): void {
    vscode.Disposable.from(...this.#subscriptions).dispose();
  }

  #expandedOf({ session }: TreeNode): Set<string> {
    const { id } = session.connection;
    const expanded = this.#expanded.get(id) ?? new Set();
    this.#expanded.set(id, expanded);
    return expanded;
  }

  async #load(session: Session, urgency: 'view' | 'interactive'): Promise<void> {
    this.#asked.add(session);
    this.#setState(this.#roots.length === 0 ? 'loading' : 'listed');
    try {
      const options = { lookbackDays: settings.lookbackDays(), pageSize: settings.pageSize() };
      const load = (signal: AbortSignal): Promise<void> => session.actions.load(options, { signal, urgency });
      await (this.#progress?.run(l10n.t('Loading machine actions'), load) ??
        load(new AbortController().signal));
      if (session === this.#sessions.active) {
        this.#show(session);
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
    this.#roots = session.actions.listed.map((action) => node({ kind: 'action', session, action }));
    this.#setState(this.#roots.length === 0 ? 'empty' : 'listed');
  }

  #showFailure(error: unknown, urgency: 'view' | 'interactive'): void {
    const what = 'list machine actions';
    const words = this.#reporter.explain(what, error);
    if (urgency === 'interactive' && !isOwnDoing(error)) {
      this.#reporter.show(words);
    }
    this.#failure = words.sentence;
    this.#setState(this.#roots.length > 0 ? 'listed' : stateOf(error));
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
    this.#roots = [];
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
    setContext('liveResponse.connected', this.#sessions.active !== undefined);
    this.#updateMessage();
  }

  #updateMessage(): void {
    const lines = [...this.#notes, ...(this.#progress?.messages ?? [])];
    if (this.#throttledUntil > Date.now()) {
      lines.unshift(l10n.t('Defender asks to wait until {0}.', clockTime(this.#throttledUntil)));
    }
    const session = this.#sessions.active;
    // When nothing is listed, the welcome text speaks; it shows only while there is no message.
    if (session !== undefined && this.#roots.length > 0) {
      lines.push(...this.#listedLines(session));
    }
    const message = lines.join('\n');
    if (message !== this.#message) {
      this.#message = message;
      this.#view.message = message;
    }
  }

  #listedLines(session: Session): string[] {
    const { listed, unreadable } = session.actions;
    // The view's description says whose they are, too, but VS Code cuts it off in a narrow side bar.
    const tenant = plain(session.connection.name, 60);
    const lines = [
      listed.length >= settings.pageSize()
        ? l10n.t(
            '{0}: the newest {1} actions of the last {2} days; older ones are not listed.',
            tenant,
            listed.length,
            settings.lookbackDays(),
          )
        : l10n.t('{0}: {1} actions of the last {2} days.', tenant, listed.length, settings.lookbackDays()),
    ];
    if (unreadable > 0) {
      lines.push(l10n.t('{0} entries could not be read.', unreadable));
    }
    if (this.#failure !== undefined) {
      lines.push(l10n.t('Not refreshed: {0}', this.#failure));
    }
    return lines;
  }
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
