import * as vscode from 'vscode';

export type Report = (message: string) => void;

/**
 * Work that a person waits for. Shown as progress in the view when the view can be seen, otherwise as a notification; cancelled there,
 * or by *Cancel Loading* in the view's title, which is there while anything runs.
 */
export class Progress {
  readonly #view: { readonly visible: boolean };
  readonly #running = new Map<AbortController, string>();
  /** Told whenever the words for what is going on have changed. */
  onDidChange: () => void = () => undefined;

  constructor(view: { readonly visible: boolean }) {
    this.#view = view;
  }

  /** What is going on, newest last. */
  get messages(): readonly string[] {
    return [...this.#running.values()].filter((message) => message !== '');
  }

  cancelAll(): void {
    for (const controller of this.#running.keys()) {
      controller.abort();
    }
  }

  /** Runs `work`; its signal fires when the person cancels. */
  async run<T>(title: string, work: (signal: AbortSignal, report: Report) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    this.#set(controller, '');
    const location = this.#view.visible
      ? { viewId: 'liveResponse.actions' }
      : vscode.ProgressLocation.Notification;
    try {
      return await vscode.window.withProgress(
        { location, title, cancellable: true },
        async (progress, token) => {
          token.onCancellationRequested(() => controller.abort());
          return work(controller.signal, (message) => {
            progress.report({ message });
            this.#set(controller, `${title}: ${message}`);
          });
        },
      );
    } finally {
      this.#running.delete(controller);
      this.#update();
    }
  }

  #set(controller: AbortController, message: string): void {
    this.#running.set(controller, message);
    this.#update();
  }

  #update(): void {
    setContext('liveResponse.busy', this.#running.size > 0);
    this.onDidChange();
  }
}

const contexts = new Map<string, unknown>();

/** Sets a context key, when it has changed. */
export function setContext(key: string, value: string | boolean): void {
  if (contexts.get(key) !== value) {
    contexts.set(key, value);
    void vscode.commands.executeCommand('setContext', key, value);
  }
}
