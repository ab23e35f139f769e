import type { ActionFilter } from '../defender/filter';

/** The filters that one can choose by name. */
export const presets = ['mine', 'failed', 'unfinished', 'lastHour', 'liveResponse', 'sessions'] as const;
export type Preset = (typeof presets)[number];

/**
 * What a person wants to see. The service filters by all but the text, which is looked for in what
 * it gives.
 */
export interface TreeFilter {
  readonly preset?: Preset;
  readonly machine?: { readonly id: string; readonly name: string };
  /** Any of these; with the preset `mine` they are ourselves. */
  readonly requestors?: readonly string[];
  readonly text?: string;
}

export const noFilter: TreeFilter = {};

/** Whether a filter leaves anything out. */
export function isFiltered({ preset, machine, requestors, text }: TreeFilter): boolean {
  return [preset, machine, requestors, text].some((part) => part !== undefined);
}

/** The part of a filter that the service applies. `now` is in milliseconds since the epoch. */
export function serverFilter({ preset, machine, requestors }: TreeFilter, now: number): ActionFilter {
  return {
    ...presetFilter(preset, now),
    ...(machine && { machineId: machine.id }),
    ...(requestors && { requestors }),
  };
}

function presetFilter(preset: Preset | undefined, now: number): ActionFilter {
  switch (preset) {
    case 'failed':
      return { statuses: ['Failed', 'TimeOut'] };
    case 'unfinished':
      return { statuses: ['Pending', 'InProgress'] };
    case 'lastHour':
      return { since: now - 3_600_000 };
    case 'liveResponse':
      return { types: ['LiveResponse'] };
    case 'sessions':
      return { types: ['LiveResponse'], statuses: ['Pending', 'InProgress'] };
    case 'mine':
    case undefined:
      return {};
  }
}

/** A filter that was kept in a workspace; what is not one counts as none. */
export function readFilter(kept: unknown): TreeFilter {
  if (typeof kept !== 'object' || kept === null) {
    return noFilter;
  }
  const { preset, machine, requestors, text } = kept as Record<string, unknown>;
  const known = presets.find((each) => each === preset);
  const { id, name } = (machine ?? {}) as Record<string, unknown>;
  const names = Array.isArray(requestors) ? requestors.filter((each) => typeof each === 'string') : [];
  return {
    ...(known && { preset: known }),
    ...(typeof id === 'string' && typeof name === 'string' && { machine: { id, name } }),
    ...(names.length > 0 && { requestors: names }),
    ...(typeof text === 'string' && text !== '' && { text }),
  };
}
