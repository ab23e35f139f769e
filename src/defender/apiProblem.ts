import { Failure } from '../http/failure';
import type { HttpProblem } from '../http/httpProblem';
import type { ApiCall, PermissionNeed } from './permissions';

/**
 * Why a call was refused, as the answer says it; see `errorBody.ts`. All of it is free text from
 * outside, on one line and no longer than 1,000 characters; any of it may be missing.
 */
export interface ApiError {
  readonly code: string | undefined;
  readonly message: string | undefined;
  /** The correlation ID that support asks for. */
  readonly target: string | undefined;
}

/**
 * True of an error that says something, but has no code of the API: whoever stands before the API
 * wrote it.
 */
export function isOfGateway({ code, message }: ApiError): boolean {
  return message !== undefined && (code === undefined || /^\d+$/.test(code));
}

/**
 * True when the API itself says that there is no such thing. A gateway that does not know the
 * address says nothing about that.
 */
export function isNotThere(error: unknown): boolean {
  const problem = apiProblemOf(error);
  return problem?.code === 'notFound' && !isOfGateway(problem.error);
}

/** What the token was granted, so that a refusal can name what is missing. */
export interface Grants {
  /** Application permissions; undefined for a user's token. */
  readonly roles: readonly string[] | undefined;
  /** Delegated permissions; undefined for an application's token. */
  readonly scopes: readonly string[] | undefined;
}

/**
 * Why Defender did not start a run, or did not take or delete a file of the library, as far as its
 * answer is known; see `refusedChange.ts`. Nothing was carried out.
 */
export type RefusedChange =
  /**
   * Another live response action is unfinished on the machine, or a session is open in the
   * portal, which no call shows. `until`, in milliseconds since the epoch, when Defender says
   * how long to wait.
   */
  | { readonly code: 'machineBusy'; readonly until: number | undefined; readonly error: ApiError }
  /**
   * The tenant has as many sessions as it may; `limit` when Defender says how many. Actions that
   * are pending count.
   */
  | {
      readonly code: 'tooManySessions';
      readonly limit: number | undefined;
      readonly until: number | undefined;
      readonly error: ApiError;
    }
  /** The machine's group has no automation level. */
  | { readonly code: 'noAutomationLevel'; readonly error: ApiError }
  | { readonly code: 'liveResponseOff'; readonly error: ApiError }
  /** The machine's system or its agent is too old for live response, or of another kind. */
  | { readonly code: 'machineNotSupported'; readonly error: ApiError }
  /** The arguments have one of `; & | ! $ ( )`. */
  | { readonly code: 'forbiddenCharacters'; readonly error: ApiError }
  /** The library has no file of the name. */
  | { readonly code: 'notInLibrary'; readonly error: ApiError }
  | { readonly code: 'unsignedScript'; readonly error: ApiError }
  /** The library has a file of the name, and it was not to be replaced. */
  | { readonly code: 'libraryFileExists'; readonly error: ApiError };

/** Why a call of the Defender API failed. */
export type ApiProblem =
  | HttpProblem
  /**
   * `challenge` is the `WWW-Authenticate` header when it asks for more than a fresh token: claims
   * that a policy wants.
   */
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
  | RefusedChange
  /** The caller aborted while a request that changes something was under way. */
  | { readonly code: 'abandoned'; readonly host: string }
  /**
   * An answer of 200 that is not what the documentation promises. `page` is the title of a web page
   * that came instead of JSON.
   */
  | {
      readonly code: 'unreadable';
      readonly call: ApiCall;
      readonly detail: string;
      readonly page?: string | undefined;
    }
  /** The API pointed to another host; the token does not go there. */
  | { readonly code: 'redirected'; readonly host: string; readonly to: string };

/** Why a call failed; undefined for what is no {@link Failure}. */
export function apiProblemOf(error: unknown): ApiProblem | undefined {
  return error instanceof Failure ? (error.problem as ApiProblem) : undefined;
}
