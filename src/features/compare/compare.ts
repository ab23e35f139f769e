import * as vscode from 'vscode';
import { type CommandRun, previousRun, scriptOf } from '../../actions/previousRun';
import type { MachineAction } from '../../defender/machineAction';
import { Failure } from '../../http/failure';
import { type DocumentKind, type ResultAddress, resultKey } from '../../results/address';
import { baseName, hostName, shortHostName } from '../../messages/formatNames';
import { shortTime } from '../../messages/times';
import { escapeMarkup, sanitize } from '../../messages/sanitize';
import type { TargetProblem } from '../../messages/problem';
import type { Progress } from '../../platform/progress';
import type { Reporter } from '../../platform/errorReporter';
import type { ConnectedTenant, ConnectionRegistry } from '../connections';
import { actionLabel } from '../../messages/actionLabel';
import type { CommandTargets } from '../openResult';
import { tabName } from '../../messages/tabName';
import { type DocumentUris, type LoadedResult, type ResultLoader } from '../documents';

const { l10n } = vscode;

export interface ComparePorts {
  readonly targets: CommandTargets;
  readonly registry: ConnectionRegistry;
  readonly loader: ResultLoader;
  readonly uris: DocumentUris;
  readonly progress: Progress;
  readonly reporter: Reporter;
}

/** The commands that put two results side by side in VS Code's diff editor. */
export class Comparer {
  readonly #ports: ComparePorts;

  constructor(ports: ComparePorts) {
    this.#ports = ports;
  }

  /**
   * `liveResponse.compareResults`: two rows of the tree; or one, or the result that is shown, with
   * another that is picked.
   */
  async compareResults(target?: unknown, selection?: unknown): Promise<void> {
    await this.#reporting(async () => {
      const wanted = { title: l10n.t('Compare Results'), nothing: 'shown', of: 'one', two: true } as const;
      const [one, other] = await this.#ports.targets.results(target, selection, wanted);
      if (one === undefined) {
        return;
      }
      const second = other ?? (await this.#pick(one));
      await (second && this.#compare(one, second));
    });
  }

  /**
   * `liveResponse.compareWithPrevious`: with the last run before of the same script on the same
   * machine, also in the same action.
   */
  async compareWithPrevious(target?: unknown): Promise<void> {
    await this.#reporting(async () => {
      const wanted = { title: l10n.t('Compare with Previous Run'), nothing: 'shown', of: 'one' } as const;
      const [address] = await this.#ports.targets.results(target, undefined, wanted);
      if (address === undefined) {
        return;
      }
      const { action, command } = await this.#previous(address);
      await this.#compare({ ...address, actionId: action.id, index: command.index }, address);
    });
  }

  async #reporting(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#ports.reporter.report('compare results', error);
    }
  }

  async #pick(address: ResultAddress): Promise<ResultAddress | undefined> {
    const { registry, loader, progress } = this.#ports;
    const { tenant, action } = await progress.run(l10n.t('Looking up the action'), (signal) =>
      loader.action(address, { signal, urgency: 'interactive' }),
    );
    const command = action.commands.find(({ index }) => index === address.index);
    const script = command && scriptOf(command);
    const runs = runsOf(registry.get(address.connection)?.actions.listed ?? [])
      .filter((run) => run.action.id !== address.actionId || run.command.index !== address.index)
      .toSorted((a, b) => Number(scriptOf(b.command) === script) - Number(scriptOf(a.command) === script))
      .slice(0, maxOffered);
    const items = runs.map((run) => ({ ...itemOf(run), run }));
    const chosen = await vscode.window.showQuickPick(items, {
      title: l10n.t('Compare Results'),
      placeHolder: l10n.t('Select the result to compare with. Results of the same script are listed first.'),
      matchOnDescription: true,
      matchOnDetail: true,
    });
    return (
      chosen && {
        connection: tenant.connection.id,
        actionId: chosen.run.action.id,
        index: chosen.run.command.index,
      }
    );
  }

  /** From what is listed, else with one call. */
  async #previous(address: ResultAddress): Promise<CommandRun> {
    const { loader, progress } = this.#ports;
    const found = await progress.run(l10n.t('Finding the previous run'), async (signal) => {
      const call = { signal, urgency: 'interactive' } as const;
      const { tenant, action } = await loader.action(address, call);
      const command = action.commands.find(({ index }) => index === address.index);
      const run = command && { action, command };
      return run && (previousRun(run, tenant.actions.listed) ?? (await askForPrevious(tenant, run, call)));
    });
    if (found === undefined) {
      throw new Failure<TargetProblem>({ code: 'noPreviousRun' });
    }
    return found;
  }

  async #compare(one: ResultAddress, other: ResultAddress): Promise<void> {
    if (resultKey(one) === resultKey(other)) {
      throw new Failure<TargetProblem>({ code: 'twoResults' });
    }
    const { loader, progress, uris } = this.#ports;
    const loaded = await progress.run(l10n.t('Loading both results'), (signal) =>
      Promise.all([one, other].map((each) => loader.load(each, { signal, urgency: 'interactive' }))),
    );
    // The older one stands on the left, as in a history.
    const [left, right] = loaded.toSorted(
      (a, b) => timeOf(a) - timeOf(b) || a.address.index - b.address.index,
    );
    if (left === undefined || right === undefined) {
      return;
    }
    const errors = [left, right].every(saysOnlyErrors);
    const uriOf = (result: LoadedResult): vscode.Uri =>
      uris.uri({ ...result.address, kind: kindOf(result, errors) }, tabName(result));
    await vscode.commands.executeCommand('vscode.diff', uriOf(left), uriOf(right), titleOf(left, right), {
      preview: true,
    });
  }
}

