import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { readApiError } from '../../../src/defender/errorBody';
import { isWebPage, readWebPage } from '../../../src/http/webPage';

type Expected = readonly [code: string | undefined, message: string | undefined, target?: string];

const json = (value: unknown): string => JSON.stringify(value);

/** Each body with what is told of it. */
const bodies: readonly (readonly [name: string, body: string, expected: Expected])[] = [
  ['the API', json({ error: { code: 'A', message: 'B', target: 'C' } }), ['A', 'B', 'C']],
  ['the API, without an envelope', json({ code: 'A', message: 'B', target: 'C' }), ['A', 'B', 'C']],
  ['the API, with a code only', json({ error: { code: 'Forbidden' } }), ['Forbidden', undefined]],
  ['the API, without anything', json({ error: { code: '', message: null } }), [undefined, undefined]],
  ['a numeric code', json({ error: { code: 429, message: 'Slow down' } }), ['429', 'Slow down']],
  ['code 0', json({ error: { code: 0, message: 'B' } }), ['0', 'B']],
  [
    'ASP.NET',
    json({ Message: 'Authorization has been denied.' }),
    [undefined, 'Authorization has been denied.'],
  ],
  [
    'ASP.NET with a detail',
    json({ Message: 'No resource was found.', MessageDetail: 'No controller matches.' }),
    [undefined, 'No resource was found: No controller matches.'],
  ],
  [
    'ASP.NET with an exception',
    json({
      Message: 'An error has occurred.',
      ExceptionMessage: 'Boom',
      ExceptionType: 'X',
      StackTrace: 'at y',
    }),
    [undefined, 'An error has occurred: Boom'],
  ],
  ['capital letters throughout', json({ Error: { Code: 'A', Message: 'B' } }), ['A', 'B']],
  ['an error that is a sentence', json({ error: 'It is closed.' }), [undefined, 'It is closed.']],
  ['an error that is a word', json({ error: 'closed' }), [undefined, 'closed']],
  [
    'OAuth',
    json({
      error: 'invalid_client',
      error_description: 'AADSTS7000215: Invalid secret.',
      error_codes: [7000215],
    }),
    ['invalid_client', 'AADSTS7000215: Invalid secret.'],
  ],
  ['a description alone', json({ error_description: 'Expired' }), [undefined, 'Expired']],
  [
    'an error beside a message',
    json({ error: 'Not Found', message: 'No route' }),
    [undefined, 'Not Found: No route'],
  ],
  ['an error beside the same message', json({ error: 'Gone', message: 'Gone' }), ['Gone', 'Gone']],
  [
    'problem details',
    json({ type: 'about:blank', title: 'Bad Request', status: 400, detail: 'The filter is wrong.' }),
    [undefined, 'Bad Request: The filter is wrong.'],
  ],
  ['problem details, a title alone', json({ title: 'Not Found', status: 404 }), [undefined, 'Not Found']],
  ['problem details, a detail alone', json({ detail: 'No.', status: 403 }), [undefined, 'No.']],
  [
    'problem details whose detail has the title',
    json({ title: 'Bad filter', detail: 'Bad filter in $filter' }),
    [undefined, 'Bad filter in $filter'],
  ],
  [
    'a validation',
    json({
      title: 'Invalid.',
      status: 400,
      errors: { Comment: ['Is required.', 'Is short.'], $: ['Bad JSON.'] },
    }),
    [undefined, 'Invalid: Comment: Is required: Is short: Bad JSON.'],
  ],
  [
    'a list of errors',
    json({ errors: [{ code: 'A', message: 'B' }, { message: 'C' }] }),
    [undefined, 'B: C'],
  ],
  ['errors in words', json({ errors: ['B', 'C', 'D', 'E'] }), [undefined, 'B: C: D']],
  ['OData 3', json({ 'odata.error': { code: 'A', message: { lang: 'en-US', value: 'B' } } }), ['A', 'B']],
  ['OData 2', json({ error: { code: '', message: { lang: 'en', value: 'B' } } }), [undefined, 'B']],
  [
    'an inner error',
    json({ error: { code: 'A', message: 'Failed.', innererror: { message: 'Deep', type: 'X' } } }),
    ['A', 'Failed: Deep'],
  ],
  [
    'inner errors in one another',
    json({
      error: { code: 'A', message: 'Failed', innerError: { code: 'I', innerError: { message: 'Deepest' } } },
    }),
    ['A', 'Failed: Deepest'],
  ],
  [
    'an inner error without a message',
    json({ error: { code: 'A', message: 'B', innerError: { 'request-id': 'x', date: 'y' } } }),
    ['A', 'B'],
  ],
  ['an inner error alone', json({ error: { innererror: { code: 'I', message: 'B' } } }), ['I', 'B']],
  [
    'details of an error',
    json({ error: { code: 'A', message: 'B', details: [{ code: 'D', target: '$filter', message: 'C' }] } }),
    ['A', 'B: C'],
  ],
  ['a gateway', json({ statusCode: 404, message: 'Resource not found' }), [undefined, 'Resource not found']],
  [
    'a gateway, as a text',
    json({ statusCode: 401, error: 'Unauthorized', message: 'Bad JWT' }),
    ['Unauthorized', 'Bad JWT'],
  ],
  [
    'another gateway',
    json({ fault: { faultstring: 'Quota', detail: { errorcode: 'policies.x' } } }),
    [undefined, 'Quota'],
  ],
  [
    'ASP.NET with a model',
    json({ Message: 'The request is invalid.', ModelState: { filter: ['Bad filter.'], top: ['Too many.'] } }),
    [undefined, 'The request is invalid: filter: Bad filter: top: Too many.'],
  ],
  ['OData 4, as a name', json({ '@odata.error': { code: 'A', message: 'B' } }), ['A', 'B']],
  [
    'an envelope that nobody knows',
    json({ time: 1, id: 'x'.repeat(300), response: { status: { text: 'It is closed.' } } }),
    [undefined, 'It is closed.'],
  ],
  [
    'a code, and a text that nobody knows',
    json({ code: 'A', text: 'It is closed.' }),
    ['A', 'It is closed.'],
  ],
  [
    'a message in languages',
    json({ error: { code: 'A', message: { en: 'It is closed.', fr: 'C’est fermé.' } } }),
    ['A', 'It is closed: C’est fermé.'],
  ],
  ['an answer in a string', json(json({ error: { code: 'A', message: 'B' } })), ['A', 'B']],
  ['a message that is JSON', json({ error: { code: 'A', message: json({ Message: 'B' }) } }), ['A', 'B']],
  ['a string', json('It is closed.'), [undefined, 'It is closed.']],
  ['a list', json([{ code: 'A', message: 'B' }]), ['A', 'B']],
  ['a byte order mark', `\ufeff${json({ error: { code: 'A', message: 'B' } })}`, ['A', 'B']],
  ['space around', `\r\n ${json({ error: { code: 'A', message: 'B' } })}\n`, ['A', 'B']],
  ['JSON of another kind', json({ ok: false, n: 1 }), [undefined, '{"ok":false,"n":1}']],
  ['a list of numbers', '[1]', [undefined, '[1]']],
  ['an empty object', '{}', [undefined, undefined]],
  ['empty lists', '[[],{"a":null}]', [undefined, undefined]],
  ['null', 'null', [undefined, undefined]],
  ['nothing', '', [undefined, undefined]],
  ['white space', ' \r\n\t', [undefined, undefined]],
  ['a message of white space', json({ error: { message: ' \n' } }), [undefined, undefined]],
  ['plain text', 'There is no connector.', [undefined, 'There is no connector.']],
  ['plain text in lines', '\n\nupstream gone\r\nstack', [undefined, 'upstream gone']],
  ['JSON that is cut', '{"error":{"code":"A","mess', [undefined, '{"error":{"code":"A","mess']],
  ['controls', json({ message: 'a\u001b[31mb\r\nc\u0000d\u2028e\u0085f' }), [undefined, 'a [31mb c d e f']],
  ['HTML', '<html><head><title>502 Bad Gateway</title></head>', [undefined, '502 Bad Gateway']],
  [
    'HTML behind a line break',
    '\r\n<!DOCTYPE html><html><head><title>Access Denied</title>…',
    [undefined, 'Access Denied'],
  ],
  [
    'a title with an attribute',
    '<html><head><title lang="en">Access Denied</title>…',
    [undefined, 'Access Denied'],
  ],
  ['a title whose attribute has a bracket', `<title data-a='x > y'>Denied</title>`, [undefined, 'Denied']],
  [
    'a byte order mark and a comment',
    '\ufeff<!-- a > b <title>no</title> --><TITLE>Denied</TITLE>',
    [undefined, 'Denied'],
  ],
  [
    'entities',
    '<title>Acc&egrave;s refus&#233; &amp; &#x27;clos&apos; &nope; &#0;</title>',
    [undefined, "Accès refusé & 'clos' &nope; \ufffd"],
  ],
  ['a title of lines', '<title>\n  Access\n  Denied\n</title>', [undefined, 'Access Denied']],
  ['a title that is cut', '<html><title>Access Den', [undefined, 'Access Den']],
  [
    'an empty title and a heading',
    '<title> </title><body><h1 class="x">Not <b>here</b><br>now</h1><p>x',
    [undefined, 'Not here now'],
  ],
  ['a heading of the second order', '<html><body><h2>Blocked</h2>', [undefined, 'Blocked']],
  [
    'a page without either',
    '<html><style>p{}</style><script>if (a < b) x("<title>no</title>")</script><p>Just <i>text</i></p>',
    [undefined, 'Just text'],
  ],
  ['a script that never ends', '<p>Text</p><script>x', [undefined, 'Text']],
  ['a comment that never ends', '<p>Text</p><!-- x <title>no</title>', [undefined, 'Text']],
  ['a tag that never ends', '<p>Text</p><title "', [undefined, 'Text']],
  ['a bracket that is none', '<p>1 < 2 and 3 > 2</p>', [undefined, '1 < 2 and 3 > 2']],
  [
    'a title that says little',
    '<title>Error</title><h1>Blocked by policy</h1>',
    [undefined, 'Error: Blocked by policy'],
  ],
  [
    'a title of one word, and a text',
    '<TITLE>Zscaler</TITLE><body>Your <b>request</b> was blocked.',
    [undefined, 'Zscaler: Your request was blocked.'],
  ],
  ['a title of one word alone', '<title>Denied</title><h1>Denied</h1>', [undefined, 'Denied']],
  [
    'problem details in XML',
    '<problem xmlns="urn:ietf:rfc:7807"><title>Bad filter</title><detail>No such field.</detail></problem>',
    [undefined, 'Bad filter: No such field.'],
  ],
  [
    'HTML behind a status line',
    'HTTP/1.1 403 Forbidden\r\n\r\n<html><title>Denied</title>',
    [undefined, 'Denied'],
  ],
  [
    'XML of a store',
    '<?xml version="1.0"?><Error><Code>ServerBusy</Code><Message>Busy.\nTime:1</Message></Error>',
    ['ServerBusy', 'Busy. Time:1'],
  ],
  [
    'XML of OData',
    '<m:error xmlns:m="x"><m:code>A</m:code><m:message xml:lang="en">B</m:message></m:error>',
    ['A', 'B'],
  ],
  ['text in CDATA', '<Error><Message><![CDATA[a <b> & c]]></Message></Error>', [undefined, 'a <b> & c']],
];

