import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { findIds, findMachineIds, idAt } from '../../../src/links/scan';

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

  for (const around of ['a@', '@0', 'f@', '@f', '0-@', '@-0000', 'x@y', '@-a']) {
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

  it('finds machine IDs, and no longer hashes', () => {
    const machine = '1e5bc9d7e413ddd7902c2932e418702b84d0cc07';
    assert.deepEqual(
      [...findMachineIds(`${machine} ${machine}ff x${machine}`)].map((found) => found.id),
      [machine],
    );
  });
});
