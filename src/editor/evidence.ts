/** Saving results and keeping them as evidence. A chunk of its own, loaded with the first of these commands. */

import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { systemClock } from '../http/clock';
import { Failure, isAbort } from '../http/failure';
import { cleanName, type DocumentKind, endings, type ResultAddress } from '../results/address';
import {
  type EvidenceItem,
  type EvidenceProblem,
  keepEvidence as keep,
  manifestName,
  type Verification,
  verifyEvidence as verify,
} from '../results/evidence';
import { downloadTo } from '../results/download';
import { type FilePort, saveFile } from '../results/files';
import { sidecar } from '../results/sidecar';
import { foldered } from './folder';
import { baseName, hostName } from './names';
import { notificationText, plain } from './plain';
import type { TargetProblem } from './problems';
import type { Progress, Report } from './progress';
import { problemOf, type Reporter } from './report';
import { addressOf } from './results/documents';
import type { LoadedResult, ResultLoader } from './results/loader';
import { bytesOf } from './results/openResult';
import { addressesOf, readTarget } from './results/target';
import { saveDownload } from './saving';
import type { Sessions } from './sessions';
import { actionLabel } from './tree/rows';

const { l10n } = vscode;

export interface EvidencePorts {
  readonly sessions: Sessions;
  readonly loader: ResultLoader;
  readonly progress: Progress;
  readonly reporter: Reporter;
  /** Name and version of this extension. */
  readonly tool: string;
}

/** `liveResponse.saveResult`: the bytes of one result as they were received, and beside them, when it is wanted, where they come from. */
export async function saveResult(ports: EvidencePorts, target?: unknown, selection?: unknown): Promise<void> {
  const addresses = addressesFor(ports, target, selection);
  const [only] = addresses;
  if (only === undefined || addresses.length > 1) {
    return addresses.length === 0 ? fail('noResultShown') : saveInto(ports, addresses);
  }
  const [loaded] = await loadAll(ports, [only], l10n.t('Saving a result'));
  if (loaded === undefined || 'error' in loaded) {
    if (problemOf(loaded?.error)?.code === 'tooLarge') {
      return saveLarge(ports, only);
    }
    throw loaded?.error;
  }
  const uri = await vscode.window.showSaveDialog({
    title: l10n.t('Save Result: the Bytes as Received'),
    defaultUri: vscode.Uri.joinPath(defaultFolder(), rawName(loaded)),
  });
  const withSidecar = uri && (await asksForSidecar());
  if (uri === undefined || withSidecar === undefined) {
    return;
  }
  const folder = foldered(vscode.Uri.joinPath(uri, '..'));
  const name = uri.path.split('/').at(-1) ?? rawName(loaded);
  await saveFile(folder, name, loaded.result.bytes, randomUUID());
  if (withSidecar) {
    await saveFile(folder, `${name}.sidecar.json`, sidecarBytes(ports, loaded), randomUUID());
  }
  tell(
    l10n.t(
      'Saved {0}: {1} bytes, SHA-256 {2}',
      name,
      loaded.result.bytes.length,
      loaded.result.reading.sha256,
    ),
  );
}

/** What is larger than a download may be in memory goes to the disk piece by piece. Its exit code is not known then. */
async function saveLarge({ loader, progress }: EvidencePorts, address: ResultAddress): Promise<void> {
  const { session, action } = await progress.run(l10n.t('Looking up the action'), (signal) =>
    loader.action(address, { signal, urgency: 'interactive' }),
  );
  const name = cleanName(`${actionLabel(action)} on ${hostName(action)} ${address.index}`);
  const uri = await vscode.window.showSaveDialog({
    title: l10n.t('Save Result: the Bytes as Received'),
    defaultUri: vscode.Uri.joinPath(defaultFolder(), `${name}.received`),
  });
  if (uri === undefined) {
    return;
  }
  const { size, sha256 } = await progress.run(l10n.t('Saving a result'), (signal, report) => {
    const call = { signal, urgency: 'interactive' } as const;
    const link = (): Promise<string> => session.client.resultLink(action.id, address.index, call);
    const onProgress = (received: number, total: number | undefined): void =>
      report(bytesOf(received, total));
    const ports = { fetch: session.fetch, clock: systemClock, random: Math.random, log: () => undefined };
    return saveDownload(uri, (sink) => downloadTo(sink, ports, link, { signal, onProgress }));
  });
  tell(l10n.t('Saved {0}: {1} bytes, SHA-256 {2}', uri.path, size, sha256));
}

