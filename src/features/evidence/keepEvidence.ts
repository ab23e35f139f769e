/**
 * Saving results and keeping them as evidence. A chunk of its own, loaded with the first of these
 * commands.
 */

import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import * as vscode from 'vscode';
import { systemClock } from '../../http/clock';
import { isAbort } from '../../http/failure';
import { type DocumentKind, endings } from '../../results/address';
import { EvidenceFolder, type EvidenceItem } from '../../results/evidence/evidence';
import { readManifestBytes } from '../../results/evidence/evidenceAttempt';
import { verifyEvidence as verify } from '../../results/evidence/evidenceVerification';
import { type Checked, copyManifestHash, tellCoverage, tellVerification } from './evidenceReport';
import { fileStoreAt } from '../../platform/fileStore';
import {
  askFolder,
  eachLoaded,
  type EvidencePorts,
  rawEnding,
  sidecarBytes,
  tellOutcome,
} from './loadedResults';
import { keptMessage } from '../../messages/keptMessage';
import { baseName, hostName } from '../../messages/formatNames';
import type { LoadedResult } from '../documents';

const { l10n } = vscode;

/** `liveResponse.keepEvidence`: bytes, readable texts and sidecars, in a folder with a manifest. */
export async function keepEvidence(
  ports: EvidencePorts,
  target?: unknown,
  selection?: unknown,
): Promise<void> {
  const wanted = { title: l10n.t('Keep as Evidence'), nothing: 'shown', of: 'all' } as const;
  const addresses = await ports.targets.results(target, selection, wanted);
  const root = addresses.length === 0 ? undefined : await evidenceFolder();
  if (root === undefined) {
    return;
  }
  const folder = new EvidenceFolder({ files: fileStoreAt(root), clock: systemClock, owner, isRunning });
  const id = randomUUID();
  const outcome = await eachLoaded(ports, addresses, l10n.t('Keeping evidence'), (loaded, signal) => {
    const by = loaded.tenant.identity();
    const sample = loaded.tenant.connection.auth === 'demo';
    const run = { id, at: Date.now(), by, tool: ports.tool, sample };
    const item = evidenceOf(ports, loaded);
    return inTurn(root.toString(), () => folder.keep(item, run, signal));
  });
  const said = keptMessage(outcome.done, root.path);
  const copied = outcome.done.length === 0 ? '' : ` ${await copyManifestHash(folder.manifestSha256)}`;
  tellOutcome(
    ports,
    { ...said, sentence: `${said.sentence}${copied}` },
    outcome,
    copied === '' ? undefined : folder.manifestSha256,
  );
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

/**
 * `liveResponse.verifyEvidence`: holds every kept file against the manifest, in all folders of the
 * workspace that have evidence.
 */
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
  await tellVerification(ports.reporter, checked, async (older) =>
    tellCoverage(ports.reporter, await verifyAll(ports, roots, older)),
  );
}

/**
 * Folders without a manifest are left out; one that fails does not keep the others from being
 * checked.
 */
async function verifyAll(
  { progress, reporter }: EvidencePorts,
  roots: readonly vscode.Uri[],
  older?: string,
): Promise<Checked[]> {
  return progress.run(l10n.t('Verifying evidence'), async (signal, report) => {
    const checked: Checked[] = [];
    for (const root of roots) {
      const onProgress = (done: number, total: number): void => report(l10n.t('{0} of {1}', done, total));
      const options = { signal, onProgress, ...(older !== undefined && { older }) };
      try {
        const found = await verify(fileStoreAt(root), options);
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

function evidenceOf(ports: EvidencePorts, loaded: LoadedResult): EvidenceItem {
  const { action, command, result, address } = loaded;
  const stem = baseName(command?.subject ?? command?.type ?? action.type);
  // A collected file stays packed: unpacked malware does not belong in a workspace.
  const readable = (['output', 'error', 'body'] satisfies DocumentKind[]).flatMap((kind) => {
    const made = result.document(kind);
    return made === undefined ? [] : [{ stem, ending: endings[kind], bytes: made.bytes }];
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

/**
 * `evidence` in the folder of the workspace; asks which when there are several, and for one when
 * there is none.
 */
async function evidenceFolder(): Promise<vscode.Uri | undefined> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const parent =
    folders.length > 1
      ? (
          await vscode.window.showWorkspaceFolderPick({
            placeHolder: l10n.t('Select a folder for the evidence'),
          })
        )?.uri
      : (folders[0]?.uri ?? (await askFolder(l10n.t('Keep as Evidence'), l10n.t('Keep Evidence Here'))));
  return parent && vscode.Uri.joinPath(parent, 'evidence');
}

/**
 * All that the workspace has; asks when it has none. Either the evidence folder or the one that it
 * is in can be chosen.
 */
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
  const chosen = await askFolder(l10n.t('Verify Evidence'), l10n.t('Verify This Folder'));
  if (chosen === undefined) {
    return [];
  }
  const inside = vscode.Uri.joinPath(chosen, 'evidence');
  return !(await hasManifest(chosen)) && (await hasManifest(inside)) ? [inside] : [chosen];
}

async function hasManifest(root: vscode.Uri): Promise<boolean> {
  return (await readManifestBytes(fileStoreAt(root))) !== undefined;
}
