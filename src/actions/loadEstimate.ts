import { apiProblemOf } from '../defender/apiProblem';
import type { ApiCalls, CallOptions } from '../defender/client';
import type { ActionFilter } from '../defender/filter';

/** What it takes to load everything that is not loaded yet. */
export interface LoadEstimate {
  readonly total: number;
  readonly calls: number;
}

/** The most that the service gives at once. */
export const maxPageSize = 10_000;

/**
 * What it would take to load all that a filter lets through, beyond the `listed` ones. Undefined
 * when the service does not count: `$count` is not documented for this list.
 */
export async function estimateLoad(
  client: Pick<ApiCalls, 'listActions'>,
  filter: ActionFilter,
  listed: number,
  call: CallOptions,
): Promise<LoadEstimate | undefined> {
  try {
    const { total } = await client.listActions({ ...filter, top: 1, count: true }, call);
    return total === undefined
      ? undefined
      : { total, calls: Math.max(1, Math.ceil((total - listed) / maxPageSize)) };
  } catch (error) {
    if (apiProblemOf(error)?.code === 'refused') {
      return undefined;
    }
    throw error;
  }
}
