import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** How a thread can end in the middle of its work. */
export const deaths = {
  'it exits': 'process.exit(3);',
  'it throws': 'throw new Error("broken");',
} as const;

/** The file of a real thread that reports for work as ours does, and dies of its first job. */
export function dyingWorker(death: keyof typeof deaths): { readonly file: URL; readonly remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'dying-'));
  const file = join(folder, 'worker.mjs');
  writeFileSync(
    file,
    `import { parentPort } from 'node:worker_threads';
     parentPort.on('message', () => { ${deaths[death]} });
     parentPort.postMessage({ kind: 'ready' });`,
  );
  return { file: pathToFileURL(file), remove: () => rmSync(folder, { recursive: true }) };
}
