// Serves the simulated Defender service on loopback. `--port N` chooses the port of the API.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureInstalled, root } from './lib/install.mjs';

ensureInstalled();
const { buildTests } = await import('./build.mjs');
await buildTests();
await import(pathToFileURL(join(root, 'out', 'test', 'support', 'simulator.entry.mjs')).href);
