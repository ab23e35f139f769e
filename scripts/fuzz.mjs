// `npm run fuzz`: reads odd bodies of results, made from the corpus (test/corpus), and ends with 1 when one breaks a rule of
// test/support/readingRules.ts, or takes more than a second of the processor for each begun megabyte. What does is written to out/fuzz; fixed, it belongs
// into test/corpus/found.
//
//   npm run fuzz -- [--seconds 60] [--seed 1]
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { ensureInstalled, root } from './lib/install.mjs';

ensureInstalled();
const { buildTests } = await import('./build.mjs');
await buildTests();

const option = (name, otherwise) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : Number(process.argv[at + 1]);
};
const seconds = option('seconds', 60);
const seed = option('seed', Date.now() % 1_000_000);
const broken = join(root, 'out', 'fuzz');
const megabyte = 1024 * 1024;
mkdirSync(broken, { recursive: true });

const sum = { cases: 0, broken: 0, slow: 0, hung: 0, slowest: 0, places: 0, pool: 0 };
const started = Date.now();

/** Milliseconds that a body may take. What is packed may be as large as the fuzzer's limit. */
const allowed = ({ bytes }) => Math.ceil(Math.max(1, bytes.byteLength / megabyte)) * 1000;

function keep(kind, { bytes, commandType }, message) {
  const path = join(broken, `${commandType}-${kind}-${Date.now()}-${sum.cases}.bin`);
  writeFileSync(path, bytes);
  console.log(`${kind}: ${path}\n${message}\n`);
}

/** One thread until it is done or hangs; a new one goes on with another seed. */
function runThread(threadSeed) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(join(root, 'out', 'test', 'support', 'fuzz.entry.mjs'), {
      workerData: {
        seed: threadSeed,
        until: started + seconds * 1000,
        found: join(root, 'test', 'corpus', 'found'),
      },
    });
    let current;
    let began = Date.now();
    const watch = setInterval(() => {
      if (current !== undefined && Date.now() - began > 10 * allowed(current)) {
        sum.hung += 1;
        keep('hang', current, `more than ${Date.now() - began} ms`);
        finish(() => resolve('hung'));
      }
    }, 1000);
    const finish = (settle) => {
      clearInterval(watch);
      worker.removeAllListeners();
      worker.terminate().then(settle, reject);
    };
    worker.on('message', (message) => {
      switch (message.kind) {
        case 'begins':
          [current, began] = [message.next, Date.now()];
          break;
        case 'broken':
          sum.broken += 1;
          keep('broken', message.next, message.message);
          break;
        case 'ended':
          sum.cases += 1;
          sum.slowest = Math.max(sum.slowest, message.ms);
          [sum.places, sum.pool] = [message.places, message.pool];
          if (message.ms > allowed(current)) {
            sum.slow += 1;
            keep('slow', current, `${message.ms.toFixed(0)} ms`);
          }
          current = undefined;
          break;
        default:
          finish(() => resolve('done'));
      }
    });
    worker.on('error', (error) => {
      sum.broken += 1;
      if (current !== undefined) {
        keep('crash', current, error.stack ?? String(error));
      }
      finish(() => resolve('crashed'));
    });
  });
}

console.log(`Fuzzing for ${seconds} s, seed ${seed}…`);
for (let thread = 0; Date.now() < started + seconds * 1000; thread += 1) {
  if ((await runThread(seed + thread)) === 'done') {
    break;
  }
}
console.log(
  `${sum.cases} bodies in ${((Date.now() - started) / 1000).toFixed(0)} s; ${sum.pool} of them kept, ${sum.places} places covered; ` +
    `slowest ${sum.slowest.toFixed(0)} ms. Broken: ${sum.broken}, too slow: ${sum.slow}, hung: ${sum.hung}.`,
);
process.exitCode = sum.broken + sum.slow + sum.hung > 0 ? 1 : 0;
