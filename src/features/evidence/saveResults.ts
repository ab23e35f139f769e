/** Saving results as the bytes that were received. */

import * as vscode from 'vscode';
import { systemClock } from '../../http/clock';
import { cleanName, type ResultAddress } from '../../results/address';
import { downloadTo } from '../../results/download/download';
import { type Received, saveReceived, saveReceivedNew } from '../../results/evidence/savedResult';
import { fileStoreAt } from '../../platform/fileStore';
import {
  askFolder,
  defaultFolder,
  eachLoaded,
  type EvidencePorts,
  rawName,
  sidecarBytes,
  tell,
  tellOutcome,
} from './loadedResults';
import { hostName } from '../../messages/formatNames';
import { problemOf } from '../../platform/errorReporter';
import type { LoadedResult } from '../documents';
import { bytesOf } from '../openResult';
import { savedWords, saveDownload } from '../../platform/saving';
import { actionLabel } from '../../messages/actionLabel';

const { l10n } = vscode;

/**
 * `liveResponse.saveResult`: the bytes of one result as they were received, and beside them, when
 * it is wanted, where they come from.
 */
export async function saveResult(ports: EvidencePorts, target?: unknown, selection?: unknown): Promise<void> {
  const wanted = { title: l10n.t('Save Result'), nothing: 'shown', of: 'oneIfAlone' } as const;
  const addresses = await ports.targets.results(target, selection, wanted);
  const [only] = addresses;
  if (only === undefined || addresses.length > 1) {
    return saveInto(ports, addresses);
  }
  let loaded: LoadedResult;
  try {
    loaded = await ports.progress.run(l10n.t('Saving result'), (signal) =>
      ports.loader.load(only, { signal, urgency: 'interactive' }),
    );
  } catch (error) {
    if (problemOf(error)?.code === 'tooLarge') {
      return saveLarge(ports, only);
    }
    throw error;
  }
  const uri = await vscode.window.showSaveDialog({
    title: l10n.t('Save Result as Received'),
    defaultUri: vscode.Uri.joinPath(defaultFolder(), rawName(loaded)),
  });
  if (uri === undefined) {
    return;
  }
  // Whoever has chosen a file wants it: Escape here leaves out the sidecar, not the bytes.
  const withSidecar = (await asksForSidecar()) === true;
  const folder = fileStoreAt(vscode.Uri.joinPath(uri, '..'));
  const name = uri.path.split('/').at(-1) ?? rawName(loaded);
  const received = receivedOf(loaded);
  await saveReceived(folder, name, received, withSidecar ? sidecarBytes(ports, loaded) : undefined);
  tell(ports.reporter, savedWords(name, received.bytes.length, received.sha256), received.sha256);
}

/**
 * What is larger than a download may be in memory goes to the disk piece by piece. Its exit code is
 * not known then.
 */
async function saveLarge(
  { loader, progress, reporter }: EvidencePorts,
  address: ResultAddress,
): Promise<void> {
  const { tenant, action } = await progress.run(l10n.t('Looking up the action'), (signal) =>
    loader.action(address, { signal, urgency: 'interactive' }),
  );
  const name = cleanName(`${actionLabel(action)} on ${hostName(action)} ${address.index}`);
  const uri = await vscode.window.showSaveDialog({
    title: l10n.t('Save Result as Received'),
    defaultUri: vscode.Uri.joinPath(defaultFolder(), `${name}.received`),
  });
  if (uri === undefined) {
    return;
  }
  const { size, sha256 } = await progress.run(l10n.t('Saving result'), (signal, report) => {
    const call = { signal, urgency: 'interactive' } as const;
    const link = (): Promise<string> => tenant.client.resultLink(action.id, address.index, call);
    const onProgress = (received: number, total: number | undefined): void =>
      report(bytesOf(received, total));
    const ports = { fetch: tenant.fetch, clock: systemClock, random: Math.random, log: () => undefined };
    return saveDownload(uri, (sink) => downloadTo(sink, ports, link, { signal, onProgress }));
  });
  tell(reporter, savedWords(uri.path, size, sha256), sha256);
}

/**
 * `liveResponse.saveAllResults`: all results of an action, or of what is selected, into a folder.
 */
export async function saveAllResults(
  ports: EvidencePorts,
  target?: unknown,
  selection?: unknown,
): Promise<void> {
  const wanted = { title: l10n.t('Save All Results'), nothing: 'shown', of: 'all' } as const;
  return saveInto(ports, await ports.targets.results(target, selection, wanted));
}

async function saveInto(ports: EvidencePorts, addresses: readonly ResultAddress[]): Promise<void> {
  const root =
    addresses.length === 0
      ? undefined
      : await askFolder(l10n.t('Save All Results'), l10n.t('Save Results Here'));
  if (root === undefined) {
    return;
  }
  const files = fileStoreAt(root);
  const outcome = await eachLoaded(ports, addresses, l10n.t('Saving results'), (loaded) =>
    saveReceivedNew(files, rawName(loaded), receivedOf(loaded), sidecarBytes(ports, loaded)),
  );
  const count = outcome.done.length;
  const said =
    count === 1
      ? l10n.t('Saved 1 result with a sidecar in {0}.', root.path)
      : l10n.t('Saved {0} results with sidecars in {1}.', count, root.path);
  tellOutcome(ports, { kind: 'info', sentence: said }, outcome);
}

function receivedOf({ result: { bytes, reading } }: LoadedResult): Received {
  return { bytes, sha256: reading.sha256 };
}

async function asksForSidecar(): Promise<boolean | undefined> {
  const items = [
    {
      label: l10n.t('With a sidecar'),
      detail: l10n.t('Also saves a JSON file with the action, machine, times, size, and SHA-256'),
      wanted: true,
    },
    { label: l10n.t('Without a sidecar'), wanted: false },
  ];
  const placeHolder = l10n.t('Save a sidecar that describes the result?');
  return (await vscode.window.showQuickPick(items, { placeHolder, ignoreFocusOut: true }))?.wanted;
}
