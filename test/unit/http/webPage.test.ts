import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { isWebPage, readWebPage } from '../../../src/http/webPage';

const says = (body: string): string | undefined => readWebPage(body).says;

describe('what a web page says', () => {
  for (const [name, body, expected] of [
    ['the title before all else', '<h1>a</h1><message>b</message><title>c</title>', 'c: a'],
    ['a heading before a message', '<message>a</message><h2>b</h2><h1>c</h1>', 'c: b'],
    ['a lower heading before a message', '<message>a</message><h2>b</h2>', 'b: a'],
    [
      'a message before a fault',
      '<reason>a</reason><faultstring>b</faultstring><message>c</message>',
      'c: b',
    ],
    ['a fault before a reason', '<reason>a</reason><faultstring>b</faultstring>', 'b: a'],
    ['a reason before the text', '<p>a</p><reason>b</reason>', 'b: a'],
    ['the first of several', '<title>a</title><title>b</title>', 'a: b'],
    ['elements with a namespace', '<s:Fault><s:faultstring>a</s:faultstring></s:Fault>', 'a'],
    ['names in any case', '<TITLE>a</Title>', 'a'],
    ['an element in another', '<h1>a <b>b</b> c</h1>', 'a b c'],
    ['a line break in an element', '<h1>a<br>b<br/>c<BR />d</h1>', 'a b c d'],
    ['a line break before anything', '<br>a', 'a'],
    ['words of two elements apart', '<p>a</p><p>b</p>', 'a b'],
    ['a title that another element interrupts', '<title>a<h1>b</h1>c</title>', 'abc: b'],
    ['the end of an element that never began', '</title>a</h1>b', 'a b'],
    ['text behind a title', '<title></title>a', 'a'],
    ['what is in no tag', 'a <b>b</b>', 'a b'],
    ['nothing', '', undefined],
    ['tags alone', '<html><body></body></html>', undefined],
    ['white space alone', '<title> \n</title>&nbsp;', undefined],
  ] as const) {
    it(`is ${name}`, () => assert.equal(says(body), expected));
  }

  for (const [name, body, expected] of [
    ['a comment', 'a<!-- <title>b</title> -->c', 'a c'],
    ['a comment with a bracket and a dash', 'a<!-- > -> -- -->b', 'a b'],
    ['a short comment', 'a<!--->b-->c', 'a b-->c'],
    ['a declaration', '<!DOCTYPE html><?xml version="1.0"?>a', 'a'],
    ['a script', '<script type="x">if (a < b) { "</p>" }</SCRIPT>a', 'a'],
    ['a style', '<style>p { a: "<b>" }</style>a', 'a'],
    ['a script without an end', 'a<script>b', 'a'],
    ['a style without an end', 'a<style>b<script></script>', 'a'],
    ['brackets in quotes', `<a href="x>y" title='"z>'>a</a>`, 'a'],
    ['a quote that nothing closes', `<a href="x>a</a> b`, 'a b'],
    ['an end tag with something in it', '</p a="b">a', 'a'],
    ['the end of a script that has not begun', 'a</script>b', 'a b'],
  ] as const) {
    it(`is without ${name}`, () => assert.equal(says(body), expected));
  }

  for (const [name, body, expected] of [
    ['a bracket before a space', 'a < b', 'a < b'],
    ['a bracket before a digit', '1<2', '1<2'],
    ['a bracket at the end', 'a<', 'a<'],
    ['text in CDATA, whatever it looks like', '<![CDATA[<b>&amp;</b>]]>', '<b>&amp;</b>'],
    ['text in CDATA without an end', '<![CDATA[a', 'a'],
    ['text behind CDATA', '<title><![CDATA[a]]> b</title>', 'a b'],
  ] as const) {
    it(`has ${name}`, () => assert.equal(says(body), expected));
  }

  for (const [entity, expected] of [
    ['&amp;', '&'],
    ['&lt;', '<'],
    ['&gt;', '>'],
    ['&quot;', '"'],
    ['&apos;', "'"],
    ['&hellip;', '…'],
    ['&bull;', '•'],
    ['&ndash;', '–'],
    ['&mdash;', '—'],
    ['&lsquo;&rsquo;', '‘’'],
    ['&ldquo;&rdquo;', '“”'],
    ['&iexcl;', '¡'],
    ['&frac12;', '½'],
    ['&Agrave;', 'À'],
    ['&agrave;', 'à'],
    ['&eacute;', 'é'],
    ['&szlig;', 'ß'],
    ['&Ouml;', 'Ö'],
    ['&yuml;', 'ÿ'],
    ['&AMP;', '&'],
    ['&#65;', 'A'],
    ['&#x41;', 'A'],
    ['&#X1f600;', '😀'],
    ['&#x10ffff;', '\u{10ffff}'],
    ['&#x110000;', '\ufffd'],
    ['&#0;', '\ufffd'],
    ['&#xd800;', '\ufffd'],
    ['&#xdfff;', '\ufffd'],
    ['&#xd7ff;', '\ud7ff'],
    ['&#xe000;', '\ue000'],
    ['&nothing;', '&nothing;'],
    ['&amp', '&amp'],
    ['&;', '&;'],
    ['&#;', '&#;'],
    ['&amp;lt;', '&lt;'],
  ] as const) {
    it(`reads ${entity} as ${expected}`, () =>
      assert.equal(says(`<title>a${entity}b</title>`), `a${expected}b`));
  }

  it('knows signs and letters of Latin-1', () => {
    assert.equal(says('<p>&laquo;&not;&raquo;&times;&divide;&thorn;'), '«¬»×÷þ');
  });

  it('is read from the beginning alone', () => {
    const size = 64 * 1024;
    assert.equal(says(`<p>${'x'.repeat(size - 3)}y</p>`), 'x'.repeat(size - 3));
    assert.equal(says(`${' '.repeat(size - 16)}<title>a</title>`), 'a');
    assert.equal(says(`${' '.repeat(size)}<title>a</title>`), undefined);
  });

  it('is not lost behind a tag without an end', () => {
    const quote = (length: number): string => `<a b="${'x'.repeat(length)}>y">z`;
    // Within 2,048 characters a quote may hold a bracket; a longer one is taken for a mistake.
    assert.equal(says(quote(2_000)), 'z');
    assert.equal(says(quote(2_100)), 'y">z');
  });
});

