import { scriptOf } from '../actions/previousRun';
import type { MachineAction } from '../defender/machineAction';
import { onMachine } from './actionLabel';
import { shortHostName } from './formatNames';
import { type ResultSource, subjectName } from './resultDetails';

/** A result, and what is known of other actions. */
export interface NamedResult extends Omit<ResultSource, 'tenant'> {
  readonly tenant: { readonly actions: { readonly listed: readonly MachineAction[] } };
}

/**
 * "<script> on <host>", the person's part of a document's name: short, because it is a tab's title.
 * The time when the command started follows where the list has other runs of the same script on the
 * same machine.
 */
export function tabName(source: NamedResult): string {
  const name = onMachine(subjectName(source), shortHostName(source.action));
  const { action, command } = source;
  const started = command?.startedAt ?? action.createdAt;
  return started !== undefined && ranAgain(source) ? `${name} ${fileTime(started)}` : name;
}

function ranAgain({ action, command, tenant }: NamedResult): boolean {
  const script = command && scriptOf(command);
  if (script === undefined || action.machineId === undefined) {
    return false;
  }
  const others = tenant.actions.listed.filter(
    ({ id, machineId }) => machineId === action.machineId && id !== action.id,
  );
  return (
    [action, ...others].flatMap(({ commands }) => commands.filter((each) => scriptOf(each) === script))
      .length > 1
  );
}

/**
 * "11-30 14.05Z", in UTC: a file's name can't have colons, and stays the same wherever it is read.
 */
function fileTime(ms: number): string {
  const iso = new Date(ms).toISOString();
  return `${iso.slice(5, 10)} ${iso.slice(11, 16).replace(':', '.')}Z`;
}
