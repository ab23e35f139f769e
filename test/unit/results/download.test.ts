import { strict as assert } from 'node:assert';
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import type { Clock } from '../../../src/http/clock';
import { Failure } from '../../../src/http/failure';
import { downloadBlob, downloadTo, type LinkSource, type Sink } from '../../../src/results/download/download';
import { BlobModel, type Mishap } from '../../support/blobModel';
import { problemOf } from '../../support/failures';
import { FakeClock, settle } from '../../support/fakeClock';

/** Waits between tries are over at once; time limits never are. */
const eager: Clock = {
  now: () => 0,
  ticks: () => 0,
  sleep: (ms, signal) =>
    ms < 30_000
      ? Promise.resolve()
      : new Promise((_, reject) => {
          signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
        }),
};

const { signal } = new AbortController();
const kib = 1024;

/** Bytes of which no two stretches are the same, so that a piece in the wrong place is seen. */
function noise(length: number, seed = 'a'): Buffer {
  const blocks = Array.from({ length: Math.ceil(length / 32) }, (_, n) =>
    createHash('sha256').update(`${seed}${n}`).digest(),
  );
  return Buffer.concat(blocks).subarray(0, length);
}

function portsOf(model: BlobModel, clock: Clock = eager) {
  const lines: string[] = [];
  return { fetch: model.port.fetch, clock, random: () => 0, log: (line: string) => lines.push(line), lines };
}

function blobOf(model: BlobModel, limit = 1e9, link: LinkSource = model.link) {
  return downloadBlob(portsOf(model), link, { signal, limit });
}

/** What a file would hold. */
class Collected implements Sink {
  pieces: Uint8Array[] = [];
  restarts = 0;

  write(chunk: Uint8Array): Promise<void> {
    this.pieces.push(Buffer.from(chunk));
    return Promise.resolve();
  }

  restart(): Promise<void> {
    this.pieces = [];
    this.restarts += 1;
    return Promise.resolve();
  }

