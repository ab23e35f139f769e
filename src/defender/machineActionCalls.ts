import { isSecure } from '../http/origin';
import { withoutEnds } from '../http/trimming';
import { utf8WithoutMark } from '../http/utf8';
import { parsed, readEntries, unreadable } from './answerBody';
import { apiProblemOf } from './apiProblem';
import type { ApiTransport, CallOptions } from './apiTransport';
import { actionDecoder, decodeAction, isObject, text } from './decode';
import { nextLinkOf } from './entryPages';
import { type ActionFilter, allOf, filterText } from './filter';
import type { MachineAction } from './machineAction';
import { odataDate } from './odata';
import type { ApiCall } from './permissions';
import { StringPool } from './stringPool';

export interface ActionPage {
  readonly actions: readonly MachineAction[];
  /** Entries that had no usable ID: they cannot be shown, so they are counted. */
  readonly unreadable: number;
  /**
   * Where the service says that the list goes on; for {@link MachineActionCalls.nextActions} only.
   */
  readonly next?: string | undefined;
  /** How many the service says there are in all; only when it was asked to count. */
  readonly total?: number | undefined;
}

/** What to list: the newest first of what the filter lets through. */
export interface ActionQuery extends ActionFilter {
  /** At most 10,000. */
  readonly top: number;
  readonly skip?: number | undefined;
  /** Asks for {@link ActionPage.total}, by `$count`, which is not documented for this list. */
  readonly count?: boolean | undefined;
}

/** What a poll asks for; both times are in milliseconds since the epoch. */
export interface ChangeQuery {
  /** Beside the time. Without statuses: what has changed may have left them. */
  readonly filter: Omit<ActionFilter, 'statuses'>;
  readonly updatedSince: number;
  /** What is asked for instead of a service that does not filter by the last update. */
  readonly createdSince: number;
  readonly top: number;
  /** Rows to leave out: those of one time that earlier answers had. */
  readonly skip?: number | undefined;
}

export interface ChangePage extends ActionPage {
  /** Which of the two times was asked for. */
  readonly by: 'lastUpdate' | 'creation';
}

/**
 * The calls about machine actions: the list, one of them, its results, and cancelling. Every method
 * throws Failure<ApiProblem>.
 */
export class MachineActionCalls {
  readonly #transport: ApiTransport;
  readonly #decode = actionDecoder(new StringPool().share);
  /** The service answered 400 to a filter by the last update, and not to the other one. */
  #refusesLastUpdate = false;

  constructor(transport: ApiTransport) {
    this.#transport = transport;
  }

