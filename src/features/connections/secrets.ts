import type * as vscode from 'vscode';
import { isSealed, openSecret, sealSecret, type SecretOwner } from '../../connections/secretRecord';
import type { SignOutMemory } from '../../connections/signOut';

/**
 * The secrets of connections (client secrets, passphrases of certificates) in VS Code's
 * SecretStorage, which keeps them in the keychain of the system. By the connection's id, and with
 * the kind, the tenant and the app that it is for: it is never another one's.
 */
export class ConnectionSecrets {
  readonly #storage: vscode.SecretStorage;

  constructor(storage: vscode.SecretStorage) {
    this.#storage = storage;
  }

  async get(owner: SecretOwner): Promise<string | undefined> {
    const stored = await this.#storage.get(keyOf(owner.id));
    if (stored !== undefined && !isSealed(stored)) {
      // Version 0.1.0 did not say for whom a secret is. It cannot be used, so it does not stay
      // either.
      await this.forget(owner.id);
      return undefined;
    }
    return openSecret(stored, owner);
  }

  store(owner: SecretOwner, secret: string): Thenable<void> {
    return this.#storage.store(keyOf(owner.id), sealSecret(owner, secret));
  }

  forget(connectionId: string): Thenable<void> {
    return this.#storage.delete(keyOf(connectionId));
  }

  /** Tells the other windows, which have tokens of their own, that somebody signed out. */
  announceSignOut(connectionId: string): Thenable<void> {
    return this.#storage.store(signOutPrefix + connectionId, new Date().toISOString());
  }

  /** {@link announceSignOut} for a connection that goes: nothing of it stays in the storage. */
  async announceRemoval(connectionId: string): Promise<void> {
    await this.announceSignOut(connectionId);
    await this.#storage.delete(signOutPrefix + connectionId);
  }

  /**
   * Somebody signed out of a connection, in whichever window. VS Code tells of changed secrets in
   * all of them.
   */
  onDidSignOut(listener: (connectionId: string) => void): vscode.Disposable {
    return this.#storage.onDidChange(({ key }) => {
      if (key.startsWith(signOutPrefix)) {
        listener(key.slice(signOutPrefix.length));
      }
    });
  }
}

const signOutPrefix = 'liveResponse.signedOut.';

function keyOf(connectionId: string): string {
  return `liveResponse.secret.${connectionId}`;
}

/**
 * Sign-outs are remembered for all windows, because VS Code's sessions are those of all windows.
 */
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
