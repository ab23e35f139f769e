import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { Failure } from '../../../src/http/failure';
import { isPassing, withRetries } from '../../../src/http/retry';
import { answeredAt, namedLimit, retryAfterMs } from '../../../src/http/retryAfter';
import { FakeClock } from '../../support/fakeClock';
import { never } from '../../support/failures';

describe('retries', () => {
  const cut = new Failure({ code: 'cut', host: 'h', received: 1, expected: 2 });

  it('repeats what may go through the next time, with waits that double and are jittered', async () => {
    const clock = new FakeClock();
    const start = clock.now();
    const at: number[] = [];
    const policy = { retries: 3, clock, random: () => 0.5, shouldRetry: isPassing };
    const result = withRetries(policy, never, () => {
      at.push(clock.now() - start);
      return at.length < 4 ? Promise.reject(cut) : Promise.resolve('done');
    });
    await clock.advance(10_000);
    assert.equal(await result, 'done');
    assert.deepEqual(at, [0, 250, 750, 1_750]);
  });

  it('gives up after the last retry, with the last failure', async () => {
    const clock = new FakeClock();
    let tried = 0;
    const policy = { retries: 3, clock, random: () => 0, shouldRetry: isPassing };
    const result = withRetries(policy, never, () => {
      tried += 1;
      return Promise.reject(cut);
    });
    const failed = assert.rejects(result, cut);
    await clock.advance(60_000);
    await failed;
    assert.equal(tried, 4);
  });

  it('counts anew when a try got further than those before', async () => {
    const clock = new FakeClock();
    let tried = 0;
    const gotFurther = (): boolean => tried === 3;
    const policy = { retries: 3, clock, random: () => 0, shouldRetry: isPassing, gotFurther };
    const result = withRetries(policy, new AbortController().signal, () => {
      tried += 1;
      return Promise.reject(cut);
    });
    const failed = assert.rejects(result, cut);
    await clock.advance(60_000);
    await failed;
    assert.equal(tried, 6);
  });

  it('waits at least as long as the failure says, and the jitter on top of that', async () => {
    const clock = new FakeClock();
    const start = clock.now();
    const at: number[] = [];
    const asked: [unknown, number][] = [];
    const minWaitMs = (error: unknown, tried: number): number => {
      asked.push([error, tried]);
      return 10_000;
    };
    const policy = { retries: 3, clock, random: () => 0.5, shouldRetry: isPassing, minWaitMs };
    const result = withRetries(policy, never, () => {
      at.push(clock.now() - start);
      return at.length < 3 ? Promise.reject(cut) : Promise.resolve('done');
    });
    await clock.advance(60_000);
    assert.equal(await result, 'done');
    assert.deepEqual(at, [0, 10_250, 20_750]);
    assert.deepEqual(asked, [
      [cut, 0],
      [cut, 1],
    ]);
  });

  it('never waits for more than eight seconds of its own', async () => {
    const clock = new FakeClock();
    const start = clock.now();
    const at: number[] = [];
    const told: number[] = [];
    const onRetry = (_: unknown, attempt: number): unknown => told.push(attempt);
    const policy = { retries: 6, clock, random: () => 1, shouldRetry: isPassing, onRetry };
    const result = withRetries(policy, never, () => {
      at.push(clock.now() - start);
      return at.length < 7 ? Promise.reject(cut) : Promise.resolve('done');
    });
    await clock.advance(60_000);
    assert.equal(await result, 'done');
    assert.deepEqual(at, [0, 500, 1_500, 3_500, 7_500, 15_500, 23_500]);
    assert.deepEqual(told, [1, 2, 3, 4, 5, 6]);
  });

  for (const code of ['network', 'cut', 'timedOut', 'tooLarge', 'forbidden']) {
    it(`repeats ${code}: ${['network', 'cut', 'timedOut'].includes(code)}`, () => {
      assert.equal(isPassing(new Failure({ code })), ['network', 'cut', 'timedOut'].includes(code));
    });
  }

  it('repeats no bug', () => {
    assert.equal(isPassing(new Error('cut')), false);
  });

  it('does not repeat what will fail again', async () => {
    let tried = 0;
    const policy = { retries: 3, clock: new FakeClock(), random: () => 0, shouldRetry: isPassing };
    const result = withRetries(policy, never, () => {
      tried += 1;
      return Promise.reject(new Failure({ code: 'forbidden' }));
    });
    await assert.rejects(result);
    assert.equal(tried, 1);
  });

  it('stops at once when it is cancelled while it waits', async () => {
    const clock = new FakeClock();
    const controller = new AbortController();
    const policy = { retries: 3, clock, random: () => 1, shouldRetry: isPassing };
    const result = withRetries(policy, controller.signal, () => Promise.reject(cut));
    await clock.advance(100);
    controller.abort();
    await assert.rejects(result, { name: 'AbortError' });
  });
});

