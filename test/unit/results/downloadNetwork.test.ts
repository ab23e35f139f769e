import { strict as assert } from 'node:assert';
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, it } from 'mocha';
import { systemClock } from '../../../src/http/clock';
import { nodeFetchPort } from '../../../src/http/nodeFetch';
import { downloadBlob, downloadTo, type Sink } from '../../../src/results/download/download';
import { problemOf } from '../../support/failures';

const mebibyte = 1024 * 1024;
const size = 64 * mebibyte;
const block = Buffer.alloc(mebibyte, 'live response ');
const { signal } = new AbortController();
const ports = { fetch: nodeFetchPort, clock: systemClock, random: () => 0, log: () => undefined };

/** What only real connections show: that they are let go of, and that what nobody takes is not read. */
describe('a download over the network', () => {
  let close = (): void => undefined;

  afterEach(() => close());

  /** A blob that is written as fast as it is taken; `left` resolves when its connection has ended, with the bytes it took. */
  async function serve(): Promise<{
    link: () => Promise<string>;
    left: Promise<number>;
    taken: () => number;
  }> {
    let taken = 0;
    let leave: (bytes: number) => void = () => undefined;
    const left = new Promise<number>((resolve) => {
      leave = resolve;
    });
    const answer = async (_: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
      outgoing.once('close', () => leave(taken));
      outgoing.writeHead(200, { 'Content-Length': size, ETag: '"1"' });
      for (let sent = 0; sent < size && !outgoing.destroyed; sent += block.byteLength) {
        // Resolves when the system has taken it, which it does until the buffers of both sides are full.
        await new Promise<void>((resolve) => outgoing.write(block, () => resolve()));
        taken += block.byteLength;
      }
      outgoing.end();
    };
    const server = createServer((incoming, outgoing) => void answer(incoming, outgoing));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    close = () => {
      server.close();
      server.closeAllConnections();
    };
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/blob`;
    return { link: () => Promise.resolve(url), left, taken: () => taken };
  }

  it('is broken off when it is too large, before it was read', async () => {
    const { link, left } = await serve();
    const problem = await problemOf(downloadBlob(ports, link, { signal, limit: mebibyte }));
    assert.deepEqual([problem['code'], problem['size']], ['tooLarge', size]);
    assert.ok((await left) < size);
  });

  it('is broken off when it is cancelled', async () => {
    const { link, left } = await serve();
    const leaver = new AbortController();
    const onProgress = (): void => leaver.abort();
    const leaving = downloadBlob(ports, link, { signal: leaver.signal, limit: size, onProgress });
    await assert.rejects(leaving, { name: 'AbortError' });
    assert.ok((await left) < size);
  });

  it('does not read on while the sink is busy', async () => {
    const { link, taken } = await serve();
    const hash = createHash('sha256');
    let go = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      go = resolve;
    });
    const sink: Sink = {
      write: async (chunk) => {
        await held;
        hash.update(chunk);
      },
      restart: () => Promise.reject(new Error('nothing has changed')),
    };
    const saving = downloadTo(sink, ports, link, { signal });
    for (let before = -1; before < taken() || taken() === 0;) {
      before = taken();
      await sleep(200);
    }
    assert.ok(
      taken() < size / 2,
      `${taken() / mebibyte} MB were taken off the server while nothing was written`,
    );
    go();
    assert.deepEqual((await saving).sha256, hash.digest('hex'));
    assert.equal(taken(), size);
  });
});
