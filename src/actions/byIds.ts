import type { ApiCalls, CallOptions } from '../defender/client';
import type { MachineAction } from '../defender/machineAction';
import { apiProblemOf, isNotThere } from '../defender/apiProblem';
import { onceEach } from './merging';

/** IDs that are asked for in one call: `id in (…)` is not documented, but in use with so many. */
const maxIdsPerCall = 50;

/**
 * The actions of many IDs, with one call for 50 of them; one by one where the service refuses that.
 * IDs that are no actions are not among what comes back. What a page leaves out is asked for again
 * by its IDs, not by the page's link, which may have lost them.
 * @throws Failure<ApiProblem>
 */
export async function actionsByIds(
  client: Pick<ApiCalls, 'listActions' | 'getAction'>,
  ids: readonly string[],
  call: CallOptions,
): Promise<ReadonlyMap<string, MachineAction>> {
  const found = new Map<string, MachineAction>();
  let together = true;
  for (let from = 0; from < ids.length; from += maxIdsPerCall) {
    const some = ids.slice(from, from + maxIdsPerCall);
    const answer: Listed = together ? await listed(client, some, call) : { actions: [], left: some };
    together = !answer.refused && together;
    for (const action of [...answer.actions, ...(await oneByOne(client, answer.left, call))]) {
      found.set(action.id, action);
    }
  }
  return found;
}

interface Listed {
  readonly actions: readonly MachineAction[];
  /** IDs of which the list did not say whether they are actions. */
  readonly left: readonly string[];
  readonly refused?: boolean;
}

async function listed(
  client: Pick<ApiCalls, 'listActions'>,
  ids: readonly string[],
  call: CallOptions,
): Promise<Listed> {
  const actions: MachineAction[] = [];
  let left = ids;
  try {
    for (;;) {
      const page = await client.listActions({ ids: left, top: left.length }, call);
      const wanted = new Set(left.map((id) => id.toLowerCase()));
      const some = onceEach(page.actions).filter(({ id }) => wanted.delete(id));
      actions.push(...some);
      left = left.filter((id) => wanted.has(id.toLowerCase()));
      if (page.next === undefined || left.length === 0) {
        return { actions, left: [] };
      }
      if (some.length === 0) {
        return { actions, left };
      }
    }
  } catch (error) {
    if (apiProblemOf(error)?.code === 'refused') {
      return { actions, left, refused: true };
    }
    throw error;
  }
}

async function oneByOne(
  client: Pick<ApiCalls, 'getAction'>,
  ids: readonly string[],
  call: CallOptions,
): Promise<MachineAction[]> {
  const actions: MachineAction[] = [];
  for (const id of ids) {
    try {
      actions.push(await client.getAction(id, call));
    } catch (error) {
      if (!isNotThere(error)) {
        throw error;
      }
    }
  }
  return actions;
}
