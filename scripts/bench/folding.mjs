// Fold All in a result, from the key until the folded lines are there, beside a plain file of as many lines that VS Code folds by itself.
import { driven } from './driven.mjs';

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** The rows of the table: at once after opening, so that finding the headings counts, too. The last one is a promise, in milliseconds. */
export async function foldingRows(host) {
  const measured = await driven('folding', host);
  const rows = measured.map(({ shape, subject, baseline }) => ({
    name: `Fold All at once after opening, ${shape}`,
    value: median(subject) / median(baseline),
    bound: 1.5,
    unit: '×',
    medianMs: median(subject),
    baselineMs: median(baseline),
  }));
  const slowest = Math.max(...measured.flatMap(({ subject }) => subject));
  return [...rows, { name: 'Fold All, the slowest of these', value: slowest, bound: 1_000, unit: 'ms' }];
}
