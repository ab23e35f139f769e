/**
 * Keeps results in an evidence folder, as a window of VS Code does: `node evidenceWriter.entry.mjs <folder> <name> <count>`. The first
 * `count` results are the same for every process, as many more are its own. Begins when it reads a line.
 */
import { once } from 'node:events';
import { systemClock } from '../../src/http/clock';
import { diskFiles } from '../../src/results/evidence/diskFiles';
import { EvidenceFolder } from '../../src/results/evidence/evidence';
import { digestOf } from '../../src/results/evidence/files';

const [root = '', id = '', count = '0'] = process.argv.slice(2);

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

const folder = new EvidenceFolder({
  files: diskFiles(root),
  clock: systemClock,
  owner: { host: 'here', pid: process.pid },
  isRunning,
});
process.stdout.write('ready\n');
await once(process.stdin, 'data');
for (let index = 0; index < 2 * Number(count); index += 1) {
  const bytes = Buffer.from(index < Number(count) ? `both ${index}` : `${id} ${index}`);
  const item = {
    host: index % 2 === 0 ? 'host-1' : `HOST-1`,
    actionId: 'a',
    index,
    files: [{ stem: 's', ending: '.received', bytes }] as const,
    sha256: digestOf(bytes).sha256,
    sidecar: Buffer.from(id),
  };
  const run = { id, at: Date.now(), by: undefined, tool: 't', sample: false };
  await folder.keep(item, run, new AbortController().signal);
}
process.stdin.destroy();
