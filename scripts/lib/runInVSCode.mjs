// Runs the suite out/test/vscode/index.entry.mjs (or what LIVE_RESPONSE_TEST_ENTRY names beside it) in a real VS Code through @vscode/test-electron: in the browser host (a small
// launcher takes the place of the executable), or in a desktop VS Code that test-electron downloads.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runTests } from '@vscode/test-electron';
import { ensureHost } from './host.mjs';
import { root } from './install.mjs';
import { makeRunFolder } from './workbench.mjs';

const extensionDevelopmentPath = process.env.LIVE_RESPONSE_TEST_EXTENSION ?? root;
const entry = process.env.LIVE_RESPONSE_TEST_ENTRY ?? 'index.entry.mjs';
const dir = makeRunFolder();

// The launcher gets the same signal, ends what it has started, and then runTests() comes back.
process.on('SIGTERM', () => {});

/** An executable file for test-electron; written here because a checkout may lose the mode of one in the repository. */
function launcher() {
  const path = join(dir, 'code');
  const quoted = [ensureHost().node, join(root, 'scripts', 'lib', 'launcher.mjs')].map(
    (part) => `'${part.replaceAll("'", `'\\''`)}'`,
  );
  writeFileSync(path, `#!/bin/sh\nexec ${quoted.join(' ')} "$@"\n`, { mode: 0o755 });
  return path;
}

function editor() {
  if (process.env.LIVE_RESPONSE_TEST_DESKTOP === '1') {
    const folder = process.env.LIVE_RESPONSE_TEST_FOLDER;
    return {
      version: 'stable',
      launchArgs: [...(folder ? [folder] : []), '--user-data-dir', join(dir, 'user')],
    };
  }
  return { vscodeExecutablePath: launcher() };
}

try {
  await runTests({
    ...editor(),
    extensionDevelopmentPath,
    extensionTestsPath: join(root, 'out', 'test', 'vscode', entry),
  });
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
