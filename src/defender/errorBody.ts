import { isWebPage, readWebPage } from '../http/webPage';
import { isObject, type Json } from './decode';
import type { ApiError } from './apiProblem';

/** Characters of a reason that are kept. */
const maxMessageLength = 1_000;
/** Characters of a text that nobody wrote for people. */
const maxRawLength = 200;
/** Characters that are parsed as JSON; a longer body is no error of the API. */
const maxJsonLength = 1024 * 1024;
/** Objects within objects that are looked into. */
const maxDepth = 8;
/** Parts of a list of errors that are told. */
const maxParts = 3;

const nothing: ApiError = { code: undefined, message: undefined, target: undefined };

/**
 * Reads the body of an error, whoever wrote it: the API (`{error: {code, message, target}}`),
 * OData, ASP.NET, OAuth, RFC 9457, a gateway, a proxy's page, or plain text. Never throws; lengths
 * are bounded, and there are no control characters in the result.
 */
export function readApiError(body: string): ApiError {
  const text = body.replace(/^\ufeff/, '').trim();
  const json = text.length <= maxJsonLength ? parsed(text) : undefined;
  if (json !== undefined) {
    const found = errorIn(json.value, 0);
    if (found.message !== undefined) {
      return found;
    }
    const sentences = joined(sentencesIn(json.value, 0).slice(0, maxParts));
    const isKnown = found.code !== undefined || found.target !== undefined;
    const raw = isKnown || !saysAnything(json.value, 0) ? undefined : clean(text, maxRawLength);
    return { ...found, message: sentences ?? raw };
  }
  if (isWebPage(text)) {
    const { code, says } = readWebPage(text);
    return { ...nothing, code: clean(code, maxRawLength), message: clean(says, maxRawLength) };
  }
  return { ...nothing, message: clean(text.slice(0, maxMessageLength).split(/[\r\n]/, 1)[0], maxRawLength) };
}

function parsed(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}

/**
 * False for JSON in which nothing stands but brackets, null and empty strings: showing it would
 * tell nothing.
 */
function saysAnything(value: unknown, depth: number): boolean {
  return typeof value === 'object' && value !== null && depth <= maxDepth
    ? Object.values(value).some((each) => saysAnything(each, depth + 1))
    : typeof value === 'string'
      ? value.trim() !== ''
      : value !== null;
}

/** Of a form that nobody knows: the texts of more than one word. */
function sentencesIn(value: unknown, depth: number): readonly string[] {
  if (typeof value === 'string') {
    return /\S\s+\S/.test(value) ? [value] : [];
  }
  return typeof value === 'object' && value !== null && depth <= maxDepth
    ? Object.values(value).flatMap((each) => sentencesIn(each, depth + 1))
    : [];
}

