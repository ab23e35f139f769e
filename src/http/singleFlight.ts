/**
 * One piece of work for several callers: started once, and aborted only when the last of those who
 * wait for it has left. A caller who leaves gets their own signal's reason at once.
 */
export class SingleFlight<T> {
  readonly #controller = new AbortController();
  readonly #result: Promise<T>;
  #waiters = 0;

  constructor(work: (signal: AbortSignal) => Promise<T>) {
    this.#result = work(this.#controller.signal);
    // Each waiter handles the failure; without any it must not count as unhandled.
    this.#result.catch(() => undefined);
  }

  /**
   * False once the last waiter has left: then it is being aborted and a newcomer needs a new
   * flight.
   */
  get open(): boolean {
    return !this.#controller.signal.aborted;
  }

  /** Ends the work for all who wait: each gets an AbortError at once. */
  abort(): void {
    this.#controller.abort();
  }

  async join(signal: AbortSignal): Promise<T> {
    signal.throwIfAborted();
    const ends = [signal, this.#controller.signal];
    this.#waiters += 1;
    let leave = (): void => undefined;
    const left = new Promise<never>((_, reject) => {
      leave = () => reject(ends.find(({ aborted }) => aborted)?.reason as Error);
      ends.forEach((end) => end.addEventListener('abort', leave, { once: true }));
    });
    try {
      return await Promise.race([this.#result, left]);
    } finally {
      ends.forEach((end) => end.removeEventListener('abort', leave));
      this.#waiters -= 1;
      if (this.#waiters === 0) {
        this.#controller.abort();
      }
    }
  }
}
