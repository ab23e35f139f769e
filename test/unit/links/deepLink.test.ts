import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { type DeepLink, deepLinkParts, readDeepLink } from '../../../src/links/deepLink';
import { csv, csvCell, markdownBlock, markdownText } from '../../../src/links/table';

const tenant = '00000000-0000-4000-8000-00000000da7a';
const action = '988cc94e-7a8f-4b28-ab65-54970c5d5018';
const good = `tenant=${tenant}&connection=contoso&action=${action}&index=0`;

describe('a link from outside', () => {
  it('means what it was made from', () => {
    const links: fc.Arbitrary<DeepLink> = fc
      .record(
        {
          kind: fc.constantFrom('result' as const, 'action' as const),
          tenantId: fc.uuid(),
          connection: fc.option(fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,39}$/), { nil: undefined }),
          actionId: fc.uuid(),
          index: fc.integer({ min: 0, max: 999_999 }),
        },
        { noNullPrototype: true },
      )
      .map((link) => (link.kind === 'action' ? { ...link, index: 0 } : link));
    fc.assert(
      fc.property(links, (link) => {
        const { path, query } = deepLinkParts(link);
        assert.deepEqual(readDeepLink(path, query), link);
      }),
    );
  });

  for (const [path, query] of [
    ['/', good],
    ['/result/', good],
    ['/results', good],
    ['/cancel', good],
    ['/result', ''],
    ['/result', good.replace('index=0', '')],
    ['/result', good.replace('index=0', 'index=-1')],
    ['/result', good.replace('index=0', 'index=00')],
    ['/result', good.replace('index=0', 'index=1e3')],
    ['/result', good.replace('index=0', 'index=1000000')],
    ['/result', `${good}&index=1`],
    ['/result', `${good}&url=https://evil.example`],
    ['/result', good.replace('contoso', '../demo')],
    ['/result', good.replace(action, '../machines')],
    ['/result', good.replace(tenant, 'contoso.example')],
    ['/result', good.replace(action, `${action}/../x`)],
    ['/action', good],
  ] as const) {
    it(`is refused: ${path}?${query.slice(-60)}`, () => assert.equal(readDeepLink(path, query), undefined));
  }
});

/** The cells of one row, as RFC 4180 has them. */
function cellsOf(row: string): string[] {
  const cells: string[] = [];
  for (let at = 0; at < row.length;) {
    if (row[at] === '"') {
      const end = /"(?!")/.exec(row.slice(at + 1).replace(/""/g, 'qq'))?.index ?? 0;
      cells.push(row.slice(at + 1, at + 1 + end).replace(/""/g, '"'));
      at += end + 3;
    } else {
      const end = /,|\r\n$/.exec(row.slice(at))?.index ?? 0;
      cells.push(row.slice(at, at + end));
      at += end + 1;
    }
    if (row.slice(at) === '\n') {
      break;
    }
    if (row.slice(at - 1) === ',\r\n') {
      cells.push('');
      break;
    }
  }
  return cells;
}

describe('a table', () => {
  it('holds no formula, and quotes what it must', () => {
    assert.equal(csvCell('=HYPERLINK("x")'), `"'=HYPERLINK(""x"")"`);
    assert.equal(csv([['a', 'b,c', 'd"e', 'f\ng']]), 'a,"b,c","d""e","f\ng"\r\n');
  });

  for (const number of ['-1073741819', '3221225477', '-1', '+5', '0', '-1.5', '-1,5', '1e-9', '-2E10']) {
    it(`has a number as it is: ${number}`, () =>
      assert.equal(csvCell(number).replace(/^"(.*)"$/, '$1'), number));
  }

  for (const [value, cell] of [
    ['-1+1', "'-1+1"],
    ['--1', "'--1"],
    ['-1 ', '"\'-1 "'],
    ['-', "'-"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\uff1d1+1', "'\uff1d1+1"],
    [' =1', "' =1"],
    ['"=1"', '"\'""=1"""'],
    ['\t=1', "'\t'=1"],
    ["a;=cmd|' /C calc'!A0", "a;'=cmd|' /C calc'!A0"],
    ['a;+1-1', "a;'+1-1"],
    ['a; "=1', '"a; ""\'=1"'],
    ['a|@x|-y', "a|'@x|'-y"],
    ['a\t=1', "a\t'=1"],
    ['a\n=1\r-x', '"a\n\'=1\r\'-x"'],
    ['a;\uff0b1', "a;'\uff0b1"],
    ['a;-5;b', "a;'-5;b"],
    ['a;-5x', "a;'-5x"],
    ['a = b - c @ d + e', 'a = b - c @ d + e'],
    ['x=1;y=2', 'x=1;y=2'],
    ['2026-11-20', '2026-11-20'],
  ] as const) {
    it(`holds no formula in ${JSON.stringify(value)}`, () => assert.equal(csvCell(value), cell));
  }

  it('holds no formula for any separator', () => {
    const unit = fc.constantFrom('=', '+', '-', '@', ';', '|', '\t', '\n', '\r', '"', ' ', '1', 'a');
    fc.assert(
      fc.property(fc.string({ unit }), fc.constantFrom(';', '|', '\t'), (value, separator) => {
        const cells = `x,${csv([[value, 'y']])}`.split(new RegExp(`[${separator}\r\n]`)).slice(1);
        for (const cell of cells.map((each) => each.replace(/^[\s"]+/, ''))) {
          assert.doesNotMatch(cell, /^[=@+-]/, JSON.stringify([value, cells]));
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('can be read back, apart from what would be a formula', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[^;|\t]*$/), { minLength: 1, maxLength: 5 }), (cells) => {
        const read = cellsOf(csv([cells]));
        assert.deepEqual(
          read,
          cells.map((cell) => (/^[\s"]*[=+\-@]/.test(cell) && !/^[+-]\d+$/.test(cell) ? `'${cell}` : cell)),
        );
      }),
    );
  });
});

describe('Markdown for notes', () => {
  it('has no link and no markup of a hostile name', () => {
    const text = markdownText('[x](command:y) <b> https://evil.example `z` |');
    assert.doesNotMatch(text, /(?<!\\)[[\]()`|]|<|:\/\//);
  });

  it('has a block that nothing in it ends', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('`', '\n', 'a') }), (text) => {
        const block = markdownBlock(text);
        const fence = /^`+/.exec(block)?.[0] ?? '';
        const inner = block.slice(block.indexOf('\n') + 1, block.lastIndexOf('\n'));
        assert.ok(fence.length >= 3 && !inner.includes(fence));
      }),
    );
  });
});
