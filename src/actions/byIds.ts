import type { ApiCalls, CallOptions } from '../defender/client';
import type { MachineAction } from '../defender/machineAction';
import type { ApiProblem } from '../defender/problems';
import { Failure } from '../http/failure';

/** IDs that are asked for in one call: `id in (…)` is not documented, but in use with so many. */
const idsPerCall = 50;

/**
 * The actions of many IDs, with one call for 50 of them; one by one where the service refuses that. IDs that are no actions are not among
 * what comes back.
 * @throws Failure<ApiProblem>
 */
export async function actionsByIds(
  client: Pick<ApiCalls, 'listActions' | 'getAction'>,
  ids: readonly string[],
  call: CallOptions,
): Promise<ReadonlyMap<string, MachineAction>> {
  const found = new Map<string, MachineAction>();
  let together = true;
  for (let from = 0; from < ids.length; from += idsPerCall) {
    const some = ids.slice(from, from + idsPerCall);
    const actions: readonly MachineAction[] | undefined = together
      ? await listed(client, some, call)
      : undefined;
    together = actions !== undefined;
    for (const action of actions ?? (await oneByOne(client, some, call))) {
      found.set(action.id, action);
    }
  }
  return found;
}

async function listed(
  client: Pick<ApiCalls, 'listActions'>,
  ids: readonly string[],
  call: CallOptions,
): Promise<readonly MachineAction[] | undefined> {
  try {
    return (await client.listActions({ ids, top: ids.length }, call)).actions;
  } catch (error) {
    if (codeOf(error) === 'refused') {
      return undefined;
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
      if (codeOf(error) !== 'notFound') {
        throw error;
      }
    }
  }
  return actions;
}

function codeOf(error: unknown): ApiProblem['code'] | undefined {
  return error instanceof Failure ? (error.problem as ApiProblem).code : undefined;
}
