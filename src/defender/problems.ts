import type { HttpProblem } from '../http/problems';
import type { ApiCall, PermissionNeed } from './permissions';
import { isObject, text } from './decode';

/** `{error: {code, message, target}}` of an answer. All of it is free text from outside; any of it may be missing. */
export interface ApiError {
  readonly code: string | undefined;
  readonly message: string | undefined;
  /** The correlation ID that support asks for. */
  readonly target: string | undefined;
}

/** What the token was granted, so that a refusal can name what is missing. */
export interface Grants {
  /** Application permissions; undefined for a user's token. */
  readonly roles: readonly string[] | undefined;
  /** Delegated permissions; undefined for an application's token. */
  readonly scopes: readonly string[] | undefined;
}

/** Why a call of the Defender API failed. */
export type ApiProblem =
  | HttpProblem
  /** `challenge` is the `WWW-Authenticate` header when it asks for more than a fresh token: claims that a policy wants. */
  | { readonly code: 'unauthorized'; readonly error: ApiError; readonly challenge: string | undefined }
  | {
      readonly code: 'forbidden';
      readonly call: ApiCall;
      readonly need: PermissionNeed;
      readonly grants: Grants | undefined;
      readonly error: ApiError;
    }
  | { readonly code: 'notFound'; readonly call: ApiCall; readonly error: ApiError }
  | { readonly code: 'refused'; readonly call: ApiCall; readonly status: number; readonly error: ApiError }
  | { readonly code: 'serverError'; readonly status: number; readonly error: ApiError }
  /** An answer of 200 that is not what the documentation promises. */
  | { readonly code: 'unreadable'; readonly call: ApiCall; readonly detail: string }
  /** The API pointed to another host; the token does not go there. */
  | { readonly code: 'redirected'; readonly host: string; readonly to: string };

/** Longest piece of an error message that is kept, in characters. */
const longestMessage = 1_000;

/** Reads an error body, which may be JSON of the API, HTML of a proxy, or empty. */
export function readApiError(body: string): ApiError {
  try {
    const parsed: unknown = JSON.parse(body);
    const error = isObject(parsed) && isObject(parsed['error']) ? parsed['error'] : parsed;
    if (isObject(error)) {
      return {
        code: text(error['code']),
        message: text(error['message'])?.slice(0, longestMessage),
        target: text(error['target']),
      };
    }
  } catch {
    // Not JSON: a proxy or a gateway spoke.
  }
  const plain = body.startsWith('<') ? (/<title>([^<]{1,200})/i.exec(body)?.[1] ?? '') : body;
  const message = plain.trim().split(/\r?\n/, 1)[0]?.slice(0, 200);
  return { code: undefined, message: message === '' ? undefined : message, target: undefined };
}
