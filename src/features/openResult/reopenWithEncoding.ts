import * as vscode from 'vscode';
import type { DocumentKind, ResultAddress } from '../../results/address';
import type { Progress } from '../../platform/progress';
import type { Reporter } from '../../platform/errorReporter';
import {
  encodings,
  findTab,
  isCompared,
  readable,
  type ResultFiles,
  type ResultLoader,
  type ScriptEncodings,
} from '../documents';
import type { CommandTargets } from './commandTargets';

const { l10n } = vscode;

export interface EncodingPorts {
  readonly targets: CommandTargets;
  readonly loader: ResultLoader;
  readonly files: ResultFiles;
  readonly encodings: ScriptEncodings;
  readonly progress: Progress;
  readonly reporter: Reporter;
  /** Opens a result that is not shown yet. */
  readonly open: (address: ResultAddress) => Promise<void>;
}

/**
 * `liveResponse.reopenWithEncoding`: decodes the kept bytes of the result that is shown, or of a
 * row of the tree, in another way, and opens what was no text before. Nothing is downloaded again.
 */
export async function reopenWithEncoding(ports: EncodingPorts, target?: unknown): Promise<void> {
  const { loader, files, progress, reporter } = ports;
  try {
    const wanted = { title: l10n.t('Reopen Result with Encoding'), nothing: 'shown', of: 'one' } as const;
    const [address] = await ports.targets.results(target, undefined, wanted);
    if (address === undefined) {
      return;
    }
    // What is open is decoded, also when it is unfinished: another download would be another
    // result.
    const loaded =
      loader.peek(address) ??
      (await progress.run(l10n.t('Opening the result'), (signal) =>
        loader.load(address, { signal, urgency: 'interactive' }),
      ));
    const chosen = await pickEncoding(ports.encodings.of(loaded));
    if (chosen !== undefined) {
      await ports.encodings.remember(loaded, chosen.id);
      const again = await progress.run(l10n.t('Decoding the result'), (signal) =>
        loader.decoded(loaded, signal),
      );
      readable(again).result.kinds.forEach((kind) => files.changed({ ...address, kind }));
      // VS Code reads anew what is open, also as a side of a comparison.
      const isOpen = (kind: DocumentKind): boolean =>
        findTab({ ...address, kind }) !== undefined || isCompared({ ...address, kind });
      if (!loaded.result.kinds.some(isOpen)) {
        await ports.open(address);
      }
    }
  } catch (error) {
    reporter.report('decode a result', error);
  }
}

interface Choice extends vscode.QuickPickItem {
  readonly id: string | undefined;
}

function pickEncoding(current: string | undefined): Thenable<Choice | undefined> {
  const active = (id: string | undefined): string => (id === current ? l10n.t('active') : '');
  const items: Choice[] = [
    { label: l10n.t('Default (as received from Defender)'), description: active(undefined), id: undefined },
    ...encodings.map(([id, label]) => ({ label, description: active(id), id })),
  ];
  return vscode.window.showQuickPick(items, {
    title: l10n.t('Reopen Result with Encoding'),
    placeHolder: l10n.t('Select the encoding of this script’s output. It’s remembered for the script.'),
    matchOnDescription: true,
  });
}
