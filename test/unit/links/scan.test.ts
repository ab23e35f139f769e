import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { findIds, findMachineIds, idAt, machineIdAt } from '../../../src/links/scan';

const id = '988cc94e-7a8f-4b28-ab65-54970c5d5018';
const ids = (text: string): string[] => [...findIds(text)].map((found) => found.id);

describe('finding action IDs', () => {
  for (const around of [
    '@',
    '"@"',
    '{@}',
    '(@)',
    '[@](x)',
    '`@`',
    '<@>',
    '| @ |',
    'a,@,b',
    '{"id":"@"}',
    'https://api.security.microsoft.com/api/machineactions/@/cancel',
    'https://x/api/machineactions/@/GetLiveResponseResultDownloadLink(index=0)',
    'output_@_0.json',
    '@.json',
    'action:@;',
    '@-',
    '- @ - done',
    '-@',
    'ä@ä',
    'https%3A%2F%2Fsecurity.microsoft.com%2Fmachineactions%2F@%2Fresult&data=05%7C01',
    'https://x.example/?action%3D@',
    '%7B@%7D',
    '%7b@%7d',
    'u=https%253A%252F%252Fx%252F@%252F',
    '%25252F@',
    String.raw`{"script_output":"Started\n@\n"}`,
    String.raw`{"m":"id:\t@\r\n"}`,
    String.raw`"{\"m\":\"a\\n@\\r\\n\"}"`,
    String.raw`\u0027@\u0027`,
    String.raw`\u003c@`,
    String.raw`\x3D@\x26`,
    String.raw`\"@\"`,
    String.raw`\n-@-\n`,
    String.raw`\v@`,
    '%2D@',
    '\u001b[32m@\u001b[0m',
    '\u001b[38;2;1;2;3m@',
    '\u001b[2K@',
    '\u009b1m@',
    '[32m@[0m',
    String.raw`\u001b[1m@`,
    '\u001b[0G@',
    '%u0027@%u0027',
    '%25u0027@',
    '&#x27;@&#x27;',
    '&lt;@&gt;',
    '?id=3D@',
    'ID:=C2=A0@',
    'ID:=20@',
    '=E2=80=9C@=E2=80=9D',
    '"`n@`r`n"',
    '"`t@"',
    '[@]   (Just created)   Run collect.ps1&',
    'PSScript_Transcript_{@}.txt',
    '_x000A_@_x000D_',
  ]) {
    it(`finds it in ${around}`, () => {
      for (const written of [id, id.toUpperCase()]) {
        const text = around.replace('@', written);
        const [found, ...more] = [...findIds(text)];
        assert.equal(found?.id, id);
        assert.equal(text.slice(found.start, found.end), written);
        assert.deepEqual(more, []);
      }
    });
  }

  for (const around of [
    'a@',
    '@0',
    'f@',
    '@f',
    '0-@',
    '@-0000',
    'x@y',
    '@-a',
    '2F@',
    '%2Fa@',
    '%G2F@',
    'u0027@',
    String.raw`\u00027@`,
    String.raw`\u027@`,
    String.raw`\x270@`,
    String.raw`C:\a@`,
    String.raw`C:\b@`,
    String.raw`C:\f@`,
    'n@',
    '0;32m@',
    '[32q@',
    'x=3E@',
    '3D@',
    '-a-@',
    '%2Fa-@',
    '@%2F'.replace('%', ''),
  ]) {
    it(`finds none in ${around}`, () => assert.deepEqual(ids(around.replace('@', id)), []));
  }

  it('finds exactly what was put between other things', () => {
    const noise = fc.stringMatching(/^[ ,;:"'{}()[\]<>|/\\\n.]{1,20}$/);
    fc.assert(
      fc.property(fc.array(fc.tuple(noise, fc.uuid(), fc.boolean()), { maxLength: 20 }), (parts) => {
        const text = parts
          .map(([before, each, upper]) => before + (upper ? each.toUpperCase() : each))
          .join('');
        assert.deepEqual(
          ids(text),
          parts.map(([, each]) => each),
        );
      }),
    );
  });

  it('finds none inside longer hexadecimal strings', () => {
    const hex = fc.stringMatching(/^[0-9a-f]{1,40}$/);
    fc.assert(
      fc.property(hex, fc.uuid(), hex, (before, each, behind) => {
        assert.deepEqual(ids(`${before}${each}${behind}`), []);
        assert.deepEqual(ids(`${before}-${each}-${behind}`), []);
      }),
    );
  });

  it('finds the one under the cursor', () => {
    const line = `see ${id}, and ${id.replace('9', 'a')}`;
    assert.equal(idAt(line, 4)?.id, id);
    assert.equal(idAt(line, 40)?.id, id);
    assert.equal(idAt(line, 42), undefined);
  });

  it('finds the same one under the cursor as in the whole line', () => {
    const noise = fc.constantFrom(
      ' ',
      'a',
      '-',
      '%2F',
      '%252F',
      '\\n',
      '\\u0027',
      '\u001b[38;2;1;2;3m',
      '0f',
    );
    const parts = fc.array(fc.oneof(noise, fc.constant(id)), { maxLength: 12 });
    fc.assert(
      fc.property(parts, fc.nat(), (pieces, at) => {
        const line = pieces.join('');
        const column = at % (line.length + 1);
        const expected = [...findIds(line)].find(({ start, end }) => start <= column && column <= end);
        assert.deepEqual(idAt(line, column), expected);
      }),
      { numRuns: 2_000 },
    );
  });

  it('looks at what is near the cursor alone', () => {
    class Watched extends String {
      taken = 0;
      override slice(from: number, to: number): string {
        this.taken += to - from;
        return String(this).slice(from, to);
      }
    }
    const line = new Watched(`${' '.repeat(1_000_000)}${id}${' '.repeat(1_000_000)}`);
    const found = idAt(line as unknown as string, 1_000_010);
    assert.deepEqual(found, { id, start: 1_000_000, end: 1_000_036 });
    assert.ok(line.taken > 0 && line.taken < 200, `${line.taken} characters`);
  });

  it('finds the machine ID at a place, and none in a longer hash', () => {
    const machine = '1e5bc9d7e413ddd7902c2932e418702b84d0cc07';
    const line = `machine ${machine}, sha256 ${'0123456789abcdef'.repeat(4)}`;
    for (let column = 0; column <= line.length; column += 1) {
      const expected = column >= 8 && column <= 48 ? { id: machine, start: 8, end: 48 } : undefined;
      assert.deepEqual(machineIdAt(line, column), expected, String(column));
    }
  });

  it('finds machine IDs behind escapes, too', () => {
    const machine = '1e5bc9d7e413ddd7902c2932e418702b84d0cc07';
    for (const before of ['%2F', '%252F', String.raw`\u0027`, String.raw`\n`, '\u001b[1m']) {
      const text = `${before}${machine}%2F`;
      const [found, ...more] = [...findMachineIds(text)];
      assert.deepEqual(found, { id: machine, start: before.length, end: before.length + 40 });
      assert.deepEqual(more, []);
    }
    assert.deepEqual([...findMachineIds(`2F${machine} ${machine}0`)], []);
  });

  it('finds machine IDs, and no longer hashes', () => {
    const machine = '1e5bc9d7e413ddd7902c2932e418702b84d0cc07';
    assert.deepEqual(
      [...findMachineIds(`${machine} ${machine}ff x${machine}`)].map((found) => found.id),
      [machine],
    );
  });
});