/** `liveResponse.saveAllResults`: all results of an action, or of what is selected, into a folder. */
export async function saveAllResults(
  ports: EvidencePorts,
  target?: unknown,
  selection?: unknown,
): Promise<void> {
  const addresses = addressesFor(ports, target, selection);
  return addresses.length === 0 ? fail('noResultShown') : saveInto(ports, addresses);
}

/** `liveResponse.keepEvidence`: bytes, readable texts and sidecars, in a folder with a manifest. */
export async function keepEvidence(
  ports: EvidencePorts,
  target?: unknown,
  selection?: unknown,
): Promise<void> {
  const addresses = addressesFor(ports, target, selection);
  if (addresses.length === 0) {
    return fail('noResultShown');
  }
  const root = await evidenceFolder();
  if (root === undefined) {
    return;
  }
  const files = foldered(root);
  const results = await loadAll(ports, addresses, l10n.t('Keeping evidence'));
  const id = randomUUID();
  const outcome = await eachOf(results, async (loaded) => {
    const by = loaded.session.identity();
    const sample = loaded.session.connection.auth === 'demo';
    const run = { id, at: Date.now(), by, tool: ports.tool, sample };
    return keep(files, evidenceOf(ports, loaded), run);
  });
  const again = outcome.done.filter((kept) => kept.again).length;
  const said = l10n.t(
    '{0} results are kept in {1}, {2} of them were there already.',
    outcome.done.length,
    root.path,
    again,
  );
  tellOutcome(ports, said, outcome.failures);
}

/** `liveResponse.verifyEvidence`: holds every kept file against the manifest. */
export async function verifyEvidence({ progress, reporter }: EvidencePorts): Promise<void> {
  const root = await folderToVerify();
  if (root === undefined) {
    return;
  }
  const found = await progress.run(l10n.t('Verifying evidence'), (signal, report) =>
    verify(foldered(root), {
      signal,
      onProgress: (checked, total) => report(l10n.t('{0} of {1} files', checked, total)),
    }),
  );
  if (found === undefined) {
    reporter.reportProblem('verify evidence', { code: 'noManifest', path: root.path });
    return;
  }
  tellVerification(root, found);
}

function fail(code: 'noResultShown'): Promise<never> {
  return Promise.reject(new Failure<TargetProblem>({ code }));
}

/** Rows of the tree, an address, or the result that the active editor shows. */
function addressesFor(
  { sessions }: EvidencePorts,
  target: unknown,
  selection: unknown,
): readonly ResultAddress[] {
  const uri = target instanceof vscode.Uri ? target : vscode.window.activeTextEditor?.document.uri;
  const shown = uri && addressOf(uri);
  if (target === undefined || target instanceof vscode.Uri) {
    return shown === undefined || shown.kind === 'action' ? [] : [shown];
  }
  const read = readTarget(target, selection, sessions.active?.connection.id);
  return read.kind === 'nodes' ? addressesOf(read.nodes) : read.kind === 'address' ? [read.address] : [];
}

interface NotLoaded {
  readonly address: ResultAddress;
  readonly error: unknown;
}

/** Loads one after the other; what fails does not keep the others from being loaded, but a cancellation does. */
function loadAll(
  { loader, progress }: EvidencePorts,
  addresses: readonly ResultAddress[],
  title: string,
): Promise<(LoadedResult | NotLoaded)[]> {
  return progress.run(title, async (signal, report: Report) => {
    const results: (LoadedResult | NotLoaded)[] = [];
    for (const [n, address] of addresses.entries()) {
      report(l10n.t('{0} of {1}', n + 1, addresses.length));
      try {
        results.push(await loader.load(address, { signal, urgency: 'interactive' }));
      } catch (error) {
        if (isAbort(error)) {
          throw error;
        }
        results.push({ address, error });
      }
    }
    return results;
  });
}

interface Outcome<T> {
  readonly done: readonly T[];
  readonly failures: readonly NotLoaded[];
}

