// The tree of a tenant with 100,000 actions: how long until the first rows are seen, what loading all of it does to the extension host, and
// the memory it takes.
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../lib/install.mjs';
import { spawnOwned } from '../lib/processes.mjs';
import { driven } from './driven.mjs';

const actions = 100_000;
const runs = 3;
const outdir = join(root, 'out', 'bench', 'tree');
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** Loads everything in a process of its own, over the network, and says what that did to it. */
const loading = `
  import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
  import { groupActions } from './src/actions/grouping';
  import { RecentActions } from './src/actions/recentActions';
  import { DefenderClient } from './src/defender/client';
  import { systemClock } from './src/http/clock';
  import { nodeFetchPort } from './src/http/nodeFetch';
  import { RequestQuota } from './src/http/quota';
  const apiUrl = process.argv[2];
  const call = { signal: new AbortController().signal, urgency: 'interactive' };
  const used = () => { gc(); gc(); return process.memoryUsage().heapUsed; };
  const tokens = { getToken: async () => ({ token: 'x', grants: undefined }), invalidate: () => undefined };
  const client = new DefenderClient(apiUrl, {
    fetch: nodeFetchPort, clock: systemClock, random: Math.random, quota: new RequestQuota(systemClock), tokens, log: () => undefined,
  });
  const bodies = [];
  for (let skip = 0; skip < ${actions}; skip += 10_000) {
    const answer = await fetch(apiUrl + '/api/machineactions?$top=10000&$skip=' + skip, { headers: { Authorization: 'Bearer x' } });
    bodies.push(await answer.text());
  }
  const empty = used();
  let parsed = bodies.map((body) => JSON.parse(body).value);
  const json = used() - empty;
  parsed = undefined;
  bodies.length = 0;
  const before = used();
  const blocks = {};
  // What this thread worked between two ticks: time that other processes had the processor is not ours.
  const worked = () => { const { user, system } = process.threadCpuUsage(); return (user + system) / 1000; };
  const watch = async (name, work) => {
    let longest = 0;
    let last = worked();
    const timer = setInterval(() => { const now = worked(); longest = Math.max(longest, now - last); last = now; }, 1);
    await yieldToEventLoop();
    last = worked();
    await work();
    await new Promise((resolve) => setTimeout(resolve, 5));
    clearInterval(timer);
    blocks[name] = longest;
  };
  const recent = new RecentActions(client, () => Date.now());
  await recent.load({ lookbackDays: 3650, pageSize: 200 }, call);
  await watch('load', () => recent.loadEverything(call, () => undefined));
  const model = used() - before;
  await watch('text', () => recent.setText('inc-4711'));
  await watch('all', () => recent.setText(''));
  for (const by of ['machine', 'time', 'requestor']) {
    await watch(by, () => { groupActions(recent.shown, by, { now: Date.now(), zone: 'local' }); });
  }
  await watch('poll', () => recent.poll(call));
  console.log('MEASURED' + JSON.stringify({ listed: recent.listed.length, heap: model / json, blocks }));
`;

async function bundle(extensionOptions) {
  const esbuild = await import('esbuild');
  await esbuild.build({
    ...extensionOptions({ production: true }),
    entryPoints: undefined,
    stdin: { contents: loading, resolveDir: root, loader: 'ts', sourcefile: 'loading.ts' },
    outdir,
    entryNames: 'loading',
  });
}

async function described(server) {
  return JSON.parse(
    await new Promise((resolve, reject) => {
      server.stdout.once('data', (data) => resolve(String(data)));
      server.once('exit', () => reject(new Error('The server of the benchmark ended.')));
    }),
  );
}

/** The rows of the table. `node` is the extension host's own. */
export async function treeRows({ node, modules }, extensionOptions) {
  mkdirSync(outdir, { recursive: true });
  await bundle(extensionOptions);
  const entry = join(root, 'out', 'test', 'support', 'treeServer.entry.mjs');
  const server = spawnOwned(node, [entry, String(actions)], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const addresses = await described(server);
    return [await firstRows({ node, modules }, addresses), ...loadingRows(node, addresses.large)];
  } finally {
    server.kill();
  }
}

function loadingRows(node, address) {
  const measured = Array.from({ length: runs }, () => {
    const output = execFileSync(node, ['--expose-gc', join(outdir, 'loading.js'), address], {
      encoding: 'utf8',
    });
    const { listed, heap, blocks } = JSON.parse(/^MEASURED(.*)$/m.exec(output)[1]);
    if (listed !== actions) {
      throw new Error(`${listed} actions were loaded, not ${actions}.`);
    }
    return { heap, blocks };
  });
  const longest = Object.keys(measured[0].blocks)
    .map((name) => [name, median(measured.map(({ blocks }) => blocks[name]))])
    .toSorted(([, a], [, b]) => b - a)[0];
  return [
    { name: `longest block, 100,000 actions (${longest[0]})`, value: longest[1], bound: 50, unit: 'ms' },
    {
      name: 'heap of 100,000 actions over parsed JSON',
      value: median(measured.map(({ heap }) => heap)),
      bound: 1.3,
      unit: '×',
    },
  ];
}

/** In a workbench, as a person sees it: from choosing a tenant until its first rows are painted. */
async function firstRows(host, addresses) {
  const { subject, baseline } = await driven('firstRows', host, JSON.stringify(addresses));
  return {
    name: 'first rows of 100,000 actions',
    value: median(subject.map((ms, round) => ms / baseline[round])),
    bound: 1.5,
    unit: '×',
    medianMs: median(subject),
    baselineMs: median(baseline),
  };
}