function errorIn(value: unknown, depth: number): ApiError {
  if (depth > maxDepth) {
    return nothing;
  }
  if (typeof value === 'string') {
    // A gateway wraps the answer that it got into a string.
    const inner = /^\s*[{[]/.test(value) ? parsed(value) : undefined;
    const error = inner === undefined ? nothing : errorIn(inner.value, depth + 1);
    return error.message === undefined ? { ...nothing, message: clean(value, maxMessageLength) } : error;
  }
  if (Array.isArray(value)) {
    const errors = value.slice(0, maxParts).map((each: unknown) => errorIn(each, depth + 1));
    return { ...nothing, code: errors[0]?.code, message: joined(errors.map(({ message }) => message)) };
  }
  return isObject(value) ? errorOf(lowerKeys(value), depth) : nothing;
}

/** Its keys in lower case: `message` and `Message` are one. What comes first holds. */
function lowerKeys(value: Json): Json {
  const lower: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const [key, each] of Object.entries(value)) {
    lower[key.toLowerCase()] ??= each;
  }
  return lower;
}

/** Errors within an error, from the outside to the inside. */
const envelopes = ['error', 'odata.error', '@odata.error', 'fault', 'exception'];
const innerErrors = ['innererror', 'innerexception', 'internalexception', 'inner'];
/** The sentence itself. */
const messages = ['message', 'errormessage', 'error_message', 'faultstring', 'msg', 'reason', 'description'];
/** What makes a sentence clearer. */
const additions = ['messagedetail', 'exceptionmessage', 'detail', 'error_description', 'errordescription'];

function errorOf(json: Json, depth: number): ApiError {
  const envelope = json[envelopes.find((key) => isObject(json[key]) || Array.isArray(json[key])) ?? ''];
  const around = errorIn(envelope, depth + 1);
  const deeper = innerErrors.map((key) => json[key]).filter((each) => typeof each === 'object');
  const inner = deeper.map((each) => errorIn(each, depth + 1));
  const said = messages.map((key) => messageIn(json[key], depth));
  // OAuth has its code in "error", others a sentence.
  const word = typeof json['error'] === 'string' ? errorIn(json['error'], depth + 1) : nothing;
  const more = additions.map((key) => messageIn(json[key], depth));
  const own = said.find((each) => each !== undefined);
  const explained = own ?? more.find((each) => each !== undefined);
  const isCode = explained !== undefined && word.code === undefined && /^[\w.-]+$/.test(word.message ?? '');
  const message = joined([
    around.message,
    isCode ? undefined : word.message,
    ...(own === undefined ? [messageIn(json['title'], depth)] : [own]),
    ...more,
    errorsIn(json['errors'] ?? json['modelstate'], depth),
    ...(envelope === undefined ? [messageIn(json['details'], depth)] : []),
    ...inner.map((each) => each.message),
  ]);
  const code = [json['code'], json['errorcode'], json['error_code'], json['faultcode']].map(codeText);
  return {
    code:
      around.code ??
      code.find((each) => each !== undefined) ??
      word.code ??
      (isCode ? word.message : undefined) ??
      inner.find((each) => each.code !== undefined)?.code,
    message,
    target: around.target ?? codeText(json['target']),
  };
}

function codeText(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number'
    ? clean(String(value), maxRawLength)
    : undefined;
}

/** A string; of OData `{lang, value}`; of a list or an object what is in it. */
function messageIn(value: unknown, depth: number): string | undefined {
  if (isObject(value) && typeof value['value'] === 'string') {
    return clean(value['value'], maxMessageLength);
  }
  return errorIn(value, depth + 1).message;
}

/** `errors` of a validation: a list, or for each field what is wrong with it. */
function errorsIn(value: unknown, depth: number): string | undefined {
  if (!isObject(value)) {
    return errorIn(value, depth + 1).message;
  }
  const parts = Object.entries(value)
    .slice(0, maxParts)
    .map(([field, wrong]) => {
      const message = errorIn(wrong, depth + 1).message;
      return message === undefined || field === '' || field === '$' ? message : `${field}: ${message}`;
    });
  return joined(parts);
}

/** The parts as one text, without those that another one holds. */
function joined(parts: readonly (string | undefined)[]): string | undefined {
  const kept: string[] = [];
  for (const part of parts) {
    if (part !== undefined && !kept.some((each) => each.includes(part))) {
      const longer = kept.findIndex((each) => part.includes(each));
      kept.splice(longer < 0 ? kept.length : longer, longer < 0 ? 0 : 1, part);
    }
  }
  const text = kept
    .map((each, index) => (index < kept.length - 1 ? each.replace(/\.$/, '') : each))
    .join(': ');
  return clean(text, maxMessageLength);
}

/** One line without controls; undefined when nothing is left. */
function clean(text: string | undefined, limit: number): string | undefined {
  const line = text
    ?.slice(0, 4 * limit)
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim()
    .slice(0, limit)
    // Not half of a character.
    .replace(/[\ud800-\udbff]$/, '');
  return line === '' ? undefined : line;
}
