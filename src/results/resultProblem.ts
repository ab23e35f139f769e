import type { ApiProblem } from '../defender/apiProblem';

/** Why a result could not be had, what the API reports included. */
export type ResultProblem =
  | ApiProblem
  | BlobProblem
  /**
   * The bytes are here, but reading them failed: the thread died (no memory), or there is a bug.
   * `detail` is in English.
   */
  | { readonly code: 'notRead'; readonly detail: string };

/** Why a file could not be written. */
export interface SaveProblem {
  readonly code: 'notSaved';
  readonly path: string;
  readonly reason: 'diskFull' | 'notAllowed' | 'other';
  /** What the system says. */
  readonly detail: string;
  /** Where the bytes are that were there before, when they could not be put back. */
  readonly copy?: string;
}

/** Why nothing was kept as evidence. */
export type EvidenceTrouble =
  /** The bytes are not those whose SHA-256 was taken when they were received. */
  | { readonly code: 'notAsReceived'; readonly expected: string; readonly actual: string }
  /** Another window or computer keeps evidence in the same folder, or has left its lock. */
  | { readonly code: 'evidenceBusy'; readonly host: string; readonly lock: string };

/**
 * What goes wrong between the link and the bytes. `reason` is the store's own code, where it gave
 * one: AuthenticationFailed, ServerBusy…
 */
export type BlobProblem =
  /**
   * The blob store refused a link that was made a moment ago. `timeFrame`: because of the time at
   * which it is valid.
   */
  | {
      readonly code: 'linkRefused';
      readonly host: string;
      readonly reason: string | undefined;
      readonly timeFrame: boolean;
    }
  /** The link works, but what it points to is gone. */
  | { readonly code: 'blobGone'; readonly host: string }
  /**
   * It was replaced while it was downloaded, again and again; or the store sent another part than
   * it was asked for.
   */
  | { readonly code: 'blobChanged'; readonly host: string }
  | { readonly code: 'blobStatus'; readonly host: string; readonly status: number; readonly reason?: string }
  /**
   * It has too much to do (429, 503). `until`, in milliseconds since the epoch, when it says how
   * long.
   */
  | {
      readonly code: 'blobBusy';
      readonly host: string;
      readonly status: number;
      readonly until: number | undefined;
    }
  /**
   * Something between us and the store answered in its place: a proxy, a captive portal. `title` is
   * that of its page.
   */
  | {
      readonly code: 'notTheStore';
      readonly host: string;
      readonly status: number;
      readonly title: string | undefined;
    }
  /** An answer that points to another address, at the host `to`. It was not followed. */
  | { readonly code: 'blobRedirected'; readonly host: string; readonly to: string }
  /** The link is neither https nor http on a loopback address. */
  | { readonly code: 'linkNotSecure'; readonly host: string };
