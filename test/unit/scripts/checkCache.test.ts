import { strict as assert } from 'node:assert';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';

type Faults = string[];
type Keys = Record<string, string>;

interface CheckCache {
  readonly lintKeys: (ts: unknown, names: readonly string[], read: (name: string) => string) => Keys;
  readonly unlessClean: (name: string, key: string, check: () => Faults, folder: string) => Promise<Faults>;
  readonly unlessCleanEach: (
    name: string,
    keys: Keys,
    check: (names: readonly string[]) => Faults,
    folder: string,
  ) => Promise<Faults>;
}

/** The scripts are plain JavaScript. */
async function load<T>(name: string): Promise<T> {
  return (await import(new URL(`../../../../${name}`, import.meta.url).href)) as T;
}

describe('what the check has found clean', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lr-check-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const files: Readonly<Record<string, string>> = {
    'src/a.ts': "import { b } from './b';\nb();",
    'src/b.ts': "import type { C } from '../lib';\nexport const b = (): C => 1;",
    'lib/index.ts': 'export type C = number;',
    'src/d.ts': 'export const d = 1;',
    'src/e.d.ts': 'declare const e: number;',
  };
  /** The files whose keys are others after a change. */
  async function changedBy(change: Readonly<Record<string, string>>): Promise<string[]> {
    const { lintKeys } = await load<CheckCache>('scripts/lib/checkCache.mjs');
    const { default: ts } = await load<{ default: unknown }>('node_modules/typescript/lib/typescript.js');
    const keys = (all: Readonly<Record<string, string>>): Keys =>
      lintKeys(ts, Object.keys(all), (name) => all[name] ?? '');
    const [before, after] = [keys(files), keys({ ...files, ...change })];
    return Object.keys(after).filter((name) => before[name] !== after[name]);
  }

  it('is looked at again when a file that it imports has changed, also at second hand or as a type', async () => {
    assert.deepEqual(await changedBy({ 'src/d.ts': 'export const d = 2;' }), ['src/d.ts']);
    assert.deepEqual(await changedBy({ 'lib/index.ts': 'export type C = string;' }), [
      'src/a.ts',
      'src/b.ts',
      'lib/index.ts',
    ]);
  });

  it('is looked at again when an import means another file', async () => {
    assert.deepEqual(await changedBy({ 'src/b.d.ts': 'export {};' }), [...Object.keys(files), 'src/b.d.ts']);
    assert.deepEqual(await changedBy({ 'lib.ts': 'export type C = Promise<void>;' }), [
      'src/a.ts',
      'src/b.ts',
      'lib.ts',
    ]);
  });

  it('is looked at again when the configuration or a declaration for all has changed', async () => {
    assert.deepEqual(await changedBy({ 'eslint.config.mjs': 'export default [];' }), [
      ...Object.keys(files),
      'eslint.config.mjs',
    ]);
    assert.deepEqual(await changedBy({ 'src/e.d.ts': 'declare const e: string;' }), Object.keys(files));
  });

  it('is not checked twice, and faults are never kept', async () => {
    const { unlessClean, unlessCleanEach } = await load<CheckCache>('scripts/lib/checkCache.mjs');
    let runs = 0;
    const check =
      (...faults: Faults) =>
      (): Faults => {
        runs += 1;
        return faults;
      };
    assert.deepEqual(await unlessClean('one', 'key', check('fault'), folder), ['fault']);
    assert.deepEqual(await unlessClean('one', 'key', check(), folder), []);
    assert.deepEqual(await unlessClean('one', 'key', check('not asked'), folder), []);
    assert.deepEqual(await unlessClean('one', 'another', check('fault'), folder), ['fault']);
    assert.equal(runs, 3);
    const asked: (readonly string[])[] = [];
    const each = (keys: Keys, ...faults: Faults): Promise<Faults> =>
      unlessCleanEach(
        'each',
        keys,
        (names) => {
          asked.push(names);
          return faults;
        },
        folder,
      );
    await each({ a: '1', b: '1' });
    assert.deepEqual(await each({ a: '1', b: '2' }, 'fault in b'), ['fault in b']);
    assert.deepEqual(await each({ a: '1', b: '2' }, 'fault in b'), ['fault in b']);
    assert.deepEqual(await each({ a: '1', b: '1' }), []);
    assert.deepEqual(asked, [['a', 'b'], ['b'], ['b']]);
  });
});
