// One workbench: the server of the test host in fresh folders, and a headless browser that shows its page.
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  accessSync,
  constants,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { ensureHost } from './host.mjs';
import { patiently } from './patience.mjs';
import { spawnOwned, stop } from './processes.mjs';

const START_LIMIT = patiently(60_000);

/**
 * Starts the server. Without `driver` it is the plain product, for people; with it, its page takes an extension under
 * development (and a test suite) from the address.
 */
export async function startServer({
  host = ensureHost(),
  dir,
  port = 0,
  env = {},
  driver = true,
  builtins,
  onOutput,
}) {
  const token = randomBytes(24).toString('hex');
  const tokenFile = join(dir, 'token');
  mkdirSync(join(dir, 'ext'), { recursive: true });
  writeFileSync(tokenFile, token, { mode: 0o600 });
  const args = [
    ...['--host', '127.0.0.1', '--port', String(port), '--connection-token-file', tokenFile],
    ...['--server-data-dir', join(dir, 'data'), '--extensions-dir', join(dir, 'ext')],
    ...['--telemetry-level', 'off', '--accept-server-license-terms', '--disable-workspace-trust'],
    // Otherwise the login shell's environment replaces ours, and a test's own `az` is not found.
    '--force-disable-user-env',
    ...(driver ? ['--enable-smoke-test-driver'] : []),
    ...(builtins ? ['--builtin-extensions-dir', replaceBuiltins(host, dir, builtins)] : []),
  ];
  const child = spawnOwned(host.node, [host.serverMain, ...args], {
    env: serverEnvironment(env),
    cwd: dir,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const actualPort = await portOf(child, onOutput);
  return {
    token,
    port: actualPort,
    authority: `127.0.0.1:${actualPort}`,
    stop: () => stop(child),
    ended: new Promise((resolve) => child.once('exit', resolve)),
  };
}

/** VS Code's own extensions, but for those that `builtins` names: there it gives the folder of another. */
function replaceBuiltins(host, dir, builtins) {
  const own = join(dirname(dirname(host.serverMain)), 'extensions');
  const folder = join(dir, 'builtin');
  mkdirSync(folder);
  for (const name of readdirSync(own)) {
    symlinkSync(builtins[name] ?? join(own, name), join(folder, name));
  }
  return folder;
}

function portOf(child, onOutput = () => {}) {
  return new Promise((resolve, reject) => {
    let output = '';
    const timer = setTimeout(() => {
      void stop(child);
      reject(new Error(`VS Code's server did not start in time:\n${output}`));
    }, START_LIMIT);
    const read = (chunk) => {
      output = (output + chunk).slice(-20_000);
      onOutput(String(chunk));
      const ready = /Extension host agent listening on (\d+)/.exec(output);
      if (ready) {
        clearTimeout(timer);
        resolve(Number(ready[1]));
      }
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('error', reject);
    child.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`VS Code's server ended with exit code ${code}:\n${output}`));
    });
  });
}

/** What an editor or npm around us sets would change the server's behaviour; and it must not ask a public gallery. */
function serverEnvironment(env) {
  const unwanted = /^(VSCODE_|npm_|ELECTRON_|PORT$|PASSWORD$|HASHED_PASSWORD$|NODE_OPTIONS$|NODE_ENV$)/i;
  const kept = Object.entries(process.env).filter(([name]) => !unwanted.test(name));
  return { ...Object.fromEntries(kept), EXTENSIONS_GALLERY: '{}', ...env };
}

export function installVsix(host, dir, vsix) {
  const args = ['--install-extension', vsix, '--force', '--extensions-dir', join(dir, 'ext')];
  const run = spawnSync(host.node, [host.serverMain, ...args, '--server-data-dir', join(dir, 'data')], {
    env: serverEnvironment({}),
    encoding: 'utf8',
    timeout: START_LIMIT,
  });
  if (run.status !== 0) {
    throw new Error(`The packaged extension could not be installed:\n${run.stdout}${run.stderr}`);
  }
}

/** A quiet workbench: nothing that calls home, and nothing in the way of what is looked at. */
const QUIET = {
  'chat.disableAIFeatures': true,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.enableExperiments': false,
  'security.workspace.trust.enabled': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'git.enabled': false,
};

/** User settings live in the server's data folder (code-server keeps them there, not in the browser). */
export function writeUserSettings(dir, settings) {
  const userDir = join(dir, 'data', 'data', 'User');
  mkdirSync(userDir, { recursive: true });
  writeFileSync(join(userDir, 'settings.json'), JSON.stringify({ ...QUIET, ...settings }, undefined, 2));
}

