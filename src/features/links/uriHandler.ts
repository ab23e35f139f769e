import * as vscode from 'vscode';
import { Failure } from '../../http/failure';
import { type DeepLink, readDeepLink } from '../../links/deepLink';
import { markdownBlock, markdownText } from '../../links/table';
import type { DocumentKind, ResultAddress } from '../../results/address';
import { quotedLines, quotedRanges, quotedStretches, type Stretch } from '../../results/quotation';
import type { ActionCommands } from '../actions';
import { baseName, hostName } from '../../messages/formatNames';
import { escapeMarkup, notificationText, sanitize } from '../../messages/sanitize';
import type { TargetProblem } from '../../messages/problem';
import type { Reporter } from '../../platform/errorReporter';
import { resultName } from '../../messages/resultDetails';
import { addressOf, type ResultLoader } from '../documents';
import {
  type CommandTargets,
  readActionTarget,
  readTarget,
  type ResultOpener,
  shownTarget,
} from '../openResult';
import type { ConnectedTenant, ConnectionRegistry } from '../connections';
import { linkTo } from './linkTo';
import { isNode, type TargetNode } from '../actionsTree';
import { actionLabel, onMachine } from '../../messages/actionLabel';

const { l10n } = vscode;

export interface UriHandlerPorts {
  readonly targets: CommandTargets;
  readonly registry: ConnectionRegistry;
  readonly loader: ResultLoader;
  readonly opener: ResultOpener;
  readonly actions: ActionCommands;
  readonly reporter: Reporter;
}

/** Links that lead here from notes, tickets and chats, and what is copied into them. */
export class UriHandler {
  readonly #ports: UriHandlerPorts;

  constructor(ports: UriHandlerPorts) {
    this.#ports = ports;
  }

  /**
   * Follows a link. Whoever made it may be hostile, so it opens and shows and changes nothing, and
   * signs in only after a person agreed.
   */
  async follow(uri: vscode.Uri): Promise<void> {
    const { reporter, opener, actions } = this.#ports;
    const link = readDeepLink(uri.path, uri.query);
    if (link === undefined) {
      reporter.reportProblem('follow a link', { code: 'badLink' });
      return;
    }
    const tenant = this.#tenantOf(link);
    if (tenant === undefined) {
      reporter.reportProblem('follow a link', { code: 'unknownTenant', tenantId: link.tenantId });
      return;
    }
    if (!(await agrees(tenant, link))) {
      return;
    }
    const target = { connection: tenant.connection.id, actionId: link.actionId };
    await (link.kind === 'result'
      ? opener.openResult({ ...target, index: link.index })
      : actions.openAction(target));
  }

  /** `liveResponse.copyLink`: links to rows, or to the result that is shown, one a line. */
  copyLink(target?: unknown, selection?: unknown): Promise<void> {
    return this.#copy(l10n.t('Copy Link'), target, selection, ({ uri }) => uri);
  }

  /** `liveResponse.copyAsMarkdown` */
  copyAsMarkdown(target?: unknown, selection?: unknown): Promise<void> {
    return this.#copy(
      l10n.t('Copy as Markdown'),
      target,
      selection,
      ({ uri, title }) => `[${markdownText(title)}](${uri})`,
    );
  }

  /** `liveResponse.copyWithProvenance`: what is selected in a result, with where it comes from. */
  async copyWithProvenance(): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    const address = editor && addressOf(editor.document.uri);
    const kind = address?.kind;
    const loaded = address && this.#ports.loader.peek(address);
    if (editor === undefined || kind === undefined || kind === 'action' || loaded === undefined) {
      this.#ports.reporter.reportProblem('copy a quotation', { code: 'noResultShown' });
      return;
    }
    const { document, selections } = editor;
    const stretches = quotedStretches(selections);
    const { tenant, action, command, result } = loaded;
    const { index } = loaded.address;
    const sample = tenant.connection.auth === 'demo' ? '**SAMPLE** · ' : '';
    const link = linkTo(tenant, { actionId: action.id, index, kind: 'result' });
    const at = command?.endedAt ?? action.updatedAt ?? action.createdAt;
    const facts = [
      `${sample}[${markdownText(resultName(loaded))}](${link})`,
      markdownText(`${documentName(kind)}, ${linesOf(stretches)}`),
      markdownText(l10n.t('command {0} of action {1}', index, action.id)),
      ...(at === undefined ? [] : [new Date(at).toISOString()]),
      `SHA-256 \`${result.reading.sha256}\``,
      markdownText(sanitize(tenant.connection.name, 60)),
    ];
    const quoted = blocksOf(document, stretches).map(markdownBlock);
    await vscode.env.clipboard.writeText(`${quoted.join('\n\n')}\n\n${facts.join(' · ')}\n`);
    vscode.window.setStatusBarMessage(l10n.t('Copied with provenance.'), 3_000);
  }

  #tenantOf({ tenantId, connection }: DeepLink): ConnectedTenant | undefined {
    const { registry } = this.#ports;
    const fitting = registry.connections.filter((each) => each.tenantId === tenantId);
    const of = (wanted: string | undefined) => fitting.find(({ id }) => id === wanted);
    const chosen = of(connection) ?? of(registry.active?.connection.id) ?? fitting[0];
    return chosen && registry.get(chosen.id);
  }

  async #copy(
    title: string,
    target: unknown,
    selection: unknown,
    format: (link: { uri: string; title: string }) => string,
  ): Promise<void> {
    try {
      const links = await this.#links(title, target, selection);
      if (links.length > 0) {
        await vscode.env.clipboard.writeText(links.map(format).join('\n'));
        const said =
          links.length === 1 ? l10n.t('Copied 1 link.') : l10n.t('Copied {0} links.', links.length);
        vscode.window.setStatusBarMessage(escapeMarkup(said), 3_000);
      }
    } catch (error) {
      this.#ports.reporter.report('copy a link', error);
    }
  }

  /** To rows, to what is shown, or to an action that the person names; none when they back out. */
  async #links(title: string, target: unknown, selection: unknown): Promise<LinkText[]> {
    const { registry, targets } = this.#ports;
    if (isNode(target)) {
      const read = readTarget(target, selection, undefined);
      return read.kind === 'nodes' ? read.nodes.map(linkToRow) : [];
    }
    const read =
      target === undefined ? shownTarget() : readActionTarget(target, registry.active?.connection.id);
    if (read.kind === 'address' || read.kind === 'action') {
      const tenant = registry.get(read.address.connection);
      if (tenant === undefined) {
        throw new Failure<TargetProblem>({ code: 'unknownConnection', id: read.address.connection });
      }
      return [linkToAddress(tenant, { index: 0, ...read.address }, read.kind)];
    }
    const action = await targets.action(undefined, { title, nothing: 'cursor' });
    return action === undefined ? [] : [linkToRow({ kind: 'action', ...action })];
  }
}

