import * as vscode from 'vscode';
import { openSessions, sessionLimits } from '../../actions/explain';
import type { MachineAction } from '../../defender/machineAction';
import { isHalfSpent, type QuotaUse } from '../../http/quota';
import { hostName } from '../../messages/formatNames';
import { age } from '../../messages/times';
import { markdownCode, sanitize } from '../../messages/sanitize';
import type { ConnectedTenant, ConnectionRegistry } from '../connections';
import { actionLabel } from '../../messages/actionLabel';

const { l10n } = vscode;

/** Milliseconds. Calls leave their window as time goes on, also when nothing else happens. */
const refreshMs = 5_000;
/** Sessions that the tooltip names. */
const maxNamed = 5;

/**
 * One status bar item while the view is in use and calls become scarce: those that this window has
 * made against the limits, and the tenant's live-response sessions that are known. A click shows
 * those sessions in the tree.
 */
export class Budget implements vscode.Disposable {
  readonly #registry: ConnectionRegistry;
  readonly #view: { readonly visible: boolean };
  readonly #item: vscode.StatusBarItem;
  readonly #subscription: vscode.Disposable;
  #timer: NodeJS.Timeout | undefined;

  /** `onDidUpdate`: the view, the connection or the list has changed. */
  constructor(
    registry: ConnectionRegistry,
    view: { readonly visible: boolean },
    onDidUpdate: vscode.Event<void>,
  ) {
    this.#registry = registry;
    this.#view = view;
    this.#item = vscode.window.createStatusBarItem('budget', vscode.StatusBarAlignment.Left);
    this.#item.name = l10n.t('Live Response: API Usage');
    this.#item.command = {
      command: 'liveResponse.showOpenSessions',
      title: l10n.t('Show Open Live Response Sessions'),
    };
    this.#subscription = vscode.Disposable.from(
      onDidUpdate(() => this.#update()),
      registry.onDidCall((tenant) => this.#changed(tenant)),
      registry.onDidThrottle(({ tenant }) => this.#changed(tenant)),
    );
  }

  #changed(tenant: ConnectedTenant): void {
    if (tenant === this.#registry.active) {
      this.#update();
    }
  }

  /** Shows what is known now. */
  #update(): void {
    const tenant = this.#registry.active;
    clearInterval(this.#timer);
    if (!this.#view.visible || tenant === undefined || !isScarce(tenant)) {
      // Only a call or a refusal makes calls scarce, and both are told.
      this.#item.hide();
      return;
    }
    const open = openSessions(tenant.actions.unfinished);
    const calls = tenant.spent().map(({ used, calls: limit }) => `${used}/${limit}`);
    this.#item.text = `$(dashboard) ${calls.join(' · ')} · ≥${open.length}`;
    this.#item.tooltip = tooltip(tenant, open);
    this.#item.accessibilityInformation = {
      label: [...tenant.spent().map(callWords), sessionWords(open.length)].join(' '),
    };
    this.#item.show();
    this.#timer = setInterval(() => this.#update(), refreshMs).unref();
  }

  dispose(): void {
    clearInterval(this.#timer);
    this.#item.dispose();
    this.#subscription.dispose();
  }
}

function isScarce(tenant: ConnectedTenant): boolean {
  return tenant.mustWait() || isHalfSpent(tenant.spent());
}

function tooltip(tenant: ConnectedTenant, open: readonly MachineAction[]): vscode.MarkdownString {
  const text = new vscode.MarkdownString();
  text.appendMarkdown(`**${l10n.t('Calls from this window')}**\n\n`);
  tenant.spent().forEach((use) => text.appendMarkdown(`- ${callWords(use)}\n`));
  text.appendMarkdown(
    `\n**${l10n.t('Live response sessions in the tenant')}**\n\n${sessionWords(open.length)}\n\n`,
  );
  for (const action of open.slice(0, maxNamed)) {
    const who = sanitize(action.requestor ?? '?', 80);
    const said = [actionLabel(action), hostName(action), who, age(action.createdAt)].join(' · ');
    text.appendMarkdown(`- ${markdownCode(said)}\n`);
  }
  if (open.length > maxNamed) {
    text.appendMarkdown(`- ${l10n.t('and {0} more', open.length - maxNamed)}\n`);
  }
  text.appendMarkdown(`\n${l10n.t('Select to show only these sessions.')}`);
  return text;
}

function callWords({ used, calls, ms }: QuotaUse): string {
  switch (ms) {
    case 60_000:
      return l10n.t('Calls in the last minute: {0} of {1}.', used, calls);
    case 3_600_000:
      return l10n.t('Calls in the last hour: {0} of {1}.', used, calls);
    default:
      return l10n.t('Calls in the last {0} seconds: {1} of {2}.', ms / 1_000, used, calls);
  }
}

function sessionWords(open: number): string {
  return l10n.t(
    'Open live response sessions: at least {0}, not counting those started in the portal. Documented limit: {1} ({2} in newer documentation).',
    open,
    sessionLimits.older,
    sessionLimits.newest,
  );
}
