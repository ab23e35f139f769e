// `npm test`: static checks, build, unit tests, the package, the suite inside a real VS Code, and the browser driver's suite. Each phase
// leaves a result file; a phase without one has failed, whatever its exit code says. The last line is the sum.
//
//   node scripts/test.mjs [check] [unit] [package] [vscode] [driver] [--desktop] [--grep <title>]
import { existsSync, mkdirSync, openSync, readFileSync, readSync, closeSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { browserHostRunsHere, ensureHost } from './lib/host.mjs';
import { ensureInstalled, root } from './lib/install.mjs';
import { measurePatience } from './lib/patience.mjs';
import { exitOf, spawnOwned } from './lib/processes.mjs';
import { createPackage } from './lib/vsix.mjs';

const MINUTE = 60_000;
/** For all phases together, however busy the machine is. */
const WHOLE = 60 * MINUTE;
const results = join(root, 'out', 'results');
const { names, desktop, grep } = parseArguments(process.argv.slice(2));
let host;

const wantedPatience = process.env.LIVE_RESPONSE_TEST_PATIENCE ?? '';
let patience = 0;
const deadline = Date.now() + WHOLE;

/** Each phase: what to run, for how long at most on a quiet machine, and what it needs. */
const phases = {
  check: {
    limit: 10 * MINUTE,
    command: (result) => [process.execPath, [join(root, 'scripts', 'check.mjs'), '--json', result]],
  },
  unit: {
    limit: 10 * MINUTE,
    built: true,
    command: (result) => [process.execPath, mochaOver('unit', result, 5000)],
  },
  package: {
    limit: 5 * MINUTE,
    built: true,
    command: (result) => [process.execPath, mochaOver('package', result, 20_000)],
  },
  vscode: {
    limit: 15 * MINUTE,
    built: true,
    command: () => [process.execPath, [join(root, 'scripts', 'lib', 'runInVSCode.mjs')]],
    env: (result) => ({ LIVE_RESPONSE_TEST_RESULT: result }),
    editor: true,
  },
  driver: {
    limit: 20 * MINUTE,
    built: true,
    // Under the host's Node: the servers that these tests start want a newer one than this may be.
    command: (result) => [host.node, mochaOver(join('vscode', 'driver'), result, 120_000)],
    editor: true,
    browserHostOnly: true,
    prepare: () => createPackage(join(root, 'out', 'extension.vsix')),
  },
};

function parseArguments(args) {
  const grepAt = args.indexOf('--grep');
  const pattern = grepAt < 0 ? process.env.MOCHA_GREP : args.splice(grepAt, 2)[1];
  const wanted = args.filter((arg) => !arg.startsWith('--'));
  return {
    names: wanted.length > 0 ? wanted : ['check', 'unit', 'package', 'vscode', 'driver'],
    desktop: args.includes('--desktop') || !browserHostRunsHere,
    grep: pattern,
  };
}

function mochaOver(folder, result, timeout) {
  const runner = join(root, 'out', 'test', 'support', 'mocha.entry.mjs');
  return [runner, join(root, 'out', 'test', folder), result, String(timeout)];
}

/** Measures the machine as it is now, because it may have become busy since the last phase. Whatever is started from here finds it. */
function renewPatience() {
  process.env.LIVE_RESPONSE_TEST_PATIENCE = wantedPatience;
  patience = Math.max(patience, measurePatience());
  process.env.LIVE_RESPONSE_TEST_PATIENCE = String(patience);
}

async function runPhase(name) {
  renewPatience();
  const phase = phases[name];
  const resultFile = join(results, `${name}.json`);
  const progressFile = join(results, `${name}.log`);
  rmSync(resultFile, { force: true });
  rmSync(progressFile, { force: true });
  console.log(`\n=== ${name} === (limits are ${patience} times those of a quiet machine)`);
  const started = Date.now();
  if (phase.editor && !desktop) {
    host ??= ensureHost();
  }
  phase.prepare?.();
  const [command, args] = phase.command(resultFile);
  const child = spawnOwned(command, args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      ...process.env,
      ...hostEnvironment(),
      ...phase.env?.(resultFile),
      ...(grep ? { MOCHA_GREP: grep } : {}),
      LIVE_RESPONSE_TEST_PROGRESS: progressFile,
      LIVE_RESPONSE_TEST_DESKTOP: desktop ? '1' : '',
    },
  });
  const stopPrinting = printAsItGrows(progressFile);
  const limit = Math.max(MINUTE, Math.min(phase.limit * patience, deadline - Date.now()));
  const { code, timedOut } = await exitOf(child, limit);
  stopPrinting();
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  const result = judge(name, resultFile, code, timedOut && limit);
  console.log(`=== ${name}: ${sumLine(result)} (${seconds} s) ===`);
  return result;
}

