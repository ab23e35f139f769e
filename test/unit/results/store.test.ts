import { strict as assert } from 'node:assert';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { describe, it } from 'mocha';
import { systemClock } from '../../../src/http/clock';
import { Failure } from '../../../src/http/failure';
import type { DocumentKind } from '../../../src/results/address';
import { ResultReader } from '../../../src/results/resultReader';
import { ResultStore } from '../../../src/results/store';
import type { StoredResult } from '../../../src/results/storedResult';
import { FakeClock, settle } from '../../support/fakeClock';
import { problemOf } from '../../support/failures';
import { bytesInUse } from '../../support/memory';
import { type Answer, ScriptedPort } from '../../support/scriptedPort';

const actionId = '988cc94e-7a8f-4b28-ab65-54970c5d5018';
const body = JSON.stringify({
  script_name: 'a.ps1',
  exit_code: 0,
  script_output: 'out',
  script_errors: 'err',
});
const blob: Answer = { headers: { 'content-type': 'application/json' }, body };

/** The text of a document, which begins with a byte order mark. */
function textOf(result: StoredResult, kind: DocumentKind): string {
  const { bytes } = result.document(kind) ?? assert.fail(`no ${kind}`);
  const text = Buffer.from(bytes).toString();
  assert.equal(text.charCodeAt(0), 0xfeff);
  return text.slice(1);
}

function setUp(answers: readonly Answer[], limits = { cacheBytes: 1_000_000, downloadBytes: 1_000_000 }) {
  const clock = new FakeClock();
  const port = new ScriptedPort(answers);
  const lines: string[] = [];
  const log = (line: string): unknown => lines.push(line);
  const reader = new ResultReader({ workerFile: undefined, log });
  const ports = { clock, random: () => 0, log, reader };
  const store = new ResultStore(ports, () => limits);
  let links = 0;
  const client = {
    resultLink: () => {
      links += 1;
      return Promise.resolve(`https://h.blob.example/c/b?n=${links}&sig=a/b%2Bc`);
    },
  };
  const request = (index = 0, final = true, commandType = 'RunScript') => ({
    address: { connection: 'contoso', actionId, index },
    client,
    fetch: port.fetch,
    commandType,
    final,
  });
  return { clock, port, ports, store, request, lines, links: () => links };
}

const call = { signal: new AbortController().signal, urgency: 'interactive' as const };

