// `npm start`: builds the extension and opens it in a real VS Code with the sample tenant. A desktop VS Code is used when one
// is really here; otherwise a VS Code from npm serves a page on loopback, whose address (with its token) is printed.
//
//   node scripts/start.mjs [--web] [--port <number>]
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { release } from 'node:os';
import { join } from 'node:path';
import { browserHostRunsHere, cacheRoot, ensureHost } from './lib/host.mjs';
import { ensureInstalled, root } from './lib/install.mjs';
import { createPackage } from './lib/vsix.mjs';
import { installVsix, makeRunFolder, onPath, startServer, writeUserSettings } from './lib/workbench.mjs';

/** The window opens on the sample tenant, not on the question which tenant it should be. */
const sampleTenant = { LIVE_RESPONSE_CONNECTION: 'demo' };

const args = process.argv.slice(2);
const portAt = args.indexOf('--port');
const port = portAt < 0 ? 0 : Number(args[portAt + 1]);
if (!Number.isInteger(port) || port < 0 || port > 65_535) {
  throw new Error('--port wants a number from 0 to 65535.');
}

/** Inside SSH, WSL or a container `code` is a shim that opens files in a window elsewhere. */
function desktopCode() {
  const { env } = process;
  const remote = env.VSCODE_IPC_HOOK_CLI || env.WSL_DISTRO_NAME || env.REMOTE_CONTAINERS || env.CODESPACES;
  const screen = process.platform !== 'linux' || env.DISPLAY || env.WAYLAND_DISPLAY;
  if (remote || !screen || /microsoft/i.test(release())) {
    return undefined;
  }
  const names = process.platform === 'win32' ? ['code.cmd', 'code-insiders.cmd'] : ['code', 'code-insiders'];
  return names.map(onPath).find(Boolean);
}

function sampleFolder(parent) {
  const folder = join(parent, 'incident');
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, 'incident-notes.md'),
    readFileSync(join(root, 'scripts', 'incident-notes.md'), 'utf8'),
  );
  return folder;
}

async function downloadedCode() {
  console.log('No VS Code was found here, so one is downloaded.');
  const { downloadAndUnzipVSCode, resolveCliPathFromVSCodeExecutablePath } =
    await import('@vscode/test-electron');
  return resolveCliPathFromVSCodeExecutablePath(await downloadAndUnzipVSCode('stable'));
}

/** A window of its own, apart from the user's settings and extensions. */
function openDesktop(code) {
  const dir = join(cacheRoot(), 'start');
  mkdirSync(dir, { recursive: true });
  const windows = process.platform === 'win32';
  const launch = [
    ...['--user-data-dir', join(dir, 'user'), '--extensions-dir', join(dir, 'extensions')],
    ...[`--extensionDevelopmentPath=${root}`, '--skip-welcome', '--skip-release-notes', '--new-window'],
    ...['--disable-workspace-trust', '--disable-updates', '--disable-telemetry'],
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    sampleFolder(dir),
  ];
  const quote = (part) => (windows ? `"${part}"` : part);
  const child = spawn(quote(code), launch.map(quote), {
    env: { ...process.env, ...sampleTenant },
    stdio: 'inherit',
    shell: windows,
  });
  child.once('error', (error) => {
    console.error(`VS Code could not be started: ${error.message}. Try: npm start -- --web`);
    process.exitCode = 1;
  });
  child.once('exit', (exitCode) => {
    process.exitCode = exitCode ?? 1;
    if (exitCode === 0) {
      console.log(
        'VS Code opens in a window of its own. The Live Response view is in its activity bar; close the window to end.',
      );
    }
  });
}

/** The packaged extension in the plain product: nothing in the address but the token. */
async function serveInBrowser() {
  const host = ensureHost();
  const dir = makeRunFolder();
  const vsix = join(dir, 'extension.vsix');
  createPackage(vsix);
  installVsix(host, dir, vsix);
  writeUserSettings(dir, {});
  const server = await startServer({ host, dir, port, driver: false, env: sampleTenant });
  const address = new URL(`http://${server.authority}/`);
  address.searchParams.set('tkn', server.token);
  address.searchParams.set('folder', sampleFolder(dir));
  console.log(`
Defender Live Response runs in VS Code at

  ${address.href}

Open this address in a browser on this machine; the Live Response view is in the activity bar.
Whoever has the address can use this VS Code, so keep it to yourself. Press Ctrl+C to end.`);
  const code = await server.ended;
  console.log(`The server has ended (${code ?? 'stopped'}).`);
  process.exitCode = code ?? 0;
}

ensureInstalled();
const { buildExtension } = await import('./build.mjs');
const code = args.includes('--web') ? undefined : desktopCode();
await buildExtension({ production: code === undefined && browserHostRunsHere });
if (code) {
  openDesktop(code);
} else if (browserHostRunsHere) {
  await serveInBrowser();
} else {
  openDesktop(await downloadedCode());
}
