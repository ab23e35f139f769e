// How long decoding takes, as a ratio to decoding and parsing the same bytes and looking at each of them once. The look is a part of it because
// the engine's parser, which reads many bytes at a time, gains more by a new processor or a new engine than any loop does. Ratios hold on any
// machine; baseline and subject take turns, so that a busy moment meets both. Standalone: `node scripts/bench/decoding.mjs`.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureInstalled, root } from '../lib/install.mjs';

const rounds = 7;
const megabyte = 1024 * 1024;
const sizes = [1, 10, 50];

/** The functions that are measured, bundled with the options of the package: minified, split, packages within. */
async function subjects() {
  ensureInstalled();
  const esbuild = await import('esbuild');
  const { extensionOptions } = await import('../build.mjs');
  const outdir = join(root, 'out', 'bench', 'decoding');
  rmSync(outdir, { recursive: true, force: true });
  const contents = [
    `export { readTranscript } from './test/support/wholeTranscript';`,
    `export { readResult } from './src/results/reading/reading';`,
    `export { cleanText } from './src/results/reading/text';`,
    `export { DefenderClient } from './src/defender/client';`,
    `export { RequestQuota } from './src/http/quota';`,
    `export { systemClock } from './src/http/clock';`,
  ].join('\n');
  await esbuild.build({
    ...extensionOptions({ production: true }),
    entryPoints: undefined,
    stdin: { contents, resolveDir: root, loader: 'ts', sourcefile: 'subjects.ts' },
    outdir,
    entryNames: 'subjects',
  });
  return import(pathToFileURL(join(outdir, 'subjects.js')).href);
}

/** A client whose every answer is this body: what the tree does with a list, but for the network. */
function clientOf({ DefenderClient, RequestQuota, systemClock }, body) {
  const fetch = () => Promise.resolve({ status: 200, header: () => undefined, body: [body] });
  const tokens = {
    getToken: () => Promise.resolve({ token: 'x', grants: undefined }),
    invalidate: () => undefined,
  };
  return new DefenderClient('http://127.0.0.1', {
    fetch,
    clock: systemClock,
    random: Math.random,
    quota: new RequestQuota(systemClock),
    tokens,
    log: () => undefined,
  });
}

/** What a script prints: paths with backslashes, columns, CRLF, now and then a letter that is not ASCII. */
function outputOf(bytes, { colours = false } = {}) {
  const lines = [];
  for (let length = 0, n = 0; length < bytes; n += 1) {
    const path = `C:\\Users\\m.${n % 7 === 0 ? 'jäger' : 'berger'}\\AppData\\Local\\Temp\\{${n.toString(16)}}\\setup.log`;
    const line = `${String(n).padStart(8)}  2026-11-20 14:${String(n % 60).padStart(2, '0')}  ${path}  "${n * 37} KB"`;
    lines.push(colours && n % 10 === 0 ? `\u001b[32m[+]\u001b[0m ${line}` : line);
    length += line.length + 2;
  }
  return lines.join('\r\n');
}

function transcriptOf(output) {
  return JSON.stringify({
    script_name: 'Get-Files.ps1',
    exit_code: 0,
    script_output: `${output}\n\0\0\0`,
    script_errors: '',
  });
}

/** The same with its line breaks raw, and NULs behind it: what strict parsers refuse. */
function damaged(json) {
  return `${json.replaceAll('\\r\\n', '\r\n')}\0\0\0`;
}

function actionList(count) {
  const value = Array.from({ length: count }, (_, n) => ({
    id: `988cc94e-7a8f-4b28-ab65-${n.toString(16).padStart(12, '0')}`,
    type: n % 3 === 0 ? 'RunAntiVirusScan' : 'LiveResponse',
    title: null,
    requestor: 'analyst@contoso.example',
    requestorComment: `INC-${n} memory of the suspicious process`,
    status: 'Succeeded',
    machineId: '1e5bc9d7e413ddd7902c2932e418702b84d0cc07',
    computerDnsName: `desktop-${n % 500}.contoso.example`,
    creationDateTimeUtc: '2026-11-20T14:43:45.6187124Z',
    lastUpdateDateTimeUtc: '2026-11-20T14:45:12.93163Z',
    cancellationRequestor: null,
    cancellationComment: null,
    cancellationDateTimeUtc: null,
    errorHResult: 0,
    scope: null,
    externalId: null,
    requestSource: 'PublicApi',
    relatedFileInfo: null,
    commands:
      n % 3 === 0
        ? []
        : [
            command(0, 'RunScript', { ScriptName: 'minidump.ps1', Args: 'OfficeClickToRun' }),
            command(1, 'GetFile', { Path: 'C:\\windows\\TEMP\\OfficeClickToRun.dmp.zip' }),
          ],
    troubleshootInfo: null,
  }));
  return JSON.stringify({ '@odata.context': 'https://api.example/api/$metadata#MachineActions', value });
}

function command(index, type, params) {
  return {
    index,
    startTime: index === 0 ? null : '2026-11-20T14:43:53.01Z',
    endTime: '2026-11-20T14:43:52.7788848Z',
    commandStatus: 'Completed',
    errors: [],
    command: { type, params: Object.entries(params).map(([key, value]) => ({ key, value })) },
  };
}

