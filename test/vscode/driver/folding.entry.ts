/**
 * How long Fold All takes in a large output, for `npm run bench`: from the second key of Ctrl+K Ctrl+0 until a line is there that was far
 * below, at once after opening, so that finding the headings counts. Beside a file of as many lines that VS Code folds by indentation.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Locator } from 'playwright-core';
import { scriptAction } from '../../support/actions';
import { type KeyToLine, openWorkbench } from './harness';
import { startTenant } from './tenant';

const rounds = 5;
/** Times that somebody tries. */
const maxPressed = 10;
/** Where `LIVE_RESPONSE_BENCH_VERBOSE` is 1, each time is printed with its longest frame. */
const verbose = process.env['LIVE_RESPONSE_BENCH_VERBOSE'] === '1';

interface Shape {
  readonly name: string;
  readonly output: string;
  /** The same lines for VS Code's own folding. */
  readonly plain: string;
  /** Comes on the screen when everything is folded. */
  readonly folded: string;
  /** Whether it has a few headings, and not thousands. */
  readonly few: boolean;
}

function betweenHeadings(name: string, lines: string): Shape {
  const framed = (title: string): string => `${'='.repeat(40)}\n${title}\n${'='.repeat(40)}\n`;
  return {
    name,
    output: `${framed('First')}${lines}${framed('Last')}a\nb\n`,
    plain: `First\n${lines.replaceAll(/^(?=.)/gm, ' ')}Last\n a\n b\n`,
    folded: 'Last',
    few: true,
  };
}

/** As many as are listed. */
function manyHeadings(): Shape {
  const headings = Array.from({ length: 4_990 }, (_, n) => n);
  const lines = 'line\n'.repeat(50);
  const indented = ' line\n'.repeat(50);
  return {
    name: '5,000 headings',
    output: `=== First ===\n${lines}${headings.map((n) => `=== Title ${n} ===\n${lines}`).join('')}`,
    plain: `First\n${indented}${headings.map((n) => `Title ${n}\n${indented}`).join('')}`,
    folded: 'Title 20',
    few: false,
  };
}

const rulers = `${'='.repeat(199)}x\n`.repeat(6_000);
const shapes: readonly Shape[] = [
  betweenHeadings('6,000 rulers that end in a letter', rulers),
  betweenHeadings('246,000 rulers that end in a letter', `${rulers}${'=====x\n'.repeat(240_000)}`),
  manyHeadings(),
];

const tenant = await startTenant();
const folder = mkdtempSync(join(tmpdir(), 'lr-folding-'));
for (const [n, { output, plain }] of shapes.entries()) {
  const body = Buffer.from(JSON.stringify({ script_output: output, script_errors: '' }));
  tenant.server.put(scriptAction(n), { 0: { bytes: body, contentType: 'application/json' } });
  writeFileSync(join(folder, `plain-${n}.txt`), plain);
}
const workbench = await openWorkbench({
  ...tenant,
  settings: { ...tenant.settings, 'liveResponse.refresh.intervalSeconds': 0 },
  folder,
});
const { page } = workbench;
const firstLine = (): Locator => page.locator('.view-line').filter({ hasText: 'First' }).first();

async function openResult(n: number): Promise<void> {
  await workbench.expandRow(`script-${n}.ps1`);
  await workbench.clickRow(`0: RunScript script-${n}.ps1`);
}

async function openPlain(n: number): Promise<void> {
  await page.keyboard.press('Control+P');
  await workbench.quick.fill(`plain-${n}.txt`);
  await workbench.quick.item(`plain-${n}.txt`).waitFor();
  await page.keyboard.press('Enter');
}

/** Folds, again after a second as a person would: about one of a hundred that are pressed at once is lost. Counts from the first key. */
async function foldUntilSeen(text: string): Promise<KeyToLine> {
  const seen = (await workbench.fromKeyToLine('0', text))();
  for (let pressed = 0; pressed < maxPressed; pressed += 1) {
    await page.keyboard.press('Control+K');
    await page.keyboard.press('Control+0');
    const found = await Promise.race([seen, sleep(1_000)]);
    if (found !== undefined) {
      return found;
    }
  }
  throw new Error(`"${text}" did not come after ${maxPressed} times Fold All.`);
}

/** Opens a text, folds it at once, and closes it. */
async function foldOnce(what: string, text: string, open: () => Promise<void>): Promise<number> {
  await open();
  await firstLine().click();
  const { took, longestFrame } = await foldUntilSeen(text);
  if (verbose) {
    console.error(`${what}: ${took.toFixed(0)} ms, longest frame ${longestFrame.toFixed(0)} ms`);
  }
  // Otherwise it would be opened folded.
  await page.keyboard.press('Control+K');
  await page.keyboard.press('Control+J');
  await page.locator('.view-line').filter({ hasText: text }).first().waitFor({ state: 'detached' });
  await workbench.runCommand('View: Close All Editors');
  await firstLine().waitFor({ state: 'detached' });
  return took;
}

try {
  await workbench.openView();
  await workbench.row('script-0.ps1').waitFor();
  const measured = [];
  for (const [n, { name, folded, few }] of shapes.entries()) {
    const subject: number[] = [];
    const baseline: number[] = [];
    for (let round = 0; round <= rounds; round += 1) {
      const plain = await foldOnce(`${name}, plain`, folded, () => openPlain(n));
      const result = await foldOnce(name, folded, () => openResult(n));
      // The first round loads what each window loads once.
      if (round > 0) {
        subject.push(result);
        baseline.push(plain);
      }
    }
    measured.push({ shape: name, few, subject, baseline });
  }
  console.log(`MEASURED${JSON.stringify(measured)}`);
} finally {
  await workbench.close();
  await tenant.close();
  rmSync(folder, { recursive: true });
}
