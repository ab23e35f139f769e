import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import {
  type Argument,
  argsOf,
  type ArgsResult,
  checkedArgs,
  encodedArgs,
  longArgs,
  machineLine,
} from '../../../src/runs/arguments';

/** A value, and how it stands in `Args`: bare (the same), in single quotes, or otherwise. */
type Row = readonly [value: string, token: 'bare' | 'quoted' | (string & {})];

const table: readonly Row[] = [
  ['word', 'bare'],
  ['Two_Words', 'bare'],
  ['a-b', 'bare'],
  ['a.b.txt', 'bare'],
  ['0', 'bare'],
  ['7', 'bare'],
  ['123456789', 'bare'],
  ['C:\\Temp\\x.txt', 'bare'],
  ['C:/Temp/x.txt', 'bare'],
  ['\\\\server\\share\\x', 'bare'],
  ['/var/log/syslog', 'bare'],
  ['HKLM:\\Software', 'bare'],
  ['', 'quoted'],
  [' ', 'quoted'],
  ['two words', 'quoted'],
  [' leading', 'quoted'],
  ['trailing ', 'quoted'],
  ['a\u00A0b', 'quoted'],
  ['a\u3000b', 'quoted'],
  ['-leading', 'quoted'],
  ['--', 'quoted'],
  ['--%', 'quoted'],
  ['-5', 'quoted'],
  ['\u2013dash', 'quoted'],
  ['\u2014dash', 'quoted'],
  ['\u2015dash', 'quoted'],
  ['007', 'quoted'],
  ['1kb', 'quoted'],
  ['0x10', 'quoted'],
  ['1e3', 'quoted'],
  ['1.50', 'quoted'],
  ['1234567890', 'quoted'],
  ['10.0.0.1', 'quoted'],
  ['2026-11-20', 'quoted'],
  ['C:\\Temp\\', 'quoted'],
  ["it's", "'it''s'"],
  ["'", "''''"],
  ["''", "''''''"],
  ["a'b'c", "'a''b''c'"],
  ['it\u2019s', "'it\u2019\u2019s'"],
  ['\u2018quoted\u2019', "'\u2018\u2018quoted\u2019\u2019'"],
  ['\u201Alow', "'\u201A\u201Alow'"],
  ['\u201Bhigh', "'\u201B\u201Bhigh'"],
  ["'\u2019\u2018", "'''\u2019\u2019\u2018\u2018'"],
  ['"', 'quoted'],
  ['say "hi"', 'quoted'],
  ['\u201Csmart\u201D', 'quoted'],
  ['\u201Elow\u201D', 'quoted'],
  ['`', 'quoted'],
  ['a`nb', 'quoted'],
  ['{', 'quoted'],
  ['{a}', 'quoted'],
  ['@', 'quoted'],
  ['@splat', 'quoted'],
  ['#comment', 'quoted'],
  ['a#b', 'quoted'],
  ['<', 'quoted'],
  ['a>b', 'quoted'],
  ['a,b', 'quoted'],
  ['a=b', 'quoted'],
  ['*.log', 'quoted'],
  ['?', 'quoted'],
  ['[a-z]', 'quoted'],
  ['%TEMP%', 'quoted'],
  ['a%b', 'quoted'],
  ['~', 'quoted'],
  ['^', 'quoted'],
  ['a+b', 'quoted'],
  ['user@contoso.com', 'quoted'],
  ['été', 'quoted'],
  ['日本語', 'quoted'],
  ['😀', 'quoted'],
  ['a\u202Eb', 'quoted'],
  ['\u0130', 'quoted'],
];

function made(result: ArgsResult): string {
  assert.equal(result.kind, 'made');
  return result.args;
}

/**
 * What PowerShell makes of arguments, written after its tokenizer: blanks separate, any of its single quotes begins and ends a text, two of
 * them are the first one. Nothing else may stand in a bare word but what means nothing to it.
 */
