/**
 * What only an editor can measure, for `npm run bench`: activation beside an empty extension, and opening a result beside the least
 * that it takes. Writes milliseconds; the caller makes ratios of medians.
 */
import { writeFileSync } from 'node:fs';
import { delimiter } from 'node:path';
import nodeFetch from 'node-fetch';
import * as vscode from 'vscode';
import { createFakeAz, tenantId } from '../support/fakeAz';

const resultFile = process.env['LIVE_RESPONSE_TEST_RESULT'] ?? '';
const rounds = 41;
const warmUps = 3;
const line = '2026-11-20 14:43:45  C:\\Users\\m.jäger\\AppData\\Local\\Temp\\setup.log  "51 MB"\r\n';

export async function run(): Promise<void> {
  const server = process.env['LIVE_RESPONSE_BENCH_SERVER'];
  const log = process.env['LIVE_RESPONSE_BENCH_LOG'];
  const measured =
    server === undefined
      ? await activation()
      : log === undefined
        ? await opening(JSON.parse(server) as BenchServer)
        : await largeLog(JSON.parse(server) as BenchServer, log);
  writeFileSync(resultFile, JSON.stringify(measured));
}

interface Measured {
  readonly subject: number[];
  readonly baseline: number[];
}

async function timed(work: () => Thenable<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** One activation of each in this window; whichever is first pays for what both need, so the caller has them take turns. */
async function activation(): Promise<Measured> {
  const names = ['live-response.defender-live-response', 'live-response.empty'];
  const activate = (name: string): Promise<number> =>
    timed(async () => {
      const extension = vscode.extensions.getExtension(name);
      if (extension === undefined || extension.isActive) {
        throw new Error(`${name} is ${extension === undefined ? 'not there' : 'active already'}`);
      }
      await extension.activate();
    });
  const order = process.env['LIVE_RESPONSE_BENCH_ROUND'] === 'odd' ? names : names.toReversed();
  const times = new Map<string, number>();
  await quiet();
  for (const name of order) {
    times.set(name, await activate(name));
  }
  const [subject = 0, baseline = 0] = names.map((name) => times.get(name) ?? 0);
  return { subject: [subject], baseline: [baseline] };
}

/** Waits until nothing else keeps this process busy: a window that starts activates a dozen extensions of its own. */
async function quiet(): Promise<void> {
  for (let calm = 0; calm < 20;) {
    const before = performance.now();
    await new Promise((resolve) => setTimeout(resolve, 50));
    calm = performance.now() - before < 55 ? calm + 1 : 0;
  }
}

interface BenchServer {
  readonly apiUrl: string;
  readonly ids: string[];
  readonly textLength: number;
}

/**
 * The longest time that this thread works at a stretch while a large log is opened, with our links on and off. Processor time, so that
 * what other processes do does not count.
 */
async function largeLog(server: BenchServer, path: string): Promise<Measured> {
  const az = createFakeAz();
  const measured: Measured = { subject: [], baseline: [] };
  try {
    await connectTo(server, az.folder);
    const settings = vscode.workspace.getConfiguration('liveResponse');
    for (let round = 0; round < 2 * logRounds + 2; round += 1) {
      const on = round % 2 === 0;
      await settings.update('links.enabled', on, vscode.ConfigurationTarget.Global);
      await quiet();
      const longest = await longestBlock(async () => {
        await vscode.window.showTextDocument(vscode.Uri.file(path));
        await new Promise((resolve) => setTimeout(resolve, 3_000));
      });
      if (round > 1) {
        measured[on ? 'subject' : 'baseline'].push(longest);
      }
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    }
  } finally {
    az.remove();
  }
  return measured;
}

const logRounds = 5;

async function longestBlock(work: () => Promise<void>): Promise<number> {
  const worked = (): number => {
    const { user, system } = (process as unknown as { threadCpuUsage(): NodeJS.CpuUsage }).threadCpuUsage();
    return (user + system) / 1_000;
  };
  let longest = 0;
  let last = worked();
  const timer = setInterval(() => {
    const now = worked();
    longest = Math.max(longest, now - last);
    last = now;
  }, 1);
  await work();
  clearInterval(timer);
  return longest;
}

async function connectTo(server: BenchServer, azFolder: string): Promise<void> {
  process.env['PATH'] = `${azFolder}${delimiter}${process.env['PATH'] ?? ''}`;
  // VS Code's look for servers of other processes, every two seconds, would be measured now and then. While an extension offers tunnels,
  // and one of its own does, only the second setting ends it.
  const ports = vscode.workspace.getConfiguration('remote');
  await ports.update('autoForwardPorts', false, vscode.ConfigurationTarget.Global);
  await ports.update('autoForwardPortsSource', 'output', vscode.ConfigurationTarget.Global);
  const connection = { id: 'bench', name: 'Bench', tenantId, auth: 'azureCli', apiUrl: server.apiUrl };
  const settings = vscode.workspace.getConfiguration('liveResponse');
  await settings.update('connections', [connection], vscode.ConfigurationTarget.Global);
  await vscode.commands.executeCommand('liveResponse.switchConnection', 'bench');
  await vscode.commands.executeCommand('liveResponse.refresh');
}

async function opening(server: BenchServer): Promise<Measured> {
  const az = createFakeAz();
  const bare = serveBare(Buffer.from(line.repeat(Math.ceil(server.textLength / line.length))));
  await connectTo(server, az.folder);
  const measured: Measured = { subject: [], baseline: [] };
  try {
    for (let round = 0; round < warmUps + rounds; round += 1) {
      const document = vscode.Uri.from({ scheme: 'bare', path: `/${round}.txt` });
      const [ours = '', theirs = ''] = [server.ids[2 * round], server.ids[2 * round + 1]];
      const subject = async (): Promise<number> => {
        const took = await afresh(() => openOurs(ours));
        checkShown(server.textLength);
        return took;
      };
      const baseline = (): Promise<number> => afresh(() => openBare(server, theirs, document));
      const both =
        round % 2 === 0
          ? [await subject(), await baseline()]
          : [await baseline(), await subject()].toReversed();
      if (round >= warmUps) {
        measured.subject.push(both[0] ?? 0);
        measured.baseline.push(both[1] ?? 0);
      }
    }
  } finally {
    az.remove();
    bare.dispose();
  }
  return measured;
}

/** With nothing open and nothing going on: the first editor costs more than the second, whatever is in it. */
async function afresh(work: () => Promise<unknown>): Promise<number> {
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  await quiet();
  return timed(work);
}

async function openOurs(actionId: string): Promise<void> {
  await vscode.commands.executeCommand('liveResponse.openResult', { actionId, index: 0 });
}

function checkShown(textLength: number): void {
  const shown = vscode.window.activeTextEditor?.document.getText().length;
  if (shown !== textLength) {
    throw new Error(`${shown} characters are shown, not ${textLength}`);
  }
}

/** Two bare requests, and a document of the same size in an editor. */
async function openBare({ apiUrl }: BenchServer, actionId: string, document: vscode.Uri): Promise<void> {
  const path = `/api/machineactions/${actionId}/GetLiveResponseResultDownloadLink(index=0)`;
  const answer = await nodeFetch(`${apiUrl}${path}`, { headers: { Authorization: 'Bearer x' } });
  const { value } = (await answer.json()) as { value: string };
  await (await nodeFetch(value, { compress: false })).arrayBuffer();
  await vscode.window.showTextDocument(document);
}

/**
 * The least that serves a document as ours are served, with a byte order mark: what VS Code itself takes for that. It reads a local file
 * without a mark in about two thirds of the time.
 */
function serveBare(content: Uint8Array): vscode.Disposable {
  const unused = (): never => {
    throw vscode.FileSystemError.NoPermissions();
  };
  const type = vscode.FileType.File;
  const provider: vscode.FileSystemProvider = {
    onDidChangeFile: () => new vscode.Disposable(() => undefined),
    watch: () => new vscode.Disposable(() => undefined),
    stat: () => ({ type, ctime: 1, mtime: 1, size: content.byteLength }),
    readFile: () => content,
    readDirectory: unused,
    createDirectory: unused,
    writeFile: unused,
    delete: unused,
    rename: unused,
  };
  return vscode.workspace.registerFileSystemProvider('bare', provider, { isReadonly: true });
}
