// `npm run package`: builds for production and packs defender-live-response-<version>.vsix, with nothing in it that is not meant
// to be shipped.
import { readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ensureInstalled, root } from './lib/install.mjs';
import { createPackage, maxPackageBytes, notAllowed } from './lib/vsix.mjs';

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
console.log(
  `\n${relative(root, path)}: ${entries.length} files, ${kilobytes(size)} of ${kilobytes(maxPackageBytes)}`,
);

const problems = notAllowed(entries).map((entry) => `${entry.name} must not be in the package.`);
if (size > maxPackageBytes) {
  problems.push(`The package is larger than ${kilobytes(maxPackageBytes)}.`);
}
if (problems.length > 0) {
  console.error(problems.join('\n'));
  process.exitCode = 1;
}

function kilobytes(bytes) {
  return `${(bytes / 1024).toFixed(1)} KB`;
}
