import type { ConnectionProblem } from '../../connections/connectionProblem';
import type { Problem } from '../../messages/problem';
import type { ViewState } from '../../platform/contextKeys';

/** What keeps one from signing in, each with what the empty view offers then. */
const signInStates: Readonly<Record<ConnectionProblem['code'], ViewState>> = {
  signInNeeded: 'signInNeeded',
  signInCancelled: 'signInNeeded',
  signInFailed: 'signedOut',
  clientNotAllowed: 'signedOut',
  authNotSupported: 'failed',
  tokenWrongTenant: 'signedOut',
  azNotInstalled: 'signedOut',
  azNotSignedIn: 'signedOut',
  azRefused: 'signedOut',
  azWrongTenant: 'signedOut',
  azTimedOut: 'signedOut',
  azFailed: 'signedOut',
  azUnreadable: 'signedOut',
  secretMissing: 'signedOut',
  secretWrong: 'signedOut',
  secretExpired: 'signedOut',
  appUnknown: 'signedOut',
  tenantNotValid: 'signedOut',
  tenantUnknown: 'signedOut',
  authorityRefused: 'signedOut',
  authorityUnreachable: 'offline',
  authorityFailed: 'failed',
  authorityElsewhere: 'failed',
  certificateRefused: 'signedOut',
  certificatePathNotAbsolute: 'signedOut',
  certificateNotFound: 'signedOut',
  certificateUnreadable: 'signedOut',
  certificateTooLarge: 'signedOut',
  certificateIsPfx: 'signedOut',
  certificateIsDer: 'signedOut',
  certificateNotInFile: 'signedOut',
  certificateKeyNotInFile: 'signedOut',
  certificateDamaged: 'signedOut',
  certificatePassphraseMissing: 'signedOut',
  certificatePassphraseWrong: 'signedOut',
  certificateKeyNotUsable: 'signedOut',
  certificateKeyMismatch: 'signedOut',
  certificateExpired: 'signedOut',
  certificateNotYetValid: 'signedOut',
};

const states: Readonly<Partial<Record<Problem['code'], ViewState>>> = {
  ...signInStates,
  unauthorized: 'signedOut',
  forbidden: 'forbidden',
  network: 'offline',
  timedOut: 'offline',
  cut: 'offline',
};

/**
 * The state that a failure to list leaves an empty tree in, by the code of its problem; undefined
 * for what is no problem of ours.
 */
export function stateAfter(code: Problem['code'] | undefined): ViewState {
  return (code && states[code]) ?? 'failed';
}
