import * as vscode from 'vscode';
import { Failure } from '../../http/failure';
import type { DocumentKind, ResultAddress } from '../../results/address';
import type { TargetProblem } from '../problems';
import type { Progress } from '../progress';
import type { Reporter } from '../report';
import type { Sessions } from '../sessions';
import { actionLabel } from '../tree/rows';
import { closeForeignErrors, type DocumentUris, outputColumn, showDocument } from './documents';
import { resultName } from './facts';
import type { LoadedResult, ResultLoader } from './loader';
import { pickAction, pickCommand } from './pickResult';
import { addressesOf, readTarget } from './target';

const { l10n } = vscode;

/** VS Code synchronizes no larger document with extensions, so it opens none for us. */
const editorLimit = 50 * 1024 * 1024;

/** The commands that open documents of a result. Each resolves when the documents are visible or the failure was reported. */
export class ResultOpener {
  readonly #sessions: Sessions;
  readonly #loader: ResultLoader;
  readonly #uris: DocumentUris;
  readonly #progress: Progress;
  readonly #reporter: Reporter;
  #asked = 0;
  #shown = 0;

  constructor(ports: {
    readonly sessions: Sessions;
    readonly loader: ResultLoader;
    readonly uris: DocumentUris;
    readonly progress: Progress;
    readonly reporter: Reporter;
  }) {
    this.#sessions = ports.sessions;
    this.#loader = ports.loader;
    this.#uris = ports.uris;
    this.#progress = ports.progress;
    this.#reporter = ports.reporter;
  }

  /** `liveResponse.openResult`: the output, and beside it the errors when there are any. */
  openResult(target?: unknown, selection?: unknown): Promise<void> {
    return this.#open(target, selection, (loaded) => this.#showResult(loaded));
  }

  /** `liveResponse.openError`, `liveResponse.openTranscript`: one document. */
  openDocument(kind: DocumentKind, target?: unknown, selection?: unknown): Promise<void> {
    return this.#open(target, selection, async (loaded) => {
      const shown = loaded.result.kinds.includes(kind) ? kind : loaded.result.kinds[0];
      await this.#show(loaded, shown ?? binary(loaded), { column: vscode.ViewColumn.Active });
    });
  }

  async #open(
    target: unknown,
    selection: unknown,
    show: (loaded: LoadedResult) => Promise<void>,
  ): Promise<void> {
    try {
      const addresses = await this.#addresses(target, selection);
      for (const [n, address] of addresses.entries()) {
        await this.#loadAndShow(address, show);
        // The next one would take its preview tab.
        if (n < addresses.length - 1) {
          await vscode.commands.executeCommand('workbench.action.keepEditor');
        }
      }
    } catch (error) {
      this.#reporter.report('open a result', error);
    }
  }

  async #addresses(target: unknown, selection: unknown): Promise<readonly ResultAddress[]> {
    const active = this.#sessions.active;
    const read = readTarget(target, selection, active?.connection.id);
    if (read.kind === 'address') {
      return [read.address];
    }
    if (read.kind === 'ask') {
      if (active === undefined) {
        throw new Failure<TargetProblem>({ code: 'noConnection' });
      }
      const action = await pickAction(active, this.#loader, this.#progress);
      return action === undefined ? [] : this.#chosen(await pickCommand(action));
    }
    const [only, ...more] = read.nodes;
    return only?.kind === 'action' && more.length === 0
      ? this.#chosen(await pickCommand(only))
      : addressesOf(read.nodes);
  }

  #chosen(address: ResultAddress | undefined): readonly ResultAddress[] {
    return address === undefined ? [] : [address];
  }

  async #loadAndShow(address: ResultAddress, show: (loaded: LoadedResult) => Promise<void>): Promise<void> {
    this.#asked += 1;
    const turn = this.#asked;
    const known = this.#sessions.get(address.connection)?.actions.find(address.actionId);
    const title = l10n.t('Opening {0}', known === undefined ? address.actionId : actionLabel(known));
    const loaded = await this.#progress.run(title, (signal, report) =>
      this.#loader.load(address, {
        signal,
        urgency: 'interactive',
        onProgress: (received, total) => report(bytesOf(received, total)),
      }),
    );
    // What was asked for later and is there already must not be covered by what comes late.
    if (turn > this.#shown) {
      this.#shown = turn;
      await show(loaded);
    }
  }

  async #showResult(loaded: LoadedResult): Promise<void> {
    const { address, result } = loaded;
    const [main] = result.kinds;
    const column = outputColumn();
    await closeForeignErrors(address);
    await this.#show(loaded, main ?? binary(loaded), { column });
    if (result.content.kind === 'transcript' && result.content.transcript.error !== '') {
      await this.#show(loaded, 'error', { column: column + 1, preserveFocus: true });
    }
  }

  async #show(
    loaded: LoadedResult,
    kind: DocumentKind,
    where: { column: vscode.ViewColumn; preserveFocus?: boolean },
  ): Promise<void> {
    const { result } = loaded;
    const size = result.text(kind)?.text.length ?? result.bytes.byteLength;
    if (size >= editorLimit) {
      throw new Failure<TargetProblem>({ code: 'tooLargeForEditor', size });
    }
    await showDocument(this.#uris.uri({ ...loaded.address, kind }, resultName(loaded)), where);
  }
}

function binary({ result }: LoadedResult): never {
  const size = result.content.kind === 'binary' ? result.content.size : undefined;
  throw new Failure<TargetProblem>({ code: 'binaryFile', size });
}

const mebibyte = 1024 * 1024;

function bytesOf(received: number, total: number | undefined): string {
  const megabytes = (bytes: number): string => (bytes / mebibyte).toFixed(1);
  return total === undefined
    ? l10n.t('{0} MB', megabytes(received))
    : l10n.t('{0} of {1} MB', megabytes(received), megabytes(total));
}
