import { foldName } from '../../src/results/address';
import { digestOf, type FilePort } from '../../src/results/evidence/files';

export interface DiskOptions {
  readonly canRename?: boolean;
  readonly canAppend?: boolean;
  readonly ignoresCase?: boolean;
}

/** What a process throws with at every call after it died. */
export class Died extends Error {}

/** A disk in memory, for one or several writers. A step that fails or kills its writer may be done by half. */
export class MemoryFiles implements FilePort {
  files = new Map<string, Uint8Array>();
  /** What the nth call from now on throws; a call that writes may leave half of it. */
  failAt: { call: number; error: Error } | undefined;
  canRename: boolean;
  readonly ignoresCase: boolean;
  /** Changes what is written, as a bad disk would. */
  corrupt: ((bytes: Uint8Array) => Uint8Array) | undefined;
  /** Called before each step: to let another writer go first, or to fail. It says how much of a failing step is done, from 0 to 1. */
  before: ((step: string, path: string) => Promise<{ error: Error; done: number } | undefined>) | undefined;
  calls = 0;
  append?: (path: string, bytes: Uint8Array) => Promise<void>;

  constructor({ canRename = true, canAppend = true, ignoresCase = false }: DiskOptions = {}) {
    this.canRename = canRename;
    this.ignoresCase = ignoresCase;
    if (canAppend) {
      this.append = (path, bytes) =>
        this.#step('append', path, (part) => {
          const at = this.#at(path);
          const before = this.files.get(at) ?? new Uint8Array();
          this.files.set(at, Buffer.concat([before, this.#written(bytes, part)]));
        });
    }
  }

  /** The same disk, for another process. */
  another(): MemoryFiles {
    const { canRename, ignoresCase } = this;
    const other = new MemoryFiles({ canRename, ignoresCase, canAppend: this.append !== undefined });
    other.files = this.files;
    return other;
  }

  read(path: string, from = 0): Promise<Uint8Array | undefined> {
    return this.#step('read', path, () => this.files.get(this.#at(path))?.slice(from));
  }

  digest(path: string): ReturnType<FilePort['digest']> {
    return this.#step('read', path, () => {
      const bytes = this.files.get(this.#at(path));
      return bytes && digestOf(bytes);
    });
  }

  /** Like a file that is open, it is written to wherever it was moved in between, or to nowhere when it was deleted. */
  async create(path: string, bytes: Uint8Array): Promise<boolean> {
    const empty = new Uint8Array();
    const made = await this.#step('create', path, () => {
      const at = this.#at(path);
      if (this.files.has(at) || this.#isFolder(at)) {
        return false;
      }
      this.files.set(at, empty);
      return true;
    });
    if (made) {
      await this.#step('write', path, (part) => {
        const [at] = [...this.files].find(([, each]) => each === empty) ?? [];
        if (at !== undefined) {
          this.files.set(at, this.#written(bytes, part));
        }
      });
      await this.#step('sync', path, () => undefined);
    }
    return made;
  }

  write(path: string, bytes: Uint8Array): Promise<void> {
    return this.#step('write', path, (part) => {
      this.files.set(this.#at(path), this.#written(bytes, part));
    });
  }

  rename(from: string, to: string): Promise<void> {
    return this.#step('rename', from, (part) => {
      const bytes = this.files.get(this.#at(from));
      if (!this.canRename || bytes === undefined) {
        throw new Error('EXDEV: not supported');
      }
      if (part === 1) {
        this.files.delete(this.#at(from));
        this.files.set(this.#at(to), bytes);
      }
    });
  }

  moveFolder(from: string, to: string): Promise<void> {
    return this.#step('rename', from, (part) => {
      if (!this.canRename || this.#isFolder(to) || this.files.has(this.#at(to))) {
        throw new Error('EXDEV: not supported');
      }
      for (const [path, bytes] of part === 1 ? [...this.files] : []) {
        if (path.startsWith(`${from}/`)) {
          this.files.delete(path);
          this.files.set(this.#at(`${to}${path.slice(from.length)}`), bytes);
        }
      }
    });
  }

  delete(path: string): Promise<void> {
    return this.#step('delete', path, (part) => {
      if (part === 1) {
        this.files.delete(this.#at(path));
      }
    });
  }

  list(path: string): Promise<readonly { name: string; folder: boolean }[]> {
    return this.#step('list', path, () => {
      const below = path === '' ? '' : `${this.#at(path)}/`;
      const names = new Map<string, boolean>();
      for (const name of this.files.keys()) {
        const starts = this.ignoresCase ? foldName(name).startsWith(foldName(below)) : name.startsWith(below);
        if (starts) {
          const [first = '', ...rest] = name.slice(below.length).split('/');
          names.set(first, rest.length > 0);
        }
      }
      return [...names].map(([name, folder]) => ({ name, folder }));
    });
  }

  #written(bytes: Uint8Array, part: number): Uint8Array {
    const written = this.corrupt?.(bytes) ?? bytes;
    return written.slice(0, Math.floor(written.length * part));
  }

  /** How a path that is there is spelled; folders above it too. */
  #at(path: string): string {
    if (!this.ignoresCase || this.files.has(path)) {
      return path;
    }
    const wanted = path.split('/');
    for (let parts = wanted.length; parts > 0; parts -= 1) {
      const start = foldName(wanted.slice(0, parts).join('/'));
      for (const each of this.files.keys()) {
        const there = each.split('/').slice(0, parts).join('/');
        if (foldName(there) === start) {
          return [there, ...wanted.slice(parts)].join('/');
        }
      }
    }
    return path;
  }

  #isFolder(path: string): boolean {
    const below = foldName(`${path}/`);
    return [...this.files.keys()].some((each) =>
      this.ignoresCase ? foldName(each).startsWith(below) : each.startsWith(`${path}/`),
    );
  }

  /** `work` gets the part of it that is done: less than 1 when it fails afterward. */
  async #step<T>(step: string, path: string, work: (part: number) => T): Promise<T> {
    await Promise.resolve();
    this.calls += 1;
    const fault =
      (await this.before?.(step, path)) ??
      (this.failAt?.call === this.calls ? { error: this.failAt.error, done: 0.5 } : undefined);
    if (fault !== undefined) {
      if (fault.done > 0) {
        work(fault.done);
      }
      throw fault.error;
    }
    return work(1);
  }
}
