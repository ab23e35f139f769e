import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import * as vscode from 'vscode';
import { ActionLookup } from '../../actions/lookup';
import type { MachineAction } from '../../defender/machineAction';
import { findIds, findMachineIds, type FoundId, idAt, machineIdAt } from '../../links/scan';
import type { Log } from '../../platform/log';
import { hostName, statusName } from '../../messages/formatNames';
import { escapeMarkup } from '../../messages/sanitize';
import { scheme } from '../documents';
import type { ConnectedTenant, ConnectionRegistry } from '../connections';
import { onSettingChange, settings } from '../../platform/userSettings';
import { actionLabel } from '../../messages/actionLabel';
import { idHover, lookUpHover, machineHover, machineTarget } from './idHover';

const { l10n } = vscode;

/** Links in one document: VS Code hands all of them to the window at once. */
export const maxLinks = 2_000;
/** Lines that are scanned between two yields. */
const sliceLines = 2_000;
/**
 * Milliseconds that a hover waits for what is not in memory; what comes later is there the next
 * time.
 */
const maxHoverMs = 1_000;
/**
 * Milliseconds. VS Code asks for links again only when their provider is registered anew, and the
 * model may learn much at once.
 */
const settleMs = 500;

/** A known action in a document or a terminal. */
interface KnownAction {
  readonly tenant: ConnectedTenant;
  readonly action: MachineAction;
}

interface IdTerminalLink extends vscode.TerminalLink {
  readonly id: string;
}

/** What action IDs become in any text: hovers, links, lenses; in the terminal, too. */
export class IdLinks implements vscode.Disposable, vscode.DocumentLinkProvider, vscode.CodeLensProvider {
  readonly #registry: ConnectionRegistry;
  readonly #log: Log;
  readonly #lookups = new WeakMap<ConnectedTenant, ActionLookup>();
  readonly #subscriptions: vscode.Disposable[];
  readonly #listened = new WeakSet<ConnectedTenant>();
  readonly #lensesChanged = new vscode.EventEmitter<void>();
  #registrations: vscode.Disposable | undefined;
  #settling: NodeJS.Timeout | undefined;

  readonly onDidChangeCodeLenses = this.#lensesChanged.event;

