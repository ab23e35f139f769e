// `npm run package`: builds for production and packs defender-live-response-<version>.vsix, with nothing in it that is not meant
// to be shipped.
import { readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ensureInstalled, root } from './lib/install.mjs';
import { createPackage, notAllowed } from './lib/vsix.mjs';

const LIMIT = 250 * 1024;

ensureInstalled();
const { buildExtension } = await import('./build.mjs');
const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const path = join(root, `${name}-${version}.vsix`);

await buildExtension({ production: true });
const entries = createPackage(path);
for (const { name: entry, size, packed } of entries) {
  console.log(`${String(size).padStart(9)} ${String(packed).padStart(9)}  ${entry}`);
}
const { size } = statSync(path);
console.log(`\n${relative(root, path)}: ${entries.length} files, ${(size / 1024).toFixed(1)} KB`);

const problems = notAllowed(entries).map((entry) => `${entry.name} must not be in the package.`);
if (size > LIMIT) {
  problems.push(`The package is larger than ${LIMIT / 1024} KB.`);
}
if (problems.length > 0) {
  console.error(problems.join('\n'));
  process.exitCode = 1;
}
