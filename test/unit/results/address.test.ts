import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import {
  cleanName,
  type DocumentKind,
  documentKey,
  documentPath,
  endings,
  parseDocumentPath,
} from '../../../src/results/address';

const kinds = Object.keys(endings) as DocumentKind[];
const addresses = fc
  .record(
    {
      connection: fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,39}$/),
      actionId: fc.uuid(),
      index: fc.integer({ min: 0, max: 999_999 }),
      kind: fc.constantFrom(...kinds),
    },
    { noNullPrototype: true },
  )
  // An action has one document, whatever its commands.
  .map((address) => (address.kind === 'action' ? { ...address, index: 0 } : address));

describe('the address of a document', () => {
  it('survives the way into a path and back, whatever the script is called', () => {
    fc.assert(
      fc.property(addresses, fc.string({ unit: 'binary' }), (address, name) => {
        assert.deepEqual(parseDocumentPath(documentPath(address, name)), address);
      }),
    );
  });

  it('is the same for every name', () => {
    fc.assert(
      fc.property(addresses, fc.string(), fc.string(), (address, a, b) => {
        const [one, other] = [documentPath(address, a), documentPath(address, b)].map(parseDocumentPath);
        assert.ok(one && other);
        assert.equal(documentKey(one), documentKey(other));
      }),
    );
  });

  const good = '/contoso/988cc94e-7a8f-4b28-ab65-54970c5d5018/0/a.script_output.txt';
  it('reads a path of the documented form', () => {
    assert.deepEqual(parseDocumentPath(good), {
      connection: 'contoso',
      actionId: '988cc94e-7a8f-4b28-ab65-54970c5d5018',
      index: 0,
      kind: 'output',
    });
  });

  it('reads the path of an action, which has no index', () => {
    assert.deepEqual(parseDocumentPath('/contoso/988cc94e-7a8f-4b28-ab65-54970c5d5018/a.action.json'), {
      connection: 'contoso',
      actionId: '988cc94e-7a8f-4b28-ab65-54970c5d5018',
      index: 0,
      kind: 'action',
    });
  });

  for (const bad of [
    good.slice(1),
    good.toUpperCase(),
    good.replace('/0/', '/00/'),
    good.replace('/0/', '/-1/'),
    good.replace('/0/', '/1e3/'),
    good.replace('/0/', '/0)/'),
    good.replace('988c', '../988c'),
    good.replace('contoso', 'Contoso'),
    good.replace('contoso', '..'),
    good.replace('a.script', 'b/a.script'),
    good.replace('.txt', '.exe'),
    good.replace('.script_output.txt', '.action.json'),
    good.replace('/0/', '/'),
    `${good}/`,
    '/',
    '',
  ]) {
    it(`refuses ${bad === '' ? 'an empty path' : bad}`, () => {
      assert.equal(parseDocumentPath(bad), undefined);
    });
  }
});

describe('a name made safe', () => {
  for (const [from, to] of [
    ['minidump.ps1 on desktop-39g9tgl', 'minidump.ps1 on desktop-39g9tgl'],
    ['..\\..\\etc/passwd', '_.._etc_passwd'],
    ['a:b*c?d"e<f>g|h', 'a_b_c_d_e_f_g_h'],
    ['CON', 'CON_'],
    ['COM\u00b9', 'COM\u00b9_'],
    ['CONIN$', 'CONIN$_'],
    ['\u3000CON', 'CON_'],
    ['evil.', 'evil'],
    ['\u00a0..', 'result'],
    ['\u3000.', 'result'],
    ['\u5b57'.repeat(80), '\u5b57'.repeat(53)],
    ['a\ud800b', 'a_b'],
    ['\u202e', 'result'],
    ['nul.txt on h', 'nul_.txt on h'],
    ['console on h', 'console on h'],
    ['gpj\u202Etxt.exe', 'gpj_txt.exe'],
    ['a\nb\u0000c', 'a b_c'],
    ['', 'result'],
    [' . ', 'result'],
  ] as const) {
    it(`${JSON.stringify(from)} becomes ${JSON.stringify(to)}`, () => {
      assert.equal(cleanName(from), to);
    });
  }

  it('is at most 80 characters long and never has a separator or a control character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (name) => {
        const clean = cleanName(name);
        assert.ok(Array.from(clean).length <= 81 && clean.length > 0);
        assert.ok(Buffer.byteLength(clean) <= 161);
        assert.doesNotMatch(clean, /^[. ]|[. ]$|[\p{Cs}\p{DI}]/u);
        assert.doesNotMatch(clean, /[/\\\p{Cc}\p{Cf}]/u);
      }),
    );
  });
});
