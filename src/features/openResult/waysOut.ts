import * as vscode from 'vscode';
import type { ResultAddress } from '../../results/address';
import { isNotThere } from '../../defender/apiProblem';
import { Failure } from '../../http/failure';
import type { TargetProblem } from '../../messages/problem';
import { problemOf, type Reporter, type Retry } from '../../platform/errorReporter';
import type { Progress } from '../../platform/progress';
import type { ConnectedTenant, ConnectionRegistry } from '../connections';
import { tabName } from '../../messages/tabName';
import { type DocumentUris, type ResultLoader } from '../documents';

const { l10n } = vscode;

export interface WaysOutPorts {
  readonly registry: ConnectionRegistry;
  readonly loader: ResultLoader;
  readonly uris: DocumentUris;
  readonly progress: Progress;
  readonly reporter: Reporter;
}

/** The extension that shows bytes, when somebody has installed it. */
const hexEditor = { extension: 'ms-vscode.hexeditor', viewType: 'hexEditor.hexedit' } as const;

/**
 * What a person can do about a result that could not be shown, besides reading why: buttons for the
 * notification. `show` shows the same documents of the result in another tenant.
 */
export function waysOut(
  ports: WaysOutPorts,
  address: ResultAddress,
  error: unknown,
  show: (there: ResultAddress) => Promise<void>,
): Retry[] {
  const code = problemOf(error)?.code;
  if (code === 'binaryFile') {
    return [...otherViews(ports, address), saveRaw(address)];
  }
  return code === 'tooLargeForEditor' || code === 'tooLarge' || code === 'notRead'
    ? [saveRaw(address)]
    : lookElsewhere(ports, address, error, show);
}

function saveRaw(address: ResultAddress): Retry {
  return {
    title: l10n.t('Save Result…'),
    run: () => vscode.commands.executeCommand('liveResponse.saveResult', { ...address }),
  };
}

/** Other ways to look at what is no text. */
function otherViews({ loader, uris }: WaysOutPorts, address: ResultAddress): Retry[] {
  const loaded = loader.peek(address);
  const name = loaded === undefined ? 'result' : tabName(loaded);
  const bytes = uris.uri({ ...address, kind: 'file' }, name);
  const asText = {
    title: l10n.t('Reopen Result with Encoding…'),
    run: () => vscode.commands.executeCommand('liveResponse.reopenWithEncoding', { ...address }),
  };
  const hex = {
    title: l10n.t('Open in Hex Editor'),
    run: () => vscode.commands.executeCommand('vscode.openWith', bytes, hexEditor.viewType),
  };
  return vscode.extensions.getExtension(hexEditor.extension) === undefined ? [asText] : [asText, hex];
}

/**
 * An ID in somebody's notes does not say which tenant it belongs to: the others that one is signed
 * in to may know it.
 */
function lookElsewhere(
  ports: WaysOutPorts,
  address: ResultAddress,
  error: unknown,
  show: (there: ResultAddress) => Promise<void>,
): Retry[] {
  const problem = problemOf(error);
  const others = ports.registry.signedInBeside(address.connection);
  if (problem?.code !== 'notFound' || problem.call !== 'getAction' || others.length === 0) {
    return [];
  }
  const title = l10n.t('Search Other Tenants');
  return [{ title, run: () => openElsewhere(ports, address, others, show) }];
}

async function openElsewhere(
  ports: WaysOutPorts,
  address: ResultAddress,
  others: readonly ConnectedTenant[],
  show: (there: ResultAddress) => Promise<void>,
): Promise<void> {
  try {
    for (const { connection } of others) {
      const there = { ...address, connection: connection.id };
      if (await exists(ports, there)) {
        await show(there);
        return;
      }
    }
    const tenants = others.map(({ connection }) => connection.name);
    throw new Failure<TargetProblem>({ code: 'nowhere', tenants });
  } catch (error) {
    ports.reporter.report('open a result', error);
  }
}

async function exists({ loader, progress }: WaysOutPorts, address: ResultAddress): Promise<boolean> {
  try {
    await progress.run(l10n.t('Looking up the action'), (signal) =>
      loader.action(address, { signal, urgency: 'interactive' }),
    );
    return true;
  } catch (error) {
    if (isNotThere(error)) {
      return false;
    }
    throw error;
  }
}
