import type * as vscode from 'vscode';
import type { SignOutMemory } from './microsoft';

/**
 * The secrets of connections (client secrets, passphrases of certificates) in VS Code's SecretStorage, which keeps them in the keychain of
 * the system. By the connection's id: a secret is never another connection's.
 */
export class ConnectionSecrets {
  readonly #storage: vscode.SecretStorage;

  constructor(storage: vscode.SecretStorage) {
    this.#storage = storage;
  }

  get(connectionId: string): Thenable<string | undefined> {
    return this.#storage.get(keyOf(connectionId));
  }

  store(connectionId: string, secret: string): Thenable<void> {
    return this.#storage.store(keyOf(connectionId), secret);
  }

  forget(connectionId: string): Thenable<void> {
    return this.#storage.delete(keyOf(connectionId));
  }
}

function keyOf(connectionId: string): string {
  return `liveResponse.secret.${connectionId}`;
}

/** Sign-outs are remembered for all windows, because VS Code's sessions are those of all windows. */
export function signOutMemory(state: vscode.Memento): SignOutMemory {
  const key = (connectionId: string): string => `signedOut.${connectionId}`;
  return {
    get: (connectionId) => state.get<boolean>(key(connectionId)) === true,
    set: async (connectionId, signedOut) => {
      if ((state.get<boolean>(key(connectionId)) === true) !== signedOut) {
        await state.update(key(connectionId), signedOut ? true : undefined);
      }
    },
  };
}
