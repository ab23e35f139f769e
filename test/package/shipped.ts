/** The package as a person installs it: packed by `npm run package`, and unpacked into a folder of its own. */
import { strict as assert } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { fromBufferPromise } from 'yauzl';
import type { ReadRequest, ResultReading } from '../../src/results/reading/reading';
import type { ThreadAnswer, ThreadJob } from '../../src/results/reading/threadMessages';

/** Bundles of tests lie in out/test/<folder>. */
export const root = fileURLToPath(new URL('../../../', import.meta.url));

export interface ShippedPackage {
  /** What the command printed, and its exit code. */
  readonly output: string;
  readonly exitCode: number | null;
  /** Bytes of the file. */
  readonly size: number;
  /** The folder that holds `package.json` and `dist`. */
  readonly folder: string;
}

let shipped: Promise<ShippedPackage> | undefined;

/** Packs and unpacks once for all tests. The folder goes with this process. */
export function shippedPackage(): Promise<ShippedPackage> {
  shipped ??= pack();
  return shipped;
}

async function pack(): Promise<ShippedPackage> {
  const windows = process.platform === 'win32';
  const run = spawnSync(windows ? 'npm.cmd' : 'npm', ['run', 'package'], {
    ...{ cwd: root, encoding: 'utf8', shell: windows },
  });
  const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    name: string;
    version: string;
  };
  const output = `${run.stdout}${run.stderr}`;
  const bytes = readFileSync(join(root, `${name}-${version}.vsix`));
  const folder = mkdtempSync(join(tmpdir(), 'lr-package-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  await unpackInto(folder, bytes);
  return { output, exitCode: run.status, size: bytes.byteLength, folder: join(folder, 'extension') };
}

async function unpackInto(folder: string, bytes: Buffer): Promise<void> {
  const zip = await fromBufferPromise(bytes, { lazyEntries: true, autoClose: false });
  for await (const entry of zip.eachEntry()) {
    const path = join(folder, entry.fileName);
    mkdirSync(dirname(path), { recursive: true });
    const pieces: Buffer[] = [];
    for await (const piece of await zip.openReadStreamPromise(entry)) {
      pieces.push(piece as Buffer);
    }
    writeFileSync(path, Buffer.concat(pieces));
  }
}

/** Every script of a package, with its path in the package. */
export function scriptsOf(folder: string): { name: string; path: string }[] {
  return readdirSync(join(folder, 'dist'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.js'))
    .map((name) => ({ name: `dist/${name.replaceAll('\\', '/')}`, path: join(folder, 'dist', name) }));
}

/** The package's own thread that reads results. */
export class ShippedThread {
  readonly #worker: Worker;

  private constructor(worker: Worker) {
    this.#worker = worker;
  }

  static async start({ folder }: ShippedPackage): Promise<ShippedThread> {
    const thread = new ShippedThread(new Worker(pathToFileURL(join(folder, 'dist', 'readingWorker.js'))));
    assert.equal((await thread.#answer()).kind, 'ready');
    return thread;
  }

  async read(request: ReadRequest): Promise<ResultReading> {
    const answer = await this.#ask({ kind: 'read', request });
    return answer.kind === 'read' ? answer.reading : assert.fail(JSON.stringify(answer));
  }

  async unpack(request: ReadRequest): Promise<Uint8Array | undefined> {
    const answer = await this.#ask({ kind: 'unpack', request });
    return answer.kind === 'unpacked' ? answer.unpacked : assert.fail(JSON.stringify(answer));
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #ask(job: ThreadJob): Promise<ThreadAnswer> {
    const answer = this.#answer();
    this.#worker.postMessage(job);
    return answer;
  }

  #answer(): Promise<ThreadAnswer> {
    return new Promise((resolve, reject) => {
      this.#worker.once('error', reject);
      this.#worker.once('message', (answer: ThreadAnswer) => {
        this.#worker.off('error', reject);
        resolve(answer);
      });
    });
  }
}

/** The functions that read a result, as the package has them for the main thread. */
export interface ShippedReading {
  readResult(request: ReadRequest): Promise<ResultReading>;
  unpackedBytes(request: ReadRequest): Promise<Uint8Array | undefined>;
}

export async function shippedReading({ folder }: ShippedPackage): Promise<ShippedReading> {
  const found = scriptsOf(folder).filter(({ path }) => /\bas readResult\b/.test(readFileSync(path, 'utf8')));
  assert.equal(found.length, 1, 'one chunk exports what reads results');
  return (await import(pathToFileURL(found[0]?.path ?? '').href)) as ShippedReading;
}
