import { strict as assert } from 'node:assert';
import { text } from 'node:stream/consumers';
import { describe, it } from 'mocha';
import type { HttpResponse } from '../../../src/http/fetchPort';
import { handlerPort } from '../../../src/http/handlerPort';
import { never } from '../../support/failures';

const url = 'https://h.example/api/x?y=1';

const bodyOf = ({ body }: HttpResponse): Promise<string> => text(body);

describe('a handler in place of the network', () => {
  it('gets the request as it would be sent', async () => {
    const seen: unknown[] = [];
    const port = handlerPort(() =>
      Promise.resolve(async (request) => {
        seen.push([request.method, request.url, request.headers.get('x-a'), await request.text()]);
        return new Response('ok');
      }),
    );
    await port({ method: 'POST', url, headers: { 'X-A': '1' }, body: '{}', decompress: true }, never);
    await port({ method: 'POST', url, body: Buffer.from('bytes'), decompress: true }, never);
    await port({ method: 'GET', url, decompress: true }, never);
    assert.deepEqual(seen, [
      ['POST', url, '1', '{}'],
      ['POST', url, null, 'bytes'],
      ['GET', url, null, ''],
    ]);
  });

  it('answers with its status, its headers and its body', async () => {
    const port = handlerPort(() =>
      Promise.resolve(() => Promise.resolve(new Response('gone', { status: 410, headers: { ETag: '"1"' } }))),
    );
    const response = await port({ method: 'GET', url, decompress: true }, never);
    assert.equal(response.status, 410);
    assert.deepEqual(
      [response.header('etag'), response.header('ETag'), response.header('x')],
      ['"1"', '"1"', undefined],
    );
    assert.equal(await bodyOf(response), 'gone');
  });

  it('may have no body', async () => {
    const port = handlerPort(() =>
      Promise.resolve(() => Promise.resolve(new Response(null, { status: 204 }))),
    );
    assert.equal(await bodyOf(await port({ method: 'GET', url, decompress: true }, never)), '');
  });

  it('is not asked for whoever has left, and its answer is for nobody who has', async () => {
    let asked = 0;
    const leaver = new AbortController();
    const port = handlerPort(() =>
      Promise.resolve(() => {
        asked += 1;
        leaver.abort();
        return Promise.resolve(new Response('late'));
      }),
    );
    const request = { method: 'GET', url, decompress: true } as const;
    await assert.rejects(port(request, AbortSignal.abort()), { name: 'AbortError' });
    assert.equal(asked, 0);
    await assert.rejects(port(request, leaver.signal), { name: 'AbortError' });
    assert.equal(asked, 1);
  });
});
