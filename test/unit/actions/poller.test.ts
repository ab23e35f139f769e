import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { Poller } from '../../../src/actions/poller';
import { Failure } from '../../../src/http/failure';
import type { HttpProblem } from '../../../src/http/httpProblem';
import { FakeClock } from '../../support/fakeClock';

class Setup {
  readonly clock = new FakeClock();
  readonly start = this.clock.now();
  /** When rounds began, in seconds from the start. */
  readonly rounds: number[] = [];
  readonly failures: number[] = [];
  interval = 30;
  wanted = true;
  poll: (signal: AbortSignal) => Promise<unknown> = () => Promise.resolve();
  readonly poller = new Poller({
    clock: this.clock,
    intervalSeconds: () => this.interval,
    wanted: () => this.wanted,
    poll: (signal) => {
      this.rounds.push((this.clock.now() - this.start) / 1_000);
      return this.poll(signal);
    },
    onFailure: (_, next) => this.failures.push((next - this.start) / 1_000),
  });

  async seconds(seconds: number): Promise<void> {
    await this.clock.advance(seconds * 1_000);
  }

  want(wanted: boolean): void {
    this.wanted = wanted;
    this.poller.check();
  }
}

const broken = (): Promise<never> => Promise.reject(new Error('broken'));

describe('the poller', () => {
  it('polls at once, and then every interval', async () => {
    const setup = new Setup();
    await setup.seconds(60);
    assert.deepEqual(setup.rounds, []);
    setup.poller.check();
    await setup.seconds(100);
    assert.deepEqual(setup.rounds, [60, 90, 120, 150]);
  });

  it('waits an interval after a list that was just loaded', async () => {
    const setup = new Setup();
    setup.poller.fresh();
    await setup.seconds(29);
    assert.deepEqual(setup.rounds, []);
    setup.poller.fresh();
    await setup.seconds(31);
    assert.deepEqual(setup.rounds, [59]);
  });

  it('does nothing while it is not wanted, and resumes at once', async () => {
    const setup = new Setup();
    setup.poller.check();
    await setup.seconds(10);
    setup.want(false);
    await setup.seconds(600);
    assert.equal(setup.clock.sleeping, 0);
    assert.deepEqual(setup.rounds, [0]);
    setup.want(true);
    await setup.seconds(31);
    assert.deepEqual(setup.rounds, [0, 610, 640]);
  });

  it('does not poll each time that somebody looks away and back', async () => {
    const setup = new Setup();
    setup.poller.check();
    for (let n = 0; n < 24; n += 1) {
      setup.want(false);
      await setup.seconds(0.25);
      setup.want(true);
      await setup.seconds(0.25);
    }
    assert.deepEqual(setup.rounds, [0, 5, 10]);
  });

  it('stops by itself when nothing is wanted any more', async () => {
    const setup = new Setup();
    setup.poll = () => Promise.resolve((setup.wanted = false));
    setup.poller.check();
    await setup.seconds(100);
    assert.deepEqual(setup.rounds, [0]);
    assert.equal(setup.clock.sleeping, 0);
  });

  it('can be switched off and on, and takes another interval', async () => {
    const setup = new Setup();
    setup.interval = 0;
    setup.poller.check();
    await setup.seconds(100);
    assert.deepEqual(setup.rounds, []);
    setup.interval = 60;
    setup.poller.check();
    await setup.seconds(61);
    setup.interval = 10;
    setup.poller.check();
    await setup.seconds(15);
    assert.deepEqual(setup.rounds, [100, 160, 170]);
  });

  it('runs one round at a time, however long it takes', async () => {
    const setup = new Setup();
    let running = 0;
    setup.poll = async () => {
      running += 1;
      assert.equal(running, 1);
      await setup.clock.sleep(45_000);
      running -= 1;
    };
    setup.poller.check();
    await setup.seconds(20);
    assert.equal(setup.poller.polling, true);
    setup.want(false);
    setup.want(true);
    setup.poller.fresh();
    await setup.seconds(130);
    assert.deepEqual(setup.rounds, [0, 75, 150]);
  });

  it('waits twice as long after each failure, up to five minutes, and is itself again after a success', async () => {
    const setup = new Setup();
    setup.poll = broken;
    setup.poller.check();
    await setup.seconds(1_500);
    assert.deepEqual(setup.rounds, [0, 60, 180, 420, 720, 1_020, 1_320]);
    assert.deepEqual(setup.failures, [60, 180, 420, 720, 1_020, 1_320, 1_620]);
    setup.poll = () => Promise.resolve();
    await setup.seconds(160);
    assert.deepEqual(setup.rounds.slice(-2), [1_620, 1_650]);
  });

  it('never waits less than the interval after a failure', async () => {
    const setup = new Setup();
    setup.interval = 600;
    setup.poll = broken;
    setup.poller.check();
    await setup.seconds(1_300);
    assert.deepEqual(setup.rounds, [0, 600, 1_200]);
  });

  it('tries again at once after a failure when somebody looks again', async () => {
    const setup = new Setup();
    setup.poll = broken;
    setup.poller.check();
    await setup.seconds(130);
    setup.want(false);
    setup.want(true);
    await setup.seconds(1);
    assert.deepEqual(setup.rounds, [0, 60, 130]);
  });

  it('waits until the time that a throttled service named, also for who looks again', async () => {
    const setup = new Setup();
    setup.poll = () =>
      setup.rounds.length > 1
        ? Promise.resolve()
        : Promise.reject(
            new Failure<HttpProblem>({ code: 'throttled', until: setup.start + 400_000, message: undefined }),
          );
    setup.poller.check();
    await setup.seconds(100);
    setup.want(false);
    setup.want(true);
    await setup.seconds(299);
    assert.deepEqual(setup.rounds, [0]);
    await setup.seconds(40);
    assert.deepEqual(setup.rounds, [0, 400, 430]);
    assert.deepEqual(setup.failures, [400]);
  });

  it('waits no longer and no shorter when somebody sets the clock', async () => {
    for (const hours of [-1, 1]) {
      const setup = new Setup();
      let rounds = 0;
      setup.poll = () => {
        rounds += 1;
        return Promise.resolve();
      };
      setup.poller.check();
      await setup.seconds(10);
      setup.clock.set(setup.start + hours * 3_600_000);
      setup.poller.check();
      await setup.seconds(19);
      assert.equal(rounds, 1);
      await setup.seconds(1);
      assert.equal(rounds, 2);
    }
  });

  it('does not count a throttled round among the failures', async () => {
    const setup = new Setup();
    setup.poll = () =>
      Promise.reject(
        setup.rounds.length > 1
          ? new Error('broken')
          : new Failure<HttpProblem>({ code: 'throttled', until: setup.start + 10_000, message: undefined }),
      );
    setup.poller.check();
    await setup.seconds(100);
    assert.deepEqual(setup.rounds, [0, 30, 90]);
    assert.deepEqual(setup.failures, [30, 90, 210]);
  });

  it('forgets its failures when a list was loaded another way', async () => {
    const setup = new Setup();
    setup.poll = broken;
    setup.poller.check();
    await setup.seconds(70);
    assert.deepEqual(setup.rounds, [0, 60]);
    setup.poller.fresh();
    await setup.seconds(40);
    assert.deepEqual(setup.rounds, [0, 60, 100]);
    assert.deepEqual(setup.failures.at(-1), 160);
  });

  it('does not keep who looks again waiting for longer than the interval', async () => {
    const setup = new Setup();
    setup.interval = 2;
    setup.poller.check();
    await setup.seconds(0.5);
    setup.want(false);
    await setup.seconds(0.5);
    setup.want(true);
    await setup.seconds(1.5);
    assert.deepEqual(setup.rounds, [0, 2]);
  });

  it('is polling while a round is under way, and needs nobody to listen to failures', async () => {
    const clock = new FakeClock();
    let rounds = 0;
    const poll = async (): Promise<void> => {
      rounds += 1;
      await clock.sleep(1_000);
      throw new Error('broken');
    };
    const poller = new Poller({ clock, intervalSeconds: () => 30, wanted: () => true, poll });
    assert.equal(poller.polling, false);
    poller.check();
    assert.equal(poller.polling, true);
    await clock.advance(1_000);
    assert.equal(poller.polling, false);
    await clock.advance(59_999);
    assert.equal(rounds, 1);
    await clock.advance(1);
    assert.equal(rounds, 2);
  });

  it('counts a round that was aborted neither as a failure nor as none', async () => {
    const setup = new Setup();
    setup.poll = () =>
      setup.rounds.length === 2
        ? Promise.reject(new DOMException('gone', 'AbortError'))
        : Promise.reject(new Error('broken'));
    setup.poller.check();
    await setup.seconds(200);
    // One failure before it, so twice the interval after it.
    assert.deepEqual(setup.rounds, [0, 60, 120]);
    assert.deepEqual(setup.failures, [60, 240]);
  });

  it('can be ended before it has begun', async () => {
    const setup = new Setup();
    setup.poller.dispose();
    setup.poller.check();
    await setup.seconds(100);
    assert.deepEqual(setup.rounds, []);
  });

  it('takes an interval below zero for none', async () => {
    const setup = new Setup();
    setup.interval = -1;
    setup.poller.check();
    await setup.seconds(100);
    assert.deepEqual(setup.rounds, []);
    assert.equal(setup.clock.sleeping, 0);
  });

  it('ends with the round under way', async () => {
    const setup = new Setup();
    let aborted = false;
    setup.poll = (signal) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          aborted = true;
          reject(signal.reason as Error);
        });
      });
    setup.poller.check();
    await setup.seconds(1);
    setup.poller.dispose();
    await setup.seconds(1_000);
    setup.poller.check();
    setup.poller.fresh();
    await setup.seconds(1_000);
    assert.ok(aborted);
    assert.deepEqual(setup.rounds, [0]);
    assert.deepEqual(setup.failures, []);
    assert.equal(setup.clock.sleeping, 0);
  });
});
