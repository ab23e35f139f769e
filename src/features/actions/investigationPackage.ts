import * as vscode from 'vscode';
import type { MachineAction } from '../../defender/machineAction';
import { systemClock } from '../../http/clock';
import { Failure } from '../../http/failure';
import { cleanName } from '../../results/address';
import { downloadTo } from '../../results/download/download';
import type { Log } from '../../platform/log';
import { hostName } from '../../messages/formatNames';
import { clockTime, duration } from '../../messages/times';
import type { TargetProblem } from '../../messages/problem';
import type { Reporter } from '../../platform/errorReporter';
import type { Progress, Report } from '../../platform/progress';
import { bytesOf } from '../openResult';
import { savedWords, saveDownload } from '../../platform/saving';
import type { ConnectedTenant } from '../connections';

const { l10n } = vscode;

/** True of an action that has left an investigation package. */
export function hasPackage({ type, status }: MachineAction): boolean {
  return type === 'CollectInvestigationPackage' && status === 'Succeeded';
}

/**
 * Saves the investigation package that an action collected. It is asked where before the link is,
 * because that lives for a minute or so.
 * @throws Failure<Problem>
 */
export async function downloadPackage(
  tenant: ConnectedTenant,
  action: MachineAction,
  {
    progress,
    reporter,
    log,
  }: { readonly progress: Progress; readonly reporter: Reporter; readonly log: Log },
): Promise<void> {
  if (!hasPackage(action)) {
    throw new Failure<TargetProblem>({ code: 'noPackage' });
  }
  const sample = tenant.connection.auth === 'demo' ? 'SAMPLE ' : '';
  const name = `${cleanName(`${sample}investigation package of ${hostName(action)}`)}.zip`;
  const target = await vscode.window.showSaveDialog({
    title: l10n.t('Save Investigation Package'),
    defaultUri: vscode.Uri.joinPath(vscode.workspace.workspaceFolders?.[0]?.uri ?? homeFolder(), name),
    filters: { [l10n.t('Zip archives')]: ['zip'] },
  });
  if (target === undefined) {
    return;
  }
  const title = l10n.t('Downloading the investigation package of {0}', hostName(action));
  const ports = {
    fetch: tenant.fetch,
    clock: systemClock,
    random: Math.random,
    log: (line: string) => log.info(`${tenant.connection.id}: ${line}`),
  };
  const { size, sha256 } = await progress.run(title, (signal, report) => {
    const link = (): Promise<string> => packageLink(tenant, action.id, signal, report);
    const onProgress = (received: number, total: number | undefined): void =>
      report(bytesOf(received, total));
    return saveDownload(target, (sink) => downloadTo(sink, ports, link, { signal, onProgress }));
  });
  const said = savedWords(target.path, size, sha256);
  const reveal = {
    title: l10n.t('Show in Folder'),
    run: () => vscode.commands.executeCommand('revealFileInOS', target),
  };
  reporter.notify('info', said, ...(target.scheme === 'file' ? [reveal] : []));
}

/** The link, with a countdown while its budget (two in a minute) makes it wait. */
async function packageLink(
  tenant: ConnectedTenant,
  actionId: string,
  signal: AbortSignal,
  report: Report,
): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  const onWait = (until: number): void => {
    const tell = (): void => report(waitWords(until, Date.now()));
    clearInterval(timer);
    timer = setInterval(tell, 1_000);
    tell();
  };
  try {
    return await tenant.client.packageLink(actionId, { signal, urgency: 'interactive', onWait });
  } finally {
    clearInterval(timer);
  }
}

function waitWords(until: number, now: number): string {
  const left = duration(Math.max(0, until - now));
  return l10n.t(
    'Waiting until {0} ({1} left) because Defender limits package links.',
    clockTime(until),
    left,
  );
}

function homeFolder(): vscode.Uri {
  return vscode.Uri.file(process.env['HOME'] ?? process.env['USERPROFILE'] ?? '/');
}