interface LinkText {
  readonly uri: string;
  readonly title: string;
}

function linkToRow(row: TargetNode): LinkText {
  const { tenant, action } = row;
  const host = hostName(action);
  if (row.kind === 'action') {
    return {
      uri: linkTo(tenant, { actionId: action.id, index: 0, kind: 'action' }),
      title: onMachine(actionLabel(action), host),
    };
  }
  const { index, subject, type } = row.command;
  return {
    uri: linkTo(tenant, { actionId: action.id, index, kind: 'result' }),
    title: l10n.t('{0} on {1}, command {2}', sanitize(baseName(subject ?? type), 80), host, index),
  };
}

/** To the document that is shown, or what a link in a hover names. */
function linkToAddress(
  tenant: ConnectedTenant,
  address: ResultAddress,
  kind: 'address' | 'action',
): LinkText {
  const action = tenant.actions.find(address.actionId);
  return {
    uri: linkTo(tenant, { ...address, kind: kind === 'action' ? 'action' : 'result' }),
    title: action === undefined ? address.actionId : onMachine(actionLabel(action), hostName(action)),
  };
}

/** A web page may have sent the link: where it takes a sign-in, a person says yes first. */
async function agrees({ connection, signedIn }: ConnectedTenant, { actionId }: DeepLink): Promise<boolean> {
  if (signedIn()) {
    return true;
  }
  const open = l10n.t('Open');
  const question = l10n.t(
    'A link is trying to open machine action {0} in {1}.',
    actionId,
    sanitize(connection.name, 60),
  );
  return (await vscode.window.showInformationMessage(notificationText(question), open)) === open;
}

/** What a document is called in a quotation; the fields of a transcript by their own names. */
function documentName(kind: Exclude<DocumentKind, 'action'>): string {
  switch (kind) {
    case 'output':
      return 'script_output';
    case 'error':
      return 'script_error';
    case 'transcript':
      return l10n.t('transcript as received');
    case 'body':
      return l10n.t('body (not a transcript)');
    case 'head':
      return l10n.t('beginning of the text');
    case 'tail':
      return l10n.t('end of the text, lines numbered from 1');
    case 'collected':
    case 'file':
      return l10n.t('collected file');
  }
}

/**
 * What is selected, a block for each place: pieces of lines that follow each other, such as a box,
 * are one.
 */
function blocksOf(
  document: vscode.TextDocument,
  stretches: readonly vscode.Selection[] | undefined,
): string[] {
  if (stretches === undefined) {
    return [document.getText()];
  }
  const blocks: string[][] = [];
  let last = -1;
  for (const stretch of stretches) {
    const lines = quotedLines(stretch);
    const block = lines.first <= last + 1 ? blocks.at(-1) : undefined;
    if (block === undefined) {
      blocks.push([document.getText(stretch)]);
    } else {
      block.push(document.getText(stretch));
    }
    last = lines.last;
  }
  // A piece may bring the line break behind it along.
  return blocks.map((block) => block.map((piece) => piece.replace(/\r?\n$/, '')).join('\n'));
}

/** Stretches of lines that a quotation names. */
const maxRanges = 20;

function linesOf(stretches: readonly Stretch[] | undefined): string {
  if (stretches === undefined) {
    return l10n.t('all lines');
  }
  const ranges = quotedRanges(stretches).map(({ first, last }) =>
    first === last ? l10n.t('line {0}', first) : l10n.t('lines {0} to {1}', first, last),
  );
  const more = ranges.length - maxRanges;
  return [...ranges.slice(0, maxRanges), ...(more > 0 ? [l10n.t('and {0} more', more)] : [])].join(', ');
}
