import * as vscode from 'vscode';
import { neighbour } from '../../actions/neighbour';
import type { MachineAction } from '../../defender/machineAction';
import { Failure } from '../../http/failure';
import type { TargetProblem } from '../../messages/problem';
import { problemOf, type Reporter } from '../../platform/errorReporter';
import { type ResultAddress, resultKey } from '../../results/address';
import type { ConnectedTenant, ConnectionRegistry } from '../connections';
import { addressOf } from '../documents';

const { l10n } = vscode;

/** What the tree tells of its order, and shows. */
export interface TreeOrder {
  /**
   * The actions in the order of the tree, which are loaded when nobody has looked yet.
   * @throws Failure<Problem> or an abort, when that failed
   */
  readonly order: (tenant: ConnectedTenant) => Promise<readonly MachineAction[]>;
  /** Selects the row of an action when the view shows it. */
  readonly select: (tenant: ConnectedTenant, actionId: string) => Promise<void>;
}

export interface NeighbourPorts {
  readonly registry: ConnectionRegistry;
  readonly reporter: Reporter;
  readonly tree: TreeOrder;
  /**
   * Shows a result.
   * @throws Failure<Problem> or an abort
   */
  readonly show: (address: ResultAddress) => Promise<void>;
  /** Tells of a result that could not be shown, and what can be done about it. */
  readonly tell: (address: ResultAddress, error: unknown) => void;
}

type Step = 1 | -1;

/**
 * Goes from the result that is shown to the next one in the order of the tree, and passes over what
 * has nothing to show.
 */
export class Neighbours {
  readonly #ports: NeighbourPorts;
  /**
   * How far the last step came that showed nothing: the next one in that direction goes on behind
   * it.
   */
  #stuck: { readonly shown: string; readonly step: Step; readonly at: ResultAddress } | undefined;

  constructor(ports: NeighbourPorts) {
    this.#ports = ports;
  }

  /** `liveResponse.nextResult`, `liveResponse.previousResult` */
  async open(step: Step): Promise<void> {
    const { registry, reporter, tree } = this.#ports;
    const uri = vscode.window.activeTextEditor?.document.uri;
    const address = uri && addressOf(uri);
    const tenant = address && registry.get(address.connection);
    if (address === undefined || tenant === undefined) {
      reporter.reportProblem('open the next result', { code: 'noResultShown' });
      return;
    }
    try {
      await this.#step(tenant, await tree.order(tenant), address, step);
    } catch (error) {
      reporter.report('open the next result', error);
    }
  }

  async #step(
    tenant: ConnectedTenant,
    order: readonly MachineAction[],
    shown: ResultAddress,
    step: Step,
  ): Promise<void> {
    const { connection } = shown;
    const key = resultKey(shown);
    const stuck = this.#stuck;
    let at = stuck?.shown === key && stuck.step === step ? stuck.at : shown;
    for (let passedOver = 0; passedOver < maxPassedOver; passedOver += 1) {
      const found = neighbour(order, at, step);
      if (found === undefined) {
        const listed = order.some(({ id }) => id === shown.actionId);
        throw new Failure<TargetProblem>({ code: listed ? 'noNeighbour' : 'notListed' });
      }
      at = { connection, ...found };
      const error = await this.#show(at);
      if (error === undefined) {
        this.#stuck = undefined;
        await this.#ports.tree.select(tenant, at.actionId);
        sayPassedOver(passedOver);
        return;
      }
      this.#stuck = { shown: key, step, at };
      if (!nothingToShow.has(problemOf(error)?.code ?? '')) {
        this.#ports.tell(at, error);
        return;
      }
    }
    const said = l10n.t(
      'The next {0} results have no text to show. To continue after them, run the command again.',
      maxPassedOver,
    );
    this.#ports.reporter.notify('info', said);
  }

  /** Gives why a result was not shown; undefined when it is. */
  async #show(address: ResultAddress): Promise<unknown> {
    try {
      await this.#ports.show(address);
      return undefined;
    } catch (error) {
      return error;
    }
  }
}

/** Results in a row that are passed over at most: each costs a download. */
const maxPassedOver = 20;
/** Why a result has nothing to show, though nothing went wrong. */
const nothingToShow: ReadonlySet<string> = new Set(['binaryFile', 'notReady', 'neverRan', 'noResult']);

function sayPassedOver(count: number): void {
  if (count > 0) {
    const said =
      count === 1
        ? l10n.t('Skipped 1 result that has no text to show.')
        : l10n.t('Skipped {0} results that have no text to show.', count);
    vscode.window.setStatusBarMessage(said, 5_000);
  }
}
