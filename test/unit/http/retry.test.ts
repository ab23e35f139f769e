import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { Failure } from '../../../src/http/failure';
import { isPassing, withRetries } from '../../../src/http/retry';
import { namedLimit, retryAfterMs } from '../../../src/http/retryAfter';
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
    ['nothing', undefined, undefined, undefined],
    ['a message without a wait', undefined, 'Too many requests', undefined],
  ] as const) {
    it(`reads ${name}`, () => {
      assert.equal(retryAfterMs(header, message, now), expected);
    });
  }
});

describe('the limit that a refusal names', () => {
  for (const [message, expected] of [
    [
      'API calls quota exceeded! Maximum allowed 30 per 00:01:00 for the key Destination+TenantID+AppID.',
      { calls: 30, ms: 60_000 },
    ],
    ['Maximum allowed 1500 per 01:00:00 for the key', { calls: 1_500, ms: 3_600_000 }],
    ['Maximum allowed 0 per 00:01:00', undefined],
    ['Maximum allowed 30 per 00:00:00', undefined],
    ['quota exceeded', undefined],
    [undefined, undefined],
  ] as const) {
    it(`${message ?? 'no message'} → ${JSON.stringify(expected)}`, () =>
      assert.deepEqual(namedLimit(message), expected));
  }
});
