import { strict as assert } from 'node:assert';
import { createHash } from 'node:crypto';
import { describe, it } from 'mocha';
import { readResult } from '../../../src/results/reading/reading';
import { corpus } from '../../corpus';
import { assertReading, requestOf } from '../../support/corpusReading';
import { sameReading } from '../../support/readingRules';

for (const [family, cases] of Object.entries(corpus)) {
  describe(`the corpus: ${family}`, () => {
    for (const each of cases) {
      it(each.name, async () => {
        const request = requestOf(each);
        const reading = await readResult(request);
        assertReading(reading, each.expect);
        assert.equal(reading.sha256, createHash('sha256').update(each.bytes).digest('hex'));
        // As a large body is read, and as a small one: the same.
        sameReading(await readResult({ ...request, sizes: { whole: 8, piece: 16 } }), reading);
      });
    }
  });
}
