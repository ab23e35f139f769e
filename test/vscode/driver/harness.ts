/**
 * Drives a workbench from outside, as a person would: for what a suite inside the extension host cannot see or is refused
 * there (dialogs, sign-in consent, toasts). The packaged extension is installed into a plain VS Code, so what is tested is
 * what is shipped.
 */
import { mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Locator, Page } from 'playwright-core';
import { eventually, patiently } from '../../support/patience';
import { answerFileDialog } from './fileDialog';
import { againMs, insist, waitMs } from './insist';
import { type MenuItem, hideHover, Menus } from './menus';
import { showOnFailure } from './onFailure';
import { Notifications, type ShownNotification } from './notifications';
import { QuickInput } from './quickInput';

const root = process.cwd();
const ACTIVITY =
  '.activitybar .action-label:is([aria-label*="Live Response"], [aria-label*="Réponse en direct"])';
const VIEW = '[id="workbench.view.extension.liveResponse"]';

export interface WorkbenchOptions {
  /** User settings. */
  settings?: Record<string, unknown>;
  /** The folder or `.code-workspace` file to open; none by default. */
  folder?: string;
  /** Environment variables of the server, and so of the extension host. */
  env?: Record<string, string>;
  /** Another package than the one that `npm test` has built. */
  vsix?: string;
  /** Folders of extensions that take the place of VS Code's own, by their folder's name. */
  builtins?: Record<string, string>;
  /** Runs an extension under development instead of a packaged one. Toasts never show then. */
  extensionPath?: string;
  viewport?: { width: number; height: number };
  /** The display language, such as `fr`; for extensions only, because no language pack is installed. */
  language?: string;
}

interface Started {
  page: Page;
  address: string;
  dir: string;
  dataDir: string;
  logs: boolean;
  close(): Promise<void>;
}

interface StartOptions extends WorkbenchOptions {
  onConsole(text: string, type: string): void;
  onServerOutput(text: string): void;
}

interface EditorText {
  tab: string;
  active: boolean;
  text: string;
}

/** What a hover shows. */
export interface HoverContent {
  text: string;
  /** Where its links go. */
  links: string[];
  icons: number;
}

/** A modal dialog. */
export interface Dialog {
  message: string;
  buttons: string[];
}

/** The parts in scripts/lib are plain JavaScript that `npm start` uses too. */
async function load<T>(name: string): Promise<T> {
  return (await import(pathToFileURL(join(root, 'scripts', 'lib', name)).href)) as T;
}

export async function openWorkbench(options: WorkbenchOptions = {}): Promise<Workbench> {
  const { startWorkbench } = await load<WorkbenchParts>('workbench.mjs');
  const reading = await load<PageReading>('pageReading.mjs');
  const output: string[] = [];
  const packaged = process.env['LIVE_RESPONSE_TEST_VSIX'] ?? join(root, 'out', 'extension.vsix');
  const started = await startWorkbench({
    ...(options.extensionPath === undefined ? { vsix: packaged } : {}),
    ...options,
    onConsole: (text) => output.push(text),
    onServerOutput: (text) => output.push(text),
  });
  const workbench = new Workbench(started, output, reading);
  try {
    await workbench.ready();
  } catch (error) {
    await workbench.screenshot('workbench-did-not-start');
    await workbench.close();
    throw error;
  }
  return workbench;
}

interface WorkbenchParts {
  startWorkbench: (options: StartOptions) => Promise<Started>;
}

interface PageReading {
  clipboardText: (page: Page) => Promise<string>;
  swapClipboard: (page: Page, next: string) => Promise<string>;
  editorTexts: (page: Page) => Promise<EditorText[]>;
  pageContents: (page: Page) => Promise<[place: string, text: string][]>;
  isStored: (page: Page, texts: readonly string[]) => Promise<boolean>;
  hoverContaining: (page: Page, text: string, timeout: number) => Promise<HoverContent>;
  shownNotifications: (page: Page) => Promise<ShownNotification[]>;
  menuItems: (page: Page) => Promise<MenuItem[]>;
  quickInputState: (page: Page) => Promise<string>;
  styleOf: (locator: Locator, property: string) => Promise<string>;
  untilPainted: (page: Page, root: string, selector: string) => Promise<() => Promise<number>>;
  fromKeyToLine: (page: Page, key: string, text: string) => Promise<() => Promise<KeyToLine>>;
}

/** Milliseconds from a key until a line shows, and the longest ones between two frames meanwhile. */
export interface KeyToLine {
  readonly took: number;
  readonly longestFrame: number;
}

