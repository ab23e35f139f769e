import { LRUCache } from 'lru-cache';
import type { Machine } from '../../defender/machine';
import type { ConnectedTenant } from '../connections';

/** Machines that are remembered for each tenant. */
const maxMachines = 1_000;
/** Milliseconds. Health and the last full report change while an action waits for its machine. */
const knownMs = 5 * 60_000;
/** Milliseconds after which a machine that could not be asked for is asked for again. */
const failedMs = 60_000;

type Asked = LRUCache<string, Promise<Machine | undefined>>;

/**
 * The machines of unfinished actions, each asked for when somebody looks at a tooltip, and again
 * when the answer has become old.
 */
export class Machines {
  readonly #asked = new WeakMap<ConnectedTenant, Asked>();
  readonly #now: () => number;

  /** `now` gives milliseconds. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Undefined when it cannot be had: a tooltip says what is known, and why not is in the log. */
  get(tenant: ConnectedTenant, id: string): Promise<Machine | undefined> {
    const asked: Asked =
      this.#asked.get(tenant) ??
      new LRUCache({ max: maxMachines, ttl: knownMs, ttlResolution: 0, perf: { now: this.#now } });
    this.#asked.set(tenant, asked);
    const known = asked.get(id);
    if (known !== undefined) {
      return known;
    }
    const call = { signal: new AbortController().signal, urgency: 'background' } as const;
    const machine = tenant.client.getMachine(id, call).catch(() => {
      asked.set(id, Promise.resolve(undefined), { ttl: failedMs });
      return undefined;
    });
    asked.set(id, machine);
    return machine;
  }
}