describe('the wait that the service names', () => {
  const now = Date.parse('2026-11-20T12:00:00Z');
  const recorded =
    'API calls quota exceeded! Maximum allowed 30 per 00:01:00 for the key Destination+TenantID+AppID. You can send requests again in 8 seconds.';

  for (const [name, header, message, expected] of [
    ['seconds', '17', undefined, 17_000],
    ['seconds before the message', '17', recorded, 17_000],
    ['zero seconds', '0', undefined, 0],
    ['a date', 'Fri, 20 Nov 2026 12:00:30 GMT', undefined, 30_000],
    ['a date that is over', 'Fri, 20 Nov 2026 11:00:00 GMT', undefined, 0],
    ['only the message', undefined, recorded, 8_000],
    ['a header that says nothing, and the message', 'soon', recorded, 8_000],
    ['a negative number, which is none', '-5', undefined, undefined],
    ['seconds that are there twice', '8, 8', undefined, 8_000],
    ['minutes of a message', undefined, 'Rate limit is exceeded. Try again in 2 minutes.', 120_000],
    ['one minute of a message', undefined, 'Try again in 1 minute', 60_000],
    ['an hour of a message', undefined, 'try again in 1 h', 3_600_000],
    ['milliseconds of a message', undefined, 'Retry after 1500 ms', 1_500],
    ['a message in other words', undefined, 'Please retry after 30 secs.', 30_000],
    ['a message that asks to wait', undefined, 'Wait 5s before the next call', 5_000],
    ['a message that asks to wait for some time', undefined, 'Please wait for 10 seconds.', 10_000],
    ['a part of a second of a message', undefined, 'again in 1.5 seconds', 1_500],
    ['a clock of a message', undefined, 'Quota will be replenished in 00:12:34.', 754_000],
    ['a message with another number', undefined, 'in 2 regions, after 30 calls, wait 5 x', undefined],
    ['nothing', undefined, undefined, undefined],
    ['a message without a wait', undefined, 'Too many requests', undefined],
    ['seconds with blanks around', ' 5 ', undefined, 5_000],
    ['one hour at the most, of seconds', '999999999999', undefined, 3_600_000],
    ['one hour at the most, of a date', 'Fri, 31 Dec 9999 23:59:59 GMT', undefined, 3_600_000],
    ['one hour at the most, of the message', undefined, 'again in 99999999 seconds', 3_600_000],
    ['a single second of the message', undefined, 'again in 1 second.', 1_000],
    ['exactly one hour', '3600', undefined, 3_600_000],
    ['a part of a number, which is none', '1.5', undefined, undefined],
    ['digits behind something else', 'x17', undefined, undefined],
  ] as const) {
    it(`reads ${name}`, () => {
      assert.equal(retryAfterMs(header, message, now), expected);
    });
  }
});

describe('the moment at which an answer was sent', () => {
  const header = (date: string | undefined) => ({
    header: (name: string) => (name === 'date' ? date : undefined),
  });

  it('is that of its Date, otherwise now', () => {
    const date = 'Fri, 20 Nov 2026 12:00:30 GMT';
    assert.equal(answeredAt(header(date), 7), Date.parse(date));
    assert.equal(answeredAt(header(undefined), 7), 7);
    assert.equal(answeredAt(header('yesterday'), 7), 7);
  });
});

describe('the limit that a refusal names', () => {
  for (const [message, expected] of [
    [
      'API calls quota exceeded! Maximum allowed 30 per 00:01:00 for the key Destination+TenantID+AppID.',
      { calls: 30, ms: 60_000 },
    ],
    ['Maximum allowed 1500 per 01:00:00 for the key', { calls: 1_500, ms: 3_600_000 }],
    ['Maximum allowed 5 per 01:02:30 for the key', { calls: 5, ms: 3_750_000 }],
    ['Maximum allowed 0 per 00:01:00', undefined],
    ['Maximum allowed 30 per 00:00:00', undefined],
    ['quota exceeded', undefined],
    [undefined, undefined],
  ] as const) {
    it(`${message ?? 'no message'} → ${JSON.stringify(expected)}`, () =>
      assert.deepEqual(namedLimit(message), expected));
  }
});
