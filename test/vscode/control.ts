import * as vscode from 'vscode';

/**
 * What a test inside the extension host may ask of the page around it. Only the browser host has it: tests that need it are
 * skipped on the desktop with `if (!control) this.skip()`.
 */
export interface Control {
  /** Which part of the suite runs: 1 at first, one more after each reload. */
  phase(): Promise<number>;
  /**
   * Reloads the page. The extension host ends, and the suite starts again in the next phase.
   * @param saved texts that stand together in what the page must have stored first
   */
  reload(saved: readonly string[]): Promise<void>;
  /** Survives a reload; for what one phase tells the next. */
  remember(key: string, value: unknown): Promise<void>;
  recall(key: string): Promise<unknown>;
  /** Writes out/screenshots/<name>.png and says where. */
  screenshot(name: string): Promise<string>;
  /** The visible text, or an attribute, of every element that the selector finds. */
  texts(selector: string, attribute?: string): Promise<(string | null)[]>;
  /** Waits until such an element (with this text in it) is visible; fails after `timeout` ms (10,000). */
  waitFor(target: Target): Promise<void>;
  click(target: Target & { button?: 'left' | 'right' | 'middle'; clickCount?: number }): Promise<void>;
  hover(target: Target): Promise<void>;
  /** A key or chord as Playwright names it: `Enter`, `Control+Shift+P`. */
  press(key: string): Promise<void>;
  type(text: string): Promise<void>;
  /** The messages in the notification centre, newest first. (Toasts never show in a workbench that runs a suite.) */
  notifications(): Promise<string[]>;
  /** Every line that the page has written to its console. */
  consoleLines(): Promise<string[]>;
}

/** A selector, a text, or both: the first element that the selector finds and that contains the text. */
export interface Target {
  selector?: string;
  text?: string;
  timeout?: number;
}

export const control: Control | undefined = connect(process.env['LIVE_RESPONSE_TEST_CONTROL']);

function connect(address: string | undefined): Control | undefined {
  if (address === undefined) {
    return undefined;
  }
  const ask = async (operation: string, body: object = {}): Promise<unknown> => {
    const response = await fetch(`${address}/${operation}`, { method: 'POST', body: JSON.stringify(body) });
    if (!response.ok) {
      throw new Error(`${operation} ${JSON.stringify(body)}: ${await response.text()}`);
    }
    return response.json();
  };
  const tell = async (operation: string, body?: object): Promise<void> => {
    await ask(operation, body);
  };
  return {
    phase: async () => Number(await ask('phase')),
    reload: (saved) => tell('reload', { saved }),
    remember: (key, value) => tell('remember', { key, value }),
    recall: (key) => ask('recall', { key }),
    screenshot: async (name) => String(await ask('screenshot', { name })),
    texts: async (selector, attribute) => (await ask('dom', { selector, attribute })) as (string | null)[],
    waitFor: (target) => tell('wait', target),
    click: (target) => tell('click', target),
    hover: (target) => tell('hover', target),
    press: (key) => tell('keyboard', { press: key }),
    type: (text) => tell('keyboard', { type: text }),
    notifications: async () => {
      await vscode.commands.executeCommand('notifications.showList');
      await tell('wait', { selector: '.notifications-center.visible' });
      const texts = await ask('dom', { selector: '.notifications-center .notification-list-item-message' });
      await vscode.commands.executeCommand('notifications.hideList');
      return texts as string[];
    },
    consoleLines: async () => (await ask('console')) as string[],
  };
}
