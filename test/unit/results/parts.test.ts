import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { readResult } from '../../../src/results/reading';
import { partSize, StoredResult } from '../../../src/results/storedResult';

const mark = '\uFEFF';

async function stored(output: string): Promise<StoredResult> {
  const body = JSON.stringify({ script_name: 'x', exit_code: 0, script_output: output, script_errors: '' });
  const bytes = Buffer.from(body);
  return new StoredResult(bytes, await readResult({ bytes, commandType: 'RunScript' }), 0);
}

const text = (result: StoredResult, part: 'head' | 'tail'): string =>
  new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(result.content(part));

describe('the head and the tail of a large text', () => {
  it('are whole lines from its beginning and its end', async () => {
    const line = 'J\u00E4ger 0123456789\n';
    const output = line.repeat(200_000);
    const result = await stored(output);
    for (const part of ['head', 'tail'] as const) {
      const shown = text(result, part);
      assert.ok(shown.startsWith(mark + line) && shown.endsWith(line), part);
      assert.ok(Buffer.byteLength(shown) <= partSize + 3);
    }
  });

  it('are the whole text when that is small', async () => {
    const result = await stored('a\nb\n');
    assert.equal(text(result, 'head'), `${mark}a\nb\n`);
    assert.equal(text(result, 'tail'), `${mark}a\nb\n`);
  });

  it('are cut between characters where a line is longer than that', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('\u00E4', '\u20AC', '\u{1F600}', 'x'),
        fc.integer({ min: 0, max: 5 }),
        async (character, shift) => {
          const output = 'y'.repeat(shift) + character.repeat(700_000);
          const result = await stored(output);
          assert.ok((mark + output).startsWith(text(result, 'head')));
          assert.ok(output.endsWith(text(result, 'tail').slice(1)));
        },
      ),
      { numRuns: 12 },
    );
  });
});
