import { type ApiProblem, apiProblemOf } from '../defender/apiProblem';
import type { ActionPage, ApiCalls, CallOptions } from '../defender/client';
import { yieldToEventLoop } from '../http/slices';
import { isNewTo, mergePage, type View } from './actionListView';
import { type ActionsChange, type Listing, together } from './listing';
import { type PageRequest, type SiftedPage, siftPage } from './paging';

type PageCalls = Pick<ApiCalls, 'listActions' | 'nextActions'>;

export interface NextPagePorts {
  readonly client: PageCalls;
  readonly listing: Listing;
  /** False when another list has taken the place of this one. */
  readonly isCurrent: (view: View) => boolean;
  /** Told of each page, once. */
  readonly publish: (change: ActionsChange) => void;
}

/** Actions that are taken over between two yields: a few milliseconds. */
const mergeSlice = 2_000;

/** The pages behind the first one: asks for them, and lists what they have. */
export class NextPages {
  readonly #ports: NextPagePorts;

  constructor(ports: NextPagePorts) {
    this.#ports = ports;
  }

  /** The next page, of up to `top` actions; gives how many of them were not listed. */
  async load(view: View, top: number, call: CallOptions): Promise<number> {
    const { client, listing, isCurrent } = this.#ports;
    let request = view.paging.request(top);
    const answer = await askPage(client, request, call).catch((error: unknown) => {
      if (!('next' in request) || !isUselessLink(error)) {
        throw error;
      }
      // A link expires, or leads where the token must not go; the list goes on by time without it.
      view.paging.leaveLinks();
      request = view.paging.request(top);
      return askPage(client, request, call);
    });
    await listing.prepare(answer.actions);
    if (!isCurrent(view)) {
      return 0;
    }
    const page = siftPage(view.filter, answer, isNewTo(view, listing));
    view.paging.take(request, page);
    view.unreadable += page.unreadable;
    return this.#takeNext(view, page);
  }

  /**
   * Lists the next page in slices, and tells of them together; gives how many of its actions were
   * not listed. Ends early when another list takes its place, or is found to be all there is.
   */
  async #takeNext(view: View, page: SiftedPage): Promise<number> {
    const { listing, isCurrent, publish } = this.#ports;
    const { paging } = view;
    const changes: ActionsChange[] = [];
    let added = 0;
    for (let from = 0; from === 0 || from < page.actions.length; from += mergeSlice) {
      if (from > 0) {
        await yieldToEventLoop();
      }
      if (!isCurrent(view) || paging !== view.paging) {
        break;
      }
      const before = listing.listed.length;
      changes.push(mergePage(view, listing, page.actions.slice(from, from + mergeSlice)));
      added += listing.listed.length - before;
    }
    if (isCurrent(view)) {
      publish(together(changes));
    }
    return added;
  }
}

/** Asks for a page, by its link or by a query. */
export async function askPage(
  client: PageCalls,
  request: PageRequest,
  call: CallOptions,
): Promise<ActionPage> {
  return 'next' in request ? client.nextActions(request.next, call) : client.listActions(request.query, call);
}

/**
 * What may be wrong with a link alone. When it is not, the same list without the link fails as
 * well, and says so.
 */
const uselessLinks: readonly string[] = [
  'refused',
  'notFound',
  'redirected',
  'unreadable',
  'forbidden',
  'serverError',
] satisfies ApiProblem['code'][];

function isUselessLink(error: unknown): boolean {
  return uselessLinks.includes(apiProblemOf(error)?.code ?? '');
}
