import * as vscode from 'vscode';
import { isFinal, type MachineAction } from '../../defender/machineAction';
import { Failure } from '../../http/failure';
import type { DocumentAddress } from '../../results/address';
import type { Log } from '../../platform/log';
import { hostName, shortHostName } from '../../messages/formatNames';
import { escapeMarkup } from '../../messages/sanitize';
import type { TargetProblem } from '../../messages/problem';
import type { Progress } from '../../platform/progress';
import type { RowGestures } from '../../platform/rowGestures';
import type { Reporter } from '../../platform/errorReporter';
import {
  type ActionDocuments,
  type DocumentUris,
  type LoadedAction,
  type ResultLoader,
  showDocument,
} from '../documents';
import type { ActionsWanted, CommandTargets } from '../openResult';
import type { ConnectionRegistry } from '../connections';
import type { ActionsTree } from '../actionsTree';
import { cancelAction } from './cancelAction';
import { actionLabel, onMachine } from '../../messages/actionLabel';
import { maxWatches, type Watches } from './watches';

const { l10n } = vscode;

export interface ActionPorts {
  readonly targets: CommandTargets;
  readonly registry: ConnectionRegistry;
  readonly loader: ResultLoader;
  readonly documents: ActionDocuments;
  readonly uris: DocumentUris;
  readonly progress: Progress;
  readonly reporter: Reporter;
  readonly tree: ActionsTree;
  readonly gestures: RowGestures;
  readonly watches: Watches;
  readonly log: Log;
}

/**
 * The commands that concern one machine action. Each takes a row, `{connection?, actionId}`, or
 * asks.
 */
export class ActionCommands {
  readonly #ports: ActionPorts;

  constructor(ports: ActionPorts) {
    this.#ports = ports;
  }

  /**
   * `liveResponse.openAction`: all that Defender says of it, as read-only JSON. `row` is the
   * activated row, when one was.
   */
  openAction(target?: unknown, row?: unknown): Promise<void> {
    const opening = this.#ports.gestures.opening(row);
    return this.#with(target, 'open an action', shown(l10n.t('Open Action')), async (loaded) => {
      const { documents, progress, uris } = this.#ports;
      const { tenant, action } = loaded;
      const address: DocumentAddress = {
        connection: tenant.connection.id,
        actionId: action.id,
        index: 0,
        kind: 'action',
      };
      await progress.run(l10n.t('Opening {0}', actionLabel(action)), (signal) =>
        documents.load(address, { signal, urgency: 'interactive' }),
      );
      const name = onMachine(actionLabel(action), shortHostName(action));
      await showDocument(uris.uri(address, name), { column: vscode.ViewColumn.Active, ...opening });
    });
  }

  /** `liveResponse.revealAction`: finds it in the tree, in whatever connection. */
  revealAction(target?: unknown): Promise<void> {
    return this.#with(
      target,
      'reveal an action',
      shown(l10n.t('Reveal Action in Tree')),
      async ({ tenant, action }) => {
        const { registry, tree } = this.#ports;
        if (registry.active !== tenant) {
          await registry.switchTo(tenant.connection.id);
        }
        await tree.reveal(tenant, action);
      },
    );
  }

  /** `liveResponse.watchAction`: one notification when it ends, also after a reload. */
  watchAction(target?: unknown): Promise<void> {
    return this.#with(
      target,
      'watch an action',
      asked(l10n.t('Watch Action'), (action) => !isFinal(action)),
      async ({ tenant, action }) => {
        if (isFinal(action)) {
          throw new Failure<TargetProblem>({ code: 'alreadyFinal', status: action.status });
        }
        if (!(await this.#ports.watches.add({ connection: tenant.connection.id, actionId: action.id }))) {
          throw new Failure<TargetProblem>({ code: 'tooManyWatches', max: maxWatches });
        }
        const said = l10n.t(
          'You’ll be notified when {0} on {1} ends.',
          actionLabel(action),
          hostName(action),
        );
        vscode.window.setStatusBarMessage(escapeMarkup(said), 5_000);
      },
    );
  }

  /** `liveResponse.unwatchAction` */
  unwatchAction(target?: unknown): Promise<void> {
    return this.#with(
      target,
      'stop watching',
      asked(l10n.t('Stop Watching'), (action) => this.#isWatched(action)),
      ({ tenant, action }) =>
        this.#ports.watches.remove({ connection: tenant.connection.id, actionId: action.id }),
    );
  }

  /** `liveResponse.cancelAction`: after a reason and a confirmation. */
  cancelAction(target?: unknown): Promise<void> {
    return this.#with(
      target,
      'cancel an action',
      { ...asked(l10n.t('Cancel Action'), (action) => !isFinal(action)), changes: true },
      ({ tenant, action }) => cancelAction(tenant, action, this.#ports),
    );
  }

  /** `liveResponse.downloadPackage`: the investigation package that it collected. */
  downloadPackage(target?: unknown): Promise<void> {
    return this.#with(
      target,
      'download a package',
      asked(l10n.t('Download Investigation Package'), hasPackage),
      async (loaded) => {
        const { downloadPackage } = await import('./investigationPackage');
        await downloadPackage(loaded.tenant, loaded.action, this.#ports);
      },
    );
  }

  /** `liveResponse.openInPortal`: the page of the action's machine, where its Action center is. */
  openInPortal(target?: unknown): Promise<void> {
    return this.#with(
      target,
      'open the portal',
      shown(l10n.t('Open in Portal')),
      async ({ tenant, action }) => {
        if (tenant.connection.auth === 'demo') {
          const said = l10n.t('SAMPLE: the sample tenant has no portal.');
          this.#ports.reporter.notify('info', said);
          return;
        }
        await vscode.env.openExternal(portalAddress(tenant.connection, action));
      },
    );
  }

  #isWatched({ id }: MachineAction): boolean {
    const active = this.#ports.registry.active?.connection.id ?? '';
    return this.#ports.watches.has(active, id);
  }

  async #with(
    target: unknown,
    what: string,
    wanted: ActionsWanted,
    run: (loaded: LoadedAction) => Promise<void>,
  ): Promise<void> {
    const { targets, reporter } = this.#ports;
    try {
      const loaded = await targets.action(target, wanted);
      await (loaded && run(loaded));
    } catch (error) {
      reporter.report(what, error);
    }
  }
}

/** Without an argument, the action whose result or JSON is shown. */
function shown(title: string): ActionsWanted {
  return { title, nothing: 'shown' };
}

/** What is shown has ended, as a rule, and is none of these actions. */
function asked(title: string, offers?: ActionsWanted['offers']): ActionsWanted {
  return { title, nothing: 'ask', ...(offers && { offers }) };
}

function hasPackage({ type, status }: MachineAction): boolean {
  return type === 'CollectInvestigationPackage' && status === 'Succeeded';
}

/** Not documented; the address that the portal itself shows for a machine. */
function portalAddress(
  { endpoints, tenantId }: LoadedAction['tenant']['connection'],
  action: MachineAction,
): vscode.Uri {
  const path =
    action.machineId === undefined
      ? '/action-center/history'
      : `/machines/${encodeURIComponent(action.machineId)}/overview`;
  return vscode.Uri.parse(`${endpoints.portalUrl}${path}?tid=${encodeURIComponent(tenantId)}`);
}