/** Results that are offered at once. */
const maxOffered = 500;
/** Actions of one machine that are looked through for an earlier run. */
const maxLookedAt = 1_000;

async function askForPrevious(
  tenant: ConnectedTenant,
  run: CommandRun,
  call: { readonly signal: AbortSignal; readonly urgency: 'interactive' },
): Promise<CommandRun | undefined> {
  const { machineId, createdAt } = run.action;
  if (machineId === undefined || createdAt === undefined) {
    return undefined;
  }
  const filter = { types: ['LiveResponse'], machineId, until: createdAt };
  const { actions } = await tenant.client.listActions({ ...filter, top: maxLookedAt }, call);
  const found = previousRun(run, actions);
  if (found !== undefined) {
    tenant.actions.learn(found.action);
  }
  return found;
}

function runsOf(actions: readonly MachineAction[]): CommandRun[] {
  return actions.flatMap((action) =>
    action.commands
      .filter((command) => scriptOf(command) !== undefined)
      .map((command) => ({ action, command })),
  );
}

function itemOf({ action, command }: CommandRun): vscode.QuickPickItem {
  return {
    label: escapeMarkup(`${command.index}: ${sanitize(baseName(command.subject ?? command.type), 80)}`),
    description: escapeMarkup([hostName(action), shortTime(action.createdAt)].join(' · ')),
    detail: escapeMarkup(`${actionLabel(action)} · ${action.id}`),
  };
}

function timeOf({ action }: LoadedResult): number {
  return action.createdAt ?? 0;
}

function saysOnlyErrors({ result: { summary } }: LoadedResult): boolean {
  return summary.kind === 'transcript' && !summary.hasOutput && summary.hasError;
}

function kindOf({ result }: LoadedResult, errors: boolean): DocumentKind {
  const [main] = result.kinds;
  if (main === undefined) {
    throw new Failure<TargetProblem>({ code: 'binaryFile', size: undefined });
  }
  return errors ? 'error' : main;
}

/** "Get-X.ps1: HOST-1 ↔ HOST-2"; for one machine, the times. */
function titleOf(left: LoadedResult, right: LoadedResult): string {
  const nameOf = ({ action, command }: LoadedResult): string =>
    sanitize(baseName(command?.subject ?? command?.type ?? action.type), 60);
  const hostOf = ({ action }: LoadedResult): string => shortHostName(action);
  const names = [...new Set([nameOf(left), nameOf(right)])].join(' ↔ ');
  const timesOf = ({ action, command }: LoadedResult): string => {
    const at = shortTime(action.createdAt);
    // The commands of one action have one time.
    return left.action.id === right.action.id ? `${at} [${command?.index ?? '?'}]` : at;
  };
  const sample = left.tenant.connection.auth === 'demo' ? 'SAMPLE · ' : '';
  return left.action.machineId === right.action.machineId
    ? `${sample}${names} · ${hostOf(left)}: ${timesOf(left)} ↔ ${timesOf(right)}`
    : `${sample}${names}: ${hostOf(left)} ↔ ${hostOf(right)}`;
}
