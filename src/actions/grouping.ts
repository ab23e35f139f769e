import { isFinal, type MachineAction } from '../defender/machineAction';

export const groupings = ['time', 'machine', 'status', 'type', 'requestor'] as const;
export type Grouping = (typeof groupings)[number];

/** The groups of `time`, in their order. `unknown` holds what has no time. */
export const timeGroups = ['today', 'yesterday', 'thisWeek', 'lastWeek', 'older', 'unknown'] as const;
export type TimeGroup = (typeof timeGroups)[number];

export interface ActionGroup {
  /**
   * Unique among the groups of a grouping, and the same after each poll. A {@link TimeGroup} where
   * the grouping is by time.
   */
  readonly key: string;
  /**
   * What the group has in common, as the service wrote it; hostile. Undefined for a group by time,
   * and for what nobody named.
   */
  readonly value: string | undefined;
  /** The first rows in the order they were given, 5,000 at the most. */
  readonly actions: readonly MachineAction[];
  /** How many more there are. */
  readonly more: number;
  readonly unfinished: number;
  /** Failed or timed out. */
  readonly failed: number;
}

export interface GroupingOptions {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Which days are meant. */
  readonly zone: 'local' | 'utc';
  /** 1 is Monday, 0 Sunday; Monday when missing. */
  readonly firstDayOfWeek?: number;
  /** IDs of actions that are listed also behind the most rows of a group. */
  readonly wanted?: ReadonlySet<string>;
}

/** Rows of a group; what a person does not scroll through, and a tree does not hold well. */
export const maxRows = 5_000;

/**
 * Puts actions into groups, each in the order given. Groups by status begin with what failed and
 * what is unfinished, by type with live response; machines, requestors and other types are in
 * alphabetical order, so that they stay where they are when a poll brings something.
 */
export function groupActions(
  actions: readonly MachineAction[],
  by: Grouping,
  options: GroupingOptions,
): readonly ActionGroup[] {
  const sorter = sorterOf(by, options);
  const groups = new Map<string, GroupInMaking>();
  // By what the action says itself: of 100,000 actions only a few say something new.
  const found = new Map<string | undefined, GroupInMaking>();
  for (const action of actions) {
    const id = sorter.idOf(action);
    let group = found.get(id);
    if (group === undefined) {
      group = groupOf(groups, sorter.keyOf(id));
      found.set(id, group);
    }
    group.value ??= sorter.valueOf(action);
    add(group, action, options.wanted?.has(action.id) === true);
  }
  return inOrder([...groups.values()], by);
}

function groupOf(groups: Map<string, GroupInMaking>, key: string): GroupInMaking {
  const known = groups.get(key);
  const group = known ?? { key, value: undefined, actions: [], more: 0, unfinished: 0, failed: 0 };
  groups.set(key, group);
  return group;
}

interface GroupInMaking extends ActionGroup {
  value: string | undefined;
  readonly actions: MachineAction[];
  more: number;
  unfinished: number;
  failed: number;
}

/** By what actions belong together. */
interface Sorter {
  /** What tells the groups apart, apart from its case. */
  readonly idOf: (action: MachineAction) => string | undefined;
  readonly keyOf: (id: string | undefined) => string;
  readonly valueOf: (action: MachineAction) => string | undefined;
}

function add(group: GroupInMaking, action: MachineAction, isWanted: boolean): void {
  if (group.actions.length < maxRows || isWanted) {
    group.actions.push(action);
  } else {
    group.more += 1;
  }
  group.unfinished += isFinal(action) ? 0 : 1;
  group.failed += isFailed(action) ? 1 : 0;
}

function isFailed({ status }: MachineAction): boolean {
  return status === 'Failed' || status === 'TimeOut';
}

function sorterOf(by: Grouping, options: GroupingOptions): Sorter {
  const keyOf = (id: string | undefined): string => (id === undefined ? by : `${by}:${id.toLowerCase()}`);
  switch (by) {
    case 'time': {
      const bounds = timeBounds(options);
      const idOf = ({ createdAt }: MachineAction): string => timeGroupOf(createdAt, bounds);
      return { idOf, keyOf: (id = '') => id, valueOf: () => undefined };
    }
    case 'machine': {
      // By ID: two machines may have one name, and a machine has none at first.
      const valueOf = ({ computerDnsName }: MachineAction): string | undefined => computerDnsName;
      return { idOf: ({ machineId, computerDnsName }) => machineId ?? computerDnsName, keyOf, valueOf };
    }
    case 'status':
    case 'type':
    case 'requestor': {
      const valueOf = (action: MachineAction): string | undefined => action[by];
      return { idOf: valueOf, keyOf, valueOf };
    }
  }
}

/** Where each group by time begins, in milliseconds since the epoch. */
type TimeBounds = readonly (readonly [TimeGroup, number])[];

function timeBounds({ now, zone, firstDayOfWeek = 1 }: GroupingOptions): TimeBounds {
  const date = new Date(now);
  const utc = zone === 'utc';
  const [year, month, day, weekday] = utc
    ? [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate(), date.getUTCDay()]
    : [date.getFullYear(), date.getMonth(), date.getDate(), date.getDay()];
  // By the calendar, not by 24 hours: two days of a year have more or fewer.
  const daysAgo = (days: number): number =>
    utc ? Date.UTC(year, month, day - days) : new Date(year, month, day - days).getTime();
  const intoWeek = (weekday - firstDayOfWeek + 7) % 7;
  return [
    ['today', daysAgo(0)],
    ['yesterday', daysAgo(1)],
    ['thisWeek', daysAgo(intoWeek)],
    ['lastWeek', daysAgo(intoWeek + 7)],
    ['older', -Infinity],
  ];
}

function timeGroupOf(time: number | undefined, bounds: TimeBounds): TimeGroup {
  return (time === undefined ? undefined : bounds.find(([, from]) => time >= from)?.[0]) ?? 'unknown';
}

/**
 * First what wants to be looked at, last what went well; a status that nobody documented may mean
 * anything, so it is unfinished.
 */
const statusOrder = ['Failed', 'TimeOut', 'InProgress', 'Pending', undefined, 'Cancelled', 'Succeeded'];

function rank(group: ActionGroup, by: Grouping): number {
  switch (by) {
    case 'time':
      return timeGroups.indexOf(group.key as TimeGroup);
    case 'status': {
      const at = statusOrder.indexOf(group.value);
      return at < 0 ? statusOrder.indexOf(undefined) : at;
    }
    case 'type':
      return group.value === 'LiveResponse' ? 0 : 1;
    case 'machine':
    case 'requestor':
      return group.value === undefined ? 1 : 0;
  }
}

function inOrder(groups: readonly ActionGroup[], by: Grouping): readonly ActionGroup[] {
  return groups
    .map((group) => ({ group, rank: rank(group, by), name: (group.value ?? group.key).toLowerCase() }))
    .sort((a, b) => a.rank - b.rank || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
    .map(({ group }) => group);
}
