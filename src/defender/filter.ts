import type { MachineAction } from './machineAction';
import { odataDate, odataString } from './odata';

/**
 * What the service itself filters machine actions by. A missing part, and a list without entries,
 * asks for nothing. Values are taken as they are: nothing in them can change what the filter means.
 */
export interface ActionFilter {
  readonly statuses?: readonly string[] | undefined;
  readonly types?: readonly string[] | undefined;
  readonly machineId?: string | undefined;
  readonly requestors?: readonly string[] | undefined;
  /** Created at this time or later, in milliseconds since the epoch. */
  readonly since?: number | undefined;
  /** Created at this time or earlier, in milliseconds since the epoch. */
  readonly until?: number | undefined;
  /** About 200 of them fit into an address. */
  readonly ids?: readonly string[] | undefined;
}

/**
 * The `$filter` of a list of machine actions; undefined when it asks for nothing.
 *
 * Source: "List machineActions", get-machineactions-collection.md, names id, status, machineId,
 * type, requestor and creationDateTimeUtc as what can be filtered by, and no others are used here.
 * `in` is undocumented and used for IDs only, where it is known to work; other lists are spelled
 * out with `or`.
 */
export function filterText(filter: ActionFilter): string | undefined {
  const ids = filter.ids ?? [];
  return allOf([
    ids.length === 0 ? undefined : `id in (${ids.map(odataString).join(',')})`,
    anyOf('status', filter.statuses),
    anyOf('type', filter.types),
    anyOf('machineId', filter.machineId === undefined ? [] : [filter.machineId]),
    anyOf('requestor', filter.requestors),
    filter.since === undefined ? undefined : `creationDateTimeUtc ge ${odataDate(filter.since)}`,
    filter.until === undefined ? undefined : `creationDateTimeUtc le ${odataDate(filter.until)}`,
  ]);
}

/**
 * The test of a filter, but for its times: for answers that the service did not filter, such as
 * those behind a link that has lost its `$filter`. Case is ignored.
 */
export function fitsFilter(filter: ActionFilter): (action: MachineAction) => boolean {
  const { statuses, types, requestors, ids, machineId } = filter;
  const tests = [
    oneOf(statuses, ({ status }) => status),
    oneOf(types, ({ type }) => type),
    oneOf(requestors, ({ requestor }) => requestor),
    oneOf(ids, ({ id }) => id),
    oneOf(machineId === undefined ? [] : [machineId], (action) => action.machineId),
  ].filter((test) => test !== undefined);
  return (action) => tests.every((test) => test(action));
}

/** True when an action was created in the period of a filter. One without a time may have been. */
export function fitsPeriod(
  { since = -Infinity, until = Infinity }: ActionFilter,
  action: MachineAction,
): boolean {
  const { createdAt } = action;
  return createdAt === undefined || (createdAt >= since && createdAt <= until);
}

function oneOf(
  values: readonly string[] = [],
  read: (action: MachineAction) => string | undefined,
): ((action: MachineAction) => boolean) | undefined {
  const wanted = new Set(values.map((value) => value.toLowerCase()));
  return wanted.size === 0 ? undefined : (action) => wanted.has(read(action)?.toLowerCase() ?? '');
}

/** The conditions that there are, all of which must hold; undefined when there is none. */
export function allOf(conditions: readonly (string | undefined)[]): string | undefined {
  const present = conditions.filter((condition) => condition !== undefined);
  return present.length === 0 ? undefined : present.join(' and ');
}

function anyOf(property: string, values: readonly string[] = []): string | undefined {
  const conditions = values.map((value) => `${property} eq ${odataString(value)}`);
  return conditions.length > 1 ? `(${conditions.join(' or ')})` : conditions[0];
}
