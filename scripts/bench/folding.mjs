// Fold All in a result, from the key until the folded lines are there, beside a plain file of as many lines that VS Code folds by itself.
import { driven } from './driven.mjs';

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** Milliseconds that a person does not notice: what takes less is a few frames, and one more or less says nothing. */
const unnoticed = 100;

/**
 * The rows of the table: at once after opening, so that finding the headings counts, too. A ratio for what has few headings, to the plain
 * file or, where that is quicker, to what nobody notices. Thousands come over a wire, which folding inside the page has no need of, so they
 * have the bound in milliseconds alone.
 */
export async function foldingRows(host) {
  const measured = (await driven('folding', host)).map(({ subject, baseline, ...shape }) => ({
    ...shape,
    medianMs: median(subject),
    baselineMs: median(baseline),
  }));
  const ratios = measured
    .filter(({ few }) => few)
    .map(({ shape, medianMs, baselineMs }) => ({
      name: `Fold All at once after opening, ${shape}`,
      value: medianMs / Math.max(unnoticed, baselineMs),
      bound: 2,
      unit: '×',
      medianMs,
      baselineMs,
    }));
  const [slowest] = measured.toSorted((a, b) => b.medianMs - a.medianMs);
  const { shape, medianMs, baselineMs } = slowest;
  const name = `Fold All at once after opening, the slowest (${shape})`;
  return [...ratios, { name, value: medianMs, bound: 1_000, unit: 'ms', medianMs, baselineMs }];
}
