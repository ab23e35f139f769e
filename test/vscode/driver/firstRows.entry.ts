/**
 * How long it takes until the first rows of a large tenant are seen, for `npm run bench`: from the moment it is chosen until a row is
 * painted, beside the same for a tenant without actions (until its welcome text is painted) plus one bare request for that first page.
 * Each connection is used once, so that nothing of it is in memory.
 */
import { delimiter } from 'node:path';
import nodeFetch from 'node-fetch';
import { createFakeAz, tenantId } from '../../support/fakeAz';
import { openWorkbench } from './harness';

const rounds = 7;
const { large, empty } = JSON.parse(process.argv[2] ?? '') as { large: string; empty: string };
const view = '[id="workbench.view.extension.liveResponse"]';

const az = createFakeAz();
const connection = (kind: string, n: number, apiUrl: string) => ({
  id: `${kind}-${n}`,
  name: `${kind} ${n}`,
  tenantId,
  auth: 'azureCli',
  apiUrl,
});
const numbers = Array.from({ length: rounds + 1 }, (_, n) => n);
const workbench = await openWorkbench({
  settings: {
    'workbench.startupEditor': 'none',
    'liveResponse.refresh.intervalSeconds': 0,
    'liveResponse.connections': [
      // Chosen by itself, so it is not measured.
      connection('start', 0, large),
      ...numbers.map((n) => connection('empty', n, empty)),
      ...numbers.map((n) => connection('large', n, large)),
    ],
  },
  env: { PATH: `${az.folder}${delimiter}${process.env['PATH'] ?? ''}` },
});

/** Milliseconds from the choice of a connection until the page shows what is waited for. */
async function seen(label: string, selector: string): Promise<number> {
  await workbench.runCommand('Live Response: Switch Connection…');
  await workbench.page.getByPlaceholder('Select a tenant').waitFor();
  await workbench.quick.fill(label);
  await workbench.quick.item(label).waitFor();
  const painted = await workbench.untilPainted(view, selector);
  await workbench.page.keyboard.press('Enter');
  return painted();
}

async function bareRequest(): Promise<number> {
  const since = new Date(Date.now() - 30 * 86_400_000).toISOString();
  const query = new URLSearchParams({
    $filter: `creationDateTimeUtc ge ${since}`,
    $orderby: 'creationDateTimeUtc desc',
    $top: '200',
  });
  const start = performance.now();
  const answer = await nodeFetch(`${large}/api/machineactions?${query.toString()}`, {
    headers: { Authorization: 'Bearer x' },
  });
  await answer.json();
  return performance.now() - start;
}

try {
  await workbench.openView();
  await workbench.rows().first().waitFor();
  const measured = { subject: [] as number[], baseline: [] as number[] };
  for (const n of numbers) {
    const baseline = (await seen(`empty ${n}`, '.welcome-view-content')) + (await bareRequest());
    const subject = await seen(`large ${n}`, '.monaco-list-row');
    // The first round loads what each window loads once.
    if (n > 0) {
      measured.subject.push(subject);
      measured.baseline.push(baseline);
    }
  }
  console.log(`MEASURED${JSON.stringify(measured)}`);
} finally {
  await workbench.close();
  az.remove();
}
