/** Why the tree shows what it shows; the welcome texts of the manifest hang on it. */
export type State =
  | 'noConnection'
  | 'loading'
  | 'listed'
  | 'empty'
  /** Defender has sent none yet, and says that there are more. */
  | 'emptySoFar'
  /** The filter hides all that there is. */
  | 'filteredOut'
  /** The filter hides all that is loaded; there is more. */
  | 'noneSoFar'
  | 'signInNeeded'
  | 'signedOut'
  | 'forbidden'
  | 'offline'
  | 'failed';

/** The state that a failure to list leaves an empty tree in, by the code of its problem. */
export function stateOf(code: string): State {
  if (code === 'signInNeeded' || code === 'signInCancelled') {
    return 'signInNeeded';
  }
  // The codes of sign-in begin with what failed: az, secret, certificate, app, client, token, tenant.
  if (/^(unauthorized|az|secret|certificate|app|client|token|tenant|signIn|authorityRefused)/.test(code)) {
    return 'signedOut';
  }
  return code === 'forbidden'
    ? 'forbidden'
    : ['network', 'timedOut', 'cut', 'authorityUnreachable'].includes(code)
      ? 'offline'
      : 'failed';
}