export class Workbench {
  readonly page: Page;
  readonly address: string;
  /** The server's data folder: user settings, state, logs. */
  readonly dataDir: string;
  /** Whether VS Code writes log files here; a test that reads them is skipped otherwise. */
  readonly writesLogs: boolean;
  readonly notifications: Notifications;
  readonly quick: QuickInput;
  readonly menus: Menus;
  readonly #started: Started;
  readonly #output: string[];
  readonly #forget: () => void;
  readonly #reading: PageReading;

  constructor(started: Started, output: string[], reading: PageReading) {
    this.#started = started;
    this.#output = output;
    this.#reading = reading;
    this.page = started.page;
    this.address = started.address;
    this.dataDir = started.dataDir;
    this.writesLogs = started.logs;
    this.page.setDefaultTimeout(waitMs);
    this.#forget = showOnFailure(started.page, `the window of ${started.dataDir}`);
    this.quick = new QuickInput({ page: this.page, readState: reading.quickInputState });
    this.menus = new Menus({ page: this.page, read: reading.menuItems });
    this.notifications = new Notifications({
      page: this.page,
      read: reading.shownNotifications,
      runCommand: (title) => this.runCommand(title),
    });
  }

  /** Waits until the workbench shows what the extension contributes. */
  async ready(): Promise<void> {
    await this.page
      .locator(ACTIVITY)
      .first()
      .waitFor({ timeout: patiently(60_000) });
  }

  async close(): Promise<void> {
    this.#forget();
    await this.#started.close();
  }