async function eachOf<T>(
  results: readonly (LoadedResult | NotLoaded)[],
  work: (loaded: LoadedResult) => Promise<T>,
): Promise<Outcome<T>> {
  const done: T[] = [];
  const failures: NotLoaded[] = [];
  for (const each of results) {
    if ('error' in each) {
      failures.push(each);
      continue;
    }
    try {
      done.push(await work(each));
    } catch (error) {
      failures.push({ address: each.address, error });
    }
  }
  return { done, failures };
}

async function saveInto(ports: EvidencePorts, addresses: readonly ResultAddress[]): Promise<void> {
  const root = await askFolder(l10n.t('Save Results Here'));
  if (root === undefined) {
    return;
  }
  const files = foldered(root);
  const results = await loadAll(ports, addresses, l10n.t('Saving results'));
  const outcome = await eachOf(results, async (loaded) => {
    const name = await freeName(files, rawName(loaded));
    await saveFile(files, name, loaded.result.bytes, randomUUID());
    await saveFile(files, `${name}.sidecar.json`, sidecarBytes(ports, loaded), randomUUID());
    return name;
  });
  const said = l10n.t(
    '{0} results were saved in {1}, each with its sidecar.',
    outcome.done.length,
    root.path,
  );
  tellOutcome(ports, said, outcome.failures);
}

/** A name that is not taken: nothing is written over. */
async function freeName(files: FilePort, name: string): Promise<string> {
  const taken = new Set((await files.list('')).map((entry) => entry.name.toLowerCase()));
  const [, stem = name, ending = ''] = /^(.*?)((?:\.transcript)?\.\w+)$/.exec(name) ?? [];
  for (let n = 1; ; n += 1) {
    const free = n === 1 ? name : `${stem} (${n})${ending}`;
    if (!taken.has(free.toLowerCase())) {
      return free;
    }
  }
}

/** The name of the bytes as they were received: a collected file stays packed. */
function rawName(loaded: LoadedResult): string {
  const { action, command, result, address, session } = loaded;
  const subject = baseName(command?.subject ?? command?.type ?? action.type);
  const sample = session.connection.auth === 'demo' ? 'SAMPLE ' : '';
  const name = cleanName(`${sample}${subject} on ${hostName(action)} ${address.index}`);
  return `${name}${rawEnding(result)}`;
}

function rawEnding({ summary, bytes }: LoadedResult['result']): string {
  const [first, second] = bytes;
  if (first === 0x1f && second === 0x8b) {
    return '.gz';
  }
  if (first === 0x50 && second === 0x4b) {
    return '.zip';
  }
  return summary.kind === 'transcript' ? endings.transcript : '.received';
}

function evidenceOf(ports: EvidencePorts, loaded: LoadedResult): EvidenceItem {
  const { action, command, result, address } = loaded;
  const subject = cleanName(baseName(command?.subject ?? command?.type ?? action.type));
  // A collected file stays packed: unpacked malware does not belong in a workspace.
  const readable = (['output', 'error', 'body'] satisfies DocumentKind[]).flatMap((kind) => {
    const made = result.document(kind);
    return made === undefined ? [] : [{ name: `${subject}${endings[kind]}`, bytes: withoutMark(made.bytes) }];
  });
  return {
    host: hostName(action),
    actionId: action.id,
    index: address.index,
    files: [{ name: `${subject}${rawEnding(result)}`, bytes: result.bytes }, ...readable],
    sidecar: { name: 'sidecar.json', bytes: sidecarBytes(ports, loaded) },
  };
}

/** The mark is for VS Code's own documents; other tools want none. */
function withoutMark(bytes: Uint8Array): Uint8Array {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
}

function sidecarBytes({ tool }: EvidencePorts, loaded: LoadedResult): Uint8Array {
  const { session, action, command, result, address } = loaded;
  const text = sidecar({
    action,
    command,
    index: address.index,
    tenantId: session.connection.tenantId,
    connection: session.connection.name,
    sample: session.connection.auth === 'demo',
    fetchedBy: session.identity(),
    fetchedAt: result.fetchedAt,
    blob: result.source,
    size: result.bytes.byteLength,
    sha256: result.reading.sha256,
    exitCode: result.summary.kind === 'transcript' ? result.summary.exitCode : undefined,
    tool,
  });
  return Buffer.from(text);
}

