/**
 * `npm run fuzz` (scripts/fuzz.mjs): reads bodies that are made from the corpus, for as long as it is told, and looks after each whether
 * code has run that none had run before; such bodies are made of further. Coverage comes from V8 itself. This thread reads; the script
 * watches how long it takes.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { Session, type Profiler } from 'node:inspector/promises';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { type FuzzCase, Mutator, seededRandom, seeds } from './mutations';
import { checkReading } from './readingRules';

const { seed, until, found } = workerData as { seed: number; until: number; found: string };

/** Places of this bundle that have run, by how often in powers of two. */
class Coverage {
  readonly #session = new Session();
  readonly #seen = new Set<string>();

  async start(): Promise<void> {
    this.#session.connect();
    await this.#session.post('Profiler.enable');
    await this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  }

  get places(): number {
    return this.#seen.size;
  }

  /** Whether anything was new since the last call. */
  async grew(): Promise<boolean> {
    const { result } = await this.#session.post('Profiler.takePreciseCoverage');
    const before = this.#seen.size;
    for (const script of result.filter(({ url }) => url === import.meta.url)) {
      script.functions.forEach((each) => this.#add(each));
    }
    return this.#seen.size > before;
  }

  #add({ ranges }: Profiler.FunctionCoverage): void {
    for (const { startOffset, endOffset, count } of ranges) {
      if (count > 0) {
        this.#seen.add(`${startOffset}-${endOffset}:${32 - Math.clz32(count)}`);
      }
    }
  }
}

function foundBefore(): FuzzCase[] {
  const names = existsSync(found) ? readdirSync(found) : [];
  return names.map((name) => ({
    bytes: readFileSync(join(found, name)),
    commandType: name.startsWith('GetFile') ? 'GetFile' : 'RunScript',
  }));
}

async function run(): Promise<void> {
  const pool = [...seeds(), ...foundBefore()];
  const coverage = new Coverage();
  await coverage.start();
  const mutator = new Mutator(seededRandom(seed));
  for (let n = 0; Date.now() < until; n += 1) {
    const next = pool[n] ?? mutator.next(pool);
    parentPort?.postMessage({ kind: 'begins', n, next });
    const start = process.cpuUsage();
    try {
      await checkReading(next.bytes, next.commandType);
    } catch (error) {
      const id = createHash('sha256').update(next.bytes).digest('hex').slice(0, 12);
      parentPort?.postMessage({ kind: 'broken', id, next, message: String((error as Error).stack ?? error) });
    }
    // Of the processor: how long it took by the clock says what else ran.
    const { user, system } = process.cpuUsage(start);
    const ms = (user + system) / 1000;
    const known = n < pool.length;
    if ((await coverage.grew()) && !known) {
      pool.push(next);
    }
    parentPort?.postMessage({ kind: 'ended', n, ms, places: coverage.places, pool: pool.length });
  }
}

await run();
parentPort?.postMessage({ kind: 'done' });
