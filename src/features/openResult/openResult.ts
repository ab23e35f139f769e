import * as vscode from 'vscode';
import { Failure } from '../../http/failure';
import type { DocumentKind, ResultAddress } from '../../results/address';
import { actionLabel } from '../../messages/actionLabel';
import type { TargetProblem } from '../../messages/problem';
import { megabytesText } from '../../messages/quantities';
import type { Progress } from '../../platform/progress';
import type { Opening, RowGestures } from '../../platform/rowGestures';
import { isOwnDoing, problemOf, type Reporter } from '../../platform/errorReporter';
import type { ConnectionRegistry } from '../connections';
import { tabName } from '../../messages/tabName';
import {
  type DocumentUris,
  ErrorTabs,
  type LoadedResult,
  outputColumn,
  readable,
  type ResultLoader,
  showDocument,
} from '../documents';
import type { CommandTargets } from './commandTargets';
import { Neighbours, type TreeOrder } from './neighbours';
import { waysOut } from './waysOut';

const { l10n } = vscode;

type Show = (loaded: LoadedResult) => Promise<void>;

/** VS Code synchronizes no larger document with extensions, so it opens none for us. */
const maxEditorSize = 50 * 1024 * 1024;

export interface OpenerPorts {
  readonly targets: CommandTargets;
  readonly registry: ConnectionRegistry;
  readonly loader: ResultLoader;
  readonly uris: DocumentUris;
  readonly progress: Progress;
  readonly reporter: Reporter;
  readonly tree: TreeOrder;
  readonly gestures: RowGestures;
  /**
   * Sees to it that somebody is told when an action ends whose result was asked for too early;
   * false when nobody will be.
   */
  readonly watch: (address: ResultAddress) => Promise<boolean>;
}

/**
 * The commands that open documents of a result. Each resolves when the documents are visible or the
 * failure was reported.
 */
export class ResultOpener implements vscode.Disposable {
  readonly #ports: OpenerPorts;
  readonly #neighbours: Neighbours;
  readonly #errors = new ErrorTabs();
  #asked = 0;
  #shown = 0;