describe('the body of an error', () => {
  for (const [name, body, [code, message, target]] of bodies) {
    it(`of ${name} tells its reason`, () => {
      assert.deepEqual(readApiError(body), { code, message, target });
    });
  }

  it('is told in a bounded length', () => {
    const long = 'x'.repeat(5_000);
    assert.equal(readApiError(json({ error: { message: long } })).message?.length, 1_000);
    assert.equal(readApiError(json({ error: { code: long } })).code?.length, 200);
    assert.equal(readApiError(long).message?.length, 200);
    assert.equal(readApiError(`<title>${long}</title>`).message?.length, 200);
    assert.equal(readApiError(json({ other: long })).message?.length, 200);
    assert.equal(readApiError(json(Array(50).fill({ message: 'a b' }))).message, 'a b');
    assert.equal(readApiError(`${'x'.repeat(199)}😀`).message, 'x'.repeat(199));
  });

  it('may be nested without end', () => {
    const nested = `${'{"error":'.repeat(5_000)}1${'}'.repeat(5_000)}`;
    assert.equal(readApiError(nested).message?.length, 200);
    assert.equal(readApiError('['.repeat(100_000)).message?.length, 200);
  });

  it('is never a reason to fail, and never more than one line', () => {
    const check = (body: string): void => {
      for (const part of Object.values(readApiError(body)) as (string | undefined)[]) {
        assert.ok(part === undefined || (part !== '' && part.length <= 1_000 && !/\p{Cc}/u.test(part)));
      }
    };
    const keys = [
      'error',
      'Error',
      'message',
      'innererror',
      'code',
      'errors',
      'title',
      'odata.error',
      'x',
      '__proto__',
    ];
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 5 },
        fc.anything(),
        fc.string(),
        fc.dictionary(fc.constantFrom(...keys), tie('tree')),
        fc.array(tie('tree'), { maxLength: 3 }),
      ),
    }));
    fc.assert(
      fc.property(tree, (value) => check((JSON.stringify(value) as string | undefined) ?? '')),
      { numRuns: 300 },
    );
    const piece = fc.constantFrom(
      '<',
      '>',
      '<title',
      '</title>',
      '"',
      "'",
      ' ',
      'a',
      '<!--',
      '-->',
      '<script>',
      '&#27;',
      '<h1>',
      '<br>',
      '<![CDATA[',
      ']]>',
    );
    fc.assert(
      fc.property(fc.array(piece), (parts) => check(parts.join(''))),
      { numRuns: 300 },
    );
  });
});

describe('a web page', () => {
  it('is told from JSON and from text', () => {
    for (const page of [
      '<html>',
      ' \n<!doctype html>',
      '\ufeff<!-- x -->',
      '<?xml version="1.0"?>',
      'x\n<HTML lang="x">',
    ]) {
      assert.equal(isWebPage(page), true, page);
    }
    for (const none of ['', '{"a":"<html"}', 'a < b', '< 5', '<>', `${' '.repeat(2_000)}<html>`]) {
      assert.equal(isWebPage(none), false, none);
    }
  });

  it('shows no tag, whatever is in it', () => {
    const word = fc.constantFrom('Access', 'Denied', '1');
    const tag = fc.constantFrom(
      '<p>',
      '</p>',
      '<a href="x>y">',
      '<br/>',
      '<!-- a -->',
      '<b class=x>',
      "<i title='>'>",
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(word, tag)), (parts) => {
        assert.doesNotMatch(readWebPage(`<div>${parts.join('')}`).says ?? '', /[<>="]/);
      }),
    );
  });
});
