import { strict as assert } from 'node:assert';
import { getEventListeners } from 'node:events';
import { describe, it } from 'mocha';
import { SingleFlight } from '../../../src/http/singleFlight';
import { settle } from '../../support/fakeClock';

describe('a shared flight', () => {
  function flight(): {
    flight: SingleFlight<string>;
    signal: () => AbortSignal;
    land: (value: string) => void;
  } {
    let signal: AbortSignal | undefined;
    let land: (value: string) => void = () => undefined;
    const shared = new SingleFlight<string>((own) => {
      signal = own;
      return new Promise((resolve, reject) => {
        land = resolve;
        own.addEventListener('abort', () => reject(own.reason as Error));
      });
    });
    return { flight: shared, signal: () => signal ?? assert.fail(), land: (value) => land(value) };
  }

  it('goes on for the others when one leaves', async () => {
    const { flight: shared, signal, land } = flight();
    const leaver = new AbortController();
    const left = shared.join(leaver.signal);
    const stayed = shared.join(new AbortController().signal);
    leaver.abort();
    await assert.rejects(left, { name: 'AbortError' });
    assert.equal(signal().aborted, false);
    land('text');
    assert.equal(await stayed, 'text');
  });

  it('leaves nothing behind on the signals of its waiters', async () => {
    const { flight: shared, land } = flight();
    const caller = new AbortController();
    const waiting = shared.join(caller.signal);
    assert.equal(getEventListeners(caller.signal, 'abort').length, 1);
    land('text');
    await waiting;
    assert.equal(getEventListeners(caller.signal, 'abort').length, 0);
  });

  it('is aborted when the last one leaves, and takes no newcomers', async () => {
    const { flight: shared, signal } = flight();
    const [a, b] = [new AbortController(), new AbortController()];
    const both = [shared.join(a.signal), shared.join(b.signal)];
    a.abort();
    b.abort();
    await Promise.allSettled(both);
    assert.equal(signal().aborted, true);
    assert.equal(shared.open, false);
  });

  it('fails for everybody with the same failure, and nobody has to listen', async () => {
    const shared = new SingleFlight(() => Promise.reject(new Error('no')));
    await settle();
    await assert.rejects(shared.join(new AbortController().signal), /no/);
  });

  it('ends for all at once when it is aborted, and takes nobody any more', async () => {
    let seen: AbortSignal | undefined;
    const flight = new SingleFlight<void>((signal) => {
      seen = signal;
      return new Promise(() => undefined);
    });
    const waiting = [1, 2].map(() => flight.join(new AbortController().signal));
    flight.abort();
    await Promise.all(waiting.map((each) => assert.rejects(each, { name: 'AbortError' })));
    assert.deepEqual([seen?.aborted, flight.open], [true, false]);
  });
});