  constructor(ports: OpenerPorts) {
    this.#ports = ports;
    const showNext: Show = async (loaded) => {
      await keepDiff();
      await this.#showResult(loaded);
    };
    this.#neighbours = new Neighbours({
      ...ports,
      show: (address) => this.#loadAndShow(address, showNext),
      tell: (address, error) => this.#tell(address, error, showNext),
    });
  }

  /**
   * `liveResponse.openResult`: the output, and beside it the errors when there are any. `row` is
   * the activated row, when one was.
   */
  openResult(target?: unknown, selection?: unknown, row?: unknown): Promise<void> {
    const opening = this.#ports.gestures.opening(row);
    const wanted = { title: l10n.t('Open Result'), nothing: 'cursor', of: 'oneIfAlone' } as const;
    const asked = this.#ports.targets.results(target, selection, wanted);
    return this.#open(asked, (loaded) => this.#showResult(loaded, opening));
  }

  /** `liveResponse.openError`, `liveResponse.openTranscript`: one document. */
  openDocument(kind: DocumentKind, target?: unknown, selection?: unknown): Promise<void> {
    const title = kind === 'error' ? l10n.t('Open script_error') : l10n.t('Open Transcript');
    const wanted = { title, nothing: 'shown', of: 'oneIfAlone' } as const;
    return this.#open(this.#ports.targets.results(target, selection, wanted), async (loaded) => {
      const shown = loaded.result.kinds.includes(kind) ? kind : loaded.result.kinds[0];
      await this.#show(loaded, shown ?? binary(loaded), { column: vscode.ViewColumn.Active });
      this.#errors.opened({ ...loaded.address, kind });
    });
  }

  /**
   * `liveResponse.nextResult`, `liveResponse.previousResult`: from the result that is shown, in the
   * order of the tree.
   */
  openNeighbour(step: 1 | -1): Promise<void> {
    return this.#neighbours.open(step);
  }

  dispose(): void {
    this.#errors.dispose();
  }

  async #open(asked: Promise<readonly ResultAddress[]>, show: Show): Promise<void> {
    let addresses: readonly ResultAddress[];
    try {
      addresses = await asked;
    } catch (error) {
      this.#ports.reporter.report('open a result', error);
      return;
    }
    const [only, ...more] = addresses;
    if (only !== undefined && more.length === 0) {
      await this.#loadAndShow(only, show).catch((error: unknown) => this.#tellOrWatch(only, error, show));
    } else {
      await this.#openAll(addresses, show);
    }
  }

  /**
   * One after another. What cannot be shown does not keep the others from being shown; a
   * cancellation does.
   */
  async #openAll(addresses: readonly ResultAddress[], show: Show): Promise<void> {
    const failures: { readonly address: ResultAddress; readonly error: unknown }[] = [];
    for (const [n, address] of addresses.entries()) {
      try {
        await this.#loadAndShow(address, show);
        // The next one would take its preview tab.
        if (n < addresses.length - 1) {
          await vscode.commands.executeCommand('workbench.action.keepEditor');
        }
      } catch (error) {
        if (isOwnDoing(error)) {
          break;
        }
        failures.push({ address, error });
      }
    }
    this.#tellFailures(failures, addresses.length);
  }

  #tellFailures(
    failures: readonly { readonly address: ResultAddress; readonly error: unknown }[],
    all: number,
  ): void {
    const { reporter, registry } = this.#ports;
    const [first] = failures.map(({ address, error }) => {
      const known = registry.get(address.connection)?.actions.find(address.actionId);
      const name = known === undefined ? address.actionId : actionLabel(known);
      return { name, message: reporter.explain(`open a result of ${address.actionId}`, error) };
    });
    if (first !== undefined) {
      const { name, message } = first;
      const sentence =
        failures.length === 1
          ? l10n.t('1 of {0} results couldn’t be opened ({1}): {2}', all, name, message.sentence)
          : l10n.t(
              '{0} of {1} results couldn’t be opened. See the log for details. First failure ({2}): {3}',
              failures.length,
              all,
              name,
              message.sentence,
            );
      reporter.show({ ...message, sentence, next: [] });
    }
  }

  async #tellOrWatch(address: ResultAddress, error: unknown, show: Show): Promise<void> {
    const problem = problemOf(error);
    if (problem?.code === 'notReady') {
      const watched = await this.#ports.watch(address).catch(() => false);
      this.#ports.reporter.reportProblem('open a result', { ...problem, ...(watched && { watched }) });
    } else {
      this.#tell(address, error, show);
    }
  }

  #tell(address: ResultAddress, error: unknown, show: Show): void {
    const ways = waysOut(this.#ports, address, error, (there) => this.#loadAndShow(there, show));
    this.#ports.reporter.report('open a result', error, ...ways);
  }

  async #loadAndShow(address: ResultAddress, show: Show): Promise<void> {
    const { registry, progress, loader } = this.#ports;
    this.#asked += 1;
    const turn = this.#asked;
    const known = registry.get(address.connection)?.actions.find(address.actionId);
    const title = l10n.t('Opening {0}', known === undefined ? address.actionId : actionLabel(known));
    const loaded = await progress.run(title, (signal, report) =>
      loader.load(address, {
        signal,
        urgency: 'interactive',
        onProgress: (received, total) => report(bytesOf(received, total)),
      }),
    );
    // What was asked for later and is there already must not be covered by what comes late.
    if (turn > this.#shown) {
      this.#shown = turn;
      await show(loaded).catch((error: unknown) => {
        // VS Code refuses to open an editor whose tab a later one has taken meanwhile.
        if (error instanceof Failure || turn === this.#shown) {
          throw error;
        }
      });
    }
  }

  async #showResult(loaded: LoadedResult, opening?: Opening): Promise<void> {
    const { address, result } = loaded;
    const [main] = result.kinds;
    const shown = main ?? binary(loaded);
    const column = outputColumn();
    await this.#errors.closeForeign(address);
    const output = await this.#show(loaded, shown, { column, ...opening });
    if (result.summary.kind === 'transcript' && result.summary.hasError) {
      await this.#checkSize(loaded, 'error', { column });
      const error = { ...address, kind: 'error' } as const;
      await this.#errors.show(this.#ports.uris.uri(error, tabName(loaded)), error, output);
    }
  }

  async #show(
    loaded: LoadedResult,
    kind: DocumentKind,
    where: { column: vscode.ViewColumn } & Partial<Opening>,
  ): Promise<vscode.TextEditor> {
    await this.#checkSize(loaded, kind, where);
    return showDocument(this.#ports.uris.uri({ ...loaded.address, kind }, tabName(loaded)), where);
  }

  /** Shows the ends of what is too large for an editor, and says so. */
  async #checkSize(
    loaded: LoadedResult,
    kind: DocumentKind,
    where: { column: vscode.ViewColumn },
  ): Promise<void> {
    const { result } = loaded;
    const size = result.document(kind)?.length ?? result.content(kind)?.byteLength ?? 0;
    if (size >= maxEditorSize) {
      await this.#showEnds(loaded, where);
      throw new Failure<TargetProblem>({ code: 'tooLargeForEditor', size });
    }
  }

  /** The first and the last lines of what is too large for an editor, beside each other. */
  async #showEnds(loaded: LoadedResult, where: { column: vscode.ViewColumn }): Promise<void> {
    const name = tabName(loaded);
    const uriOf = (kind: DocumentKind): vscode.Uri => this.#ports.uris.uri({ ...loaded.address, kind }, name);
    await showDocument(uriOf('head'), { column: where.column });
    await showDocument(uriOf('tail'), { column: vscode.ViewColumn.Beside, preserveFocus: true });
  }
}

/** A comparison is no result that the next one takes the place of. */
async function keepDiff(): Promise<void> {
  const { activeTab } = vscode.window.tabGroups.activeTabGroup;
  if (activeTab?.input instanceof vscode.TabInputTextDiff && activeTab.isPreview) {
    await vscode.commands.executeCommand('workbench.action.keepEditor');
  }
}

function binary(loaded: LoadedResult): never {
  const { result } = readable(loaded);
  const size = result.summary.kind === 'binary' ? result.summary.size : undefined;
  throw new Failure<TargetProblem>({ code: 'binaryFile', size });
}

/** How far a download has come. */
export function bytesOf(received: number, total: number | undefined): string {
  return total === undefined
    ? l10n.t('{0} MB', megabytesText(received))
    : l10n.t('{0} of {1} MB', megabytesText(received), megabytesText(total));
}
