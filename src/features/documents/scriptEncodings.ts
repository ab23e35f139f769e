import type * as vscode from 'vscode';
import { resultKey } from '../../results/address';
import { scriptOf } from '../../actions/previousRun';
import type { LoadedResult } from './resultLoader';

/**
 * The encodings that native tools of Windows write, as VS Code names them, UTF-16, and UTF-8 for a
 * file that does not look like text; the ones of western systems first.
 */
export const encodings: readonly (readonly [id: string, name: string])[] = [
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
const maxRemembered = 200;
const stateKey = 'encodings';

/**
 * Which encoding somebody chose for the results of a script: native tools ignore the code page that
 * the agent reads them by.
 */
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
      await this.#state.update(stateKey, all.slice(-maxRemembered));
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
