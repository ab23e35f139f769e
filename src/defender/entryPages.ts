import { readEntries, unreadable } from './answerBody';
import { isNotThere } from './apiProblem';
import type { ApiTransport, CallOptions } from './apiTransport';
import { text } from './decode';
import type { ApiCall } from './permissions';

/** The names of the link to the next page in OData 4, in OData 3, and without OData. */
const nextLinks = ['@odata.nextLink', 'odata.nextLink', '@nextLink', 'nextLink'];

/** Pages of one list, at the most: links may go round in circles. */
const maxPages = 100;

/** Where the service says that a list goes on; `beside` stands beside its entries. */
export function nextLinkOf(beside: Readonly<Record<string, unknown>>): string | undefined {
  return nextLinks.map((name) => text(beside[name])).find((link) => link !== undefined);
}

/**
 * All entries of a list that `decode` can read, over all of its pages. None when the API itself
 * answers 404: it does so for a list without entries.
 */
export async function allEntries<T>(
  transport: ApiTransport,
  { call, path }: { readonly call: ApiCall; readonly path: string },
  decode: (entry: unknown) => T | undefined,
  options: CallOptions,
): Promise<readonly T[]> {
  const entries: T[] = [];
  const take = (entry: unknown): void => {
    const decoded = decode(entry);
    if (decoded !== undefined) {
      entries.push(decoded);
    }
  };
  let url: URL | undefined = transport.url(path);
  try {
    for (let page = 0; url !== undefined; page += 1) {
      if (page === maxPages) {
        throw unreadable(call, `more than ${maxPages} pages`);
      }
      const beside = await readEntries(call, await transport.get(call, url, options), take);
      const next = nextLinkOf(beside);
      url = next === undefined ? undefined : transport.linked(next, url);
    }
    return entries;
  } catch (error) {
    if (entries.length === 0 && isNotThere(error)) {
      return [];
    }
    throw error;
  }
}
