import * as vscode from 'vscode';
import { neighbour } from '../../actions/neighbour';
import type { MachineAction } from '../../defender/machineAction';
import { Failure } from '../../http/failure';
import type { DocumentKind, ResultAddress } from '../../results/address';
import type { TargetProblem } from '../../messages/problem';
import type { Progress } from '../../platform/progress';
import { problemOf, type Reporter, type Retry } from '../../platform/errorReporter';
import type { Session, Sessions } from '../connections/sessions';
import { actionLabel } from '../../messages/actionLabel';
import {
  addressOf,
  type DocumentUris,
  ErrorTabs,
  outputColumn,
  showDocument,
} from '../documents/documentUris';
import { resultName } from '../documents/facts';
import { type LoadedResult, readable, type ResultLoader } from '../documents/resultLoader';
import type { CommandTargets } from './commandTargets';

const { l10n } = vscode;

type Show = (loaded: LoadedResult) => Promise<void>;

/** VS Code synchronizes no larger document with extensions, so it opens none for us. */
const editorLimit = 50 * 1024 * 1024;

/** The commands that open documents of a result. Each resolves when the documents are visible or the failure was reported. */
export class ResultOpener {
  readonly #targets: CommandTargets;
  readonly #sessions: Sessions;
  readonly #loader: ResultLoader;
  readonly #uris: DocumentUris;
  readonly #progress: Progress;
  readonly #reporter: Reporter;
  readonly #watch: (address: ResultAddress) => Promise<void>;
  readonly #order: (session: Session) => Promise<readonly MachineAction[]>;
  readonly #errors = new ErrorTabs();
  #asked = 0;
  #shown = 0;

  constructor(ports: {
    readonly targets: CommandTargets;
    readonly sessions: Sessions;
    readonly loader: ResultLoader;
    readonly uris: DocumentUris;
    readonly progress: Progress;
    readonly reporter: Reporter;
    /** Tells when an action ends whose result was asked for too early. */
    readonly watch: (address: ResultAddress) => Promise<void>;
    /** The actions in the order of the tree, which are loaded when nobody has looked yet. */
    readonly order: (session: Session) => Promise<readonly MachineAction[]>;
  }) {
    this.#targets = ports.targets;
    this.#sessions = ports.sessions;
    this.#loader = ports.loader;
    this.#uris = ports.uris;
    this.#progress = ports.progress;
    this.#reporter = ports.reporter;
    this.#watch = ports.watch;
    this.#order = ports.order;
  }

  /** `liveResponse.openResult`: the output, and beside it the errors when there are any. */
  openResult(target?: unknown, selection?: unknown): Promise<void> {
    const wanted = { title: l10n.t('Open Result'), nothing: 'cursor', of: 'oneIfAlone' } as const;
    return this.#open(this.#targets.results(target, selection, wanted), (loaded) => this.#showResult(loaded));
  }

