import * as vscode from 'vscode';
import type { DocumentAddress } from '../../results/address';
import type { CommandId } from '../../platform/commandIds';
import { inert } from '../../messages/plain';
import { addressOf, scheme } from './documentUris';
import { factsOf } from './facts';
import type { ResultFiles } from './resultFiles';
import type { LoadedResult, ResultLoader } from './resultLoader';

const { l10n } = vscode;

/**
 * The facts of a result above its first line and in the status bar. They stand there and never in the document: its text is what the
 * endpoint wrote, and nothing else.
 */
export class ResultBar implements vscode.CodeLensProvider, vscode.Disposable {
  readonly #loader: ResultLoader;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #subscriptions: vscode.Disposable[];
  #status: vscode.LanguageStatusItem | undefined;

  readonly onDidChangeCodeLenses = this.#changed.event;

  constructor(loader: ResultLoader, files: ResultFiles) {
    this.#loader = loader;
    this.#subscriptions = [
      this.#changed,
      vscode.languages.registerCodeLensProvider({ scheme }, this),
      vscode.window.onDidChangeActiveTextEditor(() => this.#updateStatus()),
      files.onDidRead(() => {
        this.#changed.fire();
        this.#updateStatus();
      }),
    ];
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    const address = addressOf(document.uri);
    const loaded = address && address.kind !== 'action' ? this.#loader.peek(address) : undefined;
    if (address === undefined || loaded === undefined) {
      return [];
    }
    const facts = factsOf(loaded, address.kind);
    const top = new vscode.Range(0, 0, 0, 0);
    // In a narrow editor the end of the row is cut off, so what is long comes last. A lens without a command is plain text.
    const said = (parts: readonly (string | undefined)[]): vscode.CodeLens =>
      new vscode.CodeLens(top, { title: inert(parts.filter(Boolean).join(' · ')), command: '' });
    return [
      said([facts.outcome, facts.tenant]),
      ...otherDocuments(address, loaded).map((command) => new vscode.CodeLens(top, command)),
      said([facts.subject, facts.times, facts.size, `SHA-256 ${facts.hash.slice(0, shownHash)}…`]),
      ...[facts.changes, facts.extra].filter((each) => each !== undefined).map((each) => said([each])),
    ];
  }

  dispose(): void {
    this.#status?.dispose();
    vscode.Disposable.from(...this.#subscriptions).dispose();
  }

  #updateStatus(): void {
    this.#status?.dispose();
    this.#status = undefined;
    const uri = vscode.window.activeTextEditor?.document.uri;
    const address = uri && addressOf(uri);
    const loaded = address && address.kind !== 'action' ? this.#loader.peek(address) : undefined;
    if (address === undefined || loaded === undefined) {
      return;
    }
    const facts = factsOf(loaded, address.kind);
    const item = vscode.languages.createLanguageStatusItem('liveResponse.result', { scheme });
    item.name = l10n.t('Live Response: result');
    item.text = inert(`${facts.outcome} · ${facts.tenant}`);
    item.detail = inert(
      [facts.subject, facts.times, facts.size, `SHA-256 ${facts.hash}`, facts.changes, facts.extra]
        .filter(Boolean)
        .join(' · '),
    );
    item.severity = facts.repaired
      ? vscode.LanguageStatusSeverity.Warning
      : vscode.LanguageStatusSeverity.Information;
    this.#status = item;
  }
}

/** Characters of a hash that a lens shows: enough to tell two results apart by eye. The status item has all of it. */
const shownHash = 12;

function otherDocuments(address: DocumentAddress, { result }: LoadedResult): vscode.Command[] {
  const { connection, actionId, index, kind } = address;
  const commands: [CommandId, string, boolean][] = [
    [
      'liveResponse.openResult',
      l10n.t('Open script_output'),
      kind !== 'output' && result.kinds.includes('output'),
    ],
    ['liveResponse.openError', l10n.t('Open script_error'), kind !== 'error' && hasErrors(result)],
    [
      'liveResponse.openTranscript',
      l10n.t('Open Transcript'),
      kind !== 'transcript' && result.kinds.includes('transcript'),
    ],
  ];
  commands.push(
    ['liveResponse.saveResult', l10n.t('Save raw…'), true],
    ['liveResponse.compareResults', l10n.t('Compare…'), result.kinds.length > 0],
  );
  return commands
    .filter(([, , wanted]) => wanted)
    .map(([command, title]) => ({ command, title, arguments: [{ connection, actionId, index }] }));
}

function hasErrors({ summary }: LoadedResult['result']): boolean {
  return summary.kind === 'transcript' && summary.hasError;
}
