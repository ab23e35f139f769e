import * as vscode from 'vscode';
import { demoConnection } from '../../connections/connectionSettings';
import type { DocumentAddress } from '../../results/address';
import type { CommandId } from '../../platform/commandIds';
import { escapeMarkup } from '../../messages/sanitize';
import { addressOf, scheme } from './documentUris';
import { detailsOf, headline, type ResultDetails } from '../../messages/resultDetails';
import type { ResultFiles } from './resultFiles';
import type { LoadedResult, ResultLoader } from './resultLoader';

const { l10n } = vscode;

/**
 * The details of a result above its first line and in the status bar. They stand there and never in
 * the document: its text is what the endpoint wrote, and nothing else.
 */
export class ResultBar implements vscode.CodeLensProvider, vscode.Disposable {
  readonly #loader: ResultLoader;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #subscriptions: vscode.Disposable[];
  #items: vscode.LanguageStatusItem[] = [];
  readonly #short = vscode.window.createStatusBarItem(
    'liveResponse.outcome',
    vscode.StatusBarAlignment.Right,
    1_000,
  );

  readonly onDidChangeCodeLenses = this.#changed.event;

  constructor(loader: ResultLoader, files: ResultFiles) {
    this.#loader = loader;
    this.#short.name = l10n.t('Live Response: Outcome');
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
    const top = new vscode.Range(0, 0, 0, 0);
    // In a narrow editor the end of the row is cut off, so what is long comes last. A lens without
    // a command is plain text.
    const said = (parts: readonly (string | undefined)[]): vscode.CodeLens =>
      new vscode.CodeLens(top, { title: escapeMarkup(parts.filter(Boolean).join(' · ')), command: '' });
    if (address !== undefined && isSampleAction(address)) {
      return [said(['SAMPLE', l10n.t('Sample tenant')])];
    }
    const loaded = address && this.#loadedAt(address);
    if (address === undefined || loaded === undefined) {
      return [];
    }
    const details = detailsOf(loaded, address.kind);
    return [
      said([headline(details)]),
      ...otherDocuments(address, loaded).map((command) => new vscode.CodeLens(top, command)),
      said([details.subject, details.times, details.size, `SHA-256 ${details.hash.slice(0, shownHash)}…`]),
      ...[details.changes, details.extra].filter((each) => each !== undefined).map((each) => said([each])),
    ];
  }

  dispose(): void {
    this.#items.forEach((item) => item.dispose());
    this.#short.dispose();
    vscode.Disposable.from(...this.#subscriptions).dispose();
  }

  /**
   * Who has lenses switched off sees the same: the outcome in the status bar, and all of it in the
   * status items of the language.
   */
  #updateStatus(): void {
    this.#items.forEach((item) => item.dispose());
    this.#items = [];
    const uri = vscode.window.activeTextEditor?.document.uri;
    const address = uri && addressOf(uri);
    if (address !== undefined && isSampleAction(address)) {
      this.#showShort('SAMPLE', l10n.t('Sample tenant'));
      return;
    }
    const loaded = address && this.#loadedAt(address);
    if (address === undefined || loaded === undefined) {
      this.#short.hide();
      return;
    }
    const details = detailsOf(loaded, address.kind);
    this.#items = statusItems(details);
    const short = [details.sample, details.outcome].filter(Boolean).join(' · ');
    this.#showShort(short, headline(details), details.damage !== undefined);
  }

  /** The result of a document; the JSON of an action is no part of one. */
  #loadedAt(address: DocumentAddress): LoadedResult | undefined {
    return address.kind === 'action' ? undefined : this.#loader.peek(address);
  }

  #showShort(text: string, whole: string, isDamaged = false): void {
    this.#short.text = escapeMarkup(text);
    this.#short.tooltip = escapeMarkup(whole);
    this.#short.accessibilityInformation = { label: whole };
    this.#short.backgroundColor = isDamaged
      ? new vscode.ThemeColor('statusBarItem.warningBackground')
      : undefined;
    this.#short.show();
  }
}

/** The JSON of an action has no details of a result, but what is made up says so everywhere. */
function isSampleAction({ kind, connection }: DocumentAddress): boolean {
  return kind === 'action' && connection === demoConnection.id;
}

/** An item for each fact, because VS Code cuts off what is longer than a line. */
function statusItems(details: ResultDetails): vscode.LanguageStatusItem[] {
  const { outcome, sample, damage, subject, tenant, times, size, hash, changes, extra } = details;
  const rows: readonly (readonly [id: string, name: string, text: string, detail: string | undefined])[] = [
    ['outcome', l10n.t('Outcome'), outcome, [sample, tenant].filter(Boolean).join(' · ')],
    ['subject', l10n.t('Script and machine'), subject, times],
    ['bytes', l10n.t('Received bytes'), size, `SHA-256 ${hash}`],
    ['changes', l10n.t('Differences from the received bytes'), changes ?? '', ''],
    ['extra', l10n.t('Additional keys'), extra ?? '', ''],
  ];
  return rows
    .filter(([, , text]) => text !== '')
    .map(([id, name, text, detail]) => {
      const item = vscode.languages.createLanguageStatusItem(`liveResponse.result.${id}`, { scheme });
      item.name = l10n.t('Live Response: {0}', name);
      item.text = escapeMarkup(text);
      item.detail = escapeMarkup(detail ?? '');
      item.severity =
        damage !== undefined && (id === 'outcome' || id === 'changes')
          ? vscode.LanguageStatusSeverity.Warning
          : vscode.LanguageStatusSeverity.Information;
      return item;
    });
}

/**
 * Characters of a hash that a lens shows: enough to tell two results apart by eye. The status item
 * has all of it.
 */
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
    ['liveResponse.saveResult', l10n.t('Save Result…'), true],
    ['liveResponse.compareResults', l10n.t('Compare Results…'), result.kinds.length > 0],
  );
  return commands
    .filter(([, , wanted]) => wanted)
    .map(([command, title]) => ({ command, title, arguments: [{ connection, actionId, index }] }));
}

function hasErrors({ summary }: LoadedResult['result']): boolean {
  return summary.kind === 'transcript' && summary.hasError;
}
