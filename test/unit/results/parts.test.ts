import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { readResult } from '../../../src/results/reading/reading';
import { partSize, StoredResult } from '../../../src/results/download/storedResult';

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
      assert.ok(shown.startsWith(line) && shown.endsWith(line), part);
      assert.ok(Buffer.byteLength(shown) <= partSize);
    }
  });

  it('are the whole text when that is small', async () => {
    const result = await stored('a\nb\n');
    assert.equal(text(result, 'head'), `a\nb\n`);
    assert.equal(text(result, 'tail'), `a\nb\n`);
  });

  it('are as large as they may be also where one very long line stands at their border', async () => {
    const long = '\u00E4'.repeat(partSize);
    const result = await stored(`first line\r\n${long}\r\nlast line\r\n`);
    const [head, tail] = [text(result, 'head'), text(result, 'tail')];
    assert.ok(head.startsWith(`first line\r\n\u00E4`) && tail.endsWith('\u00E4\r\nlast line\r\n'));
    for (const part of [head, tail]) {
      const bytes = Buffer.byteLength(part);
      assert.ok(bytes > partSize - 64 * 1024 && bytes <= partSize + 3, `${bytes} bytes`);
    }
  });

  it('do not end or begin between CR and LF', async () => {
    // The line feed is the first byte behind the head, and the first one of the tail.
    const before = 'x'.repeat(partSize - 1);
    const head = await stored(`${before}\r\n${'y'.repeat(2 * partSize)}`);
    assert.ok(text(head, 'head').endsWith('x'));
    const tail = await stored(`${'y'.repeat(2 * partSize)}\r\n${'x'.repeat(partSize - 1)}`);
    assert.equal(text(tail, 'tail'), 'x'.repeat(partSize - 1));
  });

  it('are cut between characters where a line is longer than that', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('\u00E4', '\u20AC', '\u{1F600}', 'x'),
        fc.integer({ min: 0, max: 5 }),
        async (character, shift) => {
          const output = 'y'.repeat(shift) + character.repeat(700_000);
          const result = await stored(output);
          assert.ok(output.startsWith(text(result, 'head')));
          assert.ok(output.endsWith(text(result, 'tail')));
        },
      ),
      { numRuns: 12 },
    );
  });
});
