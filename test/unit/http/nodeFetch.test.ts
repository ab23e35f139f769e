import { strict as assert } from 'node:assert';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, it } from 'mocha';
import { systemClock } from '../../../src/http/clock';
import { nodeFetchPort } from '../../../src/http/nodeFetch';
import { downloadBlob } from '../../../src/results/download/download';
import { never, problemOf } from '../../support/failures';

const secret = 'sig=this-is-a-secret%2B';

/** Real connections: what the library does with redirects, packed bodies and its own messages shows only there. */
describe('the fetch port on node-fetch', () => {
  const servers: Server[] = [];

  afterEach(() => {
    servers.forEach((server) => {
      server.close();
      server.closeAllConnections();
    });
    servers.length = 0;
  });

  async function serve(listener: RequestListener): Promise<string> {
    const server = createServer(listener);
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  const get = (url: string, decompress = true) =>
    nodeFetchPort({ method: 'GET', url: `${url}/c/b?${secret}`, decompress }, never);

  async function bytesOf(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
    const pieces: Uint8Array[] = [];
    for await (const piece of body) {
      pieces.push(piece);
    }
    return Buffer.concat(pieces);
  }

  for (const status of [301, 302, 303, 307, 308]) {
    it(`follows no redirect, whatever its status: ${status}`, async () => {
      let reached = 0;
      const elsewhere = await serve((_, answer) => {
        reached += 1;
        answer.end('<html>');
      });
      const url = await serve((_, answer) => answer.writeHead(status, { Location: `${elsewhere}/in` }).end());
      const response = await get(url);
      assert.deepEqual([response.status, response.header('LOCATION')], [status, `${elsewhere}/in`]);
      const ports = { fetch: nodeFetchPort, clock: systemClock, random: () => 0, log: () => undefined };
      const link = (): Promise<string> => Promise.resolve(`${url}/c/b?${secret}`);
      const problem = await problemOf(downloadBlob(ports, link, { signal: never, limit: 1_000 }));
      assert.deepEqual(problem, {
        code: 'blobRedirected',
        host: new URL(url).host,
        to: new URL(elsewhere).host,
      });
      assert.equal(reached, 0);
    });
  }

  it('says why there is no connection, and nothing of the address but its host', async () => {
    const closed = await serve(() => undefined);
    servers.pop()?.close();
    const broken = await serve((request) => request.socket.destroy());
    const odd = await serve((request) => request.socket.end('this is not HTTP\r\n\r\n'));
    for (const [url, cause] of [
      [closed, 'ECONNREFUSED'],
      [broken, 'ECONNRESET'],
      [odd, 'HPE_INVALID_CONSTANT'],
      ['http://name.invalid', 'ENOTFOUND'],
    ] as const) {
      const asking = get(url);
      const problem = await problemOf(asking);
      const error: unknown = await asking.catch((reason: unknown) => reason);
      assert.deepEqual([problem['code'], problem['host']], ['network', new URL(url).host]);
      assert.match(String(problem['cause']), new RegExp(`^(?:${cause}|EAI_AGAIN)$`));
      assert.doesNotMatch(inspect(error, { depth: 9, showHidden: true }), /this-is-a-secret|\/c\/b/);
    }
  });

  it('says nothing of the address when the body breaks off, either', async () => {
    const url = await serve((request, answer) => {
      answer.writeHead(200, { 'Content-Length': 100, ETag: '"1"' });
      answer.write('abc', () => request.socket.destroy());
    });
    const lines: string[] = [];
    // The waits between two tries are over at once; time limits never are.
    const sleep = (ms: number): Promise<void> =>
      ms < 30_000 ? Promise.resolve() : new Promise(() => undefined);
    const ports = {
      fetch: nodeFetchPort,
      clock: { ...systemClock, sleep },
      random: () => 0,
      log: (line: string) => lines.push(line),
    };
    const link = (): Promise<string> => Promise.resolve(`${url}/c/b?${secret}`);
    const downloading = downloadBlob(ports, link, { signal: never, limit: 1_000 });
    assert.equal((await problemOf(downloading))['code'], 'cut');
    const error: unknown = await downloading.catch((reason: unknown) => reason);
    assert.ok(lines.length > 4);
    assert.doesNotMatch(inspect([error, lines], { depth: 9, showHidden: true }), /this-is-a-secret|\/c\/b/);
  });

  it('unpacks a body only when it is asked to', async () => {
    const packed = gzipSync('whole');
    const asked: (string | undefined)[] = [];
    const url = await serve((request, answer) => {
      asked.push(request.headers['accept-encoding']);
      answer.writeHead(200, { 'Content-Encoding': 'gzip' }).end(packed);
    });
    assert.equal((await bytesOf((await get(url)).body)).toString(), 'whole');
    assert.deepEqual(await bytesOf((await get(url, false)).body), packed);
    assert.match(asked[0] ?? '', /gzip/);
    assert.equal(asked[1], undefined);
  });

  it('sends method, headers and body, and gives an empty body for none', async () => {
    let seen = '';
    const url = await serve((request, answer) => {
      request.on('data', (piece: Buffer) => {
        seen = `${request.method} ${String(request.headers['x-one'])} ${piece.toString()}`;
      });
      request.on('end', () => answer.writeHead(204).end());
    });
    const response = await nodeFetchPort(
      { method: 'POST', url, headers: { 'X-One': '1' }, body: '{}', decompress: true },
      never,
    );
    assert.equal((await bytesOf(response.body)).byteLength, 0);
    assert.deepEqual([seen, response.status, response.header('x-none')], ['POST 1 {}', 204, undefined]);
  });

  it('sends bytes as they are, of a part of a buffer too, and other methods', async () => {
    const pieces: Buffer[] = [];
    let seen = '';
    const url = await serve((request, answer) => {
      seen = `${request.method} ${String(request.headers['content-length'])}`;
      request.on('data', (piece: Buffer) => pieces.push(piece));
      request.on('end', () => answer.end());
    });
    const body = Uint8Array.from([0, 255, 10, 13, 128, 7]).subarray(1, 5);
    await nodeFetchPort({ method: 'POST', url, body, decompress: true }, never);
    assert.deepEqual([seen, [...Buffer.concat(pieces)]], ['POST 4', [255, 10, 13, 128]]);
    await nodeFetchPort({ method: 'DELETE', url, decompress: true }, never);
    assert.match(seen, /^DELETE /);
  });

  it('is left with the reason of whoever leaves', async () => {
    const url = await serve(() => undefined);
    const leaver = new AbortController();
    const reason = new Error('enough');
    const asking = nodeFetchPort({ method: 'GET', url, decompress: true }, leaver.signal);
    const failing = assert.rejects(asking, reason);
    await new Promise((resolve) => setImmediate(resolve));
    leaver.abort(reason);
    await failing;
  });
});
