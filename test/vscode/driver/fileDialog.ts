import { readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Page } from 'playwright-core';
import { eventually } from '../../support/patience';
import { againMs, insist } from './insist';

/**
 * Answers VS Code's own dialog for a file or folder with a path; a folder's ends with a slash. The dialog lists the folder that the
 * path is in, a moment after the path was typed. An earlier answer would be taken for the folder that was listed before.
 */
export async function answerFileDialog(page: Page, path: string): Promise<void> {
  const input = page.getByPlaceholder('Folder path');
  const folder = path.endsWith('/') ? path : dirname(path);
  await input.waitFor();
  await insist(
    async () => {
      await eventually(async () => {
        if ((await input.inputValue({ timeout: againMs })) !== path) {
          await input.fill(path, { timeout: againMs });
        }
        return lists(page, folder);
      }, 1_500);
      // Its button, not a key: the quick pick that may come next has none.
      await page.locator('.quick-input-action .monaco-button:visible').first().click({ timeout: againMs });
    },
    (timeout) => input.waitFor({ state: 'hidden', timeout }),
  );
}

/** Whether the dialog lists this folder: each visible folder that is in it, and nothing else. */
async function lists(page: Page, folder: string): Promise<boolean> {
  const rows = await page.locator('.quick-input-widget .monaco-list-row .label-name').allInnerTexts();
  const shown = rows.map((row) => row.trim().replace(/\/$/, ''));
  const entries = readdirSync(folder, { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'));
  return (
    shown.length > 0 &&
    shown.every((name) => name === '..' || entries.some((entry) => entry.name === name)) &&
    folders.every(({ name }) => shown.includes(name))
  );
}
