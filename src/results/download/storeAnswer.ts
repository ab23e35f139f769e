import { SaxesParser } from 'saxes';
import { eachPiece } from '../../http/body';
import { Failure } from '../../http/failure';
import type { HttpResponse } from '../../http/fetchPort';
import { hostOf } from '../../http/redact';
import { answeredAt, retryAfterMs } from '../../http/retryAfter';
import { utf8WithoutMark } from '../../http/utf8';
import type { BlobProblem, ResultProblem } from '../resultProblem';

/** Headers that Azure sends with each answer of a blob store, and nothing else on the way does. */
const storeHeaders = ['x-ms-request-id', 'x-ms-version', 'x-ms-blob-type', 'x-ms-error-code'];
/** Bytes of an error that are read: those of a store are a few hundred. */
const maxErrorSize = 16 * 1024;
/** Characters of a page's title. */
const maxTitleLength = 120;

/** Whether an answer is one of the store; undefined when its headers say neither. */
export function isFromStore(response: HttpResponse): boolean | undefined {
  const named = (name: string): string => response.header(name)?.trim() ?? '';
  if (
    storeHeaders.some((name) => named(name) !== '') ||
    /^Windows-Azure-Blob\b/i.test(named('server')) ||
    // The form of its ETags.
    /^"0x[0-9a-f]{8,16}"$/i.test(named('etag'))
  ) {
    return true;
  }
  return /^(?:text\/html|application\/xhtml\+xml)\b/i.test(named('content-type')) ? false : undefined;
}

/** Bytes at the beginning of an answer that show what it is. */
export const beginningSize = 1024;

/**
 * True of bytes that begin as a web page does, or as a part of one, also behind comments and the
 * declarations of XHTML.
 */
export function beginsAsPage(bytes: Uint8Array): boolean {
  return /^(?:\s|<!--(?:[^-]|-(?!->))*-->|<\?xml\s[^<>]*\?>(?=\s*<!doctype))*<(?:!doctype\s+html|html|head|title|meta|script|noscript|style|link|base|body|frameset|iframe|div|center|h1|p|form|table)\b/i.test(
    utf8WithoutMark(bytes),
  );
}

/**
 * The store's refusal of a request, or that what answered is not the store. The body is read for
 * the reason.
 */
export async function refusalOf(
  host: string,
  response: HttpResponse,
  signal: AbortSignal,
  now: number,
): Promise<BlobProblem> {
  const { status } = response;
  const location = response.header('location');
  if (status >= 300 && status < 400 && location !== undefined) {
    return { code: 'blobRedirected', host, to: URL.canParse(location) ? hostOf(location) : host };
  }
  const body = await errorBody(response, signal);
  const error = storeError(body);
  const reason = codeOf(response.header('x-ms-error-code')) ?? codeOf(error.code);
  const fromStore = isFromStore(response) ?? (reason !== undefined || error.isOne || undefined);
  // What says nothing at all (some proxies drop headers and body) is taken for what its status
  // says.
  if (asksForSignIn(status) || !(fromStore ?? body.byteLength === 0)) {
    return { code: 'notTheStore', host, status, title: titleOf(utf8WithoutMark(body)) };
  }
  if (status === 429 || status === 503) {
    const wait = retryAfterMs(response.header('retry-after'), undefined, answeredAt(response, now));
    return { code: 'blobBusy', host, status, until: wait === undefined ? undefined : now + wait };
  }
  switch (status) {
    case 403:
      return { code: 'linkRefused', host, reason, timeFrame: isTimeFrame(reason, error.detail) };
    case 404:
      return { code: 'blobGone', host };
    default:
      return { code: 'blobStatus', host, status, ...(reason !== undefined && { reason }) };
  }
}

/** A page in the place of a blob; `beginning` is that of its bytes. */
export function pageProblem(host: string, status: number, beginning: Uint8Array): BlobProblem {
  return { code: 'notTheStore', host, status, title: titleOf(utf8WithoutMark(beginning)) };
}

/** Codes of 403 that speak of the account or the network, whatever the link is. */
const whateverTheLink = /^(?:Authorization[A-Za-z]+Mismatch|Account|Insufficient)/;

/**
 * True of a refusal for which another link may help: an expired one, and one for which no reason is
 * known. `AuthorizationFailure` is a network rule for Azure, and an expired link for Azurite, so it
 * gets its one new link, too.
 */
export function mayHaveExpired(problem: ResultProblem): boolean {
  return problem.code === 'linkRefused' && !whateverTheLink.test(problem.reason ?? '');
}

/** "Network Authentication Required": of a captive portal. */
export const networkSignInStatus = 511;

/** Of a proxy or a captive portal; a store never sends these. */
function asksForSignIn(status: number): boolean {
  return status === 407 || status === networkSignInStatus;
}

function isTimeFrame(reason: string | undefined, detail: string): boolean {
  return reason === 'AuthenticationFailed' && /\bspecified time frame\b/i.test(detail);
}

/** The code of an error, when it looks like one: it comes from outside. */
function codeOf(text: string | undefined): string | undefined {
  const code = text?.trim() ?? '';
  return /^[a-z]{1,60}$/i.test(code) ? code : undefined;
}

/** The beginning of a body; what came of it when it breaks off. */
async function errorBody(response: HttpResponse, signal: AbortSignal): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  const broken = (): Error => new Failure({ code: 'cut' });
  try {
    await eachPiece(response, signal, broken, (piece) => {
      pieces.push(piece);
      length += piece.byteLength;
      return length < maxErrorSize;
    });
  } catch (error) {
    if (!(error instanceof Failure)) {
      throw error;
    }
  }
  return Buffer.concat(pieces).subarray(0, maxErrorSize);
}

interface StoreError {
  /** It has the form of the store's errors, whatever is in it. */
  readonly isOne: boolean;
  readonly code: string | undefined;
  /** What Azure adds when it refuses a link: why. */
  readonly detail: string;
}

/**
 * `<Error><Code>…</Code>…<AuthenticationErrorDetail>…</AuthenticationErrorDetail></Error>`, as far
 * as it can be read.
 */
function storeError(body: Uint8Array): StoreError {
  const found = new Map<string, string>();
  const open: string[] = [];
  const parser = new SaxesParser();
  // It may be a page, or end early: what was read so far counts.
  parser.on('error', () => undefined);
  parser.on('opentag', ({ name }) => {
    open.push(name);
    found.set(open.join('/'), '');
  });
  parser.on('text', (text) => found.set(open.join('/'), text));
  parser.on('closetag', () => open.pop());
  parser.write(utf8WithoutMark(body).trimStart());
  const detail = found.get('Error/AuthenticationErrorDetail') ?? '';
  return { isOne: found.has('Error'), code: found.get('Error/Code'), detail };
}

/** The title of a web page, in one line; undefined when it has none. */
function titleOf(page: string): string | undefined {
  const start = page.search(/<title[\s>]/i);
  const from = start < 0 ? -1 : page.indexOf('>', start);
  const to = from < 0 ? -1 : page.indexOf('<', from);
  const title =
    to < 0
      ? ''
      : page
          .slice(from + 1, to)
          .replaceAll(/\s+/g, ' ')
          .trim();
  return title === '' ? undefined : title.slice(0, maxTitleLength);
}
