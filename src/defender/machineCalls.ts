import { unreadable } from './answerBody';
import type { ApiTransport, CallOptions } from './apiTransport';
import { allEntries } from './entryPages';
import { decodeMachine, type Machine } from './machine';
import { odataString } from './odata';

/** How many machines of a name are asked for. */
const maxMachines = 100;
/** The documented maximum of `$top`: get-machines.md. A list that is shorter has no link to a next page. */
const maxPageSize = 10_000;

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
    const exact = await this.#machines(`computerDnsName eq ${odataString(name)}`, maxMachines, options);
    return exact.length > 0 ? exact : this.#machines(beginsWith(name), maxMachines, options);
  }

  /**
   * All machines whose name begins with `prefix`, in any case, excluded and inactive ones, too.
   * None for an empty prefix. Source: "List machines", get-machines.md.
   */
  async machinesByPrefix(prefix: string, options: CallOptions): Promise<readonly Machine[]> {
    const name = prefix.trim().toLowerCase();
    return name === '' ? [] : this.#machines(beginsWith(name), maxPageSize, options);
  }

  /**
   * All machines with a tag, or with one that begins with `tag`. None for an empty tag. Source:
   * "Find devices by tag", find-machines-by-tag.md.
   */
  async machinesByTag(
    tag: string,
    { startsWith = false }: { readonly startsWith?: boolean },
    options: CallOptions,
  ): Promise<readonly Machine[]> {
    const name = tag.trim();
    if (name === '') {
      return [];
    }
    const query = new URLSearchParams({ tag: name, useStartsWithFilter: String(startsWith) });
    const path = `machines/findbytag?${query.toString()}`;
    return allEntries(this.#transport, { call: 'findMachines', path }, decodeMachine, options);
  }

  #machines(filter: string, top: number, options: CallOptions): Promise<readonly Machine[]> {
    const query = new URLSearchParams({ $filter: filter, $top: String(top) });
    const path = `machines?${query.toString()}`;
    return allEntries(this.#transport, { call: 'findMachines', path }, decodeMachine, options);
  }
}

function beginsWith(name: string): string {
  return `startswith(computerDnsName,${odataString(name)})`;
}