  get bytes(): Buffer {
    return Buffer.concat(this.pieces);
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

describe('a download that is cut', () => {
  const bytes = noise(100);
  /** As long as the first: only its ETag tells them apart. */
  const other = noise(100, 'b');

  it('goes on where it was cut, and says which blob it wants the rest of', async () => {
    const model = new BlobModel([bytes], [{ cutAfter: 10 }, { cutAfter: 25 }]);
    assert.deepEqual((await blobOf(model)).bytes, bytes);
    assert.deepEqual(model.asked, ['all', '10- if "v0"', '35- if "v0"']);
    assert.equal(model.links, 1);
  });

  it('starts anew when it was cut before the first byte', async () => {
    const model = new BlobModel([bytes], [{ cutAfter: 0 }]);
    assert.deepEqual((await blobOf(model)).bytes, bytes);
    assert.deepEqual(model.asked, ['all', 'all']);
  });

  for (const [name, mishap, asked] of [
    ['the store says that it is another blob (412)', { changed: true }, ['all', '10- if "v0"', 'all']],
    ['the rest has another ETag', { changed: true, careless: true }, ['all', '10- if "v0"', 'all']],
    ['the rest has no ETag', { headers: { etag: '' } }, ['all', '10- if "v0"', 'all']],
    ['the answer is the whole blob', { whole: true, changed: true, careless: true }, ['all', '10- if "v0"']],
    [
      'the rest begins elsewhere',
      { headers: { 'content-range': 'bytes 9-98/100' } },
      ['all', '10- if "v0"', 'all'],
    ],
    [
      'the rest is of a blob of another length',
      { headers: { 'content-range': 'bytes 10-99/101' } },
      ['all', '10- if "v0"', 'all'],
    ],
    ['the rest has no Content-Range', { headers: { 'content-range': '' } }, ['all', '10- if "v0"', 'all']],
    [
      'the rest is longer than its Content-Range',
      { headers: { 'content-range': 'bytes 10-98/100' } },
      ['all', '10- if "v0"', 'all'],
    ],
    [
      'the rest is of another length than its Content-Range says',
      { headers: { 'content-length': '50' } },
      ['all', '10- if "v0"', 'all'],
    ],
    ['there is nothing at that place (416)', { status: 416 }, ['all', '10- if "v0"', 'all']],
  ] as const) {
    it(`starts anew when ${name}`, async () => {
      const model = new BlobModel([bytes, other], [{ cutAfter: 10 }, mishap]);
      assert.deepEqual((await blobOf(model)).bytes, model.bytes);
      assert.deepEqual(model.asked, asked);
    });
  }

  for (const etag of ['', 'W/"v0"']) {
    it(`starts anew when its ETag is "${etag}": that proves nothing`, async () => {
      const model = new BlobModel([bytes], [{ cutAfter: 10, headers: { etag } }]);
      assert.deepEqual((await blobOf(model)).bytes, bytes);
      assert.deepEqual(model.asked, ['all', 'all']);
    });
  }

  it('fails when the blob is another one each time', async () => {
    const versions = Array.from({ length: 20 }, (_, n) => noise(100, String(n)));
    const again = Array.from({ length: 20 }, (): Mishap => ({ changed: true, cutAfter: 10 }));
    const model = new BlobModel(versions, again);
    assert.match(String((await problemOf(blobOf(model)))['code']), /^(blobChanged|cut)$/);
    assert.ok(model.asked.length <= 8, model.asked.join());
  });

  it('fails when it is another one again and again, however much comes of each', async () => {
    const versions = Array.from({ length: 20 }, (_, n) => noise(600 * kib, String(n)));
    const again = Array.from({ length: 20 }, (): Mishap => ({ changed: true, cutAfter: 300 * kib }));
    const model = new BlobModel(versions, again);
    assert.deepEqual(await problemOf(blobOf(model)), { code: 'blobChanged', host: 'h.blob.example' });
    assert.equal(model.asked.length, 8);
  });

  it('does not take a part that it did not ask for', async () => {
    const unasked = { status: 206, headers: { 'content-range': 'bytes 0-7/8', etag: '"v0"' } };
    const model = new BlobModel([bytes], [unasked]);
    assert.deepEqual((await blobOf(model)).bytes, bytes);
    assert.deepEqual(model.asked, ['all', 'all']);
  });

  it('goes on with a part that is shorter than what was asked for', async () => {
    const short = { headers: { 'content-range': 'bytes 10-29/100', 'content-length': '20' }, cutAfter: 20 };
    const model = new BlobModel([bytes], [{ cutAfter: 10 }, short]);
    assert.deepEqual((await blobOf(model)).bytes, bytes);
    assert.deepEqual(model.asked, ['all', '10- if "v0"', '30- if "v0"']);
  });

  it('is whole when only the end of the connection was not clean', async () => {
    const model = new BlobModel([bytes], [{ cutAfter: 100 }]);
    assert.deepEqual((await blobOf(model)).bytes, bytes);
    assert.equal(model.asked.length, 1);
  });

  it('continues one whose length is not told', async () => {
    const model = new BlobModel([bytes], [{ cutAfter: 10, headers: { 'content-length': '' } }]);
    assert.deepEqual((await blobOf(model)).bytes, bytes);
    assert.deepEqual(model.asked, ['all', '10- if "v0"']);
  });

  it('does not take more bytes than were announced', async () => {
    const model = new BlobModel([bytes], [{ headers: { 'content-length': '60' } }]);
    assert.deepEqual((await blobOf(model)).bytes, bytes);
    assert.equal(model.asked.length, 2);
  });

  it('tells how far it is: over all tries, and from nothing when it starts anew', async () => {
    const changes = [{ cutAfter: 10 }, { cutAfter: 20 }, { changed: true }];
    const model = new BlobModel([bytes, noise(90, 'c')], changes);
    const told: string[] = [];
    const onProgress = (received: number, total: number | undefined): void => {
      told.push(`${received}/${total}`);
    };
    await downloadBlob(portsOf(model), model.link, { signal, limit: 1e9, onProgress });
    assert.deepEqual(told, ['10/100', '30/100', '30/90', '60/90', '90/90']);
  });

  it('is tried three times more when next to nothing comes, and as often as it takes when it gets further', async () => {
    const crawling = new BlobModel([noise(64 * kib)], Array<Mishap>(50).fill({ cutAfter: kib }));
    assert.deepEqual(await problemOf(blobOf(crawling)), {
      code: 'cut',
      host: 'h.blob.example',
      received: 4 * kib,
      expected: 64 * kib,
    });
    assert.equal(crawling.asked.length, 4);

    const large = noise(3 * kib * kib);
    const walking = new BlobModel([large], Array<Mishap>(50).fill({ cutAfter: 300 * kib }));
    assert.deepEqual((await blobOf(walking)).bytes, large);
    assert.equal(walking.asked.length, 11);
  });

  it('is given up at some point even so', async () => {
    const model = new BlobModel(
      [Buffer.alloc(60 * kib * kib)],
      Array<Mishap>(500).fill({ cutAfter: 256 * kib }),
    );
    assert.equal((await problemOf(blobOf(model)))['code'], 'cut');
    assert.equal(model.asked.length, 200);
  });

  it('goes on after 30 seconds without a byte, and after a store that is busy', async () => {
    const clock = new FakeClock();
    const model = new BlobModel([bytes], [{ stallAfter: 40 }, { status: 503 }, { status: 429 }]);
    const got = downloadBlob(portsOf(model, clock), model.link, { signal, limit: 1e9 });
    await clock.advance(29_000);
    assert.equal(model.asked.length, 1);
    await clock.advance(60_000);
    assert.deepEqual((await got).bytes, bytes);
    assert.deepEqual(model.asked, ['all', '40- if "v0"', '40- if "v0"', '40- if "v0"']);
  });

  it('receives a packed blob as it is stored', async () => {
    const packed = gzipSync(noise(5000));
    const headers = { 'content-encoding': 'gzip' };
    const model = new BlobModel([packed], [{ cutAfter: 100, headers }, { headers }]);
    assert.deepEqual((await blobOf(model)).bytes, packed);
    assert.ok(model.port.requests.every(({ decompress }) => !decompress));
  });
});

describe('the link of a download', () => {
  const bytes = noise(100);

  it('is renewed in the middle, and the download goes on', async () => {
    const model = new BlobModel([bytes], [{ cutAfter: 10 }, { expired: true }, { cutAfter: 10 }]);
    assert.deepEqual((await blobOf(model)).bytes, bytes);
    assert.deepEqual(model.asked, ['all', '10- if "v0"', '10- if "v0"', '20- if "v0"']);
    assert.equal(model.links, 2);
  });

  it('is renewed once for each time that it expires', async () => {
    const model = new BlobModel(
      [bytes],
      [{ expired: true }, { cutAfter: 10 }, { expired: true }, { cutAfter: 10 }, { expired: true }],
    );
    assert.deepEqual((await blobOf(model)).bytes, bytes);
    assert.equal(model.links, 4);
  });

  it('is not renewed a second time before it has worked', async () => {
    const model = new BlobModel(
      [bytes],
      [{ cutAfter: 10 }, { status: 403 }, { status: 503 }, { status: 403 }],
    );
    assert.equal((await problemOf(blobOf(model)))['code'], 'linkRefused');
    assert.equal(model.links, 2);
    assert.equal(model.asked.length, 4);
  });

  it('is asked for once more only by whom is asked: a failure there is not repeated here', async () => {
    const model = new BlobModel([bytes], []);
    let asked = 0;
    const failure = new Failure({ code: 'network', host: 'api', cause: 'ECONNRESET' });
    const link = (): Promise<string> => {
      asked += 1;
      return Promise.reject(failure);
    };
    await assert.rejects(blobOf(model, 1e9, link), failure);
    assert.equal(asked, 1);
  });

  it('must be secure, also the second one', async () => {
    const model = new BlobModel([bytes], [{ expired: true }]);
    let asked = 0;
    const link: LinkSource = () => {
      asked += 1;
      return asked === 1 ? model.link() : Promise.resolve('http://elsewhere.example/b?sig=x');
    };
    assert.equal((await problemOf(blobOf(model, 1e9, link)))['code'], 'linkNotSecure');
    assert.equal(model.asked.length, 1);
  });

  it('appears in no log and no failure', async () => {
    const model = new BlobModel([bytes], [{ cutAfter: 10 }, { status: 403 }, { status: 403 }]);
    const ports = portsOf(model);
    const problem = await problemOf(downloadBlob(ports, model.link, { signal, limit: 1e9 }));
    assert.equal(problem['code'], 'linkRefused');
    assert.ok(ports.lines.length > 3);
    assert.doesNotMatch(JSON.stringify([problem, ports.lines]), /secret|sig=/);
  });

  it('is not asked to be tried again when the blob is gone in the middle', async () => {
    const model = new BlobModel([bytes], [{ cutAfter: 10 }, { status: 404 }]);
    assert.equal((await problemOf(blobOf(model)))['code'], 'blobGone');
    assert.deepEqual([model.asked.length, model.links], [2, 1]);
  });
});

describe('the limit of a download', () => {
  it('refuses what is announced before a byte is read, with its size, and lets go of the connection', async () => {
    const model = new BlobModel([noise(100)], []);
    assert.deepEqual(await problemOf(blobOf(model, 99)), {
      code: 'tooLarge',
      host: 'h.blob.example',
      limit: 99,
      size: 100,
    });
    assert.equal(model.port.pulled, 0);
    assert.deepEqual(
      model.port.signals.map(({ aborted }) => aborted),
      [true],
    );
    assert.equal((await blobOf(model, 100)).bytes.byteLength, 100);
  });

  it('stops what announces nothing where it is passed', async () => {
    const model = new BlobModel([noise(90)], [{ headers: { 'content-length': '' } }]);
    assert.deepEqual(await problemOf(blobOf(model, 59)), {
      code: 'tooLarge',
      host: 'h.blob.example',
      limit: 59,
      size: undefined,
    });
    assert.equal(model.port.pulled, 2);
    assert.equal(model.asked.length, 1);
  });
});

describe('a download to a sink', () => {
  const bytes = noise(1000);

  it('brings each byte once and in order, and their SHA-256', async () => {
    const model = new BlobModel([bytes], [{ cutAfter: 10 }, { expired: true }, { cutAfter: 500 }]);
    const sink = new Collected();
    const saved = await downloadTo(sink, portsOf(model), model.link, { signal });
    assert.deepEqual(saved, { size: 1000, sha256: sha256(bytes), contentType: 'application/json' });
    assert.deepEqual(sink.bytes, bytes);
    assert.equal(sink.restarts, 0);
  });

  it('is told to begin anew when the blob has changed', async () => {
    const changed = noise(900, 'b');
    const model = new BlobModel([bytes, changed], [{ cutAfter: 10 }, { changed: true }]);
    const sink = new Collected();
    const saved = await downloadTo(sink, portsOf(model), model.link, { signal });
    assert.deepEqual([saved.size, saved.sha256], [900, sha256(changed)]);
    assert.deepEqual(sink.bytes, changed);
    assert.equal(sink.restarts, 1);
  });

  it('reads no further than it writes', async () => {
    const model = new BlobModel([bytes], []);
    const ahead: number[] = [];
    let written = 0;
    const sink: Sink = {
      write: async () => {
        await settle();
        written += 1;
        ahead.push(model.port.pulled - written);
      },
      restart: () => Promise.resolve(),
    };
    await downloadTo(sink, portsOf(model), model.link, { signal });
    assert.deepEqual(ahead, [0, 0, 0]);
  });

  it('does not blame the network for a slow disk', async () => {
    const clock = new FakeClock();
    const model = new BlobModel([bytes], []);
    const sink = new Collected();
    const slow: Sink = {
      write: async (chunk) => {
        await clock.sleep(100_000);
        await sink.write(chunk);
      },
      restart: () => sink.restart(),
    };
    const saving = downloadTo(slow, portsOf(model, clock), model.link, { signal });
    await clock.advance(400_000);
    assert.equal((await saving).size, 1000);
    assert.equal(model.asked.length, 1);
  });

  it('ends with what the sink says, without another try', async () => {
    const model = new BlobModel([bytes], []);
    const full = Object.assign(new Error('no space left'), { code: 'ENOSPC' });
    const sink: Sink = { write: () => Promise.reject(full), restart: () => Promise.resolve() };
    await assert.rejects(downloadTo(sink, portsOf(model), model.link, { signal }), full);
    assert.equal(model.asked.length, 1);
    assert.equal(model.port.signals[0]?.aborted, true);
  });

  it('ends at once when it is cancelled: between two pieces, and between two tries', async () => {
    const leaver = new AbortController();
    const model = new BlobModel([bytes], []);
    const sink = new Collected();
    const onProgress = (): void => leaver.abort();
    const leaving = downloadTo(sink, portsOf(model), model.link, { signal: leaver.signal, onProgress });
    await assert.rejects(leaving, { name: 'AbortError' });
    assert.equal(sink.pieces.length, 1);
    assert.equal(model.port.signals[0]?.aborted, true);

    const later = new AbortController();
    const clock = new FakeClock();
    const busy = new BlobModel([bytes], Array<Mishap>(9).fill({ status: 503 }));
    const ports = { ...portsOf(busy, clock), random: () => 0.5 };
    const waiting = downloadTo(new Collected(), ports, busy.link, { signal: later.signal });
    await settle();
    later.abort();
    await assert.rejects(waiting, { name: 'AbortError' });
    assert.equal(busy.asked.length, 1);
  });
});

describe('any download', () => {
  const length = fc.integer({ min: 0, max: 200 });
  const lengths = fc.oneof(
    fc.array(length, { minLength: 1, maxLength: 4 }),
    length.map((same) => [same, same, same]),
  );
  const at = fc.integer({ min: 0, max: 220 });
  const lie = fc.constantFrom<Mishap>(
    { headers: { etag: '' } },
    { headers: { etag: 'W/"v0"' } },
    { headers: { etag: '"another"' } },
    { headers: { 'content-range': 'bytes 0-0/1' } },
    { headers: { 'content-range': '' } },
    { headers: { 'content-length': '' } },
    { whole: true },
    {},
  );
  /** Each costs one try at most. */
  const fault = fc.oneof(
    fc.record<Mishap>({ cutAfter: at, changed: fc.boolean(), careless: fc.boolean() }),
    fc.record<Mishap>({ changed: fc.constant(true), careless: fc.boolean() }),
    fc.record<Mishap>({ status: fc.constantFrom(500, 503, 412, 416) }),
    lie,
  );
  /** These are found out only when the download goes on, so they may cost two. */
  const trap = fc.oneof(
    fc.tuple(at, lie).map(([cutAfter, lied]): Mishap => ({ ...lied, cutAfter })),
    fc.constant<Mishap>({ headers: { 'content-length': '7' } }),
  );
  const expiry = fc.constant<Mishap>({ expired: true });
  const known = ['cut', 'blobChanged', 'linkRefused', 'blobStatus', 'blobBusy'];

  it('gives the blob as it is, byte for byte, or fails clearly', async () => {
    await fc.assert(
      fc.asyncProperty(
        lengths,
        fc.array(fc.oneof(fault, trap, expiry, fc.constant<Mishap>({ status: 403 })), { maxLength: 12 }),
        async (sizes, mishaps) => {
          const versions = sizes.map((size, n) => noise(size, String(n)));
          const [one, two] = [new BlobModel(versions, mishaps), new BlobModel(versions, mishaps)];
          const sink = new Collected();
          const outcomes = await Promise.allSettled([
            blobOf(one).then(({ bytes }) => bytes),
            downloadTo(sink, portsOf(two), two.link, { signal }).then(({ sha256: hash, size }) => {
              assert.deepEqual([hash, size], [sha256(sink.bytes), sink.bytes.byteLength]);
              return sink.bytes;
            }),
          ]);
          for (const [n, model] of [one, two].entries()) {
            const outcome = outcomes[n];
            if (outcome?.status === 'fulfilled') {
              assert.deepEqual(outcome.value, model.bytes);
            } else {
              const { code } = await problemOf(Promise.reject(outcome?.reason as Error));
              assert.ok(known.includes(String(code)), String(code));
            }
          }
          assert.equal(outcomes[0].status, outcomes[1].status);
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('arrives when no more than three things go wrong, however often the link expires in between', async () => {
    await fc.assert(
      fc.asyncProperty(
        lengths,
        fc.array(fc.tuple(fault, fc.boolean()), { maxLength: 3 }),
        fc.boolean(),
        async (sizes, faults, expiredAtFirst) => {
          const mishaps = [
            ...(expiredAtFirst ? [{ expired: true }] : []),
            // A link must have worked before it may expire again.
            ...faults.flatMap(([one, expires]): Mishap[] =>
              expires && one.status === undefined ? [one, { expired: true }] : [one],
            ),
          ];
          const model = new BlobModel(
            sizes.map((size, n) => noise(size, String(n))),
            mishaps,
          );
          assert.deepEqual((await blobOf(model)).bytes, model.bytes);
        },
      ),
      { numRuns: 2000 },
    );
  });
});
