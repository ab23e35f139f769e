/**
 * What can go wrong before there is an answer to read. `host` never carries more of the URL than
 * that: the rest may be signed.
 */
export type HttpProblem =
  /**
   * No connection, or it was refused; `cause` is the system's or TLS's code (ECONNREFUSED,
   * ENOTFOUND, CERT_HAS_EXPIRED…).
   */
  | { readonly code: 'network'; readonly host: string; readonly cause: string }
  | { readonly code: 'timedOut'; readonly host: string; readonly seconds: number }
  /** The answer ended early. `expected` is what Content-Length promised, in bytes. */
  | {
      readonly code: 'cut';
      readonly host: string;
      readonly received: number;
      readonly expected: number | undefined;
    }
  | {
      readonly code: 'tooLarge';
      readonly host: string;
      readonly limit: number;
      readonly size: number | undefined;
    }
  /**
   * The service asked to wait for longer than anybody waits at a screen. `until` is in milliseconds
   * since the epoch.
   */
  | { readonly code: 'throttled'; readonly until: number; readonly message: string | undefined };
