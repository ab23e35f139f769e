/** Saving results and keeping them as evidence. A chunk of its own, loaded with the first of these commands. */

import { randomUUID } from 'node:crypto';
import { homedir, hostname } from 'node:os';
import * as vscode from 'vscode';
import { systemClock } from '../http/clock';
import { Failure, isAbort } from '../http/failure';
import { cleanName, type DocumentKind, endings, foldName, type ResultAddress } from '../results/address';
import { EvidenceFolder, type EvidenceItem } from '../results/evidence';
import { readManifestBytes } from '../results/evidenceAttempt';
import { verifyEvidence as verify } from '../results/evidenceVerification';
import { downloadTo } from '../results/download';
import { digestInSlices, type FilePort, saveFile } from '../results/files';
import type { EvidenceTrouble } from '../results/problems';
import { sidecar } from '../results/sidecar';
import { type Checked, copyManifestHash, tellCoverage, tellVerification } from './evidenceReport';
import { foldered } from './folder';
import { baseName, hostName } from './names';
import { notificationText } from './plain';
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
  let loaded: LoadedResult;
  try {
    loaded = await ports.progress.run(l10n.t('Saving a result'), (signal) =>
      ports.loader.load(only, { signal, urgency: 'interactive' }),
    );
  } catch (error) {
    if (problemOf(error)?.code === 'tooLarge') {
      return saveLarge(ports, only);
    }
    throw error;
  }
  const uri = await vscode.window.showSaveDialog({
    title: l10n.t('Save Result: the Bytes as Received'),
    defaultUri: vscode.Uri.joinPath(defaultFolder(), rawName(loaded)),
  });
  if (uri === undefined) {
    return;
  }
  // Whoever has chosen a file wants it: Escape here leaves out the sidecar, not the bytes.
  const withSidecar = (await asksForSidecar()) === true;
  const folder = foldered(vscode.Uri.joinPath(uri, '..'));
  const name = uri.path.split('/').at(-1) ?? rawName(loaded);
  await saveFile(folder, name, await asReceived(loaded), { unique: randomUUID() });
  if (withSidecar) {
    await saveFile(folder, `${name}.sidecar.json`, sidecarBytes(ports, loaded), { unique: randomUUID() });
  }
  tell(
    l10n.t(
      'Saved {0}: {1} bytes, SHA-256 {2}',
      name,
      loaded.result.bytes.length,
      loaded.result.reading.sha256,
    ),
    loaded.result.reading.sha256,
  );
}

/** @throws Failure<EvidenceTrouble> when the bytes are no longer those whose SHA-256 was taken when they were received */
async function asReceived({ result: { bytes, reading } }: LoadedResult): Promise<Uint8Array> {
  const { sha256: actual } = await digestInSlices(bytes);
  if (actual !== reading.sha256) {
    throw new Failure<EvidenceTrouble>({ code: 'notAsReceived', expected: reading.sha256, actual });
  }
  return bytes;
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
  tell(l10n.t('Saved {0}: {1} bytes, SHA-256 {2}', uri.path, size, sha256), sha256);
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
  const folder = new EvidenceFolder({ files: foldered(root), clock: systemClock, owner, isRunning });
  const id = randomUUID();
  const outcome = await oneByOne(ports, addresses, l10n.t('Keeping evidence'), (loaded, signal) => {
    const by = loaded.session.identity();
    const sample = loaded.session.connection.auth === 'demo';
    const run = { id, at: Date.now(), by, tool: ports.tool, sample };
    const item = evidenceOf(ports, loaded);
    return inTurn(root.toString(), () => folder.keep(item, run, signal));
  });
  const again = outcome.done.filter((kept) => kept.again).length;
  const said = l10n.t(
    '{0} results are kept in {1}, {2} of them were there already.',
    outcome.done.length,
    root.path,
    again,
  );
  const copied = outcome.done.length === 0 ? '' : ` ${await copyManifestHash(folder.manifestSha256)}`;
  tellOutcome(ports, `${said}${copied}`, outcome, copied === '' ? undefined : folder.manifestSha256);
}

