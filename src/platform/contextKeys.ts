import * as vscode from 'vscode';

/**
 * Why the tree shows what it shows; the welcome texts of the manifest depend on it. `npm run check`
 * holds them against each other.
 */
export const viewStates = [
  'noConnection',
  'loading',
  'listed',
  'empty',
  /** Defender has sent none yet, and says that there are more. */
  'emptySoFar',
  /** The filter hides all that there is. */
  'filteredOut',
  /** The filter hides all that is loaded; there is more. */
  'noneSoFar',
  'signInNeeded',
  'signedOut',
  'forbidden',
  'offline',
  'failed',
] as const;
export type ViewState = (typeof viewStates)[number];

/** What the `when` clauses of the manifest can ask, and what each is. */
export interface ContextValues {
  /** Something long is running. */
  'liveResponse.busy': boolean;
  'liveResponse.state': ViewState;
  /** A connection is active. */
  'liveResponse.connected': boolean;
  /** Changes in the tenant are allowed through the active connection. */
  'liveResponse.writable': boolean;
  /** Defender has older actions than those that are loaded. */
  'liveResponse.canLoadMore': boolean;
  'liveResponse.filtered': boolean;
}

export const contextKeys: readonly (keyof ContextValues)[] = [
  'liveResponse.busy',
  'liveResponse.state',
  'liveResponse.connected',
  'liveResponse.writable',
  'liveResponse.canLoadMore',
  'liveResponse.filtered',
];

const known = new Map<string, unknown>();

/** Sets a context key, when it has changed. */
export function setContext<Key extends keyof ContextValues>(key: Key, value: ContextValues[Key]): void {
  if (known.get(key) !== value) {
    known.set(key, value);
    void vscode.commands.executeCommand('setContext', key, value);
  }
}
