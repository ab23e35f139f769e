import type { ActionCommand, MachineAction } from '../defender/machineAction';

/** One command of an action. */
export interface CommandRun {
  readonly action: MachineAction;
  readonly command: ActionCommand;
}

/**
 * The last run before `run` of the same script on the same machine, of those that can have a
 * result: an earlier command of the same action, else the last of an earlier action. Scripts are
 * told apart by the name of their file, whatever its case. Undefined when there is none among the
 * actions, which may come in any order.
 */
export function previousRun(run: CommandRun, actions: readonly MachineAction[]): CommandRun | undefined {
  const { machineId, createdAt } = run.action;
  const script = scriptOf(run.command);
  const before = script === undefined ? undefined : lastBefore(run, script);
  if (before !== undefined) {
    return { action: run.action, command: before };
  }
  if (machineId === undefined || createdAt === undefined || script === undefined) {
    return undefined;
  }
  let found: CommandRun | undefined;
  for (const action of actions) {
    const at = action.createdAt ?? Infinity;
    const earlier = at < createdAt && at > (found?.action.createdAt ?? -Infinity);
    const command =
      earlier && action.machineId === machineId
        ? action.commands.findLast((each) => scriptOf(each) === script && ran(each))
        : undefined;
    found = command === undefined ? found : { action, command };
  }
  return found;
}

/** Commands of one action run in the order of their indexes. */
function lastBefore({ action, command }: CommandRun, script: string): ActionCommand | undefined {
  return action.commands
    .filter((each) => each.index < command.index && scriptOf(each) === script && ran(each))
    .toSorted((a, b) => a.index - b.index)
    .at(-1);
}

/**
 * What a command was about, for comparing: its type and the name of its file, in lower case.
 * Undefined for one without a result.
 */
export function scriptOf({ type, subject }: ActionCommand): string | undefined {
  const name = subject?.split(/[\\/]/).at(-1);
  return name === undefined || name === '' || type === 'PutFile'
    ? undefined
    : `${type}/${name.toLowerCase()}`;
}

/** One that still waits, or never ran, stays as it was created. */
function ran({ status }: ActionCommand): boolean {
  return status !== 'Created';
}
