import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { documentedWindows, RequestQuota } from '../../../src/http/quota';
import { FakeClock, settle } from '../../support/fakeClock';
import { never, problemOf } from '../../support/failures';

describe('the quota of calls', () => {
  it('allows 100 calls a minute and then waits for the first of them to be a minute old', async () => {
    const clock = new FakeClock();
    const quota = new RequestQuota(clock);
    let started = 0;
    const calls = Array.from({ length: 120 }, () =>
      quota.run('view', never, () => {
        started += 1;
        return Promise.resolve();
      }),
    );
    await settle();
    assert.equal(started, 100);
    await clock.advance(59_999);
    assert.equal(started, 100);
    await clock.advance(1);
    assert.equal(started, 120);
    await Promise.all(calls);
    assert.deepEqual(
      quota.use().map(({ used }) => used),
      [20, 120],
    );
  });

  it('allows 1,500 calls an hour', async () => {
    const clock = new FakeClock();
    const quota = new RequestQuota(clock);
    let started = 0;
    const calls = Array.from({ length: 1_600 }, () =>
      quota.run('background', never, () => Promise.resolve((started += 1))),
    );
    await clock.advance(59 * 60_000);
    assert.equal(started, 1_500);
    await clock.advance(16 * 60_000);
    assert.equal(started, 1_600);
    await Promise.all(calls);
  });

  it('lets the click go first when there is room again, then the view, then the background', async () => {
    const clock = new FakeClock();
    const quota = new RequestQuota(clock, [{ calls: 1, ms: 1_000 }]);
    const order: string[] = [];
    const call = (name: string) => (): Promise<void> => {
      order.push(name);
      return Promise.resolve();
    };
    const all = [
      quota.run('view', never, call('first')),
      quota.run('background', never, call('background')),
      quota.run('view', never, call('view')),
      quota.run('interactive', never, call('interactive')),
    ];
    await clock.advance(5_000);
    await Promise.all(all);
    assert.deepEqual(order, ['first', 'interactive', 'view', 'background']);
  });

  it('has several calls under way at once, and not all of them', async () => {
    const quota = new RequestQuota(new FakeClock());
    let running = 0;
    let most = 0;
    let finish = (): void => undefined;
    const finished = new Promise<void>((resolve) => (finish = resolve));
    const calls = Array.from({ length: 40 }, () =>
      quota.run('background', never, async () => {
        running += 1;
        most = Math.max(most, running);
        await finished;
        running -= 1;
      }),
    );
    await settle();
    // One that hangs must not hold up the others, and a tenant must not be flooded.
    assert.ok(most >= 4 && most <= 12, `${most} at once`);
    finish();
    await Promise.all(calls);
    assert.ok(most <= 12, `${most} at once`);
  });

  it('is closed until the time that the service named, and says so', async () => {
    const clock = new FakeClock();
    const quota = new RequestQuota(clock);
    const told: number[] = [];
    quota.onDidThrottle = (until) => told.push(until);
    const until = clock.now() + 8_000;
    quota.closeUntil(until);
    quota.closeUntil(until - 5_000);
    let done = false;
    const call = quota.run('interactive', never, () => Promise.resolve((done = true)));
    await clock.advance(7_999);
    assert.equal(done, false);
    await clock.advance(1);
    await call;
    assert.equal(done, true);
    assert.deepEqual(told, [until]);
  });

  it('fails at once when the service is closed for longer than anybody waits', async () => {
    const clock = new FakeClock();
    const quota = new RequestQuota(clock);
    const until = clock.now() + 600_000;
    quota.closeUntil(until);
    const problem = await problemOf(quota.run('interactive', never, () => Promise.resolve()));
    assert.deepEqual(problem, { code: 'throttled', until, message: undefined });
  });

  it('fails at once, and says until when, when the budget of the hour is spent', async () => {
    const clock = new FakeClock();
    const quota = new RequestQuota(clock, [{ calls: 1, ms: 3_600_000 }]);
    const told: number[] = [];
    quota.onDidThrottle = (until) => told.push(until);
    await quota.run('view', never, () => Promise.resolve());
    const until = clock.now() + 3_600_000;
    const problem = await problemOf(quota.run('interactive', never, () => Promise.resolve()));
    assert.deepEqual(problem, { code: 'throttled', until, message: undefined });
    assert.deepEqual(told, [until]);
  });

  it('forgets a call that is cancelled while it waits', async () => {
    const clock = new FakeClock();
    const quota = new RequestQuota(clock, [{ calls: 1, ms: 1_000 }]);
    await quota.run('view', never, () => Promise.resolve());
    const controller = new AbortController();
    let ran = false;
    const call = quota.run('interactive', controller.signal, () => Promise.resolve((ran = true)));
    controller.abort();
    await assert.rejects(call, { name: 'AbortError' });
    await clock.advance(5_000);
    assert.equal(ran, false);
  });

  it('keeps to a limit that the service named, and says how much of it is spent', async () => {
    const clock = new FakeClock();
    const quota = new RequestQuota(clock);
    let started = 0;
    quota.limitTo({ calls: 30, ms: 60_000 });
    const calls = Array.from({ length: 40 }, () =>
      quota.run('view', never, () => Promise.resolve((started += 1))),
    );
    await settle();
    assert.equal(started, 30);
    assert.deepEqual(quota.use(), [
      { calls: 30, ms: 60_000, used: 30 },
      { calls: 1_500, ms: 3_600_000, used: 30 },
    ]);
    await clock.advance(60_000);
    await Promise.all(calls);
  });

  it('knows the documented windows', () => {
    assert.deepEqual(documentedWindows, [
      { calls: 100, ms: 60_000 },
      { calls: 1_500, ms: 3_600_000 },
    ]);
  });
});
