import * as vscode from 'vscode';
import type { MachineAction } from '../../defender/machineAction';
import { Failure } from '../../http/failure';
import type { ResultAddress } from '../../results/address';
import type { TargetProblem } from '../../messages/problem';
import type { Progress } from '../../platform/progress';
import { type ConnectionRegistry, ensureWritable } from '../connections';
import { node, type TargetNode } from '../actionsTree';
import { idsInEditor, type LoadedAction, type ResultLoader } from '../documents';
import { pickAction, pickCommand, pickId } from './pickResult';
import {
  type ActionAddress,
  addressesOf,
  readActionTarget,
  readTarget,
  shownTarget,
  type Target,
} from './target';

const { l10n } = vscode;

/** What a command on an action works on. */
export interface ActionsWanted {
  /** The command's name, above what is asked. */
  readonly title: string;
  /**
   * What nothing means. `shown`: the result or action that the active editor shows, else as
   * `cursor`. `cursor`: the action whose ID is under the cursor or selected, else as `ask`. `ask`:
   * whatever the person says.
   */
  readonly nothing: 'shown' | 'cursor' | 'ask';
  /** Which actions are offered when it asks; all when missing. */
  readonly offers?: (action: MachineAction) => boolean;
  /** It changes something: a read-only connection refuses before anything is asked or sent. */
  readonly changes?: true;
}

/** What a command on results works on. */
export interface ResultsWanted extends ActionsWanted {
  /**
   * Of an action with several commands. `one`: asks which; `oneIfAlone`: asks if only one row is
   * selected, otherwise takes all; `all`.
   */
  readonly of: 'one' | 'oneIfAlone' | 'all';
  /** Two rows at the most: more are refused before anything is asked. */
  readonly two?: true;
}

/**
 * The one place that tells what a command works on: what it was given, else what is shown, else
 * what the person says.
 */
export class CommandTargets {
  readonly #registry: ConnectionRegistry;
  readonly #loader: ResultLoader;
  readonly #progress: Progress;

  constructor(ports: {
    readonly registry: ConnectionRegistry;
    readonly loader: ResultLoader;
    readonly progress: Progress;
  }) {
    this.#registry = ports.registry;
    this.#loader = ports.loader;
    this.#progress = ports.progress;
  }

  /**
   * Results, in the order of the rows; none when the person backs out.
   * @throws Failure<Problem>
   */
  async results(
    target: unknown,
    selection: unknown,
    wanted: ResultsWanted,
  ): Promise<readonly ResultAddress[]> {
    const read = orShown(readTarget(target, selection, this.#active), wanted);
    switch (read.kind) {
      case 'nodes':
        return this.#ofRows(read.nodes, wanted);
      case 'address':
        return [read.address];
      case 'action':
        return this.#ofAction(await this.#load(read.address), wanted);
      case 'none':
        return this.#ofAction(await this.#askForResult(wanted), wanted);
    }
  }

  /**
   * An action; undefined when the person backs out.
   * @throws Failure<Problem>
   */
  async action(target: unknown, wanted: ActionsWanted): Promise<LoadedAction | undefined> {
    const read = orShown(readActionTarget(target, this.#active), wanted);
    if (wanted.changes === true) {
      this.#ensureWritable(read);
    }
    if (read.kind === 'nodes') {
      return read.nodes[0];
    }
    const placeholder = l10n.t('Select a machine action or paste an action ID');
    return read.kind === 'none' ? this.#ask(wanted, placeholder) : this.#load(read.address);
  }

  /** A connection that is not there is told by what looks for it. */
  #ensureWritable(target: Target): void {
    const tenant =
      target.kind === 'nodes'
        ? target.nodes[0]?.tenant
        : target.kind === 'none'
          ? this.#registry.active
          : this.#registry.get(target.address.connection);
    if (tenant !== undefined) {
      ensureWritable(tenant.connection);
    }
  }

  get #active(): string | undefined {
    return this.#registry.active?.connection.id;
  }

  async #ofAction(
    action: LoadedAction | undefined,
    wanted: ResultsWanted,
  ): Promise<readonly ResultAddress[]> {
    return action === undefined ? [] : this.#ofRows([node({ kind: 'action', ...action })], wanted);
  }

  async #ofRows(
    rows: readonly TargetNode[],
    { of, title, two }: ResultsWanted,
  ): Promise<readonly ResultAddress[]> {
    if (two === true && rows.length > 2) {
      throw new Failure<TargetProblem>({ code: 'twoResults' });
    }
    if (of === 'one' || (of === 'oneIfAlone' && rows.length === 1)) {
      return this.#oneOfEach(rows, title);
    }
    const addresses = addressesOf(rows);
    if (addresses.length === 0) {
      const other = rows.find(({ action }) => action.type !== 'LiveResponse');
      throw new Failure<TargetProblem>(
        other === undefined ? { code: 'noResult' } : { code: 'notLiveResponse', type: other.action.type },
      );
    }
    return addresses;
  }

  /** Of each row the command that it is, or that is picked. */
  async #oneOfEach(rows: readonly TargetNode[], title: string): Promise<readonly ResultAddress[]> {
    const chosen: ResultAddress[] = [];
    for (const row of rows) {
      const [address] = row.kind === 'command' ? addressesOf([row]) : [await pickCommand(row, title)];
      if (address === undefined) {
        return [];
      }
      chosen.push(address);
    }
    return chosen;
  }

  #load(address: ActionAddress): Promise<LoadedAction> {
    return this.#progress.run(l10n.t('Looking up the action'), (signal) =>
      this.#loader.action(address, { signal, urgency: 'interactive' }),
    );
  }

  /** Only live response has results. */
  #askForResult(wanted: ActionsWanted): Promise<LoadedAction | undefined> {
    const placeholder = l10n.t('Select a live response action or paste an action ID');
    return this.#ask({ offers: ({ type }) => type === 'LiveResponse', ...wanted }, placeholder);
  }

  async #ask(
    { title, nothing, offers = () => true }: ActionsWanted,
    placeholder: string,
  ): Promise<LoadedAction | undefined> {
    const tenant = this.#registry.active;
    if (tenant === undefined) {
      throw new Failure<TargetProblem>({ code: 'noConnection' });
    }
    const ids = nothing === 'ask' ? [] : idsInEditor();
    if (ids.length === 0) {
      return pickAction(tenant, {
        loader: this.#loader,
        progress: this.#progress,
        title,
        offers,
        placeholder,
      });
    }
    const actionId = ids.length === 1 ? ids[0] : await pickId(tenant, ids, title);
    return actionId === undefined ? undefined : this.#load({ connection: tenant.connection.id, actionId });
  }
}

/** What was given, or, where nothing was and that is meant by it, what is shown. */
function orShown(given: Target, { nothing }: ActionsWanted): Target {
  return given.kind === 'none' && nothing === 'shown' ? shownTarget() : given;
}
