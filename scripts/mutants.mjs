// `npm run mutants`: changes the code in small ways, one at a time, and says which changes no unit test notices (docs/testing.md). Not part
// of `npm test`, because it takes long. Reports are in out/mutants; a later run repeats only what has changed.
//
//   npm run mutants -- [src/actions …] [--tests actions,defender/filter] [--force] [--skip-static]
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ensureInstalled, root } from './lib/install.mjs';

/** What is mutated when nothing is named: what decides about evidence, bytes, requests and the list. */
const mutated = [
  'src/results/evidence/{evidence*,files}.ts',
  'src/results/download/{store,transfer,unpack}.ts',
  'src/results/reading/{text,collectedFile}.ts',
  'src/results/transcript/transcript.ts',
  'src/http/*.ts',
  'src/actions/*.ts',
];

/**
 * Bundles the tests again, in Stryker's copy of the project, where the sources have all mutants behind switches. The switch is a global
 * object that every bundle shares, so one bundle serves all mutants, and coverage is counted for each test.
 */
async function bundle() {
  // Stryker links the packages only after this, and without them they would be installed. One link keeps it and the tests on one mocha.
  symlinkSync(resolve(root, '../../../../node_modules'), join(root, 'node_modules'), 'junction');
  const esbuild = await import('esbuild');
  const { buildExtension, testOptions } = await import('./build.mjs');
  const options = testOptions();
  const plugins = [...(options.plugins ?? []), forMutants];
  await esbuild.build({ ...options, plugins });
  // Some tests start its threads.
  await buildExtension({ production: false });
  writeFileSync(join(root, limits), limitEach);
}

/** Fewer runs of a property: a mutant that so many do not notice counts as a survivor, and is looked at. */
const propertyRuns = Number(process.env.LIVE_RESPONSE_PROPERTY_RUNS ?? 100);

/** Stryker sets no limit to a test, and starts a process anew for each one that hangs. So those without a limit get one, in milliseconds. */
const limitEach = `import { beforeEach } from 'mocha';
beforeEach(function () {
  if (this.currentTest.timeout() === 0) this.currentTest.timeout(5000);
});`;

/** Loaded before the tests. */
const limits = 'out/test/limits.mjs';

const forMutants = {
  name: 'for-mutants',
  setup(build) {
    build.onLoad({ filter: /[\\/]test[\\/]unit[\\/].*\.test\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replace(
        /numRuns: ([\d_]+)/g,
        (_, runs) => `numRuns: ${Math.min(propertyRuns, Number(runs.replaceAll('_', '')))}`,
      ),
      loader: 'ts',
    }));
  },
};

function parseArguments(args) {
  const testsAt = args.indexOf('--tests');
  const tests = testsAt < 0 ? [] : (args.splice(testsAt, 2)[1] ?? '').split(',');
  const named = args.filter((arg) => !arg.startsWith('--'));
  return {
    mutate: named.length > 0 ? named.map((name) => (name.endsWith('.ts') ? name : `${name}/*.ts`)) : mutated,
    spec: tests.length > 0 ? tests.map(specOf) : [specOf('**')],
    force: args.includes('--force'),
    ignoreStatic: args.includes('--skip-static'),
  };
}

/** Of a folder such as `actions`, or of one file such as `actions/paging`. */
function specOf(name) {
  return `out/test/unit/${name.includes('/') ? name : `${name}/*`}.test.mjs`;
}

async function run({ mutate, spec, force, ignoreStatic }) {
  ensureInstalled();
  const { Stryker } = await import('@stryker-mutator/core');
  const reports = join(root, 'out', 'mutants');
  mkdirSync(reports, { recursive: true });
  rmSync(join(reports, 'sandbox'), { recursive: true, force: true });
  process.env.LIVE_RESPONSE_PROPERTY_RUNS ??= String(propertyRuns);
  await new Stryker({
    mutate,
    force,
    testRunner: 'mocha',
    plugins: ['@stryker-mutator/mocha-runner'],
    mochaOptions: { spec: [limits, ...spec], config: undefined, package: undefined },
    coverageAnalysis: 'perTest',
    ignoreStatic,
    buildCommand: 'node scripts/mutants.mjs --bundle',
    symlinkNodeModules: false,
    ignorePatterns: ['/out', '/dist', '/docs', '/media', '/.vscode-test'],
    tempDirName: 'out/mutants/sandbox',
    concurrency: 2,
    incremental: true,
    incrementalFile: join(reports, 'incremental.json'),
    reporters: ['clear-text', 'html', 'json', 'progress-append-only'],
    clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
    htmlReporter: { fileName: join(reports, 'report.html') },
    jsonReporter: { fileName: join(reports, 'report.json') },
    allowConsoleColors: false,
    timeoutMS: 10_000,
    dryRunTimeoutMinutes: 15,
  }).runMutationTest();
}

if (process.argv.includes('--bundle')) {
  await bundle();
} else {
  await run(parseArguments(process.argv.slice(2)));
}
