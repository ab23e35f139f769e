/**
 * The suite that a real VS Code runs: every *.test.ts beside this file. Files named *.phase2.test.ts (3, …) run after the
 * window has been reloaded once (twice, …); on the desktop, which cannot be reloaded from outside, they count as skipped.
 */
import { appendFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format } from 'node:util';
import * as vscode from 'vscode';
import {
  addUp,
  describeFailure,
  readResult,
  runMocha,
  testFilesBelow,
  writeResult,
  type PhaseResult,
} from '../support/runMocha';
import { control } from './control';

const here = dirname(fileURLToPath(import.meta.url));
const resultFile = process.env['LIVE_RESPONSE_TEST_RESULT'];
const progressFile = process.env['LIVE_RESPONSE_TEST_PROGRESS'];

export async function run(): Promise<void> {
  const restoreConsole = printIntoProgressFile();
  try {
    await runPhase();
  } finally {
    restoreConsole();
  }
}

async function runPhase(): Promise<void> {
  const phase = (await control?.phase()) ?? 1;
  const all = testFilesBelow(here, (name) => name.startsWith('driver'));
  const earlier = resultFile && phase > 1 ? readResult(resultFile) : undefined;
  let result: PhaseResult;
  try {
    const files = all.filter((file) => phaseOf(file) === phase);
    result = await runMocha({ files, timeout: 20_000, grep: process.env['MOCHA_GREP'] });
  } catch (error) {
    console.error(error);
    const failures = [describeFailure('The test files could be loaded', error)];
    result = { passed: 0, failed: 1, skipped: 0, failures, finished: false };
  }
  const later = all.filter((file) => phaseOf(file) > phase);
  if (later.length > 0 && control) {
    save(addUp(earlier, result));
    console.log(`\n  Reloading the window for phase ${phase + 1}…`);
    const open = vscode.window.tabGroups.all
      .flatMap(({ tabs }) => tabs)
      .flatMap(({ input }) => (input instanceof vscode.TabInputText ? [input.uri.path] : []));
    await control.reload(['editorpart.state', ...open]);
    // The reload ends this extension host; the suite must not end before it.
    await new Promise(() => undefined);
  }
  const skipped = result.skipped + later.length;
  const total = addUp(earlier, { ...result, skipped, finished: true });
  save(total);
  if (total.failed > 0) {
    throw new Error(`${total.failed} failed`);
  }
}

function phaseOf(file: string): number {
  return Number(/\.phase(\d+)\.test\.mjs$/.exec(file)?.[1] ?? 1);
}

function save(result: PhaseResult): void {
  if (resultFile !== undefined) {
    writeResult(resultFile, result);
  }
}

/** The console of an extension host loses its format on the way to whoever watches; a file does not. */
function printIntoProgressFile(): () => void {
  if (progressFile === undefined) {
    return () => undefined;
  }
  const original = Object.getOwnPropertyDescriptors(console);
  const print = (...args: unknown[]): void => {
    appendFileSync(progressFile, `${format(...args)}\n`);
  };
  for (const name of ['log', 'info', 'warn', 'error', 'debug']) {
    // VS Code has made these read-only accessors; an assignment would be ignored.
    Object.defineProperty(console, name, { configurable: true, writable: true, value: print });
  }
  return () => Object.defineProperties(console, original);
}