  constructor(registry: ConnectionRegistry, log: Log) {
    this.#registry = registry;
    this.#log = log;
    this.#subscriptions = [
      this.#lensesChanged,
      registry.onDidChange(() => this.#settle()),
      onSettingChange('links', () => this.#register()),
      vscode.window.registerTerminalLinkProvider({
        provideTerminalLinks: ({ line }) => this.#terminalLinks(line),
        handleTerminalLink: ({ id }: IdTerminalLink) => this.#open(id),
      }),
    ];
    this.#register();
  }

  /** The hover at a place; undefined when there is no action there. */
  async hover(
    document: vscode.TextDocument,
    position: vscode.Position,
    token: vscode.CancellationToken,
  ): Promise<vscode.Hover | undefined> {
    const line = document.lineAt(position.line);
    const found = idAt(line.text, position.character);
    if (!settings.links.enabled() || !speaks(document)) {
      return undefined;
    }
    if (found === undefined) {
      return document.uri.scheme === scheme ? this.#machineHover(line.text, position) : undefined;
    }
    const text = await this.#hoverText(found.id);
    if (text === undefined || token.isCancellationRequested) {
      return undefined;
    }
    return new vscode.Hover(text, new vscode.Range(position.line, found.start, position.line, found.end));
  }

  async provideDocumentLinks(
    document: vscode.TextDocument,
    token: vscode.CancellationToken,
  ): Promise<vscode.DocumentLink[]> {
    const links: vscode.DocumentLink[] = [];
    await this.#scan(document, token, (range, found, known) => {
      const link = new vscode.DocumentLink(range, commandUri(targetOf(known)));
      link.tooltip = linkWords(known);
      links.push(link);
      return links.length < maxLinks;
    });
    if (links.length >= maxLinks) {
      const last = links.at(-1);
      this.#log.info(`${document.uri.scheme}: only the first ${maxLinks} action IDs are links`);
      if (last !== undefined) {
        last.tooltip = l10n.t(
          '{0}. Only the first {1} action IDs in a file are links.',
          last.tooltip ?? '',
          maxLinks,
        );
      }
    }
    return document.uri.scheme === scheme
      ? [...links, ...(await this.#machineLinks(document, token))]
      : links;
  }

  async provideCodeLenses(
    document: vscode.TextDocument,
    token: vscode.CancellationToken,
  ): Promise<vscode.CodeLens[]> {
    const lenses: vscode.CodeLens[] = [];
    if (settings.links.codeLens() && document.uri.scheme !== scheme) {
      await this.#scan(document, token, (range, _, known) => {
        const { command, title, argument } = targetOf(known);
        lenses.push(
          new vscode.CodeLens(range, { title: lensWords(known), command: '' }),
          new vscode.CodeLens(range, { title, command, arguments: [argument] }),
        );
        return lenses.length < 2 * maxLinks;
      });
    }
    return lenses;
  }

  dispose(): void {
    clearTimeout(this.#settling);
    this.#registrations?.dispose();
    vscode.Disposable.from(...this.#subscriptions).dispose();
  }

  #register(): void {
    this.#registrations?.dispose();
    this.#registrations = undefined;
    this.#listen();
    if (settings.links.enabled()) {
      const selector = settings.links.languages().map((language) => ({ language }));
      this.#registrations = vscode.Disposable.from(
        vscode.languages.registerDocumentLinkProvider([...selector, { scheme }], this),
        vscode.languages.registerCodeLensProvider(selector, this),
      );
    }
    this.#lensesChanged.fire();
  }

  /** Looks for links again once the model has come to rest. */
  #settle(): void {
    this.#settling ??= setTimeout(() => {
      this.#settling = undefined;
      this.#register();
    }, settleMs).unref();
  }

  #listen(): void {
    const { active } = this.#registry;
    if (active !== undefined && !this.#listened.has(active)) {
      this.#listened.add(active);
      const subscription = active.actions.onDidChange(({ reset, added }) => {
        if (reset || added.length > 0) {
          this.#settle();
        }
      });
      this.#subscriptions.push(subscription);
    }
  }

  #known(id: string): KnownAction | undefined {
    const { active } = this.#registry;
    for (const tenant of [active, ...this.#registry.inUse()]) {
      const action = tenant?.actions.find(id);
      if (tenant !== undefined && action !== undefined) {
        return { tenant, action };
      }
    }
    return undefined;
  }

  /**
   * What an ID is; for one that nobody has listed, the active tenant is asked, or offered to be
   * asked.
   */
  async #hoverText(id: string): Promise<vscode.MarkdownString | undefined> {
    const known = this.#known(id);
    const tenant = this.#registry.active;
    if (known !== undefined || tenant === undefined || settings.links.lookup() === 'known') {
      return known && idHover(known.tenant, known.action);
    }
    // The mouse came by: that is no reason to start a sign-in, to run the Azure CLI or to send a
    // secret.
    if (!tenant.signedIn()) {
      return lookUpHover(tenant, id);
    }
    const action = await this.#lookUp(tenant, id);
    return action && idHover(tenant, action);
  }

  #lookUp(tenant: ConnectedTenant, id: string): Promise<MachineAction | undefined> {
    const lookup = this.#lookups.get(tenant) ?? new ActionLookup(tenant.actions, () => Date.now());
    this.#lookups.set(tenant, lookup);
    return soon(lookup.find(id), maxHoverMs);
  }

  async #scan(
    document: vscode.TextDocument,
    token: vscode.CancellationToken,
    take: (range: vscode.Range, found: FoundId, known: KnownAction) => boolean,
  ): Promise<void> {
    await eachLine(document, token, (text, line) => {
      for (const found of findIds(text)) {
        const known = this.#known(found.id);
        const range = new vscode.Range(line, found.start, line, found.end);
        if (known !== undefined && !take(range, found, known)) {
          return false;
        }
      }
      return true;
    });
  }

  #machineHover(text: string, position: vscode.Position): vscode.Hover | undefined {
    const found = machineIdAt(text, position.character);
    const name = found && machinesOf(this.#registry.active).get(found.id);
    if (found === undefined || name === undefined) {
      return undefined;
    }
    const range = new vscode.Range(position.line, found.start, position.line, found.end);
    return new vscode.Hover(machineHover(found.id, name), range);
  }

  /**
   * In results: a click shows what was done on that machine. Only machines that are known; other
   * hashes look the same.
   */
  async #machineLinks(
    document: vscode.TextDocument,
    token: vscode.CancellationToken,
  ): Promise<vscode.DocumentLink[]> {
    const machines = machinesOf(this.#registry.active);
    const links: vscode.DocumentLink[] = [];
    await eachLine(document, token, (text, line) => {
      for (const { id, start, end } of findMachineIds(text)) {
        const name = machines.get(id);
        if (name !== undefined) {
          const uri = commandUri(machineTarget(id, name));
          const link = new vscode.DocumentLink(new vscode.Range(line, start, line, end), uri);
          link.tooltip = l10n.t('Show only {0}', name);
          links.push(link);
        }
      }
      return links.length < maxLinks;
    });
    return links;
  }

  #terminalLinks(line: string): IdTerminalLink[] {
    if (!settings.links.enabled()) {
      return [];
    }
    return [...findIds(line)].flatMap(({ id, start, end }) => {
      const known = this.#known(id);
      return known === undefined
        ? []
        : [{ startIndex: start, length: end - start, tooltip: linkWords(known), id }];
    });
  }

  async #open(id: string): Promise<void> {
    const known = this.#known(id);
    if (known !== undefined) {
      const { command, argument } = targetOf(known);
      await vscode.commands.executeCommand(command, argument);
    }
  }
}

