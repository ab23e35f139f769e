import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { documentedWindows, isHalfSpent, RequestQuota } from '../../../src/http/quota';
import { FakeClock, settle } from '../../support/fakeClock';
import { never, problemOf } from '../../support/failures';

describe('a budget of calls that becomes scarce', () => {
  for (const [used, expected] of [
    [[], false],
    [[[0, 100]], false],
    [[[50, 100]], false],
    [[[51, 100]], true],
    [
      [
        [3, 100],
        [751, 1_500],
      ],
      true,
    ],
    [
      [
        [50, 100],
        [750, 1_500],
      ],
      false,
    ],
  ] as const) {
    it(`is ${expected ? '' : 'not '}half spent after ${JSON.stringify(used)}`, () => {
      assert.equal(isHalfSpent(used.map(([n, calls]) => ({ used: n, calls, ms: 60_000 }))), expected);
    });
  }

  it('is closed while the service says so, or a window is spent', async () => {
    const clock = new FakeClock();
    const quota = new RequestQuota(clock, [{ calls: 2, ms: 60_000 }]);
    assert.equal(quota.isClosed, false);
    quota.closeUntil(clock.now() + 5_000);
    assert.equal(quota.isClosed, true);
    await clock.advance(5_000);
    assert.equal(quota.isClosed, false);
    await quota.run('view', never, () => Promise.resolve());
    assert.equal(quota.isClosed, false);
    await quota.run('view', never, () => Promise.resolve());
    assert.equal(quota.isClosed, true);
    await clock.advance(60_000);
    assert.equal(quota.isClosed, false);
  });
});

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
    const start = clock.now();
    for (let minute = 0; minute < 15; minute += 1) {
      await Promise.all(
        Array.from({ length: 100 }, () => quota.run('background', never, () => Promise.resolve())),
      );
      await clock.advance(60_000);
    }
    const refused = await problemOf(quota.run('background', never, () => Promise.resolve()));
    assert.deepEqual(refused, { code: 'throttled', until: start + 3_600_000, message: undefined });
    await clock.advance(44 * 60_000);
    const waited = quota.run('background', never, () => Promise.resolve('done'));
    await clock.advance(60_000);
    assert.equal(await waited, 'done');
  });

  it('tells at once those whose turn would come in more than a minute, and only those', async () => {
    const clock = new FakeClock();
    const quota = new RequestQuota(clock, [{ calls: 2, ms: 60_000 }]);
    const told: number[] = [];
    quota.onDidThrottle((until) => told.push(until));
    const call = (): Promise<string> => Promise.resolve('done');
    const calls = Array.from({ length: 5 }, () => quota.run('view', never, call));
    const until = clock.now() + 120_000;
    assert.deepEqual(await problemOf(calls[4] ?? Promise.resolve()), {
      code: 'throttled',
      until,
      message: undefined,
    });
    // Others get through, so the service is not said to be closed.
    assert.deepEqual(told, []);
    await clock.advance(60_000);
    assert.deepEqual(await Promise.all(calls.slice(0, 4)), Array<string>(4).fill('done'));
  });

  it('lets a click take the turn of what the view asked for, which is told when that is too late', async () => {
    const clock = new FakeClock();
    const quota = new RequestQuota(clock, [{ calls: 1, ms: 60_000 }]);
    const call = (): Promise<string> => Promise.resolve('done');
    await quota.run('view', never, call);
    const waiting = problemOf(quota.run('view', never, call));
    const click = quota.run('interactive', never, call);
    assert.equal((await waiting)['until'], clock.now() + 120_000);
    await clock.advance(60_000);
    assert.equal(await click, 'done');
  });

  it('tells those who wait already when the service closes for long, and lets none of them out later', async () => {
    const clock = new FakeClock();
    const quota = new RequestQuota(clock, [{ calls: 1, ms: 50_000 }]);
    let started = 0;
    const call = (): Promise<unknown> => Promise.resolve((started += 1));
    await quota.run('interactive', never, call);
    const waiting = problemOf(quota.run('interactive', never, call));
    await settle();
    const until = clock.now() + 600_000;
    quota.closeUntil(until);
    assert.deepEqual(await waiting, { code: 'throttled', until, message: undefined });
    await clock.advance(700_000);
    assert.equal(started, 1);
  });

  it('tells those who wait for a place, when the hour runs out meanwhile', async () => {
    const clock = new FakeClock();
    const quota = new RequestQuota(clock, [{ calls: 8, ms: 3_600_000 }]);
    const hang = (): Promise<void> => new Promise(() => undefined);
    for (let n = 0; n < 8; n += 1) {
      void quota.run('interactive', never, hang);
    }
    const late = await problemOf(quota.run('interactive', never, hang));
    assert.equal(late['until'], clock.now() + 3_600_000);

    const other = new RequestQuota(clock);
    for (let n = 0; n < 8; n += 1) {
      void other.run('interactive', never, hang);
    }
    const waiting = problemOf(other.run('interactive', never, hang));
    await settle();
    other.limitTo({ calls: 8, ms: 3_600_000 });
    assert.equal((await waiting)['code'], 'throttled');
  });

  it('waits for exactly a minute, and no longer', async () => {
    const clock = new FakeClock();
    const quota = new RequestQuota(clock);
    quota.closeUntil(clock.now() + 60_000);
    const waiting = quota.run('view', never, () => Promise.resolve('done'));
    await clock.advance(60_000);
    assert.equal(await waiting, 'done');
    quota.closeUntil(clock.now() + 60_001);
    assert.equal((await problemOf(quota.run('view', never, () => Promise.resolve())))['code'], 'throttled');
  });

  it('says to whom it makes wait until when, and nothing to others', async () => {
    const clock = new FakeClock();
    const quota = new RequestQuota(clock, [{ calls: 1, ms: 10_000 }]);
    const told: number[] = [];
    await quota.run(
      'interactive',
      never,
      () => Promise.resolve(),
      (until) => told.push(until),
    );
    assert.equal(told.length, 0);
    const second = quota.run(
      'interactive',
      never,
      () => Promise.resolve(),
      (until) => told.push(until),
    );
    await settle();
    assert.deepEqual([...new Set(told)], [clock.now() + 10_000]);
    await clock.advance(10_000);
    await second;
  });

  it('has eight calls under way at once, six of them without a click', async () => {
    const quota = new RequestQuota(new FakeClock());
    const running = { interactive: 0, view: 0, background: 0 };
    const hang = (urgency: keyof typeof running): void => {
      void quota.run(urgency, never, () => {
        running[urgency] += 1;
        return new Promise(() => undefined);
      });
    };
    for (let n = 0; n < 5; n += 1) {
      hang('background');
      hang('view');
    }
    await settle();
    assert.equal(running.background + running.view, 6);
    hang('interactive');
    hang('interactive');
    hang('interactive');
    await settle();
    assert.equal(running.interactive, 2);
  });

  it('goes on with what waits for a place when a call has ended, also when it failed', async () => {
    const quota = new RequestQuota(new FakeClock());
    const failing = Array.from({ length: 6 }, () =>
      quota.run('background', never, () => Promise.reject(new Error('broken'))),
    );
    const next = quota.run('background', never, () => Promise.resolve('done'));
    await Promise.all(failing.map((each) => assert.rejects(each, /broken/)));
    assert.equal(await next, 'done');
  });

  it('is neither opened nor closed by somebody who sets the clock', async () => {
    const clock = new FakeClock();
    const quota = new RequestQuota(clock, [{ calls: 1, ms: 20_000 }]);
    await quota.run('interactive', never, () => Promise.resolve());
    quota.closeUntil(clock.now() + 30_000);
    clock.set(clock.now() - 3_600_000);
    let done = false;
    const waiting = quota.run('interactive', never, () => Promise.resolve((done = true)));
    await clock.advance(29_999);
    assert.equal(done, false);
    await clock.advance(1);
    await waiting;
    assert.equal(done, true);

    quota.closeUntil(clock.now() + 30_000);
    clock.set(clock.now() + 3_600_000);
    done = false;
    const later = quota.run('interactive', never, () => Promise.resolve((done = true)));
    await clock.advance(29_999);
    assert.equal(done, false);
    await clock.advance(1);
    await later;
  });

  it('counts each call that is started, and tells it', async () => {
    const quota = new RequestQuota(new FakeClock(), [{ calls: 3, ms: 60_000 }]);
    let told = 0;
    quota.onDidCall(() => {
      told += 1;
    });
    await quota.run('view', never, () => Promise.resolve());
    await quota.run('view', never, () => Promise.resolve());
    assert.equal(told, 2);
    assert.deepEqual(quota.use(), [{ calls: 3, ms: 60_000, used: 2 }]);
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
    quota.onDidThrottle((until) => told.push(until));
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
    quota.onDidThrottle((until) => told.push(until));
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
