import { randomUUID } from 'node:crypto';
import type { Clock } from '../../http/clock';
import { Failure } from '../../http/failure';
import { workFolder } from './evidenceManifest';
import { beginsWith, type FilePort, notSaved, removeQuietly } from './files';
import type { EvidenceTrouble } from '../resultProblem';

/** Who keeps evidence, so that another window can tell whether that one is still there. */
export interface LockOwner {
  /** A name of the computer. */
  readonly host: string;
  readonly pid: number;
}

export interface LockPorts {
  readonly files: FilePort;
  readonly clock: Clock;
  readonly owner: LockOwner;
  /** Whether a process of this computer runs. */
  readonly isRunning: (pid: number) => boolean;
}

interface Lock extends LockOwner {
  readonly token: string;
  readonly at: number;
}

export const lockPath = `${workFolder}/lock`;
/**
 * The locks of this process: one with its ID that is not here was left by an earlier process of the
 * same ID.
 */
const held = new Set<string>();
/** The beginning of a lock, in bytes: with its token in it, it is the same as no other. */
const tokenBytes = `{"token":"${randomUUID()}"`.length;
/** Milliseconds. */
const lookEvery = 250;
/** Of one lock. Whoever keeps many results takes another lock for each, and may win each time. */
const maxWait = 30_000;
/**
 * A lock that cannot be read for so long was left by a process that ended while it made it: writing
 * a line takes no time.
 */
const maxUnreadable = 20_000;
/** A stale lock that cannot be moved or deleted is waited for like any other. */
const maxTakeovers = 20;
/** Another computer's processes cannot be seen. An item is kept in seconds. */
const maxForeignAge = 3_600_000;

/**
 * Runs `work` while no other window or computer does so in the same folder. The lock is a file that
 * is created exclusively. It is taken over when its process is gone, or, of another computer, after
 * an hour. What is kept does not depend on the lock alone: files are created exclusively and lines
 * appended, so that a wrong guess here loses nothing.
 * @throws Failure<EvidenceTrouble> `evidenceBusy` when one lock stays for 30 seconds;
 * Failure<SaveProblem>
 */
export async function withLock<T>(ports: LockPorts, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  const token = randomUUID();
  held.add(token);
  try {
    await acquire(ports, token, signal);
    try {
      return await work();
    } finally {
      await release(ports.files, token);
    }
  } finally {
    held.delete(token);
  }
}

async function acquire(ports: LockPorts, token: string, signal: AbortSignal): Promise<void> {
  const { files, clock, owner } = ports;
  let holder: string | undefined;
  let since = clock.now();
  let unreadableSince: number | undefined;
  let takeovers = 0;
  for (;;) {
    signal.throwIfAborted();
    const lock: Lock = { token, ...owner, at: clock.now() };
    if (await tryCreate(files, Buffer.from(JSON.stringify(lock)))) {
      return;
    }
    const current = await readQuietly(files);
    const now = clock.now();
    const other = current && parse(current);
    if (other?.token !== holder) {
      // It is not stuck: the other one has gone on to its next result.
      holder = other?.token;
      since = now;
    }
    const isUnreadable = current !== undefined && other === undefined;
    unreadableSince = isUnreadable ? (unreadableSince ?? now) : undefined;
    const stale = current !== undefined && isStale(ports, current, now - (unreadableSince ?? now));
    if (stale && takeovers < maxTakeovers) {
      takeovers += 1;
      await takeAway(files, current, token);
      continue;
    }
    if (now - since >= maxWait) {
      const host = other?.host ?? '?';
      throw new Failure<EvidenceTrouble>({ code: 'evidenceBusy', host, lock: lockPath });
    }
    await clock.sleep(lookEvery, signal);
  }
}

/**
 * True when the lock is ours. Not every file system tells two creations in the same instant apart,
 * so it is read back.
 */
async function tryCreate(files: FilePort, bytes: Uint8Array): Promise<boolean> {
  try {
    return (await files.create(lockPath, bytes)) && isSame(await files.read(lockPath), bytes);
  } catch (error) {
    const there = await readQuietly(files);
    if (there !== undefined && !beginsWith(bytes, there)) {
      // Windows refuses to create what is just being deleted.
      return false;
    }
    if (there !== undefined && there.byteLength > tokenBytes) {
      // Ours: others would wait for this process. A shorter part may be the lock that another
      // window is just writing.
      await removeQuietly(files, lockPath);
    }
    throw notSaved(lockPath, error);
  }
}

function isSame(bytes: Uint8Array | undefined, expected: Uint8Array): boolean {
  return bytes !== undefined && Buffer.compare(bytes, expected) === 0;
}

function isStale({ clock, owner, isRunning }: LockPorts, bytes: Uint8Array, unreadableFor: number): boolean {
  const lock = parse(bytes);
  if (lock === undefined) {
    return unreadableFor >= maxUnreadable;
  }
  if (lock.host !== owner.host) {
    return clock.now() - lock.at > maxForeignAge;
  }
  return lock.pid === owner.pid ? !held.has(lock.token) : !isRunning(lock.pid);
}

/**
 * Two may want to take the same stale lock away. It is moved first, and only one can do that; a
 * newer lock is put back.
 */
async function takeAway(files: FilePort, stale: Uint8Array, token: string): Promise<void> {
  const aside = `${lockPath}.${token}`;
  try {
    await files.rename(lockPath, aside);
  } catch {
    const now = await readQuietly(files);
    if (now !== undefined && Buffer.compare(now, stale) === 0) {
      await removeQuietly(files, lockPath);
    }
    return;
  }
  const moved = await files.read(aside);
  if (moved !== undefined && Buffer.compare(moved, stale) !== 0) {
    await files.create(lockPath, moved);
  }
  await removeQuietly(files, aside);
}

async function release(files: FilePort, token: string): Promise<void> {
  const current = await readQuietly(files);
  if (current !== undefined && parse(current)?.token === token) {
    await removeQuietly(files, lockPath);
  }
}

async function readQuietly(files: FilePort): Promise<Uint8Array | undefined> {
  try {
    return await files.read(lockPath);
  } catch {
    return undefined;
  }
}

function parse(bytes: Uint8Array): Lock | undefined {
  try {
    const value = JSON.parse(Buffer.from(bytes).toString('utf8')) as Partial<Record<string, unknown>> | null;
    const { token, host, pid, at } = value ?? {};
    return typeof token === 'string' &&
      typeof host === 'string' &&
      typeof pid === 'number' &&
      typeof at === 'number'
      ? { token, host, pid, at }
      : undefined;
  } catch {
    return undefined;
  }
}
