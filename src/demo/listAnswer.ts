import { ApiFailure, json } from './answers';
import { compileFilter, compileOrder, type Fields, ODataError } from './listQuery';

/** What a list is made of. */
export interface ListSource {
  /** The name in `@odata.context`. */
  readonly set: string;
  readonly rows: readonly object[];
  /** What can be filtered and ordered by. */
  readonly fields: Fields;
  readonly apiOrigin: string;
  /** Rows that are given at once; 10,000 when missing, and no list has a link below that. */
  readonly pageLimit?: number | undefined;
  /** What an empty list is answered with, instead of an empty one. */
  readonly whenEmpty?: string;
}

/** The documented maximum of `$top`, and of a page. */
const maxRows = 10_000;

/**
 * The answer to a list with `$filter`, `$orderby`, `$top`, `$skip` and `$count`.
 * @throws ODataError, or ApiFailure for a list that answers 404 when it is empty
 */
export function listAnswer(url: URL, source: ListSource): Response {
  const { set, rows, fields, apiOrigin, pageLimit = maxRows, whenEmpty } = source;
  const parameter = (name: string): string | null => url.searchParams.get(name);
  const filter = parameter('$filter');
  const test = filter === null ? () => true : compileFilter(filter, fields);
  const found = rows.filter((row) => test(row as Record<string, unknown>));
  if (found.length === 0 && whenEmpty !== undefined) {
    throw new ApiFailure(404, 'ResourceNotFound', whenEmpty);
  }
  const order = parameter('$orderby');
  const sorted =
    order === null ? found : found.toSorted(compileOrder(order, fields) as (a: object, b: object) => number);
  const top = parameter('$top') === null ? undefined : numberOf(url, '$top', maxRows);
  if (top !== undefined && top > maxRows) {
    throw new ODataError(
      `The limit of '${maxRows}' for Top query has been exceeded. The value from the incoming request is '${top}'.`,
    );
  }
  const skip = numberOf(url, '$skip', 0);
  const asked = sorted.slice(skip, top === undefined ? undefined : skip + top);
  const from = numberOf(url, '$skiptoken', 0);
  const to = from + pageLimit;
  return json({
    '@odata.context': `${apiOrigin}/api/$metadata#${set}`,
    ...(parameter('$count') === 'true' && { '@odata.count': found.length }),
    value: asked.slice(from, to),
    ...(to < asked.length && { '@odata.nextLink': nextLink(apiOrigin, url, to) }),
  });
}

function numberOf(url: URL, name: string, otherwise: number): number {
  const value = url.searchParams.get(name) ?? String(otherwise);
  if (!/^\d{1,9}$/.test(value)) {
    throw new ODataError(`Invalid value '${value}' for ${name}.`);
  }
  return Number(value);
}

function nextLink(apiOrigin: string, { pathname, searchParams }: URL, from: number): string {
  const parameters = new URLSearchParams(searchParams);
  parameters.set('$skiptoken', String(from));
  return `${apiOrigin}${pathname}?${parameters.toString()}`;
}
