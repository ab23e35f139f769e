// `npm run screenshots`: drives the packaged extension through the scenario test/vscode/driver/screenshots.entry.ts, which writes
// the pictures of the README to media/screenshots/.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ensureHost } from './lib/host.mjs';
import { ensureInstalled, root } from './lib/install.mjs';
import { exitOf, spawnOwned } from './lib/processes.mjs';
import { createPackage } from './lib/vsix.mjs';

ensureInstalled();
const { buildExtension, buildTests } = await import('./build.mjs');
await buildExtension({ production: true });
await buildTests();
createPackage(join(root, 'out', 'extension.vsix'));
mkdirSync(join(root, 'media', 'screenshots'), { recursive: true });

const host = ensureHost();
const scenario = join(root, 'out', 'test', 'vscode', 'driver', 'screenshots.entry.mjs');
const child = spawnOwned(host.node, [scenario], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, LIVE_RESPONSE_HOST_MODULES: host.modules },
});
process.exitCode = (await exitOf(child, 10 * 60_000)).code;
