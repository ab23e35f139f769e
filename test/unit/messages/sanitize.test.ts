import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { markdownCell, markdownCode, notificationText, sanitize } from '../../../src/messages/sanitize';

describe('text from an endpoint', () => {
  it('becomes one line, with what hides or reorders made visible', () => {
    assert.equal(sanitize('a\r\nb\u0007c'), 'a b c');
    assert.equal(sanitize('invoice_\u202Efdp.exe'), 'invoice_<U+202E>fdp.exe');
    assert.equal(sanitize('a\u3164b\u034F.exe'), 'a<U+3164>b<U+034F>.exe');
    assert.equal(sanitize('x'.repeat(400)).length, 301);
  });

  it('has no control, bidirectional or invisible character left, whatever it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        assert.doesNotMatch(sanitize(text), /[\p{Cc}\p{Cf}\p{Cs}\p{DI}\p{Zl}\p{Zp}]/u);
      }),
    );
  });

  it('makes no link and no icon in a notification', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (label, href) => {
        const shown = notificationText(`[${label}](command:${href}) $(flame)`);
        assert.ok(!shown.includes('](') && !shown.includes('$('));
      }),
    );
  });

  it('stays inside its code in Markdown, however many backticks it has', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('`', 'a', ' ') }), (text) => {
        const code = markdownCode(text);
        const fence = /^`+/.exec(code)?.[0] ?? '';
        const inner = code.slice(fence.length, -fence.length);
        assert.ok((inner.match(/`+/g) ?? []).every((run) => run.length < fence.length));
        assert.ok(inner.startsWith(' ') && inner.endsWith(' '));
      }),
    );
  });

  it('stays inside its cell of a table, however many bars and backslashes it has', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('|', '\\', 'a', '`') }), (text) => {
        const cell = markdownCell(text);
        for (const { index } of cell.matchAll(/\|/g)) {
          const before = /\\*$/.exec(cell.slice(0, index))?.[0].length ?? 0;
          assert.equal(before % 2, 1, cell);
        }
      }),
    );
    assert.equal(markdownCell('a | b'), '` a \\| b `');
  });
});
