import { type ApiProblem, apiProblemOf } from '../defender/apiProblem';
import type { ActionQuery, ApiCalls, CallOptions, ScriptCalls } from '../defender/client';
import { isFinal, type MachineAction } from '../defender/machineAction';
import type { Clock } from '../http/clock';
import { sentBy } from '../http/failure';
import type { RunPorts, StartAnswer } from './runPorts';

/** The calls of a run. */
export type RunClient = Pick<ApiCalls, 'listActions' | 'nextActions' | 'cancelAction' | 'getMachine'> &
  Pick<ScriptCalls, 'startLiveResponse' | 'listLibraryFiles'>;

/** Rows of a page of the list. A run rarely needs a second one. */
const pageSize = 1_000;
/**
 * Milliseconds. An action of somebody else may have waited so long for its machine, and takes a
 * session all the same: run-live-response.md.
 */
const queuedForMs = 2 * 3_600_000;

/** What a run asks of the service, through the API client of a connection. Nobody is asked to sign in. */
export function defenderRunPorts(client: RunClient, clock: Clock): RunPorts {
  return {
    start: async (machineId, request, signal) => {
      try {
        const action = await client.startLiveResponse(machineId, request, silently(signal));
        return { kind: 'created', action };
      } catch (error) {
        signal.throwIfAborted();
        return answerOf(error, clock.now());
      }
    },
    findByMark: async ({ machineId, mark, since }, signal) => {
      const wanted = { machineId, since, types: ['LiveResponse'] };
      const actions = await allActions(client, wanted, silently(signal));
      return actions.find((each) => each.machineId === machineId && hasMark(each, mark));
    },
    changed: async ({ ids, run, since }, signal) => {
      const queued = clock.now() - queuedForMs;
      const wanted = { since: Math.min(since, queued), types: ['LiveResponse'] };
      const actions = await allActions(client, wanted, silently(signal));
      const isOurs = (each: MachineAction): boolean => ids.includes(each.id) || hasMark(each, run);
      const others = actions.filter((each) => !isOurs(each) && !isFinal(each)).length;
      return { actions: actions.filter(isOurs), others };
    },
    cancel: async (actionId, comment, signal) => {
      await client.cancelAction(actionId, comment, silently(signal));
    },
    checkScript: async (libraryName, sha256, signal) => {
      const files = await client.listLibraryFiles(silently(signal));
      const file = files.find(({ fileName }) => fileName === libraryName);
      if (file === undefined) {
        return { kind: 'missing' };
      }
      return file.sha256?.toLowerCase() === sha256
        ? { kind: 'same' }
        : { kind: 'changed', sha256: file.sha256, by: file.createdBy, at: file.updatedAt };
    },
    online: async (machineIds, signal) => {
      const online = new Set<string>();
      for (const id of machineIds) {
        const { healthStatus } = await client.getMachine(id, silently(signal));
        if (healthStatus !== 'Inactive') {
          online.add(id);
        }
      }
      return online;
    },
  };
}

function silently(signal: AbortSignal): CallOptions {
  return { signal, urgency: 'view' };
}

/** The mark of a run or of one of its machines, which a person may have written around. */
function hasMark({ requestorComment }: MachineAction, mark: string): boolean {
  return requestorComment?.includes(mark) === true;
}

async function allActions(
  client: Pick<RunClient, 'listActions' | 'nextActions'>,
  query: Omit<ActionQuery, 'top'>,
  options: CallOptions,
): Promise<readonly MachineAction[]> {
  const actions: MachineAction[] = [];
  const seen = new Set<string>();
  let page = await client.listActions({ ...query, top: pageSize }, options);
  for (;;) {
    actions.push(...page.actions);
    const { next } = page;
    // A link in a circle would never end.
    if (next === undefined || seen.has(next)) {
      return actions;
    }
    seen.add(next);
    page = await client.nextActions(next, options);
  }
}

/** What is known after a start that gave no action. `now` is in milliseconds since the epoch. */
function answerOf(error: unknown, now: number): StartAnswer {
  const problem = apiProblemOf(error);
  if (sentBy(error) === 'unknown') {
    return { kind: 'perhapsCreated' };
  }
  if (problem?.code === 'machineBusy') {
    return { kind: 'busy' };
  }
  if (problem?.code === 'throttled' || problem?.code === 'tooManySessions') {
    const retryAfterMs = problem.until === undefined ? undefined : Math.max(0, problem.until - now);
    return problem.code === 'throttled'
      ? { kind: 'throttled', retryAfterMs }
      : { kind: 'throttled', retryAfterMs, sessions: problem.limit };
  }
  return problem !== undefined && 'error' in problem && problem.code !== 'unauthorized'
    ? refusal(problem)
    : { kind: 'notSent' };
}

/** Defender has answered, and will not answer otherwise. */
function refusal(
  problem: ApiProblem & { readonly error: { readonly message: string | undefined } },
): StartAnswer {
  return { kind: 'refused', reason: problem.code, message: problem.error.message };
}
