import type { ApiProblem } from '../defender/problems';

/** Why a result could not be had, what the API reports included. */
export type ResultProblem = ApiProblem | BlobProblem;

/** Why a file could not be written. Nothing of it is left then. */
export interface SaveProblem {
  readonly code: 'notSaved';
  readonly path: string;
  readonly reason: 'diskFull' | 'notAllowed' | 'other';
  /** What the system says. */
  readonly detail: string;
}

/** What goes wrong between the link and the bytes. */
export type BlobProblem =
  /** The blob store refused a link that was made a moment ago. */
  | { readonly code: 'linkRefused'; readonly host: string }
  /** The link works, but what it points to is gone. */
  | { readonly code: 'blobGone'; readonly host: string }
  /** It was replaced while it was downloaded, again and again; or the store sent another part than it was asked for. */
  | { readonly code: 'blobChanged'; readonly host: string }
  | { readonly code: 'blobStatus'; readonly host: string; readonly status: number }
  /** The link is neither https nor http on a loopback address. */
  | { readonly code: 'linkNotSecure'; readonly host: string };
