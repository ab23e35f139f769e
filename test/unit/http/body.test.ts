import { strict as assert } from 'node:assert';
import { Readable } from 'node:stream';
import { describe, it } from 'mocha';
import { contentLength, eachPiece, readBody, withTimeLimit } from '../../../src/http/body';
import { Failure } from '../../../src/http/failure';
import type { HttpRequest } from '../../../src/http/fetchPort';
import { FakeClock, settle } from '../../support/fakeClock';
import { never, problemOf } from '../../support/failures';
import { type Answer, ScriptedPort } from '../../support/scriptedPort';

const request: HttpRequest = { method: 'GET', url: 'https://h.example/b?sig=secret', decompress: true };

async function read(answer: Answer, limit = 100, signal = never) {
  const port = new ScriptedPort([answer]);
  const response = await port.fetch(request, signal);
  const told: [number, number | undefined][] = [];
  const reading = readBody(request, response, {
    limit,
    signal,
    onProgress: (received, total) => told.push([received, total]),
  });
  return { reading, told, port, response };
}

describe('a body', () => {
  it('is read whole, and tells how far it is', async () => {
    const { reading, told } = await read({ body: 'abcdef' });
    assert.equal(Buffer.from(await reading).toString(), 'abcdef');
    assert.deepEqual(told, [
      [2, 6],
      [4, 6],
      [6, 6],
    ]);
  });

  it('may be as long as the limit', async () => {
    const { reading } = await read({ body: 'abcdef' }, 6);
    assert.equal((await reading).byteLength, 6);
  });

  it('is refused before a byte is read when it announces too much', async () => {
    const { reading, port } = await read({ body: 'abcdef' }, 5);
    assert.deepEqual(await problemOf(reading), { code: 'tooLarge', host: 'h.example', limit: 5, size: 6 });
    assert.equal(port.pulled, 0);
  });

  it('is refused where it passes the limit when it announces nothing', async () => {
    const { reading, port } = await read({ body: 'abcdef', headers: { 'content-length': '' } }, 3);
    assert.deepEqual(await problemOf(reading), {
      code: 'tooLarge',
      host: 'h.example',
      limit: 3,
      size: undefined,
    });
    assert.equal(port.pulled, 2);
  });

  it('is cut when the connection breaks, and when fewer or more bytes come than were announced', async () => {
    for (const [answer, received, expected] of [
      [{ body: 'abcdef', cutAfter: 2 }, 2, 6],
      [{ body: 'abcdef', headers: { 'content-length': '7' } }, 6, 7],
      [{ body: 'abcdef', headers: { 'content-length': '5' } }, 6, 5],
      [{ body: 'abcdef', headers: { 'content-length': '' }, cutAfter: 4 }, 4, undefined],
    ] as const) {
      const { reading } = await read(answer);
      assert.deepEqual(await problemOf(reading), { code: 'cut', host: 'h.example', received, expected });
    }
  });

  it('is left at once when the reader is cancelled', async () => {
    const leaver = new AbortController();
    const { reading } = await read({ body: 'abcdef', stallAfter: 2 }, 100, leaver.signal);
    const failing = assert.rejects(reading, { name: 'AbortError' });
    await settle();
    leaver.abort();
    await failing;
  });

  it('is read no further than is wanted', async () => {
    const port = new ScriptedPort([{ body: 'abcdef' }]);
    const taken: string[] = [];
    await eachPiece(
      await port.fetch(request, never),
      never,
      () => new Error('cut'),
      (piece) => {
        taken.push(Buffer.from(piece).toString());
        return taken.length < 2;
      },
    );
    assert.deepEqual(taken, ['ab', 'cd']);
  });

  it('passes on what its taker throws, at once or later', async () => {
    const bug = new TypeError('bug');
    for (const take of [
      () => {
        throw bug;
      },
      () => Promise.reject(bug),
    ]) {
      const port = new ScriptedPort([{ body: 'abcdef' }]);
      const taking = eachPiece(await port.fetch(request, never), never, () => new Error('cut'), take);
      await assert.rejects(taking, bug);
    }
  });

  it('passes on a failure and an abort of the stream as they are', async () => {
    const abort = new DOMException('gone', 'AbortError');
    for (const error of [new Failure({ code: 'timedOut' }), abort]) {
      const body = (async function* () {
        yield await Promise.resolve(Buffer.from('a'));
        throw error;
      })();
      const response = { status: 200, header: () => undefined, body };
      await assert.rejects(
        eachPiece(
          response,
          never,
          () => new Error('cut'),
          () => undefined,
        ),
        error,
      );
    }
  });
});