  /** `liveResponse.openError`, `liveResponse.openTranscript`: one document. */
  openDocument(kind: DocumentKind, target?: unknown, selection?: unknown): Promise<void> {
    const title = kind === 'error' ? l10n.t('Open script_error') : l10n.t('Open Transcript');
    const wanted = { title, nothing: 'shown', of: 'oneIfAlone' } as const;
    return this.#open(this.#targets.results(target, selection, wanted), async (loaded) => {
      const shown = loaded.result.kinds.includes(kind) ? kind : loaded.result.kinds[0];
      await this.#show(loaded, shown ?? binary(loaded), { column: vscode.ViewColumn.Active });
    });
  }

  async #open(asked: Promise<readonly ResultAddress[]>, show: Show): Promise<void> {
    let current: ResultAddress | undefined;
    try {
      const addresses = await asked;
      for (const [n, address] of addresses.entries()) {
        current = address;
        await this.#loadAndShow(address, show);
        // The next one would take its preview tab.
        if (n < addresses.length - 1) {
          await vscode.commands.executeCommand('workbench.action.keepEditor');
        }
      }
    } catch (error) {
      const problem = problemOf(error);
      if (current !== undefined && problem?.code === 'notReady') {
        this.#reporter.reportProblem('open a result', { ...problem, watched: true });
        await this.#watch(current);
        return;
      }
      const ways = current === undefined ? [] : this.#waysOut(current, error, show);
      this.#reporter.report('open a result', error, ...ways);
    }
  }

  /**
   * `liveResponse.nextResult`, `liveResponse.previousResult`: the neighbour, in the order of the tree, of the result that is shown. What
   * turns out to have nothing to show is passed over.
   */
  async openNeighbour(step: 1 | -1): Promise<void> {
    const uri = vscode.window.activeTextEditor?.document.uri;
    const address = uri && addressOf(uri);
    const session = address && this.#sessions.get(address.connection);
    if (address === undefined || session === undefined) {
      this.#reporter.reportProblem('open the next result', { code: 'noResultShown' });
      return;
    }
    try {
      const passedOver = await this.#showNeighbour(await this.#order(session), address, step);
      if (passedOver > 0) {
        const said =
          passedOver === 1
            ? l10n.t('Passed over one result: it has no text to show.')
            : l10n.t('Passed over {0} results: they have no text to show.', passedOver);
        vscode.window.setStatusBarMessage(said, 5_000);
      }
    } catch (error) {
      this.#reporter.report('open the next result', error);
    }
  }

  /** Shows the next result that has something to show, and says how many before it have not. */
  async #showNeighbour(
    order: readonly MachineAction[],
    address: ResultAddress,
    step: 1 | -1,
  ): Promise<number> {
    const { connection } = address;
    let from: ResultAddress = address;
    for (let passedOver = 0; ; passedOver += 1) {
      const found = neighbour(order, from, step);
      if (found === undefined) {
        const listed = order.some(({ id }) => id === address.actionId);
        throw new Failure<TargetProblem>({ code: listed ? 'noNeighbour' : 'notListed' });
      }
      from = { connection, ...found };
      try {
        await this.#loadAndShow(from, async (loaded) => {
          await keepDiff();
          await this.#showResult(loaded);
        });
        return passedOver;
      } catch (error) {
        if (passedOver === mostPassedOver || !nothingToShow.has(problemOf(error)?.code ?? '')) {
          throw error;
        }
      }
    }
  }

  /** What a person can do about a failure besides reading it. */
  #waysOut(address: ResultAddress, error: unknown, show: Show): Retry[] {
    const code = problemOf(error)?.code;
    const save = {
      title: l10n.t('Save raw…'),
      run: () => vscode.commands.executeCommand('liveResponse.saveResult', { ...address }),
    };
    const hex = {
      title: l10n.t('Open in Hex Editor'),
      run: () =>
        vscode.commands.executeCommand('vscode.openWith', this.#bytesUri(address), hexEditor.viewType),
    };
    if (code === 'tooLargeForEditor' || code === 'tooLarge' || code === 'notRead') {
      return [save];
    }
    if (code === 'binaryFile') {
      const asText = {
        title: l10n.t('Reopen with Encoding…'),
        run: () => vscode.commands.executeCommand('liveResponse.reopenWithEncoding', { ...address }),
      };
      return vscode.extensions.getExtension(hexEditor.extension) === undefined
        ? [asText, save]
        : [asText, hex, save];
    }
    const elsewhere = this.#lookElsewhere(address, error, show);
    return elsewhere === undefined ? [] : [elsewhere];
  }

  #bytesUri(address: ResultAddress): vscode.Uri {
    const loaded = this.#loader.peek(address);
    return this.#uris.uri({ ...address, kind: 'file' }, loaded === undefined ? 'result' : resultName(loaded));
  }

  /** The first and the last lines of what is too large for an editor, beside each other. */
  async #showEnds(loaded: LoadedResult, where: { column: vscode.ViewColumn }): Promise<void> {
    const name = resultName(loaded);
    const uriOf = (kind: DocumentKind): vscode.Uri => this.#uris.uri({ ...loaded.address, kind }, name);
    await showDocument(uriOf('head'), { column: where.column });
    await showDocument(uriOf('tail'), { column: vscode.ViewColumn.Beside, preserveFocus: true });
  }

  /** An ID in somebody's notes does not say which tenant it belongs to: the others that one is signed in to may know it. */
  #lookElsewhere(address: ResultAddress, error: unknown, show: Show): Retry | undefined {
    const problem = problemOf(error);
    const others = this.#sessions.signedInBeside(address.connection);
    if (problem?.code !== 'notFound' || problem.call !== 'getAction' || others.length === 0) {
      return undefined;
    }
    return {
      title: l10n.t('Look in Other Tenants'),
      run: () => this.#openElsewhere(address, others, show),
    };
  }

  async #openElsewhere(address: ResultAddress, others: readonly Session[], show: Show): Promise<void> {
    try {
      for (const { connection } of others) {
        const there = { ...address, connection: connection.id };
        if (await this.#exists(there)) {
          await this.#loadAndShow(there, show);
          return;
        }
      }
      const tenants = others.map(({ connection }) => connection.name);
      throw new Failure<TargetProblem>({ code: 'nowhere', tenants });
    } catch (error) {
      this.#reporter.report('open a result', error);
    }
  }

  async #exists(address: ResultAddress): Promise<boolean> {
    try {
      await this.#progress.run(l10n.t('Looking up the action'), (signal) =>
        this.#loader.action(address, { signal, urgency: 'interactive' }),
      );
      return true;
    } catch (error) {
      if (problemOf(error)?.code === 'notFound') {
        return false;
      }
      throw error;
    }
  }

  async #loadAndShow(address: ResultAddress, show: Show): Promise<void> {
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
      await show(loaded).catch((error: unknown) => {
        // VS Code refuses to open an editor whose tab a later one has taken meanwhile.
        if (error instanceof Failure || turn === this.#shown) {
          throw error;
        }
      });
    }
  }

  async #showResult(loaded: LoadedResult): Promise<void> {
    const { address, result } = loaded;
    const [main] = result.kinds;
    const shown = main ?? binary(loaded);
    const column = outputColumn();
    await this.#errors.closeForeign(address);
    const output = await this.#show(loaded, shown, { column });
    if (result.summary.kind === 'transcript' && result.summary.hasError) {
      await this.#checkSize(loaded, 'error', { column });
      const error = { ...address, kind: 'error' } as const;
      await this.#errors.show(this.#uris.uri(error, resultName(loaded)), error, output);
    }
  }

  async #show(
    loaded: LoadedResult,
    kind: DocumentKind,
    where: { column: vscode.ViewColumn },
  ): Promise<vscode.TextEditor> {
    await this.#checkSize(loaded, kind, where);
    return showDocument(this.#uris.uri({ ...loaded.address, kind }, resultName(loaded)), where);
  }

  /** Shows the ends of what is too large for an editor, and says so. */
  async #checkSize(
    loaded: LoadedResult,
    kind: DocumentKind,
    where: { column: vscode.ViewColumn },
  ): Promise<void> {
    const { result } = loaded;
    const size = result.document(kind)?.length ?? result.content(kind)?.byteLength ?? 0;
    if (size >= editorLimit) {
      await this.#showEnds(loaded, where);
      throw new Failure<TargetProblem>({ code: 'tooLargeForEditor', size });
    }
  }
}

