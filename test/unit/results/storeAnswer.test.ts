import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import type { HttpResponse } from '../../../src/http/fetchPort';
import { downloadBlob, downloadTo } from '../../../src/results/download/download';
import { beginsAsPage, isFromStore, refusalOf } from '../../../src/results/download/storeAnswer';
import { FakeClock } from '../../support/fakeClock';
import { never, problemOf } from '../../support/failures';
import { type Answer, ScriptedPort } from '../../support/scriptedPort';

const host = 'h.blob.example';
/** Its title is in the first piece that comes. */
const page =
  '<!DOCTYPE html><html><head><title lang="en">Welcome To\r\n Directory  Authentication</title></head><body>…</body></html>'.padEnd(
    600,
  );
const html = { 'content-type': 'text/html; charset=utf-8' };
const azure = { 'x-ms-request-id': '1f3c', 'x-ms-version': '2020-06-12' };
const title = 'Welcome To Directory Authentication';

function setUp(answers: readonly Answer[]) {
  const clock = new FakeClock();
  const port = new ScriptedPort(answers);
  const lines: string[] = [];
  const ports = { fetch: port.fetch, clock, random: () => 0, log: (line: string) => lines.push(line) };
  let links = 0;
  const link = (): Promise<string> => {
    links += 1;
    return Promise.resolve(`https://${host}/c/b?n=${links}&sig=secret`);
  };
  const download = () => downloadBlob(ports, link, { signal: never, limit: 1e6 });
  /** The problem that it fails with, however long it waits for that. */
  const fails = async () => {
    const failing = problemOf(download());
    await clock.advance(600_000);
    const problem = await failing;
    assert.doesNotMatch(JSON.stringify([problem, lines]), /secret|sig=/);
    return problem;
  };
  return { clock, port, ports, link, download, fails, links: () => links, lines };
}

function xml(code: string, detail?: string): string {
  const more = detail === undefined ? '' : `<AuthenticationErrorDetail>${detail}</AuthenticationErrorDetail>`;
  return `\uFEFF<?xml version="1.0" encoding="utf-8"?>\n<Error><Code>${code}</Code><Message>${code}.\nRequestId:1</Message>${more}</Error>`;
}

const timeFrame =
  'Signature not valid in the specified time frame: Start [2026-11-20T11:00:00Z] - Expiry [2026-11-20T11:30:00Z] - Current [2026-11-20T12:00:00Z]';

