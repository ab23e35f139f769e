import { Failure } from '../http/failure';
import { utf8WithoutMark } from '../http/utf8';
import { redact } from '../http/redact';
import { isWebPage, readWebPage } from '../http/webPage';
import { type ApiProblem, apiProblemOf } from './apiProblem';
import type { Json } from './decode';
import { parseJson } from './json';
import { readList } from './listBody';
import type { ApiCall } from './permissions';

/** Bytes: an answer of blanks alone is an empty list up to here, as 204 (No Content) is. */
const maxBlankLength = 1024;

/** Characters of the title of a page. */
const maxTitleLength = 200;

/**
 * An answer as JSON.
 * @throws Failure `unreadable`
 */
export function parsed(call: ApiCall, body: string): unknown {
  try {
    return parseJson(body);
  } catch {
    throw notJson(call, body);
  }
}

/**
 * Reads the entries of a list, and gives what stands beside them. No content is a list without
 * entries.
 * @throws Failure `unreadable`
 */
export async function readEntries(
  call: ApiCall,
  body: Uint8Array,
  take: (entry: unknown) => void,
): Promise<Json> {
  if (body.length <= maxBlankLength && utf8WithoutMark(body).trim() === '') {
    return {};
  }
  try {
    return await readList(body, take);
  } catch (error) {
    throw error instanceof TypeError
      ? unreadable(call, 'no "value" array')
      : notJson(call, utf8WithoutMark(body));
  }
}

/** An answer that is not what the documentation promises. */
export function unreadable(call: ApiCall, detail: string): Failure<ApiProblem> {
  return new Failure<ApiProblem>({ code: 'unreadable', call, detail });
}

/** A proxy or a captive portal answers with a page of its own, and 200. */
function notJson(call: ApiCall, body: string): Failure<ApiProblem> {
  if (!isWebPage(body)) {
    return unreadable(call, body.trim() === '' ? 'an empty answer' : 'not JSON');
  }
  // An answer in XML may hold the signed link that was asked for.
  const page = redact(readWebPage(body).says ?? '').slice(0, maxTitleLength);
  return new Failure<ApiProblem>({ code: 'unreadable', call, detail: 'a web page', page });
}

/** Reads the answer to what was accepted: when that fails, it was carried out all the same. */
export function afterwards<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    const problem = apiProblemOf(error);
    throw problem === undefined ? error : new Failure<ApiProblem>(problem, { cause: error, sent: 'unknown' });
  }
}
