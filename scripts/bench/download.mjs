// How long a large result takes from the blob store into memory, and how long to a sink with its SHA-256, as ratios to what nobody who uses
// node-fetch can avoid: `(await fetch(url)).arrayBuffer()`, and the same with the hash of it. Over loopback, so that the network hides
// nothing; server and client are two processes, as in life. Standalone: `node scripts/bench/download.mjs`.
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ensureInstalled, root } from '../lib/install.mjs';
import { spawnOwned } from '../lib/processes.mjs';

const rounds = 15;
const warmUps = 3;
const size = 45 * 1024 * 1024;
const self = fileURLToPath(import.meta.url);

/** What is measured, bundled as the extension has it; node-fetch is one module for both sides. */
const subjects = `
  import { createHash } from 'node:crypto';
  import nodeFetch from 'node-fetch';
  import { systemClock } from './src/http/clock';
  import { nodeFetchPort } from './src/http/nodeFetch';
  import { downloadBlob, downloadTo } from './src/results/download/download';
  const ports = { fetch: nodeFetchPort, clock: systemClock, random: Math.random, log: () => undefined };
  const options = { signal: new AbortController().signal, limit: 512 * 1024 * 1024, onProgress: () => undefined };
  const sink = { write: () => Promise.resolve(), restart: () => Promise.resolve() };
  const bare = async (url) => new Uint8Array(await (await nodeFetch(url, { compress: false })).arrayBuffer());
  export const pairs = {
    'download of 45 MB': {
      baseline: async (url) => (await bare(url)).byteLength,
      subject: async (url) => (await downloadBlob(ports, () => Promise.resolve(url), options)).bytes.byteLength,
    },
    'download of 45 MB to a sink, with SHA-256': {
      baseline: async (url) => {
        const bytes = await bare(url);
        createHash('sha256').update(bytes).digest('hex');
        return bytes.byteLength;
      },
      subject: async (url) => (await downloadTo(sink, ports, () => Promise.resolve(url), options)).size,
    },
  };
`;

async function bundle() {
  const esbuild = await import('esbuild');
  const outfile = join(root, 'out', 'bench', 'download', 'subjects.mjs');
  await esbuild.build({
    stdin: { contents: subjects, resolveDir: root, loader: 'ts' },
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    external: ['node-fetch'],
    outfile,
    logLevel: 'error',
  });
  return outfile;
}

/** The blob store: bytes from memory, the headers that Azure sends. Prints its address. */
function serve() {
  const bytes = Buffer.alloc(size, 'Microsoft Defender live response. ');
  const server = createServer((_, response) => {
    response.writeHead(200, {
      'Content-Type': 'application/json',
      'Content-Length': size,
      ETag: '"0x8DCAFE"',
      'Accept-Ranges': 'bytes',
    });
    response.end(bytes);
  });
  server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}/blob`));
}

async function measure(file, url) {
  const { pairs } = await import(pathToFileURL(file).href);
  const rows = [];
  for (const [name, pair] of Object.entries(pairs)) {
    const took = { baseline: [], subject: [] };
    for (let round = -warmUps; round < rounds; round += 1) {
      // Who goes first changes, because the second one collects the garbage of the first.
      for (const which of round % 2 === 0 ? ['baseline', 'subject'] : ['subject', 'baseline']) {
        globalThis.gc?.();
        const start = performance.now();
        const received = await pair[which](url);
        const ms = performance.now() - start;
        if (received !== size) {
          throw new Error(`${name}: ${received} bytes came, not ${size}`);
        }
        if (round >= 0) {
          took[which].push(ms);
        }
      }
    }
    const [medianMs, baselineMs] = [median(took.subject), median(took.baseline)];
    rows.push({ name, value: medianMs / baselineMs, bound: 1.1, unit: '×', medianMs, baselineMs });
  }
  console.log(`ROWS${JSON.stringify(rows)}`);
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

/** The rows of the table. `node` is the extension host's own. */
export async function downloadRows(node) {
  const file = await bundle();
  const server = spawnOwned(node, [self, 'serve'], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const url = await new Promise((resolve, reject) => {
      server.stdout.once('data', (data) => resolve(String(data).trim()));
      server.once('exit', () => reject(new Error('The server of the benchmark ended.')));
    });
    const child = spawn(node, ['--expose-gc', self, 'measure', file, url], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.on('data', (data) => (output += data));
    await new Promise((resolve) => child.on('close', resolve));
    const rows = /^ROWS(.*)$/m.exec(output);
    if (rows === null) {
      throw new Error(`The download benchmark failed:\n${output}`);
    }
    return JSON.parse(rows[1]);
  } finally {
    server.kill();
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [, , role, file, url] = process.argv;
  if (role === 'serve') {
    serve();
  } else if (role === 'measure') {
    await measure(file, url);
  } else {
    ensureInstalled();
    const rows = await downloadRows(process.execPath);
    console.table(
      rows.map(({ name, value, bound, medianMs, baselineMs }) => ({
        name,
        ratio: value.toFixed(2),
        bound,
        'ms (median)': medianMs.toFixed(1),
        'baseline ms': baselineMs.toFixed(1),
        '': value <= bound ? '' : 'OVER',
      })),
    );
    process.exitCode = rows.every(({ value, bound }) => value <= bound) ? 0 : 1;
  }
}
