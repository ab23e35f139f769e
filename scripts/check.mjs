// Everything that can be checked without running the extension, side by side, in seconds. `--json FILE` writes the counts, `--fix` corrects what
// can be corrected, `--all` forgets what was found clean before.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  cacheFolder,
  codeFiles,
  filesBelow,
  keyOf,
  lintKeysOf,
  unlessClean,
  unlessCleanEach,
} from './lib/checkCache.mjs';
import { ensureInstalled, root } from './lib/install.mjs';
import { claimFaults } from './lib/claims.mjs';
import { docFaults, layerFaults } from './lib/layers.mjs';
import { manifestFaults } from './lib/manifest.mjs';

ensureInstalled();

const bin = (name) => join(root, 'node_modules', ...name.split('/'));

/** Runs a tool of node_modules; resolves with its faults, none when it is content. */
function tool(script, ...args) {
  return own(bin(script), ...args);
}

/** Like {@link tool}, for a script of ours. */
function own(script, ...args) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [script, ...args], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    child.stdout.on('data', (data) => (output += data));
    child.stderr.on('data', (data) => (output += data));
    child.on('close', (code) => resolve(code === 0 ? [] : [output.trim() || `exit code ${code}`]));
  });
}

/** The sentences in the code, as the tool that VS Code's own extensions use finds them, against the committed bundle. */
async function l10nFaults() {
  const folder = mkdtempSync(join(tmpdir(), 'l10n-'));
  try {
    const faults = await tool('@vscode/l10n-dev/dist/cli.js', 'export', '-o', folder, './src');
    if (faults.length > 0) {
      return faults;
    }
    const fresh = readFileSync(join(folder, 'bundle.l10n.json'), 'utf8');
    const committed = join(root, 'l10n', 'bundle.l10n.json');
    if (process.argv.includes('--fix')) {
      // In the format that the formatter, which runs at the same time, would give it.
      const oneLine = fresh.replaceAll(/\[\s+("[^"]*")\s+\]/g, '[$1]');
      writeFileSync(committed, `${oneLine.trimEnd()}\n`);
    }
    const keys = (text) => Object.keys(JSON.parse(text));
    const [now, then] = [keys(fresh), keys(readFileSync(committed, 'utf8'))];
    return [
      ...now.filter((key) => !then.includes(key)).map((key) => `l10n/bundle.l10n.json lacks: ${key}`),
      ...then
        .filter((key) => !now.includes(key))
        .map((key) => `l10n/bundle.l10n.json has what no code says: ${key}`),
    ].map((fault) => `${fault} (npm run check -- --fix)`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Each translation against what it translates: complete, nothing else, the same arguments, the same links. */
function translationFaults() {
  const json = (...path) => JSON.parse(readFileSync(join(root, ...path), 'utf8'));
  // A sentence may use an argument twice in one language, and once in another.
  const parts = (text) =>
    ((text.message ?? text).match(/\{\d\}|\((?:command:[^)?]*|https:[^)]*)/g) ?? [])
      .toSorted((a, b) => (a < b ? -1 : 1))
      .filter((part, n, all) => part !== all[n - 1])
      .join();
  const compare = (name, original, translated) => [
    ...Object.keys(original)
      .filter((key) => !(key in translated))
      .map((key) => `${name} lacks: ${key}`),
    ...Object.keys(translated)
      .filter((key) => !(key in original))
      .map((key) => `${name} has what nobody says: ${key}`),
    ...Object.entries(original)
      .filter(([key, text]) => key in translated && parts(text) !== parts(translated[key]))
      .map(([key]) => `${name} has other arguments or links in: ${key}`),
  ];
  return [
    ...compare('package.nls.fr.json', json('package.nls.json'), json('package.nls.fr.json')),
    ...compare(
      'l10n/bundle.l10n.fr.json',
      json('l10n', 'bundle.l10n.json'),
      json('l10n', 'bundle.l10n.fr.json'),
    ),
  ];
}

/** ESLint takes long because it knows the types: it looks at what has changed, and at what that could change. */
async function lintFaults() {
  return unlessCleanEach('lint', await lintKeysOf(codeFiles()), (files) =>
    tool('eslint/bin/eslint.js', ...(fix ? ['--fix'] : []), '--', ...files),
  );
}

const fix = process.argv.includes('--fix');
if (process.argv.includes('--all')) {
  rmSync(cacheFolder, { recursive: true, force: true });
}
const kept = (name) => join(cacheFolder, name);
const drawings = filesBelow(['docs'], (name) => name.endsWith('.svg'));
const checks = {
  // The compiler and the formatter know themselves what has changed.
  types: () =>
    tool('typescript/bin/tsc', '-p', '.', '--incremental', '--tsBuildInfoFile', kept('types.tsbuildinfo')),
  lint: () => unlessClean('lintAll', keyOf(codeFiles()), lintFaults),
  format: () =>
    tool(
      'prettier/bin/prettier.cjs',
      ...['.', '--log-level=warn', fix ? '--write' : '--check'],
      ...['--cache', '--cache-strategy=content', '--cache-location', kept('format')],
    ),
  manifest: manifestFaults,
  // In a process of its own: it computes without a pause.
  regexps: () =>
    fix
      ? own('scripts/lib/regexps.mjs', '--fix')
      : unlessClean('regexps', keyOf(filesBelow(['src'])), () => own('scripts/lib/regexps.mjs')),
  layers: async () => [
    ...(fix
      ? await layerFaults({ fix })
      : await unlessClean('layers', keyOf([...filesBelow(['src']), ...drawings]), layerFaults)),
    ...docFaults(),
  ],
  claims: claimFaults,
  l10n: () => (fix ? l10nFaults() : unlessClean('l10n', keyOf(filesBelow(['src', 'l10n'])), l10nFaults)),
  translations: translationFaults,
};

const results = await Promise.all(
  Object.entries(checks).map(async ([name, check]) => {
    const started = performance.now();
    const faults = await check();
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.log(`${faults.length === 0 ? '  ok  ' : '  FAIL'} ${name} (${seconds} s)`);
    faults.forEach((fault) => console.log(fault));
    return { name, faults };
  }),
);
const failures = results
  .filter(({ faults }) => faults.length > 0)
  .map(({ name, faults }) => ({
    title: `check: ${name}`,
    message: `${faults.length} fault(s)`,
    stack: faults.join('\n'),
  }));
const jsonFile = process.argv[process.argv.indexOf('--json') + 1];
if (process.argv.includes('--json')) {
  const counts = {
    passed: results.length - failures.length,
    failed: failures.length,
    skipped: 0,
    failures,
    finished: true,
  };
  writeFileSync(jsonFile, JSON.stringify(counts));
}
process.exitCode = failures.length === 0 ? 0 : 1;