/** Tests find the host's parts through these; see test/support/host.ts. */
function hostEnvironment() {
  return host === undefined
    ? {}
    : { LIVE_RESPONSE_HOST_MODULES: host.modules, LIVE_RESPONSE_HOST_LOGS: host.logs ? '1' : '0' };
}

/** An editor that was killed may exit with 0: only a finished result counts. */
function judge(name, resultFile, code, limit) {
  const result = { passed: 0, failed: 0, skipped: 0, failures: [], ...readJson(resultFile) };
  const fail = (message) => {
    result.failed += 1;
    result.failures.push({ title: name, message, stack: '' });
  };
  if (limit) {
    fail(`took more than ${Math.round(limit / MINUTE)} minutes and was ended`);
  } else if (!existsSync(resultFile) || result.finished === false) {
    fail(`ended (exit code ${code}) without a result`);
  } else if (code !== 0 && result.failed === 0) {
    fail(`ended with exit code ${code} although no test failed`);
  } else if (result.passed + result.failed === 0 && !grep) {
    fail('has no tests');
  }
  return result;
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return {};
  }
}

/** What runs inside the editor prints into a file; this shows it as it comes. */
function printAsItGrows(path) {
  let position = 0;
  const print = () => {
    if (!existsSync(path)) {
      return;
    }
    const file = openSync(path, 'r');
    const chunk = Buffer.alloc(65_536);
    for (let length; (length = readSync(file, chunk, 0, chunk.length, position)) > 0; position += length) {
      process.stdout.write(chunk.subarray(0, length));
    }
    closeSync(file);
  };
  const timer = setInterval(print, 100);
  return () => {
    clearInterval(timer);
    print();
  };
}

function sumLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

async function build() {
  console.log('\n=== build ===');
  const { buildExtension, buildTests } = await import('./build.mjs');
  try {
    await buildExtension({ production: true });
    await buildTests();
    return undefined;
  } catch (error) {
    return brokenPhase('build', error);
  }
}

function brokenPhase(title, { message }) {
  console.log(message);
  return { passed: 0, failed: 1, skipped: 0, failures: [{ title, message, stack: '' }] };
}

async function runAll() {
  const unknown = names.filter((name) => !Object.hasOwn(phases, name));
  if (unknown.length > 0) {
    throw new Error(`No such phase: ${unknown.join(', ')}. There are: ${Object.keys(phases).join(', ')}.`);
  }
  ensureInstalled();
  mkdirSync(results, { recursive: true });
  const all = [];
  let built = false;
  for (const name of names) {
    if (phases[name].browserHostOnly && desktop) {
      console.log(`\n=== ${name}: needs the browser host, so it does not run here ===`);
      all.push({ passed: 0, failed: 0, skipped: 1, failures: [] });
      continue;
    }
    if (phases[name].built && !built) {
      const broken = await build();
      if (broken) {
        return [...all, broken];
      }
      built = true;
    }
    all.push(await runPhase(name).catch((error) => brokenPhase(name, error)));
  }
  return all;
}

const all = await runAll();
const failures = all.flatMap((result) => result.failures);
if (failures.length > 0) {
  console.log('\nFailures:');
  for (const { title, message, stack } of failures) {
    console.log(`\n✖ ${title}\n${stack || message}`);
  }
}
const total = { passed: 0, failed: 0, skipped: 0 };
for (const result of all) {
  total.passed += result.passed;
  total.failed += result.failed;
  total.skipped += result.skipped;
}
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;
console.log(`\n${sumLine(total)}`);