  /**
   * The actions that the filter lets through, newest first, one page. Source: "List
   * machineActions", get-machineactions-collection.md. `$orderby` is not documented there, but in
   * use.
   */
  async listActions(query: ActionQuery, options: CallOptions): Promise<ActionPage> {
    const { top, skip = 0, count = false, ...filter } = query;
    const parameters = { $orderby: 'creationDateTimeUtc desc', $top: String(top) };
    return this.#list(filterText(filter), parameters, options, {
      ...skipped(skip),
      ...(count && { $count: 'true' }),
    });
  }

  /**
   * The page behind `next` of another one. Source: apis-intro.md, which speaks of `@odata.nextLink`
   * in general.
   * @throws Failure `redirected` when it points away from the API: the token does not go there
   */
  async nextActions(next: string, options: CallOptions): Promise<ActionPage> {
    return this.#page(
      await this.#transport.get(
        'listActions',
        this.#transport.linked(next, this.#transport.url('machineactions')),
        options,
      ),
    );
  }

  /**
   * What has changed since a time, the longest unchanged first, one page: all that a poll needs. A
   * filter by the last update works but is not documented; a client whose service refuses it asks
   * by creation from then on.
   */
  async changedSince(query: ChangeQuery, options: CallOptions): Promise<ChangePage> {
    if (!this.#refusesLastUpdate) {
      try {
        return { ...(await this.#updatedSince(query, options)), by: 'lastUpdate' };
      } catch (error) {
        const problem = apiProblemOf(error);
        if (problem?.code !== 'refused' || problem.status !== 400) {
          throw error;
        }
      }
    }
    const { since = -Infinity } = query.filter;
    const filter = { ...query.filter, since: Math.max(since, query.createdSince) };
    const parameters = { $orderby: 'creationDateTimeUtc asc', $top: String(query.top) };
    const page = await this.#list(filterText(filter), parameters, options, skipped(query.skip));
    this.#refusesLastUpdate = true;
    return { ...page, by: 'creation' };
  }

  /** One action by its ID. Source: "Get machineAction", get-machineaction-object.md. */
  async getAction(id: string, options: CallOptions): Promise<MachineAction> {
    return (await this.actionEntity(id, options)).action;
  }

  /**
   * Like {@link getAction}, with the text that the service sent: parsing it would lose digits of
   * large numbers and repeated keys.
   */
  async actionEntity(id: string, options: CallOptions): Promise<{ action: MachineAction; source: string }> {
    const path = `machineactions/${encodeURIComponent(id)}`;
    const source = utf8WithoutMark(
      await this.#transport.get('getAction', this.#transport.url(path), options),
    );
    return { action: actionOf('getAction', id, parsed('getAction', source)), source };
  }

  /**
   * Cancels an action that is not final, and gives what it is then: Cancelled or Failed, or for a
   * moment still unfinished. Never repeated, because a request without an answer may have been
   * carried out. Source: "Cancel machine action", cancel-machine-action.md.
   * @throws Failure `notFound`; `refused` with 400 when it is final already, which no page says
   */
  async cancelAction(id: string, comment: string, options: CallOptions): Promise<MachineAction> {
    const url = this.#transport.url(`machineactions/${encodeURIComponent(id)}/cancel`);
    const body = JSON.stringify({ Comment: comment });
    const answer = utf8WithoutMark(await this.#transport.post('cancelAction', url, body, options));
    // Accepted, and nothing said about it.
    return answer.trim() === ''
      ? this.getAction(id, options)
      : actionOf('cancelAction', id, parsed('cancelAction', answer));
  }

  /**
   * The link to the investigation package that an action collected: a secret with a very short
   * life. Source: "Get package SAS URI", get-package-sas-uri.md, whose sample has the link within
   * quotes of its own.
   * @throws Failure `notFound` while the action is not complete
   */
  async packageLink(id: string, options: CallOptions): Promise<string> {
    const path = `machineactions/${encodeURIComponent(id)}/getPackageUri`;
    const answer = await this.#transport.getJson('packageLink', path, options);
    const link = isObject(answer) ? withoutEnds(text(answer['value']) ?? '', '"') : '';
    if (!URL.canParse(link) || !isSecure(new URL(link))) {
      throw unreadable('packageLink', 'no link in "value"');
    }
    return link;
  }

  /**
   * The link to the result of the command at `index`: a secret, valid for 30 minutes.
   * Source: "Get live response results", get-live-response-result.md.
   */
  async resultLink(id: string, index: number, options: CallOptions): Promise<string> {
    const path = `machineactions/${encodeURIComponent(id)}/GetLiveResponseResultDownloadLink(index=${index})`;
    const answer = await this.#transport.getJson('resultLink', path, options);
    const link = isObject(answer) ? text(answer['value']) : undefined;
    if (link === undefined || !URL.canParse(link)) {
      throw unreadable('resultLink', 'no link in "value"');
    }
    return link;
  }

  #updatedSince(query: ChangeQuery, options: CallOptions): Promise<ActionPage> {
    const updated = `lastUpdateDateTimeUtc ge ${odataDate(query.updatedSince)}`;
    const parameters = { $orderby: 'lastUpdateDateTimeUtc asc', $top: String(query.top) };
    return this.#list(allOf([filterText(query.filter), updated]), parameters, options, skipped(query.skip));
  }

  async #list(
    filter: string | undefined,
    parameters: Readonly<Record<string, string>>,
    options: CallOptions,
    more: Readonly<Record<string, string>> = {},
  ): Promise<ActionPage> {
    const query = new URLSearchParams({
      ...(filter !== undefined && { $filter: filter }),
      ...parameters,
      ...more,
    });
    const url = this.#transport.url(`machineactions?${query.toString()}`);
    return this.#page(await this.#transport.get('listActions', url, options));
  }

  async #page(body: Uint8Array): Promise<ActionPage> {
    const actions: MachineAction[] = [];
    let entries = 0;
    const beside = await readEntries('listActions', body, (entry) => {
      entries += 1;
      const action = this.#decode(entry);
      if (action !== undefined) {
        actions.push(action);
      }
    });
    const total = beside['@odata.count'];
    return {
      actions,
      unreadable: entries - actions.length,
      next: nextLinkOf(beside),
      total: typeof total === 'number' ? total : undefined,
    };
  }
}

function skipped(rows = 0): Readonly<Record<string, string>> {
  return rows > 0 ? { $skip: String(rows) } : {};
}

function actionOf(call: ApiCall, id: string, answer: unknown): MachineAction {
  const action = decodeAction(answer);
  if (action?.id !== id) {
    throw unreadable(call, action === undefined ? 'no machine action' : 'another machine action');
  }
  return action;
}