function defaultFolder(): vscode.Uri {
  return (
    vscode.workspace.workspaceFolders?.[0]?.uri ??
    vscode.Uri.file(process.env['HOME'] ?? process.env['USERPROFILE'] ?? '/')
  );
}

async function asksForSidecar(): Promise<boolean | undefined> {
  const items = [
    {
      label: l10n.t('With a sidecar'),
      detail: l10n.t('A JSON file beside it: action, machine, times, size, SHA-256'),
      wanted: true,
    },
    { label: l10n.t('Only the bytes'), wanted: false },
  ];
  const placeHolder = l10n.t('Save where it comes from as well?');
  return (await vscode.window.showQuickPick(items, { placeHolder, ignoreFocusOut: true }))?.wanted;
}

async function askFolder(openLabel: string): Promise<vscode.Uri | undefined> {
  const options = {
    canSelectFiles: false,
    canSelectFolders: true,
    canSelectMany: false,
    openLabel,
    defaultUri: defaultFolder(),
  };
  return (await vscode.window.showOpenDialog(options))?.[0];
}

/** `evidence` in the folder of the workspace; asks which when there are several, and for one when there is none. */
async function evidenceFolder(): Promise<vscode.Uri | undefined> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const parent =
    folders.length > 1
      ? (
          await vscode.window.showWorkspaceFolderPick({
            placeHolder: l10n.t('Keep the evidence in which folder?'),
          })
        )?.uri
      : (folders[0]?.uri ?? (await askFolder(l10n.t('Keep Evidence Here'))));
  return parent && vscode.Uri.joinPath(parent, 'evidence');
}

async function folderToVerify(): Promise<vscode.Uri | undefined> {
  for (const { uri } of vscode.workspace.workspaceFolders ?? []) {
    const root = vscode.Uri.joinPath(uri, 'evidence');
    if ((await foldered(root).read(manifestName)) !== undefined) {
      return root;
    }
  }
  return askFolder(l10n.t('Verify This Folder'));
}

function tell(sentence: string): void {
  void vscode.window.showInformationMessage(notificationText(sentence));
}

/** One notification, whatever failed: the first reason stands in it, all of them in the log. */
function tellOutcome({ reporter }: EvidencePorts, said: string, failures: readonly NotLoaded[]): void {
  const [first, ...more] = failures.map(({ error }) => reporter.explain('save a result', error));
  if (first === undefined) {
    tell(said);
    return;
  }
  const rest = more.length === 0 ? '' : ` ${l10n.t('{0} more failed; the log says why.', more.length)}`;
  reporter.show({
    ...first,
    sentence: `${said} ${l10n.t('Not this one: {0}', first.sentence)}${rest}`,
    level: 'error',
  });
}

function tellVerification(root: vscode.Uri, { intact, problems }: Verification): void {
  if (problems.length === 0) {
    tell(l10n.t('{0} files in {1} are as they were kept.', intact, root.path));
    return;
  }
  const show = l10n.t('Show Report');
  const said = l10n.t(
    '{0} problems in {1}; {2} files are as they were kept.',
    problems.length,
    root.path,
    intact,
  );
  void vscode.window.showWarningMessage(notificationText(said), show).then(async (chosen) => {
    if (chosen === show) {
      const content = [said, '', ...problems.map(problemWords), ''].join('\n');
      const document = await vscode.workspace.openTextDocument({ content, language: 'plaintext' });
      await vscode.window.showTextDocument(document);
    }
  });
}

function problemWords(problem: EvidenceProblem): string {
  switch (problem.kind) {
    case 'changed':
      return l10n.t(
        'changed: {0} (SHA-256 {1}, kept as {2})',
        plain(problem.path),
        problem.actual,
        problem.expected,
      );
    case 'missing':
      return l10n.t('missing: {0}', plain(problem.path));
    case 'added':
      return l10n.t('not kept by this extension: {0}', plain(problem.path));
    case 'unreadableLine':
      return l10n.t('line {0} of the manifest cannot be read', problem.line);
  }
}
