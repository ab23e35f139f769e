import * as vscode from 'vscode';
import { notificationText } from '../messages/sanitize';
import { setContext } from './contextKeys';

export type Report = (message: string) => void;

/**
 * Work that a person waits for. Shown as progress in the view when the view can be seen, otherwise
 * as a notification; cancelled there, or by *Cancel Loading* in the view's title, which is there
 * while anything runs.
 */
export class Progress implements vscode.Disposable {
  readonly #view: { readonly visible: boolean };
  readonly #running = new Map<AbortController, string>();
  /** Those that have gone on for long enough to be shown. */
  readonly #shown = new Set<AbortController>();
  readonly #changed = new vscode.EventEmitter<void>();

  /** The words for what is going on have changed. */
  readonly onDidChange = this.#changed.event;

  constructor(view: { readonly visible: boolean }) {
    this.#view = view;
  }

  /** What is going on, newest last. */
  get messages(): readonly string[] {
    return [...this.#running.values()].filter((message) => message !== '');
  }

  dispose(): void {
    this.#changed.dispose();
  }

  cancelAll(): void {
    for (const controller of this.#running.keys()) {
      controller.abort();
    }
  }

  /**
   * Runs `work`; its signal fires when the person cancels. What is quick shows no progress at all.
   */
  async run<T>(about: string, work: (signal: AbortSignal, report: Report) => Promise<T>): Promise<T> {
    const title = notificationText(about);
    const controller = new AbortController();
    let show: Report = () => undefined;
    this.#running.set(controller, '');
    const working = work(controller.signal, (message) => {
      this.#running.set(controller, `${title}: ${message}`);
      show(message);
    });
    try {
      if (await isDoneWithin(quickMs, working)) {
        return await working;
      }
      const location = this.#view.visible
        ? { viewId: 'liveResponse.actions' }
        : vscode.ProgressLocation.Notification;
      this.#shown.add(controller);
      this.#update();
      return await vscode.window.withProgress({ location, title, cancellable: true }, (progress, token) => {
        token.onCancellationRequested(() => controller.abort());
        show = (message) => {
          progress.report({ message });
          this.#update();
        };
        return working;
      });
    } finally {
      this.#running.delete(controller);
      if (this.#shown.delete(controller)) {
        this.#update();
      }
    }
  }

  #update(): void {
    setContext('liveResponse.busy', this.#shown.size > 0);
    this.#changed.fire();
  }
}

/** Milliseconds. */
const quickMs = 300;

async function isDoneWithin(ms: number, work: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  const done = work.then(
    () => true,
    () => true,
  );
  try {
    return await Promise.race([done, late]);
  } finally {
    clearTimeout(timer);
  }
}
