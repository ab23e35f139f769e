import { strict as assert } from 'node:assert';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, it } from 'mocha';
import { systemClock } from '../../../src/http/clock';
import { Failure } from '../../../src/http/failure';
import type { DocumentKind } from '../../../src/results/address';
import { type Decode, ResultReader } from '../../../src/results/reading/resultReader';
import { ResultStore } from '../../../src/results/download/store';
import type { StoredResult } from '../../../src/results/download/storedResult';
import { FakeClock, settle } from '../../support/fakeClock';
import { problemOf } from '../../support/failures';
import { deaths, dyingWorker } from '../../support/dyingWorker';
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

/** The text of a document. */
function textOf(result: StoredResult, kind: DocumentKind): string {
  const { bytes } = result.document(kind) ?? assert.fail(`no ${kind}`);
  return Buffer.from(bytes).toString();
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
    assert.ok(weight >= bytes.byteLength + 'out'.length + 'err'.length);
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

/** VS Code decodes in the product. */
const decode: Decode = (bytes, encoding) => Promise.resolve(new TextDecoder(encoding).decode(bytes));
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
/** The bundle that is shipped: the unit tests are started in the project's folder, after the build. */
const workerFile = pathToFileURL(join(process.cwd(), 'dist', 'readingWorker.js'));

describe('the bytes of a result that is kept', () => {
  for (const megabytes of [0.1, 1.3, 5]) {
    it(`are the same after it was read in another encoding (${megabytes} MB)`, async () => {
      const text = Buffer.from(
        JSON.stringify({ script_output: 'Größe '.repeat(megabytes * 170_000), script_errors: '' }),
        'latin1',
      );
      const limits = { cacheBytes: 64_000_000, downloadBytes: 64_000_000 };
      const { ports, request, port } = setUp([{ body: text }], limits);
      const reader = new ResultReader({ workerFile, log: (line) => assert.fail(line) });
      const store = new ResultStore({ ...ports, reader }, () => limits);
      try {
        const first = await store.get(request(), call);
        const choice = { encoding: 'windows-1252', decode };
        // Twice at the same time, while the first reading is still shown.
        const [again] = await Promise.all([
          store.decode(request(), first, choice, call.signal),
          store.decode(request(), first, choice, call.signal),
        ]);
        assert.ok(textOf(again, 'output').startsWith('Größe Größe'));
        for (const each of [first, again, store.peek(request().address, true)]) {
          assert.ok(each !== undefined && text.equals(each.bytes));
          assert.equal(each.reading.sha256, sha256(text));
        }
        assert.equal(port.requests.length, 1);
      } finally {
        reader.dispose();
      }
    }).timeout(60_000);
  }

  for (const death of Object.keys(deaths) as (keyof typeof deaths)[]) {
    it(`are there although the thread dies that reads them: ${death}`, async () => {
      const text = Buffer.from(JSON.stringify({ script_output: 'x'.repeat(3_000_000), script_errors: '' }));
      const limits = { cacheBytes: 64_000_000, downloadBytes: 64_000_000 };
      const { ports, request, port, lines } = setUp([{ body: text }], limits);
      const worker = dyingWorker(death);
      const reader = new ResultReader({ workerFile: worker.file, log: (line) => assert.fail(line) });
      const healthy = new ResultReader({ workerFile, log: (line) => assert.fail(line) });
      let current = reader;
      const chosen = {
        read: (...args: Parameters<ResultReader['read']>) => current.read(...args),
        readDecoded: (...args: Parameters<ResultReader['readDecoded']>) => current.readDecoded(...args),
      };
      const store = new ResultStore({ ...ports, reader: chosen }, () => limits);
      try {
        const unread = await store.get(request(), call);
        assert.ok(text.equals(unread.bytes));
        assert.equal(unread.reading.sha256, sha256(text));
        assert.ok(unread.unread !== undefined && unread.unread !== '');
        assert.deepEqual([unread.kinds, unread.summary.kind], [[], 'binary']);
        assert.equal(store.peek(request().address, true), unread);
        assert.match(lines.join('\n'), /a result could not be read: /);

        // Nor is it lost when it is read in another encoding.
        const decoded = await store.decode(request(), unread, { encoding: 'latin1', decode }, call.signal);
        assert.ok(decoded.unread !== undefined && text.equals(decoded.bytes));

        current = healthy;
        const read = await store.get(request(), call);
        assert.equal(read.unread, undefined);
        assert.equal(textOf(read, 'output').length, 3_000_000);
        assert.equal(await store.get(request(), call), read);
        assert.equal(port.requests.length, 1);
      } finally {
        reader.dispose();
        healthy.dispose();
        worker.remove();
      }
    }).timeout(120_000);
  }

  it('stay with their documents when reading them in another encoding fails', async () => {
    const { store, request } = setUp([blob]);
    const kept = await store.get(request(), call);
    const broken: Decode = () => Promise.reject(new Error('no such encoding'));
    const failed = await store.decode(request(), kept, { encoding: 'x', decode: broken }, call.signal);
    assert.equal(failed.unread, 'no such encoding');
    assert.equal(store.peek(request().address, true), kept);
  });

  it('are not called unreadable when somebody leaves', async () => {
    const leaver = new AbortController();
    const { store, request } = setUp([blob]);
    const kept = await store.get(request(), call);
    const leave: Decode = () => {
      leaver.abort();
      return Promise.reject(new Error('gone'));
    };
    const decoding = store.decode(request(), kept, { encoding: 'x', decode: leave }, leaver.signal);
    await assert.rejects(decoding, { name: 'AbortError' });
  });
});

describe('an unfinished result', () => {
  it('does not come back when the final one has gone, nor when the cache changes its size', async () => {
    const limits = { cacheBytes: 1_000, downloadBytes: 10_000 };
    const { store, request } = setUp([blob], limits);
    const { address } = request();
    const half = await store.get(request(0, false), call);
    // One of them fits, and no two.
    limits.cacheBytes = Math.floor(half.weight * 1.5);
    assert.equal(store.peek(address, false), half);
    assert.equal(store.peek(address, true), undefined);
    const final = await store.get(request(0, true), call);
    assert.notEqual(final, half);
    assert.equal(store.peek(address, false), final);
    await store.get(request(1, true), call);
    assert.equal(store.peek(address, false), undefined);
    limits.cacheBytes = half.weight * 30;
    await store.get(request(2, true), call);
    assert.equal(store.peek(address, false), undefined);
  });

  it('does not take the place of the final one when it comes late, decoded or not', async () => {
    const { store, request } = setUp([blob]);
    const { address } = request();
    const half = await store.get(request(0, false), call);
    const final = await store.get(request(0, true), call);
    await store.decode(request(0, true), half, { encoding: undefined, decode }, call.signal);
    assert.equal(store.peek(address, true), final);
  });

  it('that is on its way is not what is asked for when the action has ended meanwhile', async () => {
    const whole = { ...blob, body: body.replace('"out"', '"all of it"') };
    const { store, request, port } = setUp([blob, whole]);
    const [half, final, other] = await Promise.all([
      store.get(request(0, false), call),
      store.get(request(0, true), call),
      store.get(request(0, false), call),
    ]);
    assert.deepEqual([textOf(half, 'output'), textOf(final, 'output')], ['out', 'all of it']);
    assert.ok(other === half || other === final);
    assert.equal(store.peek(request().address, false), final);
    assert.equal(port.requests.length, 2);
  });

  it('joins the final one that is on its way', async () => {
    const { store, request, port } = setUp([blob]);
    const [final, other] = await Promise.all([
      store.get(request(0, true), call),
      store.get(request(0, false), call),
    ]);
    assert.equal(final, other);
    assert.equal(port.requests.length, 1);
  });

  it('is decoded without a request while it is at hand', async () => {
    const { store, request, port } = setUp([blob]);
    const half = await store.get(request(0, false), call);
    const again = await store.decode(request(0, false), half, { encoding: 'utf-8', decode }, call.signal);
    assert.equal(again.final, false);
    assert.deepEqual([again.fetchedAt, again.source], [half.fetchedAt, half.source]);
    assert.equal(again.source, 'h.blob.example/c/b');
    assert.equal(store.peek(request().address, false), again);
    assert.equal(port.requests.length, 1);
  });
});

describe('a final result that is larger than the cache', () => {
  it('is fetched once while it is looked at, and decoded without a request', async () => {
    const { store, request, port } = setUp([blob], { cacheBytes: 10, downloadBytes: 1_000 });
    const first = await store.get(request(), call);
    assert.equal(await store.get(request(), call), first);
    const again = await store.decode(request(), first, { encoding: 'utf-8', decode }, call.signal);
    assert.equal(await store.get(request(), call), again);
    assert.equal(port.requests.length, 1);
    await store.get(request(1), call);
    assert.equal(store.peek(request(0).address, true), undefined);
  });
});

describe('signing out', () => {
  it('ends what is on its way, tells those who wait at once, and keeps nothing of it', async () => {
    const { store, request, port } = setUp([{ hang: true }, blob]);
    const other = { ...request(), address: { ...request().address, connection: 'contoso-2' } };
    const waiting = store.get(request(), call);
    await settle();
    store.forget('contoso');
    await assert.rejects(waiting, { name: 'AbortError' });
    assert.equal(port.signals[0]?.aborted, true);
    assert.equal(store.peek(request().address, false), undefined);
    await store.get(other, call);
    assert.ok(store.peek(other.address, true));
  });

  it('leaves the downloads of others alone', async () => {
    const { store, request, clock } = setUp([{ ...blob, cutAfter: 10 }, blob]);
    const waiting = store.get(request(), call);
    await settle();
    store.forget('contoso-2');
    await clock.advance(10_000);
    assert.ok((await waiting).bytes.byteLength > 0);
    assert.ok(store.peek(request().address, true));
  });

  it('keeps nothing that was being read or decoded, whoever is late', async () => {
    const { ports, request } = setUp([blob]);
    let read: () => void = () => undefined;
    const slow: typeof ports.reader.read = async (...args) => {
      await new Promise<void>((resolve) => (read = resolve));
      return ports.reader.read(...args);
    };
    const reader = { read: slow, readDecoded: slow as never };
    const store = new ResultStore({ ...ports, reader }, () => ({ cacheBytes: 1e6, downloadBytes: 1e6 }));
    const waiting = store.get(request(), call);
    await settle();
    store.forget('contoso');
    await assert.rejects(waiting, { name: 'AbortError' });
    read();
    await settle();
    assert.equal(store.peek(request().address, false), undefined);

    const again = store.get(request(), call);
    await settle();
    read();
    const kept = await again;
    const decoding = store.decode(request(), kept, { encoding: undefined, decode }, call.signal);
    store.forget('contoso');
    read();
    await decoding;
    assert.equal(store.peek(request().address, false), undefined);
  });

  it('does not let another account join what the first one is downloading', async () => {
    const { store, request, links } = setUp([{ hang: true }, blob]);
    const mine = store.get(request(), call);
    mine.catch(() => undefined);
    await settle();
    const forbidden = {
      ...request(),
      client: { resultLink: () => Promise.reject(new Failure({ code: 'forbidden' })) },
    };
    assert.equal((await problemOf(store.get(forbidden, call)))['code'], 'forbidden');
    assert.equal(links(), 1);
    store.forget('contoso');
  });
});

describe('a click on what is on its way for the view', () => {
  const silent = { ...call, urgency: 'view' as const };

  function signedOut(code = 'signInNeeded') {
    const { store, request, port } = setUp([blob]);
    const asked: string[] = [];
    let fail: () => void = () => undefined;
    const client = {
      resultLink: async (_id: string, _index: number, { urgency }: { urgency: string }) => {
        asked.push(urgency);
        if (urgency !== 'interactive') {
          await new Promise<void>((resolve) => (fail = resolve));
          throw new Failure({ code });
        }
        return 'https://h.blob.example/c/b?sig=x';
      },
    };
    return { store, request: { ...request(), client }, asked, port, fail: () => fail() };
  }

  for (const code of ['signInNeeded', 'unauthorized']) {
    it(`asks the person to sign in when the view may not (${code})`, async () => {
      const { store, request, asked, port, fail } = signedOut(code);
      const view = problemOf(store.get(request, silent));
      const clicks = [store.get(request, call), store.get(request, call)];
      await settle();
      assert.deepEqual(asked, ['view']);
      fail();
      assert.equal((await view)['code'], code);
      const [one, two] = await Promise.all(clicks);
      assert.equal(one, two);
      assert.deepEqual(asked, ['view', 'interactive']);
      assert.equal(port.requests.length, 1);
    });
  }

  it('does not ask again for what a person cannot change', async () => {
    const { store, request, asked, fail } = signedOut('forbidden');
    const view = problemOf(store.get(request, silent));
    const click = problemOf(store.get(request, call));
    await settle();
    fail();
    assert.deepEqual([(await view)['code'], (await click)['code']], ['forbidden', 'forbidden']);
    assert.deepEqual(asked, ['view']);
  });

  it('does not ask a second time when the person did not sign in', async () => {
    const { store, request } = setUp([blob]);
    let asked = 0;
    const client = {
      resultLink: () => {
        asked += 1;
        return Promise.reject(new Failure({ code: 'signInNeeded' }));
      },
    };
    assert.equal((await problemOf(store.get({ ...request(), client }, call)))['code'], 'signInNeeded');
    assert.equal(asked, 1);
  });
});