/** Results in a row that are passed over at most: each costs a download. */
const mostPassedOver = 20;
/** Why a result has nothing to show, though nothing went wrong. */
const nothingToShow: ReadonlySet<string> = new Set(['binaryFile', 'notReady', 'neverRan', 'noResult']);

/** A comparison is no result that the next one takes the place of. */
async function keepDiff(): Promise<void> {
  const { activeTab } = vscode.window.tabGroups.activeTabGroup;
  if (activeTab?.input instanceof vscode.TabInputTextDiff && activeTab.isPreview) {
    await vscode.commands.executeCommand('workbench.action.keepEditor');
  }
}

/** The extension that shows bytes, when somebody has installed it. */
const hexEditor = { extension: 'ms-vscode.hexeditor', viewType: 'hexEditor.hexedit' } as const;

function binary(loaded: LoadedResult): never {
  const { result } = readable(loaded);
  const size = result.summary.kind === 'binary' ? result.summary.size : undefined;
  throw new Failure<TargetProblem>({ code: 'binaryFile', size });
}

const mebibyte = 1024 * 1024;

/** How far a download has come. */
export function bytesOf(received: number, total: number | undefined): string {
  const megabytes = (bytes: number): string => (bytes / mebibyte).toFixed(1);
  return total === undefined
    ? l10n.t('{0} MB', megabytes(received))
    : l10n.t('{0} of {1} MB', megabytes(received), megabytes(total));
}
