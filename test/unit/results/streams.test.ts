import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { readResult } from '../../../src/results/reading/reading';
import { noChanges } from '../../../src/results/reading/text';
import { streams } from '../../corpus/streams';

async function readErrors(script_errors: string) {
  const bytes = Buffer.from(JSON.stringify({ script_output: 'o', script_errors }));
  const { summary } = await readResult({ bytes, commandType: 'RunScript' });
  return summary.kind === 'transcript' ? summary : assert.fail(summary.kind);
}

describe('what is changed in a stream is counted', () => {
  for (const { name, bytes, stream, changes } of streams) {
    it(name, async () => {
      const { documents } = await readResult({ bytes, commandType: 'RunScript' });
      assert.deepEqual(documents[stream]?.changes, { ...noChanges, ...changes });
    });
  }
});

describe('whether there are errors to read', () => {
  const objects = (records: string): string => `#< CLIXML\r\n<Objs Version="1.1.0.1">${records}</Objs>`;
  const progress = '<Obj S="progress" RefId="0"><MS><I64 N="SourceId">1</I64></MS></Obj>';

  for (const [name, text] of [
    ['nothing', ''],
    ['white space', ' \r\n\t\r\n'],
    ['NULs', '\0\0\0'],
    ['white space and NULs', '\0\r\n\0 \0'],
    ['a byte order mark', '\uFEFF\r\n'],
    ['an empty colored line', '\u001b[31m\u001b[0m\r\n'],
    ['a header of CLIXML alone', '#< CLIXML\r\n'],
    ['an empty error record', objects('<S S="Error"> _x000D__x000A_</S>')],
  ] as const) {
    it(`not for ${name}`, async () => assert.equal((await readErrors(text)).hasError, false));
  }

  it('not for progress records alone', async () => {
    const text = `${objects(progress)}\r\n${objects(progress + progress)}`;
    assert.equal((await readErrors(text)).hasError, false);
  });

  for (const [name, text] of [
    ['a letter', '\r\n a'],
    ['a character that cannot be seen', '\u200B'],
    ['a control', '\u0007'],
    ['an error behind progress', objects(`${progress}<S S="Error">a</S>`)],
    ['progress that was cut', objects(progress).slice(0, -20)],
  ] as const) {
    it(`for ${name}`, async () => assert.equal((await readErrors(text)).hasError, true));
  }

  it('and the same for the output', async () => {
    for (const [output, expected] of [
      ['\0 \r\n', false],
      ['o', true],
    ] as const) {
      const bytes = Buffer.from(JSON.stringify({ script_output: output }));
      const { summary } = await readResult({ bytes, commandType: 'RunScript' });
      assert.equal(summary.kind === 'transcript' && summary.hasOutput, expected);
    }
  });
});
