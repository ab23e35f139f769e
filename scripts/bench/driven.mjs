// What is measured by driving a workbench, as a person sees it.
import { join } from 'node:path';
import { root } from '../lib/install.mjs';
import { exitOf, spawnOwned } from '../lib/processes.mjs';

/** Runs a scenario of test/vscode/driver with the packaged extension, and gives what it measured. `node` and `modules` are the host's. */
export async function driven(name, { node, modules }, ...args) {
  const scenario = join(root, 'out', 'test', 'vscode', 'driver', `${name}.entry.mjs`);
  const child = spawnOwned(node, [scenario, ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      LIVE_RESPONSE_HOST_MODULES: modules,
      LIVE_RESPONSE_TEST_VSIX: join(root, 'out', 'bench', 'extension.vsix'),
    },
  });
  let output = '';
  child.stdout.on('data', (data) => (output += data));
  await exitOf(child, 10 * 60_000);
  const measured = /^MEASURED(.*)$/m.exec(output);
  if (measured === null) {
    throw new Error(`The scenario ${name} measured nothing:\n${output}`);
  }
  return JSON.parse(measured[1]);
}