/** Windows and WSL call a computer by the same name, but do not see each other's processes. */
const owner = { host: `${hostname()} (${process.platform})`, pid: process.pid };

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

const turns = new Map<string, Promise<unknown>>();

/** One after the other for each evidence folder, in the order in which they were asked for. */
async function inTurn<T>(key: string, work: () => Promise<T>): Promise<T> {
  const before = turns.get(key) ?? Promise.resolve();
  const mine = before.then(work, work);
  const settled = mine.then(
    () => undefined,
    () => undefined,
  );
  turns.set(key, settled);
  try {
    return await mine;
  } finally {
    if (turns.get(key) === settled) {
      turns.delete(key);
    }
  }
}

/** `liveResponse.verifyEvidence`: holds every kept file against the manifest, in all folders of the workspace that have evidence. */
export async function verifyEvidence(ports: EvidencePorts): Promise<void> {
  const roots = await foldersToVerify();
  const checked = await verifyAll(ports, roots);
  const [root] = roots;
  if (checked.length === 0) {
    if (root !== undefined) {
      ports.reporter.reportProblem('verify evidence', { code: 'noManifest', path: root.path });
    }
    return;
  }
  await tellVerification(checked, async (older) => tellCoverage(await verifyAll(ports, roots, older)));
}

/** Folders without a manifest are left out; one that fails does not keep the others from being checked. */
async function verifyAll(
  { progress, reporter }: EvidencePorts,
  roots: readonly vscode.Uri[],
  older?: string,
): Promise<Checked[]> {
  return progress.run(l10n.t('Verifying evidence'), async (signal, report) => {
    const checked: Checked[] = [];
    for (const root of roots) {
      const onProgress = (done: number, total: number): void =>
        report(l10n.t('{0} of {1} files', done, total));
      const options = { signal, onProgress, ...(older !== undefined && { older }) };
      try {
        const found = await verify(foldered(root), options);
        if (found !== undefined) {
          checked.push({ root, found });
        }
      } catch (error) {
        if (isAbort(error) || roots.length === 1) {
          throw error;
        }
        reporter.report('verify evidence', error);
      }
    }
    return checked;
  });
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

interface Outcome<T> {
  readonly done: readonly T[];
  readonly failures: readonly NotLoaded[];
  /** Somebody cancelled before all were done. */
  readonly cancelled: boolean;
}

/**
 * Loads a result, works on it, then goes on to the next, so that only one is needed in memory. What fails does not keep the others from
 * being done; a cancellation does, and what is done stays.
 */
function oneByOne<T>(
  { loader, progress }: EvidencePorts,
  addresses: readonly ResultAddress[],
  title: string,
  work: (loaded: LoadedResult, signal: AbortSignal) => Promise<T>,
): Promise<Outcome<T>> {
  return progress.run(title, async (signal, report: Report) => {
    const done: T[] = [];
    const failures: NotLoaded[] = [];
    for (const [n, address] of addresses.entries()) {
      report(l10n.t('{0} of {1}', n + 1, addresses.length));
      try {
        signal.throwIfAborted();
        done.push(await work(await loader.load(address, { signal, urgency: 'interactive' }), signal));
      } catch (error) {
        if (isAbort(error)) {
          return { done, failures, cancelled: true };
        }
        failures.push({ address, error });
      }
    }
    return { done, failures, cancelled: false };
  });
}

async function saveInto(ports: EvidencePorts, addresses: readonly ResultAddress[]): Promise<void> {
  const root = await askFolder(l10n.t('Save Results Here'));
  if (root === undefined) {
    return;
  }
  const files = foldered(root);
  const outcome = await oneByOne(ports, addresses, l10n.t('Saving results'), async (loaded) => {
    const bytes = await asReceived(loaded);
    const name = await createFree(files, rawName(loaded), bytes);
    await createFree(files, `${name}.sidecar.json`, sidecarBytes(ports, loaded));
    return name;
  });
  const said = l10n.t(
    '{0} results were saved in {1}, each with its sidecar.',
    outcome.done.length,
    root.path,
  );
  tellOutcome(ports, said, outcome);
}

/** Saves under a name that is not taken: nothing is written over. */
async function createFree(files: FilePort, name: string, bytes: Uint8Array): Promise<string> {
  const taken = new Set((await files.list('')).map((entry) => foldName(entry.name)));
  const [, stem = name, ending = ''] = /^(.*?)((?:\.transcript)?\.\w+(?:\.sidecar\.json)?)$/.exec(name) ?? [];
  for (let n = 1; ; n += 1) {
    const free = n === 1 ? name : `${stem} (${n})${ending}`;
    if (!taken.has(foldName(free))) {
      await saveFile(files, free, bytes, { unique: randomUUID() });
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
  const stem = baseName(command?.subject ?? command?.type ?? action.type);
  // A collected file stays packed: unpacked malware does not belong in a workspace.
  const readable = (['output', 'error', 'body'] satisfies DocumentKind[]).flatMap((kind) => {
    const made = result.document(kind);
    return made === undefined ? [] : [{ stem, ending: endings[kind], bytes: withoutMark(made.bytes) }];
  });
  return {
    host: hostName(action),
    actionId: action.id,
    index: address.index,
    files: [{ stem, ending: rawEnding(result), bytes: result.bytes }, ...readable],
    sha256: result.reading.sha256,
    sidecar: sidecarBytes(ports, loaded),
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
  return vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.file(homedir());
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

/** All that the workspace has; asks when it has none. Either the evidence folder or the one that it is in can be chosen. */
async function foldersToVerify(): Promise<readonly vscode.Uri[]> {
  const roots: vscode.Uri[] = [];
  for (const { uri } of vscode.workspace.workspaceFolders ?? []) {
    const root = vscode.Uri.joinPath(uri, 'evidence');
    // What cannot be read may well be evidence: verifying it says why.
    if (await hasManifest(root).catch(() => true)) {
      roots.push(root);
    }
  }
  if (roots.length > 0) {
    return roots;
  }
  const chosen = await askFolder(l10n.t('Verify This Folder'));
  if (chosen === undefined) {
    return [];
  }
  const inside = vscode.Uri.joinPath(chosen, 'evidence');
  return !(await hasManifest(chosen)) && (await hasManifest(inside)) ? [inside] : [chosen];
}

async function hasManifest(root: vscode.Uri): Promise<boolean> {
  return (await readManifestBytes(foldered(root))) !== undefined;
}

/** With a button VS Code shows the whole sentence, so that a SHA-256 at its end can be read. */
function tell(sentence: string, sha256?: string): void {
  const copy = l10n.t('Copy SHA-256');
  void vscode.window
    .showInformationMessage(notificationText(sentence), ...(sha256 === undefined ? [] : [copy]))
    .then((chosen) =>
      chosen === copy && sha256 !== undefined ? vscode.env.clipboard.writeText(sha256) : undefined,
    );
}

/** One notification, whatever failed: the first reason stands in it, all of them in the log. */
function tellOutcome(
  { reporter }: EvidencePorts,
  done: string,
  { failures, cancelled }: Outcome<unknown>,
  manifestSha256?: string,
): void {
  const said = cancelled ? `${l10n.t('Cancelled.')} ${done}` : done;
  const [first, ...more] = failures.map(({ error }) => reporter.explain('save a result', error));
  if (first === undefined) {
    tell(said, manifestSha256);
    return;
  }
  const rest = more.length === 0 ? '' : ` ${l10n.t('{0} more failed; the log says why.', more.length)}`;
  reporter.show({
    ...first,
    sentence: `${said} ${l10n.t('Not this one: {0}', first.sentence)}${rest}`,
    level: 'error',
  });
}
