// Child processes that end with us: each one leads a process group of its own, so that its children end too, and nothing else.
import { spawn, spawnSync } from 'node:child_process';

const GRACE = 5000;
const owned = new Set();
const windows = process.platform === 'win32';

/** Starts a process that is stopped when this one ends, is interrupted, or calls stop(). */
export function spawnOwned(command, args, options = {}) {
  watchForOurEnd();
  const child = spawn(command, args, { ...options, detached: !windows });
  owned.add(child);
  child.on('exit', () => owned.delete(child));
  child.on('error', () => owned.delete(child));
  return child;
}

/** Ends a child and its children: politely first, for good after the grace time. */
export async function stop(child, graceMs = GRACE) {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) {
    return;
  }
  const ended = new Promise((resolve) => child.once('exit', resolve));
  signal(child, 'SIGTERM');
  const timer = setTimeout(() => signal(child, 'SIGKILL'), graceMs);
  await ended;
  clearTimeout(timer);
}

/** Resolves with the exit code. A child that outlives the limit is ended, and `timedOut` is true. */
export async function exitOf(child, limitMs) {
  let timedOut = false;
  const timer =
    limitMs === undefined
      ? undefined
      : setTimeout(() => {
          timedOut = true;
          // Longer than the child takes to end its own children.
          void stop(child, 2 * GRACE);
        }, limitMs);
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (exitCode, name) => resolve(exitCode ?? (name === null ? 1 : 128)));
  }).finally(() => clearTimeout(timer));
  return { code, timedOut };
}

function signal(child, name) {
  if (windows) {
    spawnSync('taskkill', ['/pid', String(child.pid), '/T', ...(name === 'SIGKILL' ? ['/F'] : [])]);
    return;
  }
  try {
    process.kill(-child.pid, name);
  } catch {
    // It ended in the meantime.
  }
}

let watching = false;
function watchForOurEnd() {
  if (watching) {
    return;
  }
  watching = true;
  process.once('exit', () => owned.forEach((child) => signal(child, 'SIGKILL')));
  for (const [name, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ]) {
    process.once(name, () => {
      void Promise.all([...owned].map((child) => stop(child, 2 * GRACE))).then(() => process.exit(code));
    });
  }
}
