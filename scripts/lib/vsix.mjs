// Packs the extension, and says what is in the package.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from './install.mjs';

/** Bytes that the package may have. The only place that says so: `npm run package`, the bench and the docs' check read it. */
export const maxPackageBytes = 400 * 1024;

/** Everything that may be in the package. */
const ALLOWED = [
  /^extension\.vsixmanifest$/,
  /^\[Content_Types\]\.xml$/,
  /^extension\/(package\.json|package\.nls(\.[\w-]+)?\.json|readme\.md|changelog\.md|LICENSE\.txt)$/,
  /^extension\/dist\/(chunks\/)?[\w.-]+\.js$/,
  /^extension\/l10n\/[\w.-]+\.json$/,
  /^extension\/media\/(walkthrough\/)?[\w-]+\.(svg|png)$/,
  /^extension\/media\/languages\/[\w.-]+\.json$/,
];

/** Writes the package to `path`. What stands in dist/ is taken as it is: build first. */
export function createPackage(path) {
  const vsce = join(root, 'node_modules', '@vscode', 'vsce', 'vsce');
  mkdirSync(dirname(path), { recursive: true });
  const options = [
    // Everything is bundled.
    '--no-dependencies',
    // The project has no public repository; relative links stay as they are.
    ...['--allow-missing-repository', '--no-rewrite-relative-links'],
  ];
  const run = spawnSync(process.execPath, [vsce, 'package', ...options, '--out', path], {
    cwd: root,
    encoding: 'utf8',
  });
  if (run.status !== 0) {
    throw new Error(`The extension could not be packed:\n${run.stdout}${run.stderr}`);
  }
  return contentOf(path);
}

export function notAllowed(entries) {
  return entries.filter(({ name }) => !ALLOWED.some((pattern) => pattern.test(name)));
}

/** The zip file's own table of contents, which stands at its end. */
function contentOf(path) {
  const zip = readFileSync(path);
  const end = zip.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  const count = zip.readUInt16LE(end + 10);
  const entries = [];
  for (let at = zip.readUInt32LE(end + 16), i = 0; i < count; i += 1) {
    const nameLength = zip.readUInt16LE(at + 28);
    entries.push({
      name: zip.toString('utf8', at + 46, at + 46 + nameLength),
      packed: zip.readUInt32LE(at + 20),
      size: zip.readUInt32LE(at + 24),
    });
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return entries;
}