/** What keeps the engine from leaving out work whose result nobody reads. */
let sink;

/**
 * Medians of a pair that takes turns, after two turns of each that warm up. Small bodies are read several times in a turn: one pass over
 * a megabyte is shorter than a pause of the garbage collector.
 */
async function compare(name, bound, baseline, subject, times = 1) {
  const samples = { baseline: [], subject: [] };
  const pair = [
    ['baseline', baseline],
    ['subject', subject],
  ];
  for (let round = -2; round < rounds; round += 1) {
    // Who goes first changes, because the second one collects the garbage of the first.
    for (const [which, run] of round % 2 === 0 ? pair : pair.toReversed()) {
      const start = performance.now();
      for (let time = 0; time < times; time += 1) {
        sink = run();
        // Awaiting what is no promise would cost the baseline a turn as well.
        if (sink instanceof Promise) {
          await sink;
        }
      }
      if (round >= 0) {
        samples[which].push((performance.now() - start) / times);
      }
    }
  }
  sink = undefined;
  // The median of the ratios, not the ratio of the medians: the two of a round met the same load.
  const ratio = median(samples.subject.map((took, round) => took / samples.baseline[round]));
  return { name, ratio, bound, medianMs: median(samples.subject), baselineMs: median(samples.baseline) };
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

/** A string of pieces is put together only when it is read, so that must be part of what is measured. */
function read({ text }) {
  return text.charCodeAt(text.length >> 1) + text.length;
}

function parsed(bytes) {
  return JSON.parse(new TextDecoder().decode(bytes));
}

/** Looks at each byte once; in pieces, because the engine may leave one long loop as slow as it began. */
function looked(bytes) {
  let sum = 0;
  for (let from = 0; from < bytes.length; from += 16_384) {
    sum = (sum + sumOf(bytes, from, Math.min(bytes.length, from + 16_384))) | 0;
  }
  return sum;
}

function sumOf(bytes, from, to) {
  let sum = 0;
  for (let at = from; at < to; at += 1) {
    sum = (sum + bytes[at]) | 0;
  }
  return sum;
}

async function listRow(shipped) {
  const list = Buffer.from(actionList(10_000));
  const client = clientOf(shipped, list);
  const call = { signal: new AbortController().signal, urgency: 'interactive' };
  const page = () => client.listActions({ top: 10_000 }, call);
  const { actions } = await page();
  if (actions.length !== 10_000) {
    throw new Error(`The list has ${actions.length} actions.`);
  }
  // Five in a turn: one alone meets a pause of the garbage collector or does not.
  return compare('list of 10,000 actions', 2.5, () => parsed(list), page, 5);
}

/** Measures; about a minute. */
export async function decodingRows() {
  const shipped = await subjects();
  const { readTranscript, readResult, cleanText } = shipped;
  // First, as in a window that has just opened: in the memory that the others leave behind, garbage costs nothing for a while.
  const rows = [await listRow(shipped)];
  for (const size of sizes) {
    const output = outputOf(size * megabyte);
    const json = transcriptOf(output);
    const valid = Buffer.from(json);
    const broken = Buffer.from(damaged(json));
    const coloured = `${outputOf(size * megabyte, { colours: true })}\n\0\0\0`;
    const colouredBytes = Buffer.from(JSON.stringify({ script_output: coloured }));
    const plain = `${output}\n\0\0\0`;
    const parse = (bytes) => () => [parsed(bytes), looked(bytes)];
    const times = Math.ceil(10 / size);
    const row = async (name, bound, baseline, subject) =>
      rows.push(await compare(`${name}, ${size} MB`, bound, baseline, subject, times));
    // What it takes beyond the parser is the search for repeated keys, which a parser drops without a word.
    await row('readTranscript, valid', 1.2, parse(valid), () => readTranscript(valid));
    await row('readTranscript, damaged', 3, parse(valid), () => readTranscript(broken));
    await row('cleanText, trailing NULs', 1, parse(valid), () => read(cleanText(plain)));
    await row('cleanText, colours', 1.5, parse(colouredBytes), () => read(cleanText(coloured)));
    // The whole way from bytes to documents: reading, cleaning, encoding and the hash. A large one is read in pieces, which takes memory for time.
    const whole = (bytes) => () => readResult({ bytes, commandType: 'RunScript' });
    await row('readResult, valid', 4.5, parse(valid), whole(valid));
    await row('readResult, damaged', 6, parse(valid), whole(broken));
  }
  return rows;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const rows = await decodingRows();
  console.table(
    rows.map(({ name, ratio, bound, medianMs, baselineMs }) => ({
      name,
      ratio: ratio.toFixed(2),
      bound,
      'ms (median)': medianMs.toFixed(1),
      'baseline ms': baselineMs.toFixed(1),
      '': ratio <= bound ? '' : 'OVER',
    })),
  );
  process.exitCode = rows.every(({ ratio, bound }) => ratio <= bound) ? 0 : 1;
}
