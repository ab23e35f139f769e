// Makes `npm start` and `npm test` work as the first command on a fresh clone: installs what package-lock.json names,
// once, and again when the lock file has changed.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

export function ensureInstalled() {
  const [major] = process.versions.node.split('.').map(Number);
  if (major < 20) {
    throw new Error(`Node 20 or newer is needed; this is ${process.version}.`);
  }
  const hash = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  const stamp = join(root, 'node_modules', '.installed-lock');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) {
    return;
  }
  console.log('Installing dependencies (npm ci)…');
  npm(['ci', '--loglevel=error']);
  writeFileSync(stamp, hash);
}

/** Runs npm with the terminal's own streams; throws when it fails. */
export function npm(args, options = {}) {
  const windows = process.platform === 'win32';
  const run = spawnSync(windows ? 'npm.cmd' : 'npm', args, {
    cwd: root,
    stdio: 'inherit',
    shell: windows,
    ...options,
  });
  if (run.status !== 0) {
    throw new Error(
      `npm ${args.join(' ')} failed${run.error ? `: ${run.error.message}` : ` with exit code ${run.status}`}`,
    );
  }
}