function parsedByPowerShell(args: string): readonly string[] {
  const isQuote = (character: string | undefined): boolean => /^['\u2018-\u201B]$/.test(character ?? '');
  const values: string[] = [];
  const text = Array.from(args);
  for (let at = 0; at < text.length;) {
    let value = '';
    if (isQuote(text[at])) {
      for (at += 1; !isQuote(text[at]) || isQuote(text[at + 1]); at += isQuote(text[at]) ? 2 : 1) {
        assert.ok(at < text.length, 'a text without an end');
        value += text[at] ?? '';
      }
      at += 1;
    } else {
      for (; at < text.length && text[at] !== ' '; at += 1) {
        assert.match(text[at] ?? '', /[\w\\/.:-]/);
        value += text[at] ?? '';
      }
      assert.doesNotMatch(value, /^[-.]|^\d+\D|^0\d|\\$/, 'it would be taken for something else');
    }
    values.push(value);
    assert.ok(at === text.length || text[at] === ' ', 'something stands right behind a value');
    at += 1;
  }
  return values;
}

describe('arguments for PowerShell', () => {
  it(`has ${table.length} values in its table`, () => assert.ok(table.length >= 60));
  for (const [value, token] of table) {
    it(`passes ${JSON.stringify(value)} as it is`, () => {
      const args = made(argsOf([{ value }], 'powershell'));
      assert.equal(args, token === 'bare' ? value : token === 'quoted' ? `'${value}'` : token);
      assert.deepEqual(parsedByPowerShell(args), [value]);
    });
  }
  for (const character of ';&|!$()') {
    it(`refuses ${character}, and says where it is`, () => {
      assert.deepEqual(argsOf([{ value: 'a' }, { value: `😀 x${character}` }], 'powershell'), {
        kind: 'refused',
        faults: [{ kind: 'refusedCharacter', index: 1, character, position: 4 }],
      });
    });
  }
  it('names every character that is refused, and controls', () => {
    const result = argsOf([{ name: 'Path', value: ['a', 'b\n', '$x;'] }], 'powershell');
    assert.deepEqual(
      result.kind === 'refused' && result.faults.map((fault) => 'character' in fault && fault.character),
      ['\n', '$', ';'],
    );
  });
  it('writes names, switches and lists', () => {
    const values: Argument[] = [
      { name: 'Path', value: 'C:\\a b' },
      { name: 'Days', value: '7' },
      { name: 'Force' },
      { name: 'Names', value: ['a', 'b c', '-d'] },
      { value: 'last' },
    ];
    assert.equal(
      made(argsOf(values, 'powershell')),
      "-Path 'C:\\a b' -Days 7 -Force -Names a,'b c','-d' last",
    );
  });
  it('refuses a name that is none, and an empty list', () => {
    const result = argsOf(
      [
        { name: 'a b', value: 'x' },
        { name: 'L', value: [] },
      ],
      'powershell',
    );
    assert.deepEqual(result, {
      kind: 'refused',
      faults: [
        { kind: 'name', index: 0, name: 'a b' },
        { kind: 'form', index: 1 },
      ],
    });
  });
  it('passes any values as they are', () => {
    const value = fc
      .oneof(
        fc.string({ unit: 'grapheme' }),
        fc.string({ unit: fc.constantFrom(...Array.from('\'\u2018\u2019\u201A\u201B"\u201C`-\\ a1.')) }),
      )
      .filter((text) => !/[;&|!$()\p{Cc}]/u.test(text));
    fc.assert(
      fc.property(fc.array(value, { maxLength: 5 }), (values) => {
        const args = made(
          argsOf(
            values.map((each) => ({ value: each })),
            'powershell',
          ),
        );
        assert.deepEqual(parsedByPowerShell(args), values);
      }),
    );
  });
  it('doubts double quotes and great length', () => {
    const result = argsOf([{ value: 'x' }, { value: 'a"b' }, { value: 'y'.repeat(longArgs) }], 'powershell');
    assert.deepEqual(result.kind === 'made' && result.doubts, [
      { kind: 'doubleQuote', index: 1, position: 1 },
      { kind: 'long', length: longArgs + 8 },
    ]);
  });
});

describe('arguments for bash', () => {
  it('quotes as bash does, and doubts it', () => {
    const result = argsOf([{ value: 'a' }, { value: "it's" }, { value: '' }], 'bash');
    assert.equal(made(result), String.raw`a 'it'\''s' ''`);
    assert.deepEqual(result.kind === 'made' && result.doubts, [
      { kind: 'quotedForBash', index: 1 },
      { kind: 'quotedForBash', index: 2 },
    ]);
  });
  it('knows no lists', () => {
    assert.equal(argsOf([{ value: ['a'] }], 'bash').kind, 'refused');
  });
});

describe('arguments written by hand', () => {
  it('are sent as they are, without blanks around them', () => {
    assert.deepEqual(checkedArgs('  -Path "C:\\a b" '), {
      kind: 'made',
      args: '-Path "C:\\a b"',
      doubts: [{ kind: 'doubleQuote', index: 0, position: 6 }],
    });
    assert.deepEqual(checkedArgs(' '), { kind: 'made', args: '', doubts: [] });
  });
  it('are refused like values', () => {
    assert.deepEqual(checkedArgs('-X (Get-Date)'), {
      kind: 'refused',
      faults: [
        { kind: 'refusedCharacter', index: 0, character: '(', position: 3 },
        { kind: 'refusedCharacter', index: 0, character: ')', position: 12 },
      ],
    });
  });
});

describe('arguments as one token', () => {
  const decoded = (args: string): unknown => JSON.parse(Buffer.from(args, 'base64url').toString('utf8'));
  it('are a list without names, and an object with them', () => {
    assert.deepEqual(decoded(made(encodedArgs([{ value: '$(x)' }, { value: '😀' }]))), ['$(x)', '😀']);
    assert.deepEqual(
      decoded(made(encodedArgs([{ name: 'A', value: "it's" }, { name: 'F' }, { name: 'L', value: ['a'] }]))),
      { A: "it's", F: true, L: ['a'] },
    );
    assert.equal(made(encodedArgs([])), '');
    assert.equal(encodedArgs([{ value: 'a' }, { name: 'B' }]).kind, 'refused');
  });
  it('never need quotes, whatever they are', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1 }), (values) => {
        const args = made(encodedArgs(values.map((value) => ({ value }))));
        assert.match(args, /^[A-Za-z][\w-]*$/);
        assert.deepEqual(decoded(args), values);
      }),
    );
  });
});

describe('the line on the machine', () => {
  it('names the script and its arguments', () => {
    assert.equal(machineLine('a.ps1', "-P 'x y'", 'powershell'), ". .\\a.ps1 -P 'x y'");
    assert.equal(machineLine('a.ps1', '', 'powershell'), '. .\\a.ps1');
    assert.equal(machineLine('a.sh', 'x', 'bash'), '/bin/bash -s -- x < a.sh');
  });
});
