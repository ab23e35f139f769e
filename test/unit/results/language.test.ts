import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { textLanguage } from '../../../src/results/language';

const started = 'Transcript started, output file is C:\\ProgramData\\x.txt\r\n';

describe('the language of a text', () => {
  for (const [language, text] of [
    ['json', '{"a": 1}'],
    ['json', `${started}[{"Name":"a"},\r\n{"Name":"b"}]\r\n`],
    ['json', '[1, 2, 3]'],
    ['log', '{ this is no JSON }'],
    ['log', '{"a": 1} and more'],
    ['log', '[INFO] started\n[INFO] done'],
    ['log', '[2026-11-20 10:00] service started'],
    ['xml', '<?xml version="1.0"?>\n<a/>'],
    ['xml', '<Objs Version="1.1"><S>x</S></Objs>'],
    ['log', '<b> is not closed'],
    ['html', '<!DOCTYPE html>\n<html><body>x</body></html>'],
    ['html', '<html><body>x</body></html>'],
    ['csv', 'Name,Path,Size\na,C:\\a,1\nb,"C:\\b, c",2\nd,e,3\n'],
    ['csv', '#TYPE System.Object\r\n"Name","Id","X"\r\n"a","1","2"\r\n"b","2","3"\r\n"c","3","4"\r\n'],
    ['csv', 'Name;Pfad;Größe\na;b;1\nc;d;2\ne;f;3\n'],
    ['log', 'one, two, three\nfour, five\nsix\nseven'],
    ['log', 'Started, 1, 2\n'],
    ['log', 'at 10:00, a, b\nat 10:01, c, d\nat 10:02, e, f\nat 10:03, g, h\n'],
    ['log', 'Id  Name\n--  ----\n 1  a\n'],
    ['log', ''],
  ] as const) {
    it(`${JSON.stringify(text.slice(0, 60))} is ${language}`, () =>
      assert.equal(textLanguage(text, true), language));
  }

  it('of a text that is cut goes by its beginning', () => {
    const cut = `[${'{"Name":"x","Value":[1,2]},'.repeat(3_000)}`.slice(0, 64 * 1024);
    assert.equal(textLanguage(cut, false), 'json');
    assert.equal(textLanguage(`[not json ${'x'.repeat(70_000)}`, false), 'log');
  });
});