describe('the store of results', () => {
  it('asks for a link and downloads it, and the second time neither', async () => {
    const { store, request, port, links } = setUp([blob]);
    const first = await store.get(request(), call);
    assert.equal(textOf(first, 'output'), 'out');
    assert.equal(textOf(first, 'error'), 'err');
    assert.equal(Buffer.from(first.bytes).toString(), body);
    assert.equal(await store.get(request(), call), first);
    assert.deepEqual([links(), port.requests.length], [1, 1]);
  });

  it('sends the blob store no token, asks for no encoding, and takes the link as it is', async () => {
    const { store, request, port, lines } = setUp([blob]);
    await store.get(request(), call);
    const [sent] = port.requests;
    assert.equal(sent?.url, 'https://h.blob.example/c/b?n=1&sig=a/b%2Bc');
    assert.equal(sent.decompress, false);
    assert.deepEqual(Object.keys(sent.headers ?? {}), ['Accept']);
    assert.ok(!lines.join().includes('sig='));
  });

  it('gets a new link once when the link is refused', async () => {
    const { store, request, links, port } = setUp([{ status: 403 }, blob]);
    await store.get(request(), call);
    assert.deepEqual([links(), port.requests.length], [2, 2]);
  });

  it('says so when the new link is refused too', async () => {
    const { store, request, links } = setUp([{ status: 403 }]);
    assert.deepEqual(await problemOf(store.get(request(), call)), {
      code: 'linkRefused',
      host: 'h.blob.example',
      reason: undefined,
      timeFrame: false,
    });
    assert.equal(links(), 2);
  });

  it('says that a blob is gone, without trying again', async () => {
    const { store, request, port } = setUp([{ status: 404 }]);
    assert.equal((await problemOf(store.get(request(), call)))['code'], 'blobGone');
    assert.equal(port.requests.length, 1);
  });

  it('tries a cut download again, three times at the most, and never shows a piece', async () => {
    const cut = { ...blob, cutAfter: 10 };
    const healed = setUp([cut, cut, cut, blob]);
    const got = healed.store.get(healed.request(), call);
    await healed.clock.advance(60_000);
    assert.equal((await got).bytes.byteLength, body.length);

    const broken = setUp([cut]);
    const failing = problemOf(broken.store.get(broken.request(), call));
    await broken.clock.advance(60_000);
    assert.deepEqual(await failing, {
      code: 'cut',
      host: 'h.blob.example',
      received: 10,
      expected: body.length,
    });
    assert.equal(broken.port.requests.length, 4);
    assert.equal(broken.store.peek(broken.request().address, false), undefined);
  });

  it('takes a body that is shorter than announced for cut', async () => {
    const { store, request, clock } = setUp([{ ...blob, headers: { 'content-length': '1000' } }]);
    const failing = problemOf(store.get(request(), call));
    await clock.advance(60_000);
    assert.equal((await failing)['code'], 'cut');
  });

  it('refuses what is larger than the limit, before reading it when it says so', async () => {
    const limits = { cacheBytes: 1_000, downloadBytes: 20 };
    const announced = setUp([blob], limits);
    assert.deepEqual(await problemOf(announced.store.get(announced.request(), call)), {
      code: 'tooLarge',
      host: 'h.blob.example',
      limit: 20,
      size: body.length,
    });
    const silent = setUp([{ ...blob, headers: { 'content-length': '' } }], limits);
    assert.equal((await problemOf(silent.store.get(silent.request(), call)))['code'], 'tooLarge');
  });

  it('gives up a download that stands still for 30 seconds', async () => {
    const { store, request, clock, port } = setUp([{ hang: true }]);
    const failing = problemOf(store.get(request(), call));
    await clock.advance(29_000);
    assert.equal(port.requests.length, 1);
    await clock.advance(300_000);
    assert.deepEqual(await failing, { code: 'timedOut', host: 'h.blob.example', seconds: 30 });
  });

  it('makes one download for two who wait, and goes on when one of them leaves', async () => {
    const { store, request, port, links } = setUp([blob]);
    const leaver = new AbortController();
    const [left, stayed] = [
      store.get(request(), { ...call, signal: leaver.signal }),
      store.get(request(), call),
    ];
    leaver.abort();
    await assert.rejects(left, { name: 'AbortError' });
    assert.equal(textOf(await stayed, 'output'), 'out');
    assert.deepEqual([links(), port.requests.length], [1, 1]);
  });

  it('aborts the download when the last one leaves, and a newcomer starts another', async () => {
    const { store, request, port } = setUp([{ hang: true }, blob]);
    const leaver = new AbortController();
    const left = store.get(request(), { ...call, signal: leaver.signal });
    await settle();
    leaver.abort();
    await assert.rejects(left, { name: 'AbortError' });
    assert.equal(textOf(await store.get(request(), call), 'output'), 'out');
    assert.equal(port.requests.length, 2);
  });

  it('does not keep what is not final, but can show it', async () => {
    const { store, request, links } = setUp([blob]);
    const first = await store.get(request(0, false), call);
    assert.equal(store.peek(request().address, false), first);
    await store.get(request(0, false), call);
    assert.equal(links(), 2);
  });

  it('keeps of what is not final no more than its share of the cache, but always the last', async () => {
    const { store, request } = setUp([blob], { cacheBytes: body.length * 4, downloadBytes: 1_000 });
    await store.get(request(0, false), call);
    await store.get(request(1, false), call);
    assert.equal(store.peek(request(0).address, false), undefined);
    assert.ok(store.peek(request(1).address, false));
  });

  it('weighs a result by its bytes and its documents', async () => {
    const { store, request } = setUp([blob]);
    const { weight, bytes } = await store.get(request(), call);
    assert.ok(weight >= bytes.byteLength + 'out'.length + 'err'.length + 2 * 3);
  });

  it('drops the least recently used when it is full', async () => {
    const { store, request } = setUp([blob], {
      cacheBytes: Math.floor(body.length * 2.6),
      downloadBytes: 1_000,
    });
    await store.get(request(0), call);
    await store.get(request(1), call);
    await store.get(request(0), call);
    await store.get(request(2), call);
    assert.ok(store.peek(request(0).address, false));
    assert.equal(store.peek(request(1).address, false), undefined);
    assert.ok(store.peek(request(2).address, false));
  });

  it('forgets a connection, and only that one', async () => {
    const { store, request } = setUp([blob]);
    const mine = request();
    const other = { ...mine, address: { ...mine.address, connection: 'contoso-2' } };
    await store.get(mine, call);
    await store.get(other, call);
    store.forget('contoso');
    assert.equal(store.peek(mine.address, false), undefined);
    assert.ok(store.peek(other.address, false));
  });

  it('does not follow a link that is not secure', async () => {
    const { store, request, port } = setUp([blob]);
    const insecure = {
      ...request(),
      client: { resultLink: () => Promise.resolve('http://h.blob.example/b?sig=x') },
    };
    assert.deepEqual(await problemOf(store.get(insecure, call)), {
      code: 'linkNotSecure',
      host: 'h.blob.example',
    });
    assert.equal(port.requests.length, 0);
  });

  it('tells how far a download is', async () => {
    const { store, request } = setUp([blob]);
    const told: [number, number | undefined][] = [];
    await store.get(request(), { ...call, onProgress: (received, total) => told.push([received, total]) });
    assert.deepEqual(told.at(-1), [body.length, body.length]);
    assert.ok(told.length > 1);
  });

  it('passes on why there is no link', async () => {
    const { store, request } = setUp([blob]);
    const failing = {
      ...request(),
      client: { resultLink: () => Promise.reject(new Failure({ code: 'forbidden' })) },
    };
    assert.equal((await problemOf(store.get(failing, call)))['code'], 'forbidden');
  });

  it('shows a collected text file as text and another as binary', async () => {
    const text = setUp([{ body: gzipSync('naïve\r\n') }]);
    const collected = await text.store.get(text.request(0, true, 'GetFile'), call);
    assert.equal(textOf(collected, 'collected'), 'naïve\r\n');
    const binary = setUp([{ body: gzipSync(Buffer.from([0, 1, 2, 255])) }]);
    const file = await binary.store.get(binary.request(0, true, 'GetFile'), call);
    assert.deepEqual([file.kinds, file.summary.kind === 'binary' && file.summary.size], [[], 4]);
  });

  it('takes no more memory than it may, however much was opened, and gives it back when it may take less', async () => {
    const mebibyte = 1024 * 1024;
    const limits = { cacheBytes: 16 * mebibyte, downloadBytes: 8 * mebibyte };
    const large = JSON.stringify({ script_output: 'x'.repeat(mebibyte), script_errors: '' });
    const count = 48;
    const { request, ports } = setUp([], limits);
    // Neither of the doubles that remember what they were asked.
    const store = new ResultStore({ ...ports, clock: systemClock }, () => limits);
    const fetch = () =>
      Promise.resolve({ status: 200, header: () => undefined, body: Readable.from([Buffer.from(large)]) });
    const of = (index: number) => ({ ...request(index), fetch });
    const inUse = (): number => bytesInUse().heap + bytesInUse().buffers;
    const before = inUse();
    for (let index = 0; index < count - 1; index += 1) {
      await store.get(of(index), call);
    }
    const kept = inUse() - before;
    // Each takes 2 MiB, the bytes and the text, so that a few of the last must be there.
    assert.ok(store.peek(request(count - 2).address, false) !== undefined);
    assert.ok(kept > limits.cacheBytes / 2 && kept < limits.cacheBytes + 4 * mebibyte, `${kept} bytes`);
    limits.cacheBytes = 4 * mebibyte;
    await store.get(of(count - 1), call);
    const left = inUse() - before;
    assert.ok(left < limits.cacheBytes + 4 * mebibyte, `${left} bytes`);
  }).timeout(20_000);
});
