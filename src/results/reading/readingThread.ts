import { Worker } from 'node:worker_threads';
import { type ThreadAnswer, type ThreadJob, transferable } from './threadMessages';

/**
 * One thread that reads results, one after another. It keeps the process alive only while it works.
 */
export class ReadingThread {
  readonly #worker: Worker;
  #alive = true;
  #busy = false;

  private constructor(worker: Worker) {
    this.#worker = worker;
    worker.once('exit', () => (this.#alive = false));
    // What happens between two jobs must not be an unhandled event; the next one starts another
    // thread.
    worker.on('error', () => (this.#alive = false));
    worker.on('message', ({ kind }: ThreadAnswer) => {
      if (kind === 'idle' && !this.#busy) {
        this.stop();
      }
    });
  }

  /**
   * Starts a thread.
   * @throws whatever keeps it from starting: a missing file, no memory, a policy of the machine
   */
  static async start(file: URL): Promise<ReadingThread> {
    const worker = new Worker(file, { name: 'Live Response results', stdout: false, stderr: false });
    const exited = new Error('The thread ended before it was ready.');
    let onExit = (): void => undefined;
    let onError: (error: Error) => void = () => undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        [onExit, onError] = [() => reject(exited), reject];
        worker.once('message', () => resolve());
        worker.once('error', onError).once('exit', onExit);
      });
      return new ReadingThread(worker);
    } finally {
      worker.off('error', onError).off('exit', onExit).unref();
    }
  }

  get alive(): boolean {
    return this.#alive;
  }

  /**
   * Does one job. Its bytes are only looked at, best in memory that both threads share; a decoded
   * text is handed over. An abort ends the thread.
   * @throws the signal's reason; an Error when the thread ends before it has answered
   */
  run(job: ThreadJob, signal: AbortSignal): Promise<ThreadAnswer> {
    return new Promise<ThreadAnswer>((resolve, reject) => {
      const worker = this.#worker;
      const finish = (settle: () => void): void => {
        worker.off('message', onMessage).off('error', onError).off('exit', onExit);
        signal.removeEventListener('abort', onAbort);
        this.#busy = false;
        worker.unref();
        settle();
      };
      const onMessage = (answer: ThreadAnswer): void => {
        if (answer.kind !== 'idle') {
          finish(() => resolve(answer));
        }
      };
      const onError = (error: Error): void => finish(() => reject(error));
      const onExit = (): void => onError(new Error('The thread that reads results has ended.'));
      const onAbort = (): void => {
        this.stop();
        finish(() => reject(signal.reason as Error));
      };
      worker.on('message', onMessage).on('error', onError).on('exit', onExit);
      signal.addEventListener('abort', onAbort, { once: true });
      this.#busy = true;
      worker.ref();
      worker.postMessage(job, transferable(job));
    });
  }

  stop(): void {
    this.#alive = false;
    void this.#worker.terminate();
  }
}
