import { randomUUID } from 'node:crypto';

/** A call that a resource answers: method and path below `/api/`, with what the path names. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Its groups are given to `answer`. */
  readonly pattern: RegExp;
  readonly answer: (
    url: URL,
    first: string,
    second: string,
    request: Request,
  ) => Response | Promise<Response>;
}

/** Thrown for what the API refuses; {@link failure} makes the answer. */
export class ApiFailure extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

export function json(value: object, status = 200): Response {
  return new Response(JSON.stringify(value), {
    status,
    headers: { 'Content-Type': 'application/json; odata.metadata=minimal' },
  });
}

/**
 * `{error: {code, message, target}}`, with a correlation ID as the target: "Common errors",
 * common-errors.md.
 */
export function failure(
  status: number,
  code: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Response {
  const body = JSON.stringify({ error: { code, message, target: randomUUID() } });
  return new Response(body, { status, headers: { 'Content-Type': 'application/json', ...headers } });
}

/** The body of a request as an object; undefined for anything else. */
export async function objectOf(request: Request): Promise<Readonly<Record<string, unknown>> | undefined> {
  const body: unknown = await request.json().catch(() => undefined);
  return isRecord(body) ? body : undefined;
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
