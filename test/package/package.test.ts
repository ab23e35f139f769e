import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { before, describe, it } from 'mocha';
import { dynamicImports, staticImports } from '../support/dynamicImports';
import { root, scriptsOf, shippedPackage, type ShippedPackage } from './shipped';

describe('the package', () => {
  let shipped: ShippedPackage;
  before(async () => {
    shipped = await shippedPackage();
  });

  it('is made by the command that the README names, which holds it to its limit', async () => {
    const { maxPackageBytes } = (await import(
      pathToFileURL(join(root, 'scripts', 'lib', 'vsix.mjs')).href
    )) as { maxPackageBytes: number };
    assert.equal(shipped.exitCode, 0, shipped.output);
    assert.ok(shipped.size <= maxPackageBytes, `${shipped.size} of ${maxPackageBytes} bytes`);
    console.log(`      ${shipped.size} of ${maxPackageBytes} bytes`);
  });

  it('has the scripts that the tests in VS Code run', () => {
    const built = scriptsOf(root);
    const packed = scriptsOf(shipped.folder);
    assert.deepEqual(packed.map(({ name }) => name).toSorted(), built.map(({ name }) => name).toSorted());
    for (const { name, path } of packed) {
      assert.equal(readFileSync(path, 'utf8'), readFileSync(join(root, name), 'utf8'), name);
    }
  });

  it('loads every script that needs no editor, and each gives the names that others take from it', async () => {
    const scripts = scriptsOf(shipped.folder);
    const loaded = scripts.filter(({ path }) => !needsEditor(path));
    const modules = new Map<string, object>();
    for (const { path } of loaded) {
      modules.set(path, (await import(pathToFileURL(path).href)) as object);
    }
    const taken = dynamicImports(scripts.map(({ path }) => path));
    for (const { file, specifier, names } of taken) {
      assert.ok(names !== undefined, `${file}: what is taken from ${specifier} is not understood`);
      const module = modules.get(join(file, '..', specifier));
      // Those that need an editor are loaded in one: test/vscode/chunks.test.ts.
      const missing = module === undefined ? [] : names.filter((name) => !(name in module));
      assert.deepEqual(missing, [], `${specifier} lacks them`);
    }
    assert.ok(taken.some(({ specifier }) => specifier.includes('unzip')));
  });
});

/** Whether the editor's API is imported by a script, or by one that it imports. */
function needsEditor(path: string, seen = new Set<string>()): boolean {
  if (seen.has(path)) {
    return false;
  }
  seen.add(path);
  const names = staticImports(path);
  return (
    names.includes('vscode') ||
    names.filter((name) => name.startsWith('.')).some((name) => needsEditor(join(path, '..', name), seen))
  );
}
