import { strict as assert } from 'node:assert';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { dynamicImports } from '../support/dynamicImports';

const extension = vscode.extensions.getExtension('live-response.defender-live-response');

describe('the scripts of the extension', () => {
  it('can all be loaded, and each gives the names that others take from it', async () => {
    const folder = join(extension?.extensionPath ?? assert.fail('no extension'), 'dist');
    const scripts = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.js'))
      .map((name) => join(folder, name));
    const modules = new Map<string, object>();
    for (const path of scripts) {
      modules.set(path, (await import(pathToFileURL(path).href)) as object);
    }
    for (const { file, specifier, names } of dynamicImports(scripts)) {
      assert.ok(names !== undefined, `${file}: what is taken from ${specifier} is not understood`);
      const module = modules.get(join(file, '..', specifier)) ?? assert.fail(`${file}: ${specifier}?`);
      assert.deepEqual(
        names.filter((name) => !(name in module)),
        [],
        `${specifier} lacks them`,
      );
    }
  });
});
