import * as vscode from 'vscode';
import type { RecentActions } from '../../actions/recentActions';
import type { Reporter } from '../../platform/errorReporter';
import type { Progress, Report } from '../../platform/progress';
import type { ConnectedTenant } from '../connections';

const { l10n } = vscode;

export interface LoadingPorts {
  readonly progress: Progress;
  readonly reporter: Reporter;
  /** What is listed, or whether there is more, may have changed. */
  readonly loaded: () => void;
}

/** `liveResponse.loadMore`: the next page, of up to 10,000 actions. */
export async function loadMore(tenant: ConnectedTenant, ports: LoadingPorts): Promise<void> {
  await loadOn(ports, l10n.t('Loading more machine actions'), (signal) =>
    tenant.actions.loadMore({ signal, urgency: 'interactive' }),
  );
}

/** `liveResponse.loadEverything`: all that is left, after saying what it costs. */
export async function loadEverything({ actions }: ConnectedTenant, ports: LoadingPorts): Promise<void> {
  if (actions.complete) {
    return;
  }
  const cost = await ports.progress.run(l10n.t('Counting machine actions'), (signal) =>
    actions.estimate({ signal, urgency: 'interactive' }),
  );
  if (await agreesToLoad(cost)) {
    await loadOn(ports, l10n.t('Loading all machine actions'), (signal, report) =>
      actions.loadEverything({ signal, urgency: 'interactive' }, ({ listed }) =>
        report(l10n.t('Machine actions loaded: {0}', listed)),
      ),
    );
  }
}

async function agreesToLoad(cost: Awaited<ReturnType<RecentActions['estimate']>>): Promise<boolean> {
  const load = l10n.t('Load Everything');
  const question =
    cost === undefined
      ? l10n.t('Load all machine actions? Their number is unknown. Each call loads up to 10,000.')
      : l10n.t('Load all {0} machine actions? Estimated calls to Defender: {1}.', cost.total, cost.calls);
  const chosen = await vscode.window.showWarningMessage(question, { modal: true }, load);
  return chosen === load;
}

async function loadOn(
  { progress, reporter, loaded }: LoadingPorts,
  title: string,
  work: (signal: AbortSignal, report: Report) => Promise<unknown>,
): Promise<void> {
  try {
    await progress.run(title, work);
  } catch (error) {
    reporter.report('load machine actions', error);
  }
  // A page that brings nothing new may be the last one all the same.
  loaded();
}
