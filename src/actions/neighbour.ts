import type { MachineAction } from '../defender/machineAction';

export interface CommandPlace {
  readonly actionId: string;
  readonly index: number;
}

/**
 * The next command that can have a result, going down a list of actions from one of their commands,
 * or up. Undefined at the end of the list, and when the action is not in it.
 */
export function neighbour(
  actions: readonly MachineAction[],
  from: CommandPlace,
  step: 1 | -1,
): CommandPlace | undefined {
  const start = actions.findIndex(({ id }) => id === from.actionId);
  for (let at = start; start >= 0 && at >= 0 && at < actions.length; at += step) {
    const places = resultsOf(actions[at]);
    const beyond = places.filter(({ index }) => at !== start || (index - from.index) * step > 0);
    const found = step > 0 ? beyond[0] : beyond.at(-1);
    if (found !== undefined) {
      return found;
    }
  }
  return undefined;
}

/** Those that have not begun have no result yet; where their action has ended, they never ran. */
function resultsOf(action: MachineAction | undefined): CommandPlace[] {
  return (action?.commands ?? [])
    .filter(({ type, status }) => type !== 'PutFile' && status !== 'Created')
    .map(({ index }) => ({ actionId: action?.id ?? '', index }))
    .sort((a, b) => a.index - b.index);
}
