import { strict as assert } from 'node:assert';
import type { Page } from 'playwright-core';
import { eventually } from '../../support/patience';
import { againMs, insist, waitMs } from './insist';

/** A notification, whether it shows as a toast or in the notification center. */
export interface ShownNotification {
  message: string;
  buttons: string[];
  /** Where the links in its message go. */
  links: string[];
}

/** What the page and the palette do for {@link Notifications}. */
export interface NotificationPorts {
  page: Page;
  read: (page: Page) => Promise<ShownNotification[]>;
  runCommand: (title: string) => Promise<void>;
}

/**
 * The notifications of a workbench. VS Code hides a toast after 10 to 15 seconds, and shows none while many come at once. The
 * notification center keeps what nobody has closed, so it is asked for what isn't seen as a toast.
 */
export class Notifications {
  readonly #ports: NotificationPorts;

  constructor(ports: NotificationPorts) {
    this.#ports = ports;
  }

  /** Waits for one whose message contains the text, in any case, or matches. */
  async waitFor(text: string | RegExp): Promise<ShownNotification> {
    const { page, read } = this.#ports;
    const started = Date.now();
    let opened = false;
    for (;;) {
      const shown = await read(page);
      const found = shown.find(({ message }) => contains(message, text));
      if (found !== undefined) {
        return found;
      }
      if (Date.now() > started + waitMs) {
        throw new Error(`No notification says ${String(text)}; there are ${JSON.stringify(shown)}`);
      }
      if (!opened && Date.now() > started + againMs) {
        // It stays open: what comes later shows there, too.
        await this.open();
        opened = true;
      }
      await page.waitForTimeout(100);
    }
  }

  /** Those that show now, as toasts as a rule. */
  shown(): Promise<ShownNotification[]> {
    return this.#ports.read(this.#ports.page);
  }

  /** All that nobody has closed. */
  async all(): Promise<ShownNotification[]> {
    await this.open();
    const shown = await this.#ports.read(this.#ports.page);
    await this.#hide();
    return shown;
  }

  /** Waits until there is none. What was said stays; a progress, such as VS Code's own at its start, goes by itself. */
  async waitForNone(): Promise<void> {
    await this.open();
    await eventually(async () => {
      assert.deepEqual(await this.#ports.read(this.#ports.page), []);
      return true;
    });
    await this.#hide();
  }

  async press(text: string | RegExp, button: string): Promise<void> {
    await this.open();
    const item = this.#center().locator('.notification-list-item').filter({ hasText: text }).first();
    await item.hover();
    await item.locator('.monaco-button').filter({ hasText: button }).first().click();
  }

  async clear(): Promise<void> {
    await this.#ports.runCommand('Notifications: Clear All Notifications');
  }

  async open(): Promise<void> {
    // The center closes when its last notification goes, such as VS Code's own progress at its start: perhaps at once.
    await insist(
      () => this.#ports.runCommand('Notifications: Show Notifications'),
      (timeout) => this.#center().waitFor({ timeout }),
    );
  }

  async #hide(): Promise<void> {
    // It may have gone with the last notification.
    if (await this.#center().isVisible()) {
      await insist(
        () => this.#ports.page.keyboard.press('Escape'),
        (timeout) => this.#center().waitFor({ state: 'hidden', timeout }),
      );
    }
  }

  #center() {
    return this.#ports.page.locator('.notifications-center.visible');
  }
}

function contains(message: string, text: string | RegExp): boolean {
  const said = message.replaceAll(/\s+/g, ' ');
  return typeof text === 'string' ? said.toLowerCase().includes(text.toLowerCase()) : text.test(said);
}