describe('a page in the place of a blob', () => {
  for (const [name, answer, said] of [
    ['with its type', { body: page, headers: html }, title],
    ['with its type and no title', { body: '<html><body>Sign in', headers: html }, undefined],
    ['that is empty', { body: '', headers: html }, undefined],
    ['of XHTML', { body: page, headers: { 'content-type': 'application/xhtml+xml' } }, title],
    ['without a type', { body: page }, title],
    ['of XHTML without a type', { body: `<?xml version="1.0" encoding="UTF-8"?>\n${page}` }, title],
    ['that is a part of one', { body: '<div class="block"><h1>Access denied</h1></div>' }, undefined],
    ['that is a frame', { body: '<iframe src="https://portal.example/"></iframe>' }, undefined],
    [
      'as plain text, behind a line break',
      { body: `\r\n\t${page}`, headers: { 'content-type': 'text/plain' } },
      title,
    ],
    ['behind a byte order mark', { body: `\uFEFF${page.toLowerCase()}` }, title.toLowerCase()],
    ['without a DOCTYPE', { body: '<HTML><TITLE>Blocked</TITLE></HTML>'.padEnd(200) }, 'Blocked'],
    ['behind a comment', { body: `<!-- a - b -- c > -->\n${page}` }, title],
    ['that is only a head', { body: '<head><title>Blocked</title></head>'.padEnd(200) }, 'Blocked'],
    [
      'that only leads on',
      { body: '<meta http-equiv="refresh" content="0; url=//login.example">' },
      undefined,
    ],
    ['that is only a script', { body: '<script>location="//login.example"</script>' }, undefined],
    ['with a strong ETag of its own', { body: page, headers: { ...html, etag: '"abc"' } }, title],
  ] as const) {
    it(`is no result, and is not tried again: ${name}`, async () => {
      const { fails, port, links } = setUp([answer]);
      assert.deepEqual(await fails(), { code: 'notTheStore', host, status: 200, title: said });
      assert.deepEqual([port.requests.length, links()], [1, 1]);
    });
  }

  it('is recognized however small its pieces are, and reaches no sink as a whole', async () => {
    const { ports, link } = setUp([{ body: '<!doctype html>'.padEnd(20, 'x') }]);
    const tiny: typeof ports.fetch = async (request, signal) => {
      const response = await ports.fetch(request, signal);
      const body = (async function* () {
        for await (const piece of response.body) {
          for (const byte of piece) {
            yield Uint8Array.of(byte);
          }
        }
      })();
      return { status: response.status, header: (name) => response.header(name), body };
    };
    let written = 0;
    const sink = {
      write: (piece: Uint8Array) => Promise.resolve(void (written += piece.byteLength)),
      restart: () => Promise.resolve(),
    };
    const saving = downloadTo(sink, { ...ports, fetch: tiny }, link, { signal: never });
    assert.equal((await problemOf(saving))['code'], 'notTheStore');
    assert.ok(written < 15, String(written));
  });

  it('is recognized in the place of the rest, too', async () => {
    const cut = { body: '{"script_output":"o"}', cutAfter: 5, headers: { etag: '"v0"' } };
    const { fails } = setUp([cut, { body: page, headers: html }]);
    assert.equal((await fails())['code'], 'notTheStore');
  });

  it('is a result when the store sends it: a page that was collected', async () => {
    for (const headers of [
      { ...html, 'x-ms-request-id': '1' },
      { ...html, 'x-ms-version': '2020-06-12' },
      { ...html, 'x-ms-blob-type': 'BlockBlob' },
      { ...html, server: 'Windows-Azure-Blob/1.0 Microsoft-HTTPAPI/2.0' },
      { ...html, etag: '"0x8DC8D3A7B0A1F2E"' },
    ]) {
      const { download } = setUp([{ body: page, headers }]);
      assert.equal(Buffer.from((await download()).bytes).toString(), page);
    }
  });

  it('is not what only has HTML in it', async () => {
    for (const body of [
      JSON.stringify({ script_output: page }),
      `log of a proxy\n${page}`,
      `${' '.repeat(2_000)}${page}`,
      '<htmlish/>',
      '<?xml version="1.0"?><html/>',
    ]) {
      const { download } = setUp([{ body }]);
      assert.equal(Buffer.from((await download()).bytes).toString(), body);
    }
  });

  it('does not depend on where its bytes are cut into pieces', () => {
    fc.assert(
      fc.property(fc.constantFrom(page, page.toUpperCase(), ` \n${page}`), fc.nat(1_024), (text, at) => {
        const bytes = Buffer.from(text);
        const begin = text.search(/html/i) + 4;
        // What is cut off within the tag is not recognized yet; all of it always is.
        assert.ok(beginsAsPage(bytes));
        assert.ok(at <= begin || beginsAsPage(bytes.subarray(0, at)));
      }),
    );
  });
});

describe('a redirect in the place of a blob', () => {
  for (const [status, location, to] of [
    [302, 'https://login.proxy.example/sign-in?return=x', 'login.proxy.example'],
    [301, 'http://portal.example:8080/', 'portal.example:8080'],
    [307, '/login', host],
    [303, 'https://h.blob.example/c/b?sig=secret', host],
  ] as const) {
    it(`is not followed, and where to is said: ${status} ${location}`, async () => {
      const { fails, port } = setUp([{ status, headers: { location }, body: page }]);
      assert.deepEqual(await fails(), { code: 'blobRedirected', host, to });
      assert.equal(port.requests.length, 1);
    });
  }

  it('needs a place to go to', async () => {
    const { fails } = setUp([{ status: 304, headers: azure }]);
    assert.deepEqual(await fails(), { code: 'blobStatus', host, status: 304 });
  });
});