describe('the code of a web page', () => {
  for (const [body, expected] of [
    ['<Error><Code>ServerBusy</Code></Error>', 'ServerBusy'],
    ['<m:code> A\n B </m:code>', 'A B'],
    ['<Code>a</Code><Code>b</Code>', 'a'],
    ['<Code></Code>', undefined],
    ['<p>code</p>', undefined],
  ] as const) {
    it(`is ${expected} in ${body}`, () => assert.equal(readWebPage(body).code, expected));
  }

  it('is no title', () => {
    assert.deepEqual(readWebPage('<Code>a</Code><Message>b</Message>'), { code: 'a', says: 'b' });
  });
});

describe('the beginning of a web page', () => {
  for (const [body, expected] of [
    ['<p>', true],
    ['\ufeff <P>', true],
    ['<?xml', true],
    ['<!-- -->', true],
    ['HTTP/1.1 502\r\n\r\n<!doctype  html>', true],
    ['x<html>', true],
    ['x<head lang="x">', true],
    ['x<title>', true],
    ['x<titles>', false],
    ['x<p>', false],
    ['x<!doctype xml>', false],
    ['x\ufeff<p>', false],
    ['</p>', false],
    ['<1>', false],
    [`${' '.repeat(1_022)}<p>`, true],
    [`${' '.repeat(1_023)}<p>`, false],
  ] as const) {
    it(`is ${expected ? '' : 'not '}${JSON.stringify(body.trimStart())}`, () =>
      assert.equal(isWebPage(body), expected));
  }
});
