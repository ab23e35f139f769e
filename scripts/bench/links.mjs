// Finding action IDs in a log of 10 MB, as a ratio to the bare regular expression.
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../lib/install.mjs';

const outdir = join(root, 'out', 'bench', 'links');

const measuring = `
  import { findIds } from './src/links/scan';
  const bare = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;
  const lines = [];
  for (let n = 0, size = 0; size < 10 * 1024 * 1024; n += 1) {
    const id = n % 20 === 0 ? '988cc94e-7a8f-4b28-ab65-' + String(n).padStart(12, '0') : 'svchost 0x' + (n * 7919).toString(16);
    lines.push('2026-11-20 14:43:45.' + (n % 1000) + ' INFO  C:\\\\Windows\\\\System32\\\\' + id + ' deadbeef-00 took 51 ms');
    size += lines.at(-1).length + 1;
  }
  const text = lines.join('\\n');
  const count = (found) => { let n = 0; for (const _ of found) n += 1; return n; };
  const timed = (work) => { const start = performance.now(); const n = work(); return [performance.now() - start, n]; };
  const ratios = [], ours = [], theirs = [];
  for (let round = 0; round < 17; round += 1) {
    const both = round % 2 === 0
      ? [timed(() => count(findIds(text))), timed(() => count(text.matchAll(bare)))]
      : [timed(() => count(text.matchAll(bare))), timed(() => count(findIds(text)))].reverse();
    if (both[0][1] !== both[1][1]) throw new Error('not the same IDs: ' + both);
    if (round > 1) { ours.push(both[0][0]); theirs.push(both[1][0]); ratios.push(both[0][0] / both[1][0]); }
  }
  const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
  console.log(JSON.stringify({ ratio: median(ratios), ours: median(ours), theirs: median(theirs) }));
`;

/** The row of the table. `node` is the extension host's own. */
export async function linksRow(node, extensionOptions) {
  mkdirSync(outdir, { recursive: true });
  const esbuild = await import('esbuild');
  await esbuild.build({
    ...extensionOptions({ production: true }),
    entryPoints: undefined,
    stdin: { contents: measuring, resolveDir: root, loader: 'ts', sourcefile: 'links.ts' },
    outdir,
    entryNames: 'links',
  });
  const { ratio, ours, theirs } = JSON.parse(
    execFileSync(node, [join(outdir, 'links.js')], { encoding: 'utf8' }),
  );
  // At least 0.7 times the speed.
  return {
    name: 'finding IDs in 10 MB',
    value: ratio,
    bound: 1 / 0.7,
    unit: '×',
    medianMs: ours,
    baselineMs: theirs,
  };
}
