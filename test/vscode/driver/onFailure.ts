import { join } from 'node:path';
import type { afterEach } from 'mocha';
import type { Page } from 'playwright-core';

const open = new Map<Page, string>();
let failures = 0;

/** Characters of a window's text that are worth reading in the output of a test. */
const maxText = 3_000;

/** A test that fails from now on says what this window shows; the returned function ends that. */
export function showOnFailure(page: Page, name: string): () => void {
  open.set(page, name);
  return () => void open.delete(page);
}

/** Writes what the open windows show, as text for whoever sees only the output, and as pictures. */
async function showOpen(title: string): Promise<void> {
  for (const [page, name] of open) {
    failures += 1;
    const path = join(process.cwd(), 'out', 'screenshots', `failed-${process.pid}-${failures}.png`);
    const text = await page
      .locator('body')
      .innerText({ timeout: 5_000 })
      .catch((error: unknown) => String(error));
    await page.screenshot({ path, timeout: 5_000 }).catch(() => undefined);
    const shown = text.replaceAll(/\s*\n\s*/g, ' | ').slice(0, maxText);
    console.log(`\n"${title}" failed while ${name} showed (${path}):\n${shown}\n`);
  }
}

// Scripts that are no tests open windows, too.
(globalThis as { afterEach?: typeof afterEach }).afterEach?.(async function () {
  if (this.currentTest?.state === 'failed') {
    await showOpen(this.currentTest.fullTitle());
  }
});
