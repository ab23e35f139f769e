// What reading a transcript of 45 MB costs the extension host: the memory that it takes besides the bytes, and the longest time that
// the event loop stood still. In a process of its own, which is given the bytes and nothing else. Standalone: `node scripts/bench/reading.mjs`.
import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { root } from '../lib/install.mjs';

const megabyte = 1024 * 1024;
const outdir = join(root, 'out', 'bench', 'reading');
const rounds = 5;

/** Both kinds of strings: one byte and two bytes for each character. The second is what Windows prints in most languages. */
const transcripts = {
  'Latin-1': 'C:\\Users\\m.jäger\\AppData\\Local\\Temp\\setup.log  "51 MB"\r\n',
  'any script': 'C:\\Users\\m.jäger\\Документы\\setup.log  "51 MB" – €\r\n',
};

async function bundle() {
  const esbuild = await import('esbuild');
  const contents = `
    export { ResultReader } from './src/results/reading/resultReader';
    export { allocateBytes } from './src/results/download/sharedBytes';`;
  await esbuild.build({
    stdin: { contents, resolveDir: root, loader: 'ts' },
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    packages: 'external',
    outfile: join(outdir, 'reader.mjs'),
    logLevel: 'error',
  });
}

/** In the child: reads the file's transcript once, and prints what it cost. */
async function measure(file) {
  const { ResultReader, allocateBytes } = await import(pathToFileURL(join(outdir, 'reader.mjs')).href);
  const workerFile = pathToFileURL(join(root, 'dist', 'readingWorker.js'));
  const reader = new ResultReader({
    workerFile,
    log: (line) => {
      throw new Error(line);
    },
  });
  // Where a download puts them.
  const { size } = statSync(file);
  const bytes = allocateBytes(size);
  readInto(bytes, file);
  globalThis.gc();
  await new Promise((resolve) => setTimeout(resolve, 200));
  globalThis.gc();
  const before = process.memoryUsage.rss();
  let [peak, blockMs, last] = [before, 0, performance.now()];
  const sample = () => {
    const now = performance.now();
    blockMs = Math.max(blockMs, now - last);
    last = now;
    peak = Math.max(peak, process.memoryUsage.rss());
  };
  const timer = setInterval(sample, 1);
  const start = performance.now();
  const read = await reader.read({ bytes, commandType: 'RunScript' }, new AbortController().signal);
  const tookMs = performance.now() - start;
  // What came back is looked at, so that its memory counts.
  const checksum = read.documents.output.bytes.reduce((sum, byte) => (sum + byte) | 0, 0);
  last = performance.now();
  await new Promise((resolve) => setTimeout(resolve, 50));
  sample();
  clearInterval(timer);
  reader.dispose();
  if (read.summary.kind !== 'transcript') {
    throw new Error('The transcript of the benchmark was not read.');
  }
  console.log(JSON.stringify({ ratio: (peak - before) / size, blockMs, tookMs, checksum }));
}

/** Without a second copy, whose memory would be there to be used again. */
function readInto(bytes, file) {
  const opened = openSync(file);
  for (let at = 0; at < bytes.length;) {
    at += readSync(opened, bytes, at, bytes.length - at);
  }
  closeSync(opened);
}

/** The rows of the table; the worst of the rounds, beside the median of the time. dist/ must be built. `node` runs the child. */
export async function readingRows(node = process.execPath) {
  mkdirSync(outdir, { recursive: true });
  await bundle();
  const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
  const rows = [];
  for (const [name, line] of Object.entries(transcripts)) {
    const file = join(outdir, 'transcript.json');
    const output = line.repeat(Math.ceil((45 * megabyte) / Buffer.byteLength(JSON.stringify(line))));
    writeFileSync(
      file,
      JSON.stringify({ script_name: 'a.ps1', exit_code: 0, script_output: `${output}\0\0` }),
    );
    const measured = Array.from({ length: rounds }, () =>
      JSON.parse(
        execFileSync(node, ['--expose-gc', fileURLToPath(import.meta.url), '--measure', file], {
          encoding: 'utf8',
        }),
      ),
    );
    rmSync(file);
    const medianMs = median(measured.map(({ tookMs }) => tookMs));
    rows.push(
      {
        name: `memory to read 45 MB, ${name}`,
        value: Math.max(...measured.map(({ ratio }) => ratio)),
        bound: 4,
        unit: '×',
        medianMs,
      },
      {
        name: `longest block while 45 MB are read, ${name}`,
        value: Math.max(...measured.map(({ blockMs }) => blockMs)),
        bound: 100,
        unit: 'ms',
      },
    );
  }
  return rows;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const file = process.argv[process.argv.indexOf('--measure') + 1];
  if (process.argv.includes('--measure')) {
    await measure(file);
  } else {
    const rows = await readingRows();
    console.table(rows.map(({ value, ...row }) => ({ ...row, value: value.toFixed(2) })));
    process.exitCode = rows.every(({ value, bound }) => value <= bound) ? 0 : 1;
  }
}
