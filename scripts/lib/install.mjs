// Makes `npm start` and `npm test` work as the first command on a fresh clone: installs what package-lock.json names,
// once, and again when the lock file has changed.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

export function ensureInstalled() {
  requireNode();
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

/** Ends with one sentence on a Node older than package.json wants: what is installed would fail on it in its own words. */
function requireNode() {
  const wanted = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).engines.node.replace(/^>=/, '');
  if (isOlder(process.versions.node, wanted)) {
    console.error(
      `Node ${wanted} or newer is required, and this is ${process.version}. Install it from https://nodejs.org and try again.`,
    );
    process.exit(1);
  }
}

/** Whether a version (`20.18.1`) comes before another (`20.19`). */
export function isOlder(version, other) {
  const [mine, its] = [version, other].map((each) => each.split('.').map(Number));
  const at = its.findIndex((part, n) => part !== (mine[n] ?? 0));
  return at >= 0 && (mine[at] ?? 0) < its[at];
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