describe('a store that refuses a link', () => {
  for (const [name, answer, reason, frame] of [
    ['its header', { headers: { 'x-ms-error-code': 'AuthenticationFailed' } }, 'AuthenticationFailed', false],
    ['its XML', { body: xml('AuthenticationFailed') }, 'AuthenticationFailed', false],
    ['the time', { body: xml('AuthenticationFailed', timeFrame) }, 'AuthenticationFailed', true],
    [
      'the time, in both',
      {
        body: xml('AuthenticationFailed', timeFrame),
        headers: { ...azure, 'x-ms-error-code': 'AuthenticationFailed' },
      },
      'AuthenticationFailed',
      true,
    ],
    [
      'the signature',
      { body: xml('AuthenticationFailed', 'Signature did not match. String to sign used was rt sig=secret') },
      'AuthenticationFailed',
      false,
    ],
    [
      'the header before the XML',
      { body: xml('Other'), headers: { 'x-ms-error-code': 'First' } },
      'First',
      false,
    ],
    ['nothing', {}, undefined, false],
    [
      'XML that ends early',
      { body: xml('AuthenticationFailed').slice(0, 100) },
      'AuthenticationFailed',
      false,
    ],
    [
      'what is no code',
      { headers: { 'x-ms-error-code': '[x](command:y)' }, body: '<Error/>' },
      undefined,
      false,
    ],
    [
      'a network rule',
      { body: xml('AuthorizationFailure'), headers: { 'x-ms-error-code': 'AuthorizationFailure' } },
      'AuthorizationFailure',
      false,
    ],
    ['a time frame of another code', { body: xml('Other', timeFrame) }, 'Other', false],
  ] as const) {
    it(`gets one new link, and its reason is told: ${name}`, async () => {
      const { fails, links } = setUp([{ status: 403, ...answer }]);
      assert.deepEqual(await fails(), { code: 'linkRefused', host, reason, timeFrame: frame });
      assert.equal(links(), 2);
    });
  }

  for (const code of [
    'AuthorizationPermissionMismatch',
    'AuthorizationSourceIPMismatch',
    'AccountIsDisabled',
    'InsufficientAccountPermissions',
  ]) {
    it(`gets no new link when that does not help: ${code}`, async () => {
      const { fails, links } = setUp([
        { status: 403, headers: { 'x-ms-error-code': code }, body: xml(code) },
      ]);
      assert.deepEqual(await fails(), { code: 'linkRefused', host, reason: code, timeFrame: false });
      assert.equal(links(), 1);
    });
  }

  for (const [name, status, answer, said] of [
    ['a page with 403', 403, { body: page, headers: html }, title],
    ['a page with 403 that says it is text', 403, { body: page }, title],
    [
      'a sentence with 403',
      403,
      { body: 'Access denied by policy', headers: { 'content-type': 'text/plain' } },
      undefined,
    ],
    ['JSON with 403', 403, { body: '{"error":"blocked"}' }, undefined],
    ['a page with 404', 404, { body: page, headers: html }, title],
    ['a page with 401', 401, { body: page, headers: html }, title],
    ['a page with 412', 412, { body: page, headers: html }, title],
    ['407, whatever it sends', 407, {}, undefined],
    ['511, whatever it sends', 511, {}, undefined],
  ] as const) {
    it(`is not what answers here, and no new link is asked for: ${name}`, async () => {
      const { fails, links, port } = setUp([{ status, ...answer }]);
      assert.deepEqual(await fails(), { code: 'notTheStore', host, status, title: said });
      assert.deepEqual([links(), port.requests.length], [1, 1]);
    });
  }

  it('is tried again when a proxy reports a fault that may pass', async () => {
    const fault = { status: 502, body: page, headers: html };
    const { fails, port } = setUp([fault]);
    assert.deepEqual(await fails(), { code: 'notTheStore', host, status: 502, title });
    assert.equal(port.requests.length, 4);
    const healed = setUp([fault, { body: '{}' }]);
    const done = healed.download();
    await healed.clock.advance(10_000);
    assert.equal((await done).bytes.byteLength, 2);
  });

  it('says its code with any other status', async () => {
    const { fails } = setUp([{ status: 409, body: xml('BlobArchived') }]);
    assert.deepEqual(await fails(), { code: 'blobStatus', host, status: 409, reason: 'BlobArchived' });
    const gone = setUp([{ status: 404, headers: azure, body: xml('BlobNotFound') }]);
    assert.deepEqual(await gone.fails(), { code: 'blobGone', host });
    const altered = setUp([{ status: 203, body: '{}' }]);
    assert.equal((await altered.fails())['code'], 'notTheStore');
  });

  it('is read no further than an error is long, and a title is cut', async () => {
    const long = `<html><title>${'t'.repeat(500)}</title>${'x'.repeat(1_000_000)}`;
    const { fails, port } = setUp([{ status: 403, body: long, headers: html }]);
    assert.equal((await fails())['title'], 't'.repeat(120));
    assert.equal(port.pulled, 1);
  });

  it('is believed although its error breaks off, and left at once when somebody leaves', async () => {
    const { fails } = setUp([{ status: 404, headers: azure, body: xml('BlobNotFound'), cutAfter: 20 }]);
    assert.equal((await fails())['code'], 'blobGone');

    const leaver = new AbortController();
    const { ports, link } = setUp([{ status: 403, body: 'x', stallAfter: 0 }]);
    const leaving = downloadBlob(ports, link, { signal: leaver.signal, limit: 1 });
    const failing = assert.rejects(leaving, { name: 'AbortError' });
    await new Promise((resolve) => setImmediate(resolve));
    leaver.abort();
    await failing;
  });
});

