/** What saving results and keeping them as evidence have in common. */

import { homedir } from 'node:os';
import * as vscode from 'vscode';
import { cleanName, endings, type ResultAddress } from '../../results/address';
import { oneByOne, type Outcome } from '../../results/evidence/oneByOne';
import { isGzip, isZip } from '../../results/download/unpack';
import { sidecar } from '../../results/evidence/sidecar';
import { baseName, hostName } from '../../messages/formatNames';
import type { Progress } from '../../platform/progress';
import type { Reporter } from '../../platform/errorReporter';
import type { CommandTargets } from '../openResult';
import type { LoadedResult, ResultLoader } from '../documents';
import type { ConnectionRegistry } from '../connections';

const { l10n } = vscode;

export interface EvidencePorts {
  readonly targets: CommandTargets;
  readonly registry: ConnectionRegistry;
  readonly loader: ResultLoader;
  readonly progress: Progress;
  readonly reporter: Reporter;
  /** Name and version of this extension. */
  readonly tool: string;
}

/** Loads a result, works on it, then goes on to the next, with progress that can be cancelled. */
export function eachLoaded<T>(
  { loader, progress }: EvidencePorts,
  addresses: readonly ResultAddress[],
  title: string,
  work: (loaded: LoadedResult, signal: AbortSignal) => Promise<T>,
): Promise<Outcome<T>> {
  return progress.run(title, (signal, report) =>
    oneByOne(addresses, signal, async (address, n) => {
      report(l10n.t('{0} of {1}', n + 1, addresses.length));
      return work(await loader.load(address, { signal, urgency: 'interactive' }), signal);
    }),
  );
}

/** The name of the bytes as they were received: a collected file stays packed. */
export function rawName(loaded: LoadedResult): string {
  const { action, command, result, address, tenant } = loaded;
  const subject = baseName(command?.subject ?? command?.type ?? action.type);
  const sample = tenant.connection.auth === 'demo' ? 'SAMPLE ' : '';
  const name = cleanName(`${sample}${subject} on ${hostName(action)} ${address.index}`);
  return `${name}${rawEnding(result)}`;
}

/** The ending of {@link rawName}, with its dot. */
export function rawEnding({ summary, bytes }: LoadedResult['result']): string {
  if (isGzip(bytes)) {
    return '.gz';
  }
  if (isZip(bytes)) {
    return '.zip';
  }
  return summary.kind === 'transcript' ? endings.transcript : '.received';
}

/** Where a result comes from, as JSON. */
export function sidecarBytes({ tool }: EvidencePorts, loaded: LoadedResult): Uint8Array {
  const { tenant, action, command, result, address } = loaded;
  const text = sidecar({
    action,
    command,
    index: address.index,
    tenantId: tenant.connection.tenantId,
    connection: tenant.connection.name,
    sample: tenant.connection.auth === 'demo',
    fetchedBy: tenant.identity(),
    fetchedAt: result.fetchedAt,
    blob: result.source,
    size: result.bytes.byteLength,
    sha256: result.reading.sha256,
    exitCode: result.summary.kind === 'transcript' ? result.summary.exitCode : undefined,
    tool,
  });
  return Buffer.from(text);
}

/** Where dialogs begin. */
export function defaultFolder(): vscode.Uri {
  return vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.file(homedir());
}

export async function askFolder(title: string, openLabel: string): Promise<vscode.Uri | undefined> {
  const options = {
    title,
    canSelectFiles: false,
    canSelectFolders: true,
    canSelectMany: false,
    openLabel,
    defaultUri: defaultFolder(),
  };
  return (await vscode.window.showOpenDialog(options))?.[0];
}

/** With a button VS Code shows the whole sentence, so that a SHA-256 at its end can be read. */
export function tell(
  reporter: Reporter,
  sentence: string,
  sha256?: string,
  kind: 'info' | 'warning' = 'info',
): void {
  const copy = { title: l10n.t('Copy SHA-256'), run: () => vscode.env.clipboard.writeText(sha256 ?? '') };
  reporter.notify(kind, sentence, ...(sha256 === undefined ? [] : [copy]));
}

/** One notification, whatever failed: the first reason stands in it, all of them in the log. */
export function tellOutcome(
  { reporter }: EvidencePorts,
  { kind, sentence: done }: { readonly kind: 'info' | 'warning'; readonly sentence: string },
  { failures, cancelled }: Outcome<unknown>,
  manifestSha256?: string,
): void {
  const said = cancelled ? `${l10n.t('Canceled.')} ${done}` : done;
  const [first, ...more] = failures.map((error) => reporter.explain('save a result', error));
  if (first === undefined) {
    tell(reporter, said, manifestSha256, kind);
    return;
  }
  const others =
    more.length === 1
      ? l10n.t('1 more failed. See the log for details.')
      : l10n.t('{0} more failed. See the log for details.', more.length);
  const rest = more.length === 0 ? '' : ` ${others}`;
  reporter.show({
    ...first,
    sentence: `${said} ${l10n.t('1 result failed: {0}', first.sentence)}${rest}`,
    kind: 'error',
  });
}
