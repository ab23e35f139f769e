import type { Machine } from '../../defender/machine';
import type { Session } from '../connections';

/** The machines of unfinished actions, each asked for once when somebody looks at a tooltip. */
export class Machines {
  readonly #asked = new WeakMap<Session, Map<string, Promise<Machine | undefined>>>();

  /** Undefined when it cannot be had: a tooltip says what is known, and why not is in the log. */
  get(session: Session, id: string): Promise<Machine | undefined> {
    const asked = this.#asked.get(session) ?? new Map<string, Promise<Machine | undefined>>();
    this.#asked.set(session, asked);
    const known = asked.get(id);
    if (known !== undefined) {
      return known;
    }
    const call = { signal: new AbortController().signal, urgency: 'background' } as const;
    const machine = session.client.getMachine(id, call).catch(() => undefined);
    asked.set(id, machine);
    return machine;
  }
}
