import type { FilePort } from '../../src/results/files';

/** A folder in memory that can fail at any step. */
export class MemoryFiles implements FilePort {
  readonly files = new Map<string, Uint8Array>();
  /** What the nth call from now on throws; a call that writes may leave half of it. */
  failAt: { call: number; error: Error } | undefined;
  canRename = true;
  /** Changes what is written, as a bad disk would. */
  corrupt: ((bytes: Uint8Array) => Uint8Array) | undefined;
  calls = 0;

  read(path: string): Promise<Uint8Array | undefined> {
    return this.#step(() => this.files.get(path));
  }

  write(path: string, bytes: Uint8Array): Promise<void> {
    return this.#step(
      () => void this.files.set(path, this.corrupt?.(bytes) ?? bytes.slice()),
      () => void this.files.set(path, bytes.slice(0, bytes.length >> 1)),
    );
  }

  rename(from: string, to: string): Promise<void> {
    return this.#step(() => {
      const bytes = this.files.get(from);
      if (!this.canRename || bytes === undefined) {
        throw new Error('EXDEV: not supported');
      }
      this.files.delete(from);
      this.files.set(to, bytes);
    });
  }

  delete(path: string): Promise<void> {
    return this.#step(() => void this.files.delete(path));
  }

  list(path: string): Promise<readonly { name: string; folder: boolean }[]> {
    const below = path === '' ? '' : `${path}/`;
    const names = new Map<string, boolean>();
    for (const name of this.files.keys()) {
      if (name.startsWith(below)) {
        const [first = '', ...rest] = name.slice(below.length).split('/');
        names.set(first, rest.length > 0);
      }
    }
    return Promise.resolve([...names].map(([name, folder]) => ({ name, folder })));
  }

  async #step<T>(work: () => T, half: () => void = () => undefined): Promise<T> {
    await Promise.resolve();
    this.calls += 1;
    if (this.failAt?.call === this.calls) {
      half();
      throw this.failAt.error;
    }
    return work();
  }
}
