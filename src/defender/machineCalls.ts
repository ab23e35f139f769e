import { readEntries, unreadable } from './answerBody';
import { isNotThere } from './apiProblem';
import type { ApiTransport, CallOptions } from './apiTransport';
import { decodeMachine, type Machine } from './machine';
import { odataString } from './odata';

/** How many machines of a name are asked for. */
const maxMachines = 100;

/** The calls about machines. Every method throws Failure<ApiProblem>. */
export class MachineCalls {
  readonly #transport: ApiTransport;

  constructor(transport: ApiTransport) {
    this.#transport = transport;
  }

  /** A machine by its ID. Source: "Get machine by ID", get-machine-by-id.md. */
  async getMachine(id: string, options: CallOptions): Promise<Machine> {
    const path = `machines/${encodeURIComponent(id)}`;
    const machine = decodeMachine(await this.#transport.getJson('getMachine', path, options));
    if (machine === undefined) {
      throw unreadable('getMachine', 'no machine');
    }
    return machine;
  }

  /**
   * The machines of a name: those that have exactly this one, otherwise those whose name begins
   * with it, 100 at the most. None for an empty name. Source: "List machines", get-machines.md,
   * which answers 404 when there is none.
   */
  async findMachines(hostName: string, options: CallOptions): Promise<readonly Machine[]> {
    const name = hostName.trim().toLowerCase();
    if (name === '') {
      return [];
    }
    const exact = await this.#machines(`computerDnsName eq ${odataString(name)}`, options);
    return exact.length > 0
      ? exact
      : this.#machines(`startswith(computerDnsName,${odataString(name)})`, options);
  }

  async #machines(filter: string, options: CallOptions): Promise<readonly Machine[]> {
    const parameters = new URLSearchParams({ $filter: filter, $top: String(maxMachines) });
    const path = `machines?${parameters.toString()}`;
    try {
      const machines: Machine[] = [];
      const body = await this.#transport.get('findMachines', this.#transport.url(path), options);
      await readEntries('findMachines', body, (entry) => {
        const machine = decodeMachine(entry);
        if (machine !== undefined) {
          machines.push(machine);
        }
      });
      return machines;
    } catch (error) {
      // The API answers so when there is none.
      if (isNotThere(error)) {
        return [];
      }
      throw error;
    }
  }
}