export function pageAddress(server, { extensionPath, testsPath, folder } = {}) {
  const remote = (path) => `vscode-remote://${server.authority}${path}`;
  const payload = [
    ...(extensionPath ? [['extensionDevelopmentPath', remote(extensionPath)]] : []),
    ...(testsPath ? [['extensionTestsPath', remote(testsPath)]] : []),
    ['skipWelcome', 'true'],
    ['skipReleaseNotes', 'true'],
  ];
  const address = new URL(`http://${server.authority}/`);
  address.searchParams.set('tkn', server.token);
  if (folder) {
    address.searchParams.set(folder.endsWith('.code-workspace') ? 'workspace' : 'folder', folder);
  } else {
    address.searchParams.set('ew', 'true');
  }
  address.searchParams.set('payload', JSON.stringify(payload));
  return address.href;
}

/** What is installed comes first; the one from npm is for machines that have none, and for those where it does not start. */
export async function launchBrowser(host) {
  const { chromium } = await import('playwright-core');
  const failures = [];
  for (const candidate of browserCandidates(host)) {
    try {
      return await chromium.launch({
        executablePath: candidate.path,
        env: { ...process.env, ...candidate.env },
        args: [
          ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'],
          ...['--disable-background-networking', '--disable-component-update'],
        ],
      });
    } catch (error) {
      failures.push(`${candidate.path}: ${error.message}`);
    }
  }
  throw new Error(`No browser could be started.\n${failures.join('\n')}`);
}

function browserCandidates(host) {
  const names = ['google-chrome', 'google-chrome-stable', 'chromium', 'chromium-browser', 'microsoft-edge'];
  const wanted = process.env.LIVE_RESPONSE_BROWSER;
  const installed = names.flatMap((name) => onPath(name) ?? []);
  const packed = join(host.chromiumDir, 'chromium');
  const fonts = { FONTCONFIG_FILE: join(host.chromiumDir, 'fonts', 'fonts.conf') };
  return [
    ...(wanted ? [wanted] : installed).map((path) => ({ path, env: {} })),
    { path: packed, env: fonts },
    // Bare systems lack NSS; the package brings it.
    { path: packed, env: { ...fonts, LD_LIBRARY_PATH: join(host.chromiumDir, 'al2023', 'lib') } },
  ];
}

export function onPath(name) {
  for (const dir of (process.env.PATH ?? '').split(delimiter).filter(Boolean)) {
    const path = join(dir, name);
    try {
      accessSync(path, constants.X_OK);
      if (statSync(path).isFile()) {
        return path;
      }
    } catch {
      // Not here.
    }
  }
  return undefined;
}

/** A short path: the server's sockets live below it, and those may be 107 characters long. It goes when this process ends. */
export function makeRunFolder() {
  const dir = mkdtempSync(join(tmpdir(), 'lr-'));
  process.once('exit', () => rmSync(dir, { recursive: true, force: true, maxRetries: 5 }));
  return dir;
}

/**
 * Server and browser together. `vsix` installs a packaged extension into the plain product. `extensionPath` runs one under
 * development instead, in a workbench that shows no notification toasts. `expose` names functions that the page may call;
 * close() ends what was started here and removes the folders.
 */
export async function startWorkbench(options = {}) {
  const host = ensureHost();
  const dir = makeRunFolder();
  const closers = [() => rmSync(dir, { recursive: true, force: true, maxRetries: 5 })];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) {
      await closer();
    }
  };
  try {
    if (options.vsix) {
      installVsix(host, dir, options.vsix);
    }
    writeUserSettings(dir, options.settings ?? {});
    const server = await startServer({
      host,
      dir,
      env: options.env,
      driver: options.extensionPath !== undefined,
      builtins: options.builtins,
      onOutput: options.onServerOutput,
    });
    closers.push(server.stop);
    const browser = await launchBrowser(host);
    closers.push(() => browser.close());
    const page = await openPage(browser, options);
    const address = pageAddress(server, options);
    await page.goto(address, { waitUntil: 'domcontentloaded' });
    return { page, browser, server, address, dir, dataDir: join(dir, 'data'), logs: host.logs, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openPage(browser, { expose = {}, onConsole, viewport, colorScheme, language }) {
  const context = await browser.newContext({
    viewport: viewport ?? { width: 1280, height: 800 },
    colorScheme: colorScheme ?? 'dark',
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  if (language !== undefined) {
    // What a language pack would set. VS Code itself stays English without one, extensions do not.
    await page.addInitScript((wanted) => {
      Object.defineProperty(globalThis, '_VSCODE_NLS_LANGUAGE', { get: () => wanted, set: () => undefined });
    }, language);
  }
  for (const [name, callback] of Object.entries(expose)) {
    await page.exposeFunction(name, callback);
  }
  if (onConsole) {
    page.on('console', (message) => onConsole(message.text(), message.type()));
    page.on('pageerror', (error) => onConsole(String(error.stack ?? error), 'error'));
  }
  return page;
}
