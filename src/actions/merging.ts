import { type ActionCommand, isFinal, type MachineAction } from '../defender/machineAction';

/**
 * Which of two answers for the same action holds. Always the known object when they say the same,
 * so that identity tells what has changed. A final state is never replaced by an unfinished one,
 * and nothing by an answer that is older by its own account: the service's copies are not always of
 * one mind.
 */
export function newerOf(known: MachineAction, incoming: MachineAction): MachineAction {
  if (isFinal(known) && !isFinal(incoming)) {
    return known;
  }
  // Whatever its time: what is final was unfinished before, and a time may be nonsense, such as one
  // in the year 9999.
  const ends = !isFinal(known) && isFinal(incoming);
  if (
    !ends &&
    known.updatedAt !== undefined &&
    incoming.updatedAt !== undefined &&
    incoming.updatedAt < known.updatedAt
  ) {
    return known;
  }
  // Some answers leave the commands out; those of the same state are still true.
  const complete =
    incoming.commands.length === 0 && known.commands.length > 0 && incoming.status === known.status
      ? { ...incoming, commands: known.commands }
      : incoming;
  return sameAction(known, complete) ? known : complete;
}

/**
 * The actions of an answer, each ID once: where it is there more than once, the newest update
 * holds, whatever came first.
 */
export function onceEach(actions: readonly MachineAction[]): readonly MachineAction[] {
  const byId = new Map<string, MachineAction>();
  for (const action of actions) {
    const known = byId.get(action.id);
    byId.set(action.id, known === undefined ? action : newerOf(known, action));
  }
  return byId.size === actions.length ? actions : [...byId.values()];
}

function sameAction(a: MachineAction, b: MachineAction): boolean {
  return (
    a.status === b.status &&
    a.updatedAt === b.updatedAt &&
    a.createdAt === b.createdAt &&
    a.type === b.type &&
    a.requestor === b.requestor &&
    a.requestorComment === b.requestorComment &&
    a.machineId === b.machineId &&
    a.computerDnsName === b.computerDnsName &&
    a.errorHResult === b.errorHResult &&
    a.scope === b.scope &&
    a.requestSource === b.requestSource &&
    sameList(a.commands, b.commands, sameCommand)
  );
}

function sameCommand(a: ActionCommand, b: ActionCommand): boolean {
  return (
    a.index === b.index &&
    a.type === b.type &&
    a.status === b.status &&
    a.startedAt === b.startedAt &&
    a.endedAt === b.endedAt &&
    a.subject === b.subject &&
    a.args === b.args &&
    sameList(a.errors, b.errors, (one, other) => one === other)
  );
}

function sameList<T>(a: readonly T[], b: readonly T[], same: (one: T, other: T) => boolean): boolean {
  return a === b || (a.length === b.length && a.every((each, at) => same(each, b[at] as T)));
}

/** The earliest time that a Date can have: before any that the service may send. */
const earliest = -8.64e15;

/** Orders actions newest first; one without a time comes last. */
export function newestFirst(a: MachineAction, b: MachineAction): number {
  return (b.createdAt ?? earliest) - (a.createdAt ?? earliest);
}

/**
 * Two lists, each newest first, as one: in a single pass, because sorting 100,000 anew for each
 * page would be felt.
 */
export function mergeNewestFirst(
  a: readonly MachineAction[],
  b: readonly MachineAction[],
): readonly MachineAction[] {
  const [lastOfA, firstOfB] = [a.at(-1), b[0]];
  if (lastOfA === undefined || firstOfB === undefined) {
    return a.length === 0 ? b : a;
  }
  if (newestFirst(lastOfA, firstOfB) <= 0) {
    return a.concat(b);
  }
  const merged: MachineAction[] = [];
  let at = 0;
  for (const other of b) {
    for (let one = a[at]; one !== undefined && newestFirst(one, other) <= 0; one = a[at]) {
      merged.push(one);
      at += 1;
    }
    merged.push(other);
  }
  for (const one of a.slice(at)) {
    merged.push(one);
  }
  return merged;
}