describe('the length of a body', () => {
  const of = (headers: Record<string, string>, decompress = true): number | undefined =>
    contentLength(
      { ...request, decompress },
      { status: 200, header: (name) => headers[name], body: Readable.from([]) },
    );

  it('is its Content-Length', () => {
    assert.equal(of({ 'content-length': '12' }), 12);
    assert.equal(of({ 'content-length': '0' }), 0);
  });

  for (const value of ['', '-1', '1.5', '12x', 'x12', '1234567890123456']) {
    it(`is not known from "${value}"`, () => assert.equal(of({ 'content-length': value }), undefined));
  }

  it('is not known when it is unpacked on the way, and is when it is taken as it is', () => {
    const packed = { 'content-length': '12', 'content-encoding': 'gzip' };
    assert.equal(of(packed), undefined);
    assert.equal(of(packed, false), 12);
    assert.equal(of({}), undefined);
  });
});

describe('a time limit', () => {
  const limit = { ms: 30_000, host: 'h.example' };

  it('ends what takes too long, and its signal says so', async () => {
    const clock = new FakeClock();
    let seen: AbortSignal | undefined;
    const late = problemOf(
      withTimeLimit(clock, limit, never, (signal) => {
        seen = signal;
        return new Promise((_, reject) =>
          signal.addEventListener('abort', () => reject(signal.reason as Error)),
        );
      }),
    );
    await clock.advance(29_999);
    assert.equal(seen?.aborted, false);
    await clock.advance(1);
    assert.deepEqual(await late, { code: 'timedOut', host: 'h.example', seconds: 30 });
  });

  it('begins again with each sign of life, whoever sets the clock', async () => {
    const clock = new FakeClock();
    let done: (value: string) => void = () => undefined;
    const work = withTimeLimit(clock, limit, never, (signal, { touch }) => {
      void (async () => {
        for (let n = 0; n < 5; n += 1) {
          await clock.sleep(20_000);
          clock.set(clock.now() + (n % 2 === 0 ? 3_600_000 : -7_200_000));
          touch();
        }
      })();
      return new Promise<string>((resolve, reject) => {
        done = resolve;
        signal.addEventListener('abort', () => reject(signal.reason as Error));
      });
    });
    await clock.advance(129_999);
    done('done');
    assert.equal(await work, 'done');
  });

  it('does not count the time that is our own', async () => {
    const clock = new FakeClock();
    const work = withTimeLimit(clock, limit, never, async (signal, { untimed }) => {
      const written = await untimed(clock.sleep(100_000).then(() => 'written'));
      signal.throwIfAborted();
      await clock.sleep(29_999);
      signal.throwIfAborted();
      return written;
    });
    await clock.advance(200_000);
    assert.equal(await work, 'written');
  });

  it('counts again after a piece of our own work that failed', async () => {
    const clock = new FakeClock();
    const late = problemOf(
      withTimeLimit(clock, limit, never, async (signal, { untimed }) => {
        await untimed(Promise.reject(new Error('disk'))).catch(() => undefined);
        await new Promise((_, reject) =>
          signal.addEventListener('abort', () => reject(signal.reason as Error)),
        );
      }),
    );
    await clock.advance(60_000);
    assert.equal((await late)['code'], 'timedOut');
  });

  it('lets go of the answer when the work fails, and of the timer when it is done', async () => {
    const clock = new FakeClock();
    let seen: AbortSignal | undefined;
    const failing = withTimeLimit(clock, limit, never, (signal) => {
      seen = signal;
      return Promise.reject(new Error('broken'));
    });
    await assert.rejects(failing, /broken/);
    assert.equal(seen?.aborted, true);
    assert.equal(clock.sleeping, 0);
    assert.equal(await withTimeLimit(clock, limit, never, () => Promise.resolve(1)), 1);
    assert.equal(clock.sleeping, 0);
  });

  it('begins nothing for whoever has left', async () => {
    const work = (): Promise<never> => assert.fail('was begun');
    await assert.rejects(withTimeLimit(new FakeClock(), limit, AbortSignal.abort(), work), {
      name: 'AbortError',
    });
  });
});
