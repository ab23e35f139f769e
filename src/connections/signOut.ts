import { Failure } from '../http/failure';
import type { ConnectionProblem } from './connectionProblem';
import type { Credential } from './credential';

/**
 * Whether a person signed out of a connection. What signs in without asking (VS Code's only
 * account, the Azure CLI, an app whose key has no passphrase) would otherwise bring the token back
 * at once.
 */
export interface SignOutMemory {
  get(connectionId: string): boolean;
  set(connectionId: string, signedOut: boolean): Thenable<void>;
}

/** The memory of a trial: what a person tries and does not save takes no sign-out back. */
export function unsaved(memory: SignOutMemory): SignOutMemory {
  return { get: (connectionId) => memory.get(connectionId), set: () => Promise.resolve() };
}

/**
 * A credential that gives no token after a sign-out (`signInNeeded`) until a person clicks, which
 * takes the sign-out back.
 */
export function untilSignedOut(
  connectionId: string,
  credential: Credential,
  memory: SignOutMemory,
): Credential {
  const heed = (): void => {
    if (memory.get(connectionId)) {
      throw new Failure<ConnectionProblem>({ code: 'signInNeeded' });
    }
  };
  return {
    getToken: async (request) => {
      if (request.interactive) {
        const token = await credential.getToken(request);
        await memory.set(connectionId, false);
        return token;
      }
      heed();
      const token = await credential.getToken(request);
      // A silent answer that was on its way when the person signed out comes too late.
      heed();
      return token;
    },
  };
}