describe('a store that is busy', () => {
  const done: Answer = { body: '{}' };

  for (const status of [429, 503]) {
    for (const [name, headers, ms] of [
      ['seconds', { 'retry-after': '20' }, 20_000],
      ['a date', { 'retry-after': 'Fri, 20 Nov 2026 12:00:40 GMT' }, 40_000],
      [
        'a date, by its own clock',
        { 'retry-after': 'Fri, 20 Nov 2026 12:01:00 GMT', date: 'Fri, 20 Nov 2026 12:00:30 GMT' },
        30_000,
      ],
      ['nothing', {}, 1_000],
      ['no time to lose', { 'retry-after': '0' }, 0],
    ] as const) {
      it(`is left alone as long as it says with ${status}: ${name}`, async () => {
        const { download, clock, port } = setUp([{ status, headers, body: xml('ServerBusy') }, done]);
        const downloading = download();
        await clock.advance(Math.max(0, ms - 1));
        assert.equal(port.requests.length, ms === 0 ? 2 : 1);
        await clock.advance(1);
        assert.equal((await downloading).bytes.byteLength, 2);
      });
    }

    it(`is not waited for longer than a minute, and it is said until when (${status})`, async () => {
      const { download, clock, port } = setUp([{ status, headers: { 'retry-after': '61' } }, done]);
      const until = clock.now() + 61_000;
      assert.deepEqual(await problemOf(download()), { code: 'blobBusy', host, status, until });
      assert.equal(port.requests.length, 1);
    });
  }

  it('is waited for a minute', async () => {
    const { download, clock } = setUp([{ status: 503, headers: { 'retry-after': '60' } }, done]);
    const downloading = download();
    await clock.advance(60_000);
    assert.equal((await downloading).bytes.byteLength, 2);
  });

  it('is tried three times more, each time later, when it does not say how long', async () => {
    const { download, clock, port } = setUp([{ status: 503, body: xml('ServerBusy') }]);
    const failing = problemOf(download());
    const at: number[] = [];
    for (let second = 0; second < 10; second += 1) {
      at.push(port.requests.length);
      await clock.advance(1_000);
    }
    assert.deepEqual(at, [0, 2, 2, 3, 3, 3, 3, 4, 4, 4]);
    assert.deepEqual(await failing, { code: 'blobBusy', host, status: 503, until: undefined });
  });

  it('has another fault with 500, which is tried again sooner', async () => {
    const { fails, port } = setUp([{ status: 500, body: xml('InternalError') }]);
    assert.deepEqual(await fails(), { code: 'blobStatus', host, status: 500, reason: 'InternalError' });
    assert.equal(port.requests.length, 4);
    const other = setUp([{ status: 400, body: xml('InvalidInput') }]);
    assert.equal((await other.fails())['code'], 'blobStatus');
    assert.equal(other.port.requests.length, 1);
  });
});

describe('whether an answer is one of the store', () => {
  const of = (headers: Record<string, string>): boolean | undefined =>
    isFromStore({ header: (name) => headers[name] } as HttpResponse);

  it('is known from its headers, or not known', () => {
    assert.equal(of({ 'x-ms-error-code': 'X' }), true);
    assert.equal(of({ 'x-ms-error-code': ' ' }), undefined);
    assert.equal(of({ 'content-type': 'application/json' }), undefined);
    assert.equal(of({ 'content-type': 'text/htmlx' }), undefined);
    assert.equal(of({ 'content-type': ' TEXT/HTML' }), false);
    assert.equal(of({ server: 'not Windows-Azure-Blob/1.0' }), undefined);
    assert.equal(of({ etag: '"0x8DC"' }), undefined);
    assert.equal(of({ etag: 'W/"0x8DC8D3A7B0A1F2E"' }), undefined);
  });
});

describe('the reason of a refusal', () => {
  it('never fails for what the body is', async () => {
    const body = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc
        .array(
          fc.constantFrom(
            '<Error>',
            '</Error>',
            '<Code>',
            '</Code>',
            'A',
            '&',
            '<!--',
            '<![CDATA[',
            '<title',
            '>',
          ),
        )
        .map((parts) => parts.join('')),
    );
    await fc.assert(
      fc.asyncProperty(body, fc.constantFrom(400, 403, 404, 429, 500), async (text, status) => {
        const port = new ScriptedPort([{ status, body: text }]);
        const response = await port.fetch({ method: 'GET', url: 'https://h/', decompress: false }, never);
        const { code } = await refusalOf(host, response, never, 0);
        assert.ok(['linkRefused', 'blobGone', 'blobStatus', 'blobBusy', 'notTheStore'].includes(code));
      }),
      { numRuns: 1_000 },
    );
  });
});
