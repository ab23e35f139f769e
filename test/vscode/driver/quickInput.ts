import type { Locator, Page } from 'playwright-core';
import { eventually } from '../../support/patience';
import { againMs, insist } from './insist';

/** What the page tells {@link QuickInput}. */
export interface QuickInputPorts {
  page: Page;
  /** What is asked and what was typed, without the list; empty while nothing is asked. */
  readState: (page: Page) => Promise<string>;
}

/** The palette, the quick picks and the input boxes of a workbench, all of which are one widget. */
export class QuickInput {
  readonly #ports: QuickInputPorts;

  constructor(ports: QuickInputPorts) {
    this.#ports = ports;
  }

  /** What one types into, while it shows: it stays in the page when it is hidden, and the keys that it gets then are lost. */
  field(): Locator {
    return this.#widget().locator('input.input').first();
  }

  item(text: string): Locator {
    return this.#rows().filter({ hasText: text }).first();
  }

  items(): Promise<string[]> {
    return this.#rows().allInnerTexts();
  }

  /** Waits until this is asked, proposed or answered. */
  async shows(text: string): Promise<void> {
    await this.#widget().getByText(text).or(this.#widget().getByPlaceholder(text)).first().waitFor();
  }

  async fill(text: string): Promise<void> {
    await this.field().fill(text);
  }

  /** Brings up the palette, or what else a key brings up. */
  async open(key: string): Promise<void> {
    await insist(
      () => this.#ports.page.keyboard.press(key),
      (timeout) => this.field().waitFor({ timeout }),
    );
  }

  /** Chooses an entry of the quick pick that is open. */
  async pick(text: string): Promise<void> {
    await this.item(text).waitFor();
    await insist(
      () => this.item(text).click({ timeout: againMs }),
      (timeout) => this.item(text).waitFor({ state: 'hidden', timeout }),
    );
  }

  /** Answers the input box that is open. */
  async answer(text: string): Promise<void> {
    await this.fill(text);
    await this.accept();
  }

  /** Presses Enter until something came of it: the next question, a refusal, or nothing that is asked any more. */
  async accept(): Promise<void> {
    const { page, readState } = this.#ports;
    await this.field().waitFor();
    const before = await this.#settled();
    const hasChanged = async (): Promise<boolean> => (await readState(page)) !== before;
    let pressed = false;
    await insist(
      async () => {
        // A second Enter would answer the next question.
        if (!pressed || !(await hasChanged())) {
          await this.field().press('Enter', { timeout: againMs });
          pressed = true;
        }
      },
      () => eventually(hasChanged, 1_500),
    );
  }

  async dismiss(): Promise<void> {
    await insist(
      () => this.#ports.page.keyboard.press('Escape'),
      (timeout) => this.field().waitFor({ state: 'hidden', timeout }),
    );
  }

  /** The state once it stays: an earlier refusal goes a moment after one types. */
  async #settled(): Promise<string> {
    const { page, readState } = this.#ports;
    let last = '';
    return eventually(async () => {
      const before = last;
      await page.waitForTimeout(150);
      last = await readState(page);
      return last !== '' && last === before ? last : undefined;
    });
  }

  #widget(): Locator {
    return this.#ports.page.locator('.quick-input-widget:visible');
  }

  #rows(): Locator {
    return this.#widget().locator('.monaco-list-row');
  }
}
