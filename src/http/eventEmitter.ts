/** What ends a subscription. */
export interface Subscription {
  dispose(): void;
}

/**
 * Adds a listener. Has the shape of `vscode.Event`, so that pure layers' events are subscribed to
 * as VS Code's are.
 */
export type Event<T> = (listener: (value: T) => void) => Subscription;

/** VS Code's `EventEmitter` for layers that know no `vscode`. */
export class EventEmitter<T> {
  readonly #listeners = new Map<Subscription, (value: T) => void>();

  readonly event: Event<T> = (listener) => {
    const subscription = { dispose: () => void this.#listeners.delete(subscription) };
    this.#listeners.set(subscription, listener);
    return subscription;
  };

  /**
   * Tells those who listen now, in the order in which they came. One that throws stops neither the
   * others nor the caller: it is a bug, and becomes an uncaught exception, which VS Code logs.
   */
  fire(value: T): void {
    for (const listener of [...this.#listeners.values()]) {
      try {
        listener(value);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}
