// Started by @vscode/test-electron in the place of a desktop VS Code: runs the suite in the browser host, and ends with the
// suite's exit code.
import { startControl } from './control.mjs';
import { startWorkbench } from './workbench.mjs';

const argument = (name) => {
  const prefix = `--${name}=`;
  return process.argv.find((arg) => arg.startsWith(prefix))?.slice(prefix.length);
};

const settings = JSON.parse(process.env.LIVE_RESPONSE_TEST_SETTINGS || '{}');
const verbose = process.env.LIVE_RESPONSE_TEST_VERBOSE === '1';

async function main() {
  let finish;
  const finished = new Promise((resolve) => {
    finish = resolve;
  });
  const control = await startControl();
  const workbench = await startWorkbench({
    extensionPath: argument('extensionDevelopmentPath'),
    testsPath: argument('extensionTestsPath'),
    // Another extension beside the one under development.
    vsix: process.env.LIVE_RESPONSE_TEST_BESIDE,
    folder: process.env.LIVE_RESPONSE_TEST_FOLDER,
    settings,
    env: { LIVE_RESPONSE_TEST_CONTROL: control.address },
    expose: {
      codeAutomationLog: (type, args) => {
        if (verbose) {
          console.log(`[${type}]`, ...args);
        }
      },
      codeAutomationExit: (code) => finish(code),
    },
    onConsole: (text, type) => {
      control.consoleLines.push(text);
      if (verbose) {
        console.log(`[page ${type}] ${text}`);
      }
    },
  });
  control.use(workbench);
  void workbench.server.ended.then(() => finish(1));
  workbench.page.on('crash', () => finish(1));
  const code = await finished;
  await workbench.close();
  control.close();
  return code;
}

process.exitCode = await main();
