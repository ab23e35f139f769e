import { strict as assert } from 'node:assert';
import { getEventListeners } from 'node:events';
import { mock } from 'node:test';
import { describe, it } from 'mocha';
import { systemClock } from '../../../src/http/clock';
import { settle } from '../../support/fakeClock';

describe('the clock of the system', () => {
  it('sleeps for longer than a timer can, without a wake-up in between', async () => {
    const warnings: string[] = [];
    const warn = ({ name }: Error): unknown => warnings.push(name);
    process.on('warning', warn);
    const leaver = new AbortController();
    let awake = 0;
    const sleeping = [2 ** 31, 2 ** 40, Infinity].map((ms) =>
      systemClock.sleep(ms, leaver.signal).then(() => (awake += 1)),
    );
    // A timer that overflows rings after a millisecond.
    await systemClock.sleep(20);
    await settle();
    process.off('warning', warn);
    assert.equal(awake, 0);
    assert.deepEqual(warnings, []);
    leaver.abort();
    await Promise.all(sleeping.map((each) => assert.rejects(each, { name: 'AbortError' })));
  });

  it('leaves nothing behind on the signal of whoever slept well', async () => {
    const { signal } = new AbortController();
    const sleeping = systemClock.sleep(1, signal);
    assert.equal(getEventListeners(signal, 'abort').length, 1);
    await sleeping;
    assert.equal(getEventListeners(signal, 'abort').length, 0);
  });

  it('wakes after the last of several timers', async () => {
    const longest = 2 ** 31 - 1;
    let awake = 0;
    mock.timers.enable({ apis: ['setTimeout'] });
    try {
      for (const ms of [longest, longest + 1, 2 * longest]) {
        void systemClock.sleep(ms).then(() => (awake += 1));
      }
      mock.timers.tick(longest - 1);
      await settle();
      assert.equal(awake, 0);
      mock.timers.tick(1);
      await settle();
      assert.equal(awake, 1);
      mock.timers.tick(1);
      await settle();
      assert.equal(awake, 2);
      mock.timers.tick(longest - 1);
      await settle();
      assert.equal(awake, 3);
    } finally {
      mock.timers.reset();
    }
  });

  it('wakes at once when it is aborted, and does not fall asleep after that', async () => {
    const leaver = new AbortController();
    const sleeping = systemClock.sleep(60_000, leaver.signal);
    leaver.abort();
    await assert.rejects(sleeping, { name: 'AbortError' });
    await assert.rejects(systemClock.sleep(1, leaver.signal), { name: 'AbortError' });
  });

  it('sleeps as long as it is told, and counts on while it does', async () => {
    const [now, ticks] = [systemClock.now(), systemClock.ticks()];
    await systemClock.sleep(30);
    // Timers may ring a millisecond early.
    assert.ok(systemClock.ticks() - ticks >= 29, `${systemClock.ticks() - ticks} ms`);
    assert.ok(Math.abs(systemClock.now() - Date.now()) < 5_000 && now <= Date.now());
  });
});