  /**
   * The web workbench saves its state every five seconds, later on a busy machine; a reload before that forgets tabs and workspaceState.
   * @param saved texts that stand together in what must be saved first
   */
  async reload(saved: readonly string[]): Promise<void> {
    await eventually(() => this.#reading.isStored(this.page, saved), 20_000);
    await this.page.reload({ waitUntil: 'domcontentloaded' });
    await this.ready();
  }

  async screenshot(name: string, folder = join(root, 'out', 'screenshots')): Promise<string> {
    mkdirSync(folder, { recursive: true });
    const path = join(folder, `${name}.png`);
    // No tooltip of whatever was clicked last.
    await this.page.mouse.move(640, 2);
    await this.page.waitForTimeout(300);
    await this.page.screenshot({ path });
    return path;
  }

  // --- Commands, files ---

  /** Runs a command by the title that the palette shows, `Category: Title`. */
  async runCommand(title: string): Promise<void> {
    // The label goes on with the key binding or "recently used", after a comma.
    const exact = `[aria-label="${title}"], [aria-label^="${title},"]`;
    const entry = this.page.locator('.quick-input-widget .monaco-list-row').and(this.page.locator(exact));
    const field = this.quick.field();
    // A pick that is closing would take the palette with it.
    await field.waitFor({ state: 'hidden' });
    await this.quick.open('F1');
    await this.quick.fill(`>${title}`);
    await entry.first().waitFor();
    await insist(
      async () => {
        const row = await entry.first().getAttribute('class', { timeout: againMs });
        // Not a click: the list still moves while it is filtered.
        if (row?.includes('focused') === true) {
          await field.press('Enter', { timeout: againMs });
        } else {
          await entry.first().click({ timeout: againMs });
        }
      },
      // What the command asks for comes in the same input.
      () =>
        eventually(
          async () =>
            !(await field.isVisible()) || (await field.inputValue({ timeout: againMs })) !== `>${title}`,
          1_500,
        ),
    );
  }

  /** Opens a file of the folder by its name. */
  async openFile(name: string): Promise<void> {
    await this.quick.open('Control+P');
    await this.quick.fill(name);
    // A key, because a mouse that rests on a tab brings up its tooltip, which covers the text.
    await this.quick.item(name).and(this.page.locator('.focused')).waitFor();
    await insist(
      () => this.quick.field().press('Enter', { timeout: againMs }),
      (timeout) => this.quick.field().waitFor({ state: 'hidden', timeout }),
    );
  }

  /** Answers the dialog for a file or folder that is open; the path of a folder ends with a slash. */
  chooseFile(path: string): Promise<void> {
    return answerFileDialog(this.page, path);
  }

  // --- The view ---

  async openView(): Promise<void> {
    const container = this.page.locator(VIEW);
    await insist(
      async () => {
        // It may have come by itself since, and gone with the click.
        if (!(await container.isVisible())) {
          await this.page.locator(ACTIVITY).first().click({ timeout: againMs });
        }
      },
      (timeout) => container.waitFor({ timeout }),
    );
  }

  async closeView(): Promise<void> {
    const container = this.page.locator(VIEW);
    await insist(
      async () => {
        // The key would bring it back.
        if (await container.isVisible()) {
          await this.page.keyboard.press('Control+B');
        }
      },
      (timeout) => container.waitFor({ state: 'hidden', timeout }),
    );
  }

  /** The texts of the view while it has no rows. */
  welcomeTexts(): Promise<string[]> {
    return this.page.locator(`${VIEW} .welcome-view-content > *`).allInnerTexts();
  }

  async pressWelcomeButton(text: string): Promise<void> {
    await this.page.locator(`${VIEW} .welcome-view-content .monaco-button`).filter({ hasText: text }).click();
  }

  /** Rows that are rendered; those further down come when the tree is scrolled. */
  rows(): Locator {
    return this.page.locator(`${VIEW} .monaco-list-row`);
  }

  row(text: string | RegExp): Locator {
    return this.rows().filter({ hasText: text }).first();
  }

  async rowTexts(): Promise<string[]> {
    return (await this.rows().allInnerTexts()).map((text) => text.replaceAll(/\s+/g, ' ').trim());
  }

  async clickRow(text: string | RegExp): Promise<void> {
    const row = this.row(text);
    await row.waitFor();
    await insist(
      () => row.locator('.monaco-tl-contents').click({ timeout: againMs }),
      (timeout) => row.and(this.page.locator('.selected')).waitFor({ timeout }),
    );
  }

  async expandRow(text: string | RegExp): Promise<void> {
    const row = this.row(text);
    await row.waitFor();
    await insist(
      async () => {
        if ((await row.getAttribute('aria-expanded', { timeout: againMs })) !== 'true') {
          await row.locator('.monaco-tl-twistie').click({ timeout: againMs });
        }
      },
      (timeout) => row.and(this.page.locator('[aria-expanded="true"]')).waitFor({ timeout }),
    );
  }

  /** Clicks an inline action of a row, or a title action of the view when no row is given. */
  async clickAction(label: string, row?: string | RegExp): Promise<void> {
    const place =
      row === undefined ? this.page.locator(`${VIEW} .pane-header, .sidebar .title`) : this.row(row);
    await place.first().hover();
    await place.locator(`.action-label[aria-label*="${label}"]`).first().click();
  }

  async contextMenu(row: string | RegExp, item: string, submenu?: string): Promise<void> {
    await this.row(row).waitFor();
    await this.menus.choose(() => this.menus.open(this.row(row)), item, submenu);
  }

  /** Selects these rows and no others. */
  async selectRows(rows: readonly (string | RegExp)[]): Promise<void> {
    const selected = this.page.locator('.selected');
    for (const [n, text] of rows.entries()) {
      const row = this.row(text);
      await row.waitFor();
      await insist(
        async () => {
          if (n === 0 || !(await row.and(selected).isVisible())) {
            const modifiers = n === 0 ? [] : (['Control'] as const);
            await hideHover(this.page);
            await row.locator('.monaco-tl-contents').click({ modifiers: [...modifiers], timeout: againMs });
          }
        },
        async (timeout) => {
          await row.and(selected).waitFor({ timeout });
          await eventually(async () => (await this.rows().and(selected).count()) === n + 1, 1_500);
        },
      );
    }
  }

  // --- Editors ---

  /** The names on the tabs. */
  async tabs(): Promise<string[]> {
    const tabs = await this.page.locator('.tabs-container .tab').all();
    return Promise.all(tabs.map(async (tab) => (await tab.getAttribute('data-resource-name')) ?? ''));
  }

  /** What each editor group shows; lines outside the visible part are not there. */
  editors(): Promise<EditorText[]> {
    return this.#reading.editorTexts(this.page);
  }

  /** Waits until the visible part of some editor matches, and gives that text. */
  async waitForEditorText(pattern: string | RegExp, timeout = waitMs): Promise<string> {
    const until = Date.now() + timeout;
    for (;;) {
      const editors = await this.editors();
      const found = editors.find(({ text }) =>
        typeof pattern === 'string' ? text.includes(pattern) : pattern.test(text),
      );
      if (found) {
        return found.text;
      }
      if (Date.now() > until) {
        throw new Error(`No editor shows ${String(pattern)}; they show ${JSON.stringify(editors)}`);
      }
      await this.page.waitForTimeout(100);
    }
  }

  /** Waits for a hover that contains the text, wherever the mouse is. */
  hover(text: string): Promise<HoverContent> {
    return this.#reading.hoverContaining(this.page, text, waitMs);
  }

  /**
   * Moves the mouse onto something until a hover with the text shows. It is left and entered again, because VS Code gives up on a hover
   * whose provider was not there yet, and asks again only when the mouse comes back.
   */
  async hoverOver(place: Locator, text: string, position?: { x: number; y: number }): Promise<HoverContent> {
    const until = Date.now() + waitMs;
    for (;;) {
      // Another hover would cover the place.
      await this.page.mouse.move(640, 2);
      await this.page
        .locator('.monaco-hover:visible')
        .first()
        .waitFor({ state: 'hidden', timeout: againMs })
        .catch(() => undefined);
      try {
        await place.hover({ ...(position && { position }), timeout: againMs });
        return await this.#reading.hoverContaining(this.page, text, againMs);
      } catch (error) {
        if (Date.now() > until) {
          throw error;
        }
      }
    }
  }

  /**
   * Clicks a link of the hover over something. A hover goes when the place is painted anew, so this is done again until the effect shows.
   * @param effect waits for it, at most so many milliseconds
   */
  async clickInHover(
    place: Locator,
    text: string,
    effect: (timeout: number) => Promise<unknown>,
    position?: { x: number; y: number },
  ): Promise<void> {
    await insist(async () => {
      await this.hoverOver(place, text, position);
      await this.page
        .locator('.monaco-hover a')
        .filter({ hasText: text })
        .first()
        .click({ timeout: againMs });
    }, effect);
  }

  /** How an element looks: the value of a property of its computed style. */
  style(locator: Locator, property: string): Promise<string> {
    return this.#reading.styleOf(locator, property);
  }

  /** Starts a clock; what it gives tells when an element was painted that was not there, or has gone, before. Milliseconds. */
  untilPainted(root: string, selector: string): Promise<() => Promise<number>> {
    return this.#reading.untilPainted(this.page, root, selector);
  }

  /** Starts a clock at the next press of a key with Ctrl; what it gives tells when a line of an editor showed the text. */
  fromKeyToLine(key: string, text: string): Promise<() => Promise<KeyToLine>> {
    return this.#reading.fromKeyToLine(this.page, key, text);
  }

  // --- Dialogs ---

  /** Waits for a modal dialog, and gives its text and buttons. */
  async dialog(): Promise<Dialog> {
    const box = this.page.locator('.monaco-dialog-box');
    await box.waitFor();
    return {
      message: await box.locator('.dialog-message-container').innerText(),
      buttons: await box.locator('.dialog-buttons .monaco-button').allInnerTexts(),
    };
  }

  async dismissDialog(): Promise<void> {
    const box = this.page.locator('.monaco-dialog-box');
    await insist(
      () => this.page.keyboard.press('Escape'),
      (timeout) => box.waitFor({ state: 'detached', timeout }),
    );
  }

  async pressDialogButton(text: string): Promise<void> {
    await this.page.locator('.monaco-dialog-box .monaco-button').filter({ hasText: text }).first().click();
    await this.page.locator('.monaco-dialog-box').waitFor({ state: 'detached' });
  }

  /** The text in the clipboard. It is emptied, so that the next one that is read was copied since. */
  clipboard(): Promise<string> {
    return this.#reading.swapClipboard(this.page, '');
  }

  /** Waits until there is a text in the clipboard, which must have been emptied before: it may come just when one looks. */
  copied(): Promise<string> {
    return eventually(async () => (await this.#reading.clipboardText(this.page)) || undefined);
  }

  statusBar(): Promise<string[]> {
    return this.page.locator('.statusbar .statusbar-item').allInnerTexts();
  }

  // --- Secrets ---

  /**
   * Where any of the strings can be found, also percent-encoded or in base64: the server's data folder (settings, state,
   * logs), the page's storage and DOM, its console and the server's output. Plant a string that must be found, too:
   * otherwise an empty answer proves nothing.
   */
  async searchForSecrets(secrets: string[]): Promise<{ place: string; secret: string }[]> {
    const places: [string, string][] = [
      ...filesBelow(this.dataDir),
      ...(await this.#reading.pageContents(this.page)),
      ['console and server output', this.#output.join('\n')],
    ];
    return secrets.flatMap((secret) =>
      places
        .filter(([, text]) => disguises(secret).some((form) => text.includes(form)))
        .map(([place]) => ({ place, secret })),
    );
  }
}

function filesBelow(dir: string): [string, string][] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => [
      join(entry.parentPath, entry.name),
      readFileSync(join(entry.parentPath, entry.name), 'latin1'),
    ]);
}

function disguises(secret: string): string[] {
  const base64 = Buffer.from(secret).toString('base64').replace(/=+$/, '');
  // The last character depends on what follows the secret.
  return [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1), base64.slice(0, -1)];
}
