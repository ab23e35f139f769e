import { DefenderClient } from '../../src/defender/client';
import { Simulator, type SimulatorOptions } from '../../src/demo';
import type { FetchPort } from '../../src/http/fetchPort';
import { handlerPort } from '../../src/http/handlerPort';
import { RequestQuota } from '../../src/http/quota';
import { FakeClock } from './fakeClock';

/** A client whose service is simulated in process, on a clock that stands still, and what was asked of it. */
export interface SimulatedClient {
  readonly client: DefenderClient;
  readonly clock: FakeClock;
  readonly simulator: Simulator;
  /** The query of each call, in order, with its path under `path`. */
  readonly asked: Record<string, string>[];
  /** Called before the service answers the call of this number, the first being 1. */
  before: (call: number) => void | Promise<void>;
}

export const simulatedStart = Date.parse('2026-11-20T12:00:00Z');

export function simulatedClient(
  options: Pick<SimulatorOptions, 'tenant'> & Partial<SimulatorOptions>,
): SimulatedClient {
  const clock = new FakeClock(simulatedStart);
  const simulator = new Simulator({
    now: () => clock.now(),
    random: () => 0.5,
    apiOrigin: 'https://api.sample.invalid',
    blobOrigin: 'https://blobs.sample.invalid',
    quota: null,
    ...options,
  });
  const handle = handlerPort(() => Promise.resolve((request) => simulator.handle(request)));
  const asked: Record<string, string>[] = [];
  const fetch: FetchPort = async (request, signal) => {
    const url = new URL(request.url);
    asked.push({ path: url.pathname, ...Object.fromEntries(url.searchParams) });
    await simulated.before(asked.length);
    return handle(request, signal);
  };
  const client = new DefenderClient('https://api.sample.invalid', {
    fetch,
    clock,
    random: () => 0.5,
    quota: new RequestQuota(clock),
    tokens: {
      getToken: () => Promise.resolve({ token: 'test', grants: undefined }),
      invalidate: () => undefined,
    },
    log: () => undefined,
  });
  const simulated: SimulatedClient = { client, clock, simulator, asked, before: () => undefined };
  return simulated;
}
