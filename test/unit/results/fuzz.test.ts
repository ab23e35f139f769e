import { strict as assert } from 'node:assert';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { Mutator, seededRandom, seeds } from '../../support/mutations';
import { checkReading } from '../../support/readingRules';

const found = join(process.cwd(), 'test', 'corpus', 'found');

describe('whatever a body is, the rules of reading hold', () => {
  // A minute of `npm run fuzz` reads about ten thousand; these are always the same.
  it('for hundreds of bodies made from the corpus', async () => {
    const pool = seeds();
    const mutator = new Mutator(seededRandom(42));
    const kinds = new Set<string>();
    for (let n = 0; n < 600 || (kinds.size < 10 && n < 2000); n += 1) {
      const { bytes, commandType } = mutator.next(pool);
      const { summary } = await checkReading(bytes, commandType);
      kinds.add(summary.kind === 'body' ? summary.reason.code : summary.kind);
    }
    // They reach all that a body can turn out to be, or nearly.
    assert.ok(kinds.size >= 9, [...kinds].join());
  }).timeout(60_000);

  for (const name of existsSync(found) ? readdirSync(found) : []) {
    it(`for what the fuzzer has found: ${name}`, async () => {
      await checkReading(
        readFileSync(join(found, name)),
        name.startsWith('GetFile') ? 'GetFile' : 'RunScript',
      );
    });
  }
});
