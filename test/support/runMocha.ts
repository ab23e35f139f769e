import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Mocha from 'mocha';
import { stretchMochaLimits } from './patience';

/** What each phase of `npm test` leaves in its result file. `finished` is written last: a run that died has none. */
export interface PhaseResult {
  passed: number;
  failed: number;
  skipped: number;
  failures: { title: string; message: string; stack: string }[];
  finished: boolean;
}

export interface RunOptions {
  files: string[];
  /** Milliseconds for one test on a quiet machine. */
  timeout: number;
  grep?: string | undefined;
}

export function testFilesBelow(dir: string, except: (path: string) => boolean = () => false): string[] {
  return readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.mjs') && !except(name))
    .sort()
    .map((name) => join(dir, name));
}

/** Runs the files with the spec reporter, and says what came out. */
export async function runMocha({ files, timeout, grep }: RunOptions): Promise<PhaseResult> {
  // Spec prints through the console of the moment when mocha was loaded; the suite in the editor replaces it later.
  Mocha.reporters.Base.consoleLog = (...args: unknown[]) => console.log(...args);
  stretchMochaLimits();
  const mocha = new Mocha({ reporter: 'spec', color: false, timeout, ...(grep ? { grep } : {}) });
  files.forEach((file) => mocha.addFile(file));
  await mocha.loadFilesAsync();
  const result: PhaseResult = { passed: 0, failed: 0, skipped: 0, failures: [], finished: false };
  await new Promise<void>((resolve) => {
    const runner = mocha.run(() => {
      resolve();
    });
    runner.on('pass', () => (result.passed += 1));
    runner.on('pending', () => (result.skipped += 1));
    runner.on('fail', (test, error: unknown) => {
      result.failed += 1;
      const failure = describeFailure(test.fullTitle(), error);
      result.failures.push(failure);
      // At once: a run that is ended from outside prints no summary.
      console.log(`\n${failure.title} failed:\n${failure.stack || failure.message}\n`);
    });
  });
  return result;
}

export function describeFailure(title: string, error: unknown): PhaseResult['failures'][number] {
  return error instanceof Error
    ? { title, message: error.message, stack: error.stack ?? '' }
    : { title, message: String(error), stack: '' };
}

export function addUp(a: PhaseResult | undefined, b: PhaseResult): PhaseResult {
  return {
    passed: (a?.passed ?? 0) + b.passed,
    failed: (a?.failed ?? 0) + b.failed,
    skipped: (a?.skipped ?? 0) + b.skipped,
    failures: [...(a?.failures ?? []), ...b.failures],
    finished: b.finished,
  };
}

export function readResult(path: string): PhaseResult | undefined {
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as PhaseResult) : undefined;
}

export function writeResult(path: string, result: PhaseResult): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, JSON.stringify(result, undefined, 2));
}