/** The names of the machines that are known, by ID. */
function machinesOf(tenant: ConnectedTenant | undefined): ReadonlyMap<string, string> {
  const machines = new Map<string, string>();
  for (const action of tenant?.actions.listed ?? []) {
    if (action.machineId !== undefined && !machines.has(action.machineId)) {
      machines.set(action.machineId, hostName(action));
    }
  }
  return machines;
}

/** What an action is and how it stands. */
function lensWords({ action }: KnownAction): string {
  return escapeMarkup(`${actionLabel(action)} · ${hostName(action)} · ${statusName(action.status)}`);
}

/** What a click on an ID does: it opens the first result, or the action when that has none. */
function targetOf({ tenant, action }: KnownAction): { command: string; title: string; argument: object } {
  const target = { connection: tenant.connection.id, actionId: action.id };
  const first = action.commands.find(({ type }) => type !== 'PutFile');
  return first === undefined
    ? { command: 'liveResponse.openAction', title: l10n.t('Open Action'), argument: target }
    : {
        command: 'liveResponse.openResult',
        title: l10n.t('Open Result'),
        argument: { ...target, index: first.index },
      };
}

function linkWords({ action }: KnownAction): string {
  return escapeMarkup(
    l10n.t('Open {0} on {1}, {2}', actionLabel(action), hostName(action), statusName(action.status)),
  );
}

function commandUri({ command, argument }: { command: string; argument: object }): vscode.Uri {
  return vscode.Uri.parse(`command:${command}?${encodeURIComponent(JSON.stringify([argument]))}`);
}

/**
 * Whether the setting wants links in the language of a document. Our own documents always have
 * them.
 */
function speaks({ languageId, uri }: vscode.TextDocument): boolean {
  const languages = settings.links.languages();
  return uri.scheme === scheme || languages.includes('*') || languages.includes(languageId);
}

/**
 * Goes through a document line by line and in slices, so that a large one holds nobody up. `take`
 * ends it with `false`.
 */
async function eachLine(
  document: vscode.TextDocument,
  token: vscode.CancellationToken,
  take: (text: string, line: number) => boolean,
): Promise<void> {
  for (let line = 0; line < document.lineCount; line += 1) {
    if (line % sliceLines === sliceLines - 1) {
      await yieldToEventLoop();
    }
    if (
      token.isCancellationRequested ||
      line >= document.lineCount ||
      !take(document.lineAt(line).text, line)
    ) {
      return;
    }
  }
}

/** What comes within some milliseconds. */
async function soon<T>(work: Promise<T>, ms: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
