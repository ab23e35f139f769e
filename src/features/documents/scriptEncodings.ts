import * as vscode from 'vscode';
import { type ResultAddress, resultKey } from '../../results/address';
import { scriptOf } from '../../actions/previousRun';
import type { Progress } from '../../platform/progress';
import type { Reporter } from '../../platform/errorReporter';
import type { CommandTargets } from '../openResult/commandTargets';
import { findTab } from './documentUris';
import { type LoadedResult, readable, type ResultLoader } from './resultLoader';
import type { ResultFiles } from './resultFiles';

const { l10n } = vscode;

/** The encodings that native tools of Windows write, as VS Code names them, UTF-16, and UTF-8 for a file that does not look like text; the ones of western systems first. */
const encodings: readonly (readonly [id: string, name: string])[] = [
  ['utf8', 'UTF-8'],
  ['cp437', 'OEM 437 (US)'],
  ['cp850', 'OEM 850 (Western European)'],
  ['windows1252', 'Windows 1252 (Western)'],
  ['utf16le', 'UTF-16 LE'],
  ['utf16be', 'UTF-16 BE'],
  ['cp852', 'OEM 852 (Central European)'],
  ['cp866', 'OEM 866 (Cyrillic)'],
  ['windows1250', 'Windows 1250 (Central European)'],
  ['windows1251', 'Windows 1251 (Cyrillic)'],
  ['windows1253', 'Windows 1253 (Greek)'],
  ['windows1254', 'Windows 1254 (Turkish)'],
  ['windows1255', 'Windows 1255 (Hebrew)'],
  ['windows1256', 'Windows 1256 (Arabic)'],
  ['windows1257', 'Windows 1257 (Baltic)'],
  ['windows1258', 'Windows 1258 (Vietnamese)'],
  ['windows874', 'Windows 874 (Thai)'],
  ['shiftjis', 'Windows 932, Shift JIS (Japanese)'],
  ['gb18030', 'Windows 936, GB 18030 (Simplified Chinese)'],
  ['euckr', 'Windows 949 (Korean)'],
  ['cp950', 'Windows 950, Big5 (Traditional Chinese)'],
];

/** Scripts whose encoding is remembered; the oldest choice goes first. */
const mostRemembered = 200;
const stateKey = 'encodings';

/** Which encoding somebody chose for the results of a script: native tools ignore the code page that the agent reads them by. */
export class ScriptEncodings {
  readonly #state: vscode.Memento;
  /** By result, for commands that do not say what they ran; for this window. */
  readonly #ofResults = new Map<string, string | undefined>();

  constructor(state: vscode.Memento) {
    this.#state = state;
  }

  /** Undefined for what Defender says, which is UTF-8. */
  of({ command, address }: Pick<LoadedResult, 'command' | 'address'>): string | undefined {
    const script = command && scriptOf(command);
    if (script === undefined) {
      return this.#ofResults.get(resultKey(address));
    }
    const chosen = this.#chosen().find(([name]) => name === script)?.[1];
    return encodings.some(([id]) => id === chosen) ? chosen : undefined;
  }

  async remember(
    { command, address }: Pick<LoadedResult, 'command' | 'address'>,
    encoding: string | undefined,
  ): Promise<void> {
    const script = command && scriptOf(command);
    if (script === undefined) {
      this.#ofResults.set(resultKey(address), encoding);
    } else {
      const others = this.#chosen().filter(([name]) => name !== script);
      const all = encoding === undefined ? others : [...others, [script, encoding]];
      await this.#state.update(stateKey, all.slice(-mostRemembered));
    }
  }

  #chosen(): (readonly [script: string, encoding: string])[] {
    const kept = this.#state.get<unknown>(stateKey);
    return (Array.isArray(kept) ? (kept as unknown[]) : []).filter(
      (each): each is [string, string] =>
        Array.isArray(each) && each.every((part) => typeof part === 'string'),
    );
  }
}

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
 * `liveResponse.reopenWithEncoding`: decodes the kept bytes of the result that is shown, or of a row of the tree, in another way, and opens
 * what was no text before. Nothing is downloaded again.
 */
export async function reopenWithEncoding(ports: EncodingPorts, target?: unknown): Promise<void> {
  const { loader, files, progress, reporter } = ports;
  try {
    const wanted = { title: l10n.t('Reopen Result with Encoding'), nothing: 'shown', of: 'one' } as const;
    const [address] = await ports.targets.results(target, undefined, wanted);
    if (address === undefined) {
      return;
    }
    // What is open is decoded, also when it is unfinished: another download would be another result.
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
      if (!loaded.result.kinds.some((kind) => findTab({ ...address, kind }) !== undefined)) {
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
    { label: l10n.t('As Defender sends it'), description: active(undefined), id: undefined },
    ...encodings.map(([id, label]) => ({ label, description: active(id), id })),
  ];
  return vscode.window.showQuickPick(items, {
    title: l10n.t('Reopen Result with Encoding'),
    placeHolder: l10n.t('How did the tools of this script write? The choice is remembered for the script.'),
    matchOnDescription: true,
  });
}
