import { strict as assert } from 'node:assert';
import type { Locator, Page } from 'playwright-core';
import { eventually } from '../../support/patience';
import { againMs, insist } from './insist';

/** An entry of a menu that is open. */
export interface MenuItem {
  readonly name: string;
  readonly enabled: boolean;
  /** Whether it opens a submenu. */
  readonly opens: boolean;
  /** Whether it is in a submenu that is open. */
  readonly within: boolean;
}

/** An entry of a menu, with the name of the submenu that it is in. */
export interface ListedItem {
  readonly name: string;
  readonly enabled: boolean;
  readonly submenu?: string;
}

/** What the page tells {@link Menus}. */
export interface MenuPorts {
  page: Page;
  read: (page: Page) => Promise<MenuItem[]>;
}

/** Milliseconds in which a menu that has just opened takes no click. */
const opening = 200;

/** A hover of another row covers this one, and stays while the mouse rests on it, as each click that it takes makes it. */
export async function hideHover(page: Page): Promise<void> {
  const hover = page.locator('.monaco-hover:visible').first();
  if (await hover.isVisible()) {
    await page.mouse.move(640, 2);
    await hover.waitFor({ state: 'hidden', timeout: againMs });
  }
}

/** The menus of a workbench: the one of a row, that comes with the right button, and the one behind the `…` of the view's title. */
export class Menus {
  readonly #ports: MenuPorts;

  constructor(ports: MenuPorts) {
    this.#ports = ports;
  }

  /** Waits until the menu of a row is open. Of rows that are selected it is the menu of all of them. */
  async open(row: Locator): Promise<void> {
    await this.#open(async () => {
      await hideHover(this.#ports.page);
      await row.click({ button: 'right', timeout: againMs });
    });
  }

  /** Waits until the menu behind the `…` is open. */
  async openMore(): Promise<void> {
    await this.#open(() => this.#title('Views and More Actions').click({ timeout: againMs }));
  }

  /** The names of the view's icons, without the `…`. */
  async icons(): Promise<string[]> {
    const icons = await this.#ports.page.locator('.sidebar .title .action-label:visible').all();
    const names = await Promise.all(icons.map((icon) => icon.getAttribute('aria-label')));
    return names.filter((name) => name !== null && !name.startsWith('Views and More')) as string[];
  }

  /** An icon of the view's title. */
  icon(name: string): Locator {
    return this.#title(name);
  }

  /** The entries of the menu that is open, and of its submenus, which are opened by the mouse that rests on them. */
  async list(): Promise<{ readonly top: number; readonly items: readonly ListedItem[] }> {
    const top = (await this.#read()).filter(({ within }) => !within);
    const items: ListedItem[] = [];
    for (const { name, enabled, opens } of top) {
      if (!opens) {
        items.push({ name, enabled });
        continue;
      }
      const inside = await this.#openSubmenu(name);
      items.push(...inside.map((each) => ({ name: each.name, enabled: each.enabled, submenu: name })));
    }
    return { top: top.length, items };
  }

  /** Chooses an entry; `open` brings up the menu. */
  async choose(open: () => Promise<void>, item: string, submenu?: string): Promise<void> {
    const { page } = this.#ports;
    const entry = this.#item(item);
    let clicked = false;
    await insist(
      async () => {
        if (!(await this.#item(submenu ?? item).isVisible())) {
          await open();
          await page.waitForTimeout(opening);
        }
        if (submenu !== undefined && !(await entry.isVisible())) {
          await this.#item(submenu).click({ timeout: againMs });
          await entry.waitFor({ timeout: againMs });
          await page.waitForTimeout(opening);
        }
        await entry.click({ timeout: againMs });
        clicked = true;
      },
      async (timeout) => {
        // A menu that went without a click goes, too.
        assert.ok(clicked, `"${item}" was not clicked`);
        await this.#items().first().waitFor({ state: 'hidden', timeout });
      },
    );
  }

  async close(): Promise<void> {
    await insist(
      async () => {
        // The key would go to what is below.
        if (await this.isOpen()) {
          await this.#ports.page.keyboard.press('Escape');
        }
      },
      // The first one closes the submenu.
      () => eventually(async () => !(await this.isOpen()), 100),
    );
  }

  isOpen(): Promise<boolean> {
    return this.#items().first().isVisible();
  }

  async #open(act: () => Promise<void>): Promise<void> {
    await insist(
      async () => {
        if (!(await this.isOpen())) {
          await act();
        }
      },
      (timeout) => this.#items().first().waitFor({ timeout }),
    );
  }

  /** Rests on the entry of a submenu until that is open, and gives what is in it. */
  async #openSubmenu(name: string): Promise<readonly MenuItem[]> {
    let inside: readonly MenuItem[] = [];
    const item = this.#item(name);
    await insist(
      async () => {
        // The mouse has to come from elsewhere.
        await this.#items().first().hover({ timeout: againMs });
        await item.hover({ timeout: againMs });
      },
      () =>
        eventually(async () => {
          // Another one may still be open.
          const isOpen = (await item.getAttribute('aria-expanded', { timeout: againMs })) === 'true';
          inside = (await this.#read()).filter(({ within }) => within);
          return isOpen && inside.length > 0;
        }, 1_500),
    );
    return inside;
  }

  #read(): Promise<MenuItem[]> {
    return this.#ports.read(this.#ports.page);
  }

  #items(): Locator {
    return this.#ports.page.locator('.monaco-menu .action-menu-item');
  }

  #item(name: string): Locator {
    return this.#items()
      .filter({ has: this.#ports.page.locator('.action-label').getByText(name, { exact: true }) })
      .or(this.#items().and(this.#ports.page.locator(`[aria-label="${name}"]`)))
      .first();
  }

  #title(name: string): Locator {
    return this.#ports.page.locator(`.sidebar .title .action-label[aria-label^="${name}"]`).first();
  }
}
