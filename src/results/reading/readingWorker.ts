/**
 * The thread that reads large results, so that the extension host does not stand still. Bundled on
 * its own: dist/readingWorker.js.
 */
import { parentPort } from 'node:worker_threads';
import { systemClock } from '../../http/clock';
import { readResult, unpackedBytes } from './reading';
import { transferable, type ThreadAnswer, type ThreadJob } from './threadMessages';

/** Milliseconds without work after which this thread may end: it holds a few megabytes. */
const idleMs = 60_000;

const port = parentPort;
let idle = new AbortController();

async function answer(job: ThreadJob): Promise<ThreadAnswer> {
  try {
    return job.kind === 'read'
      ? { kind: 'read', reading: await readResult(job.request) }
      : { kind: 'unpacked', unpacked: await unpackedBytes(job.request) };
  } catch (error) {
    return {
      kind: 'failed',
      message: error instanceof Error ? (error.stack ?? error.message) : String(error),
    };
  }
}

/** Only the host knows whether a job is on its way, so it is asked, and ends this thread. */
function sayWhenIdle(): void {
  idle = new AbortController();
  systemClock.sleep(idleMs, idle.signal).then(
    () => port?.postMessage({ kind: 'idle' } satisfies ThreadAnswer),
    () => undefined,
  );
}

port?.on('message', (job: ThreadJob) => {
  idle.abort();
  void answer(job).then((made) => {
    port.postMessage(made, transferable(made));
    sayWhenIdle();
  });
});
port?.postMessage({ kind: 'ready' } satisfies ThreadAnswer);
