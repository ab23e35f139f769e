// What folding, outline, links and language detection take on 20 MB of the shapes that are worst for them, as a ratio to reading the same
// text once: splitting it into lines and looking at each character. As shipped: minified, in the extension host's own Node.
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../lib/install.mjs';

const outdir = join(root, 'out', 'bench', 'worstShapes');

const measuring = `
  import { findIds, findMachineIds } from './src/links/scan';
  import { jsonOutline } from './src/results/structure/jsonOutline';
  import { textLanguage } from './src/results/structure/language';
  import { sectionsOf } from './src/results/structure/sections';
  const size = 20 * 1024 * 1024;
  const filled = (line) => line.repeat(Math.ceil(size / line.length)).slice(0, size);
  const shapes = {
    'rulers that end in a letter': filled('='.repeat(199) + 'x\\n'),
    'one line': filled('svchost 0x1f '),
    'one line of blanks': ' '.repeat(size),
    'lines of blanks': filled(' '.repeat(199) + '\\n'),
    'empty lines': '\\n'.repeat(size),
    'short lines': filled('x\\n'),
    'brackets': '['.repeat(size),
    'lines of brackets': filled('{"a":[\\n'),
    'JSON that breaks at its end': '[' + filled('{"a":1,"b":"c"},\\n') + ']x',
    'one string of JSON': '["' + filled('\\\\u0041x') + '\\n',
    'beginnings of GUIDs': filled('988cc94e-7a8f-4b28-ab65-54970c5d501 '),
    'digits': filled('0123456789abcdef'),
    'beginnings of machine IDs': filled('0123456789abcdef0123456789abcdef0123456x'),
    'quotes': filled('"'),
    'lines of quotes': filled('","\\n'),
    'dashes': filled('-'),
    'lines of dashes': filled('-'.repeat(79) + '\\n'),
    'columns of dashes': filled('-- -- -- -- -- -- -- -- -- -- x\\n'),
    'tables of two lines': filled('Id  Name\\n--  ----\\n\\n'),
    'pairs': filled('Name : x\\n\\n'),
    'names without a colon': filled('N'.repeat(60) + '\\n\\n'),
    'tags': filled('<a>'),
    'asterisks': filled('*'.repeat(22) + '\\nx\\n'),
    'frames': filled('=== a === b\\n'),
    'columns of dashes with a letter at their end': filled('-- -- -- -- -- -- -- -- -- -- -- x --\\n'),
    'rulers that end in white space and a letter': filled('='.repeat(20) + ' '.repeat(150) + 'x' + ' '.repeat(20) + '\\n'),
    'long lines of blanks': filled(' '.repeat(1_999) + '\\n'),
    'asterisks and times that are none': filled('*'.repeat(22) + '\\nx\\nxxxxxxxxxxxxxxxx:\\n'),
    'asterisks and two times': filled(('*'.repeat(22) + '\\nx: 20261120144352\\nx: 20261120144352\\n')),
    'names that are not Latin': filled('\\u0418\\u043c\\u044f'.repeat(19) + '\\n\\n'),
    'headers without a letter': filled('1 '.repeat(30) + '\\n' + '-- '.repeat(19) + '--\\n'),
    'digits with hyphens between': filled('0123456789abcdef0123456789abcdef0123-'),
    'numbers of JSON': '[' + filled('-1.5e+3,') + ']',
    'words of JSON': '[' + filled('null,') + ']',
    'keys of JSON': '{' + filled('"a":1,') + '}',
  };
  const read = (text) => {
    let sum = 0;
    for (const line of text.split('\\n')) {
      for (let at = 0; at < line.length; at += 1) sum = (sum + line.charCodeAt(at)) | 0;
    }
    return sum;
  };
  const count = (found) => { let n = 0; for (const _ of found) n += 1; return n; };
  // As the editor's providers do it: the lines once for folding and outline, each line for links of both kinds.
  const work = (text) => {
    const lines = text.split('\\n');
    let n = sectionsOf(lines).length;
    for (const line of lines) n += count(findIds(line)) + count(findMachineIds(line));
    const language = textLanguage(text);
    return n + language.length + (language === 'json' ? jsonOutline(text).length : 0);
  };
  // Processor time, so that what other processes do does not count.
  const worked = () => { const { user, system } = process.threadCpuUsage(); return (user + system) / 1_000; };
  // Neither pays for what the other has left.
  const timed = (each, text) => { gc(); const start = worked(); each(text); return worked() - start; };
  // The mean, because the clock of processor time ticks in milliseconds; the first round warms up.
  const mean = ([, ...values]) => values.reduce((sum, each) => sum + each, 0) / values.length;
  const wanted = process.argv[2];
  const rows = Object.entries(shapes).filter(([name]) => wanted === undefined || name === wanted).map(([name, text]) => {
    const [ours, theirs] = [[], []];
    for (let round = 0; round < 7; round += 1) {
      const first = round % 2 === 0;
      if (first) ours.push(timed(work, text));
      theirs.push(timed(read, text));
      if (!first) ours.push(timed(work, text));
    }
    return { name, ours: mean(ours), theirs: mean(theirs) };
  });
  console.log(JSON.stringify(rows));
`;

/** The row of the table: the worst of all shapes. `node` is the extension host's own. */
export async function worstShapesRow(node, extensionOptions) {
  mkdirSync(outdir, { recursive: true });
  const esbuild = await import('esbuild');
  await esbuild.build({
    ...extensionOptions({ production: true }),
    entryPoints: undefined,
    stdin: { contents: measuring, resolveDir: root, loader: 'ts', sourcefile: 'worstShapes.ts' },
    outdir,
    entryNames: 'worstShapes',
  });
  const shapes = JSON.parse(
    execFileSync(node, ['--expose-gc', join(outdir, 'worstShapes.js')], { encoding: 'utf8' }),
  );
  if (process.env.LIVE_RESPONSE_BENCH_VERBOSE === '1') {
    console.table(shapes.map((each) => ({ ...each, ratio: each.ours / each.theirs })));
  }
  const [worst] = shapes.toSorted((a, b) => b.ours / b.theirs - a.ours / a.theirs);
  return {
    name: `20 MB of the worst shapes (${worst.name})`,
    value: worst.ours / worst.theirs,
    bound: 3,
    unit: '×',
    medianMs: worst.ours,
    baselineMs: worst.theirs,
  };
}
