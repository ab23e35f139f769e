/** What talks to Defender. A chunk of its own, loaded with the first call of the window. */

import { homedir } from 'node:os';
import { type TokenCache, tokenCache } from '../../connections/credential';
import { connectionCredential, tokenSource } from '../../connections/credentials';
import type { SecretOwner } from '../../connections/secretRecord';
import type { Connection } from '../../connections/connectionSettings';
import { DefenderClient } from '../../defender/client';
import type { Clock } from '../../http/clock';
import type { Event } from '../../http/eventEmitter';
import type { FetchPort } from '../../http/fetchPort';
import { type QuotaUse, RequestQuota } from '../../http/quota';
import { type SignOutMemory, untilSignedOut } from '../../connections/signOut';
import { microsoftCredential } from './microsoft';

/**
 * Where the secrets of connections are kept: VS Code's SecretStorage, or what a person is typing at
 * this moment.
 */
export interface SecretPort {
  get(owner: SecretOwner): Thenable<string | undefined>;
}

export interface ConnectionClientPorts {
  readonly clock: Clock;
  readonly fetch: FetchPort;
  readonly log: (line: string) => void;
  readonly secrets: SecretPort;
  readonly signOuts: SignOutMemory;
}

/** The client of one connection, with its own budget of calls and its own token. */
export interface ConnectionClient {
  readonly api: DefenderClient;
  readonly tokens: TokenCache;
  /** The service asked to wait until this moment (ms since the epoch). */
  readonly onDidThrottle: Event<number>;
  /** A call was sent, so the budget has changed. */
  readonly onDidCall: Event<void>;
  /** How much of the budget is spent. */
  readonly use: () => readonly QuotaUse[];
  /** The next call would have to wait for the budget. */
  readonly isClosed: () => boolean;
}

export function createConnectionClient(
  connection: Connection,
  ports: ConnectionClientPorts,
): ConnectionClient {
  const { clock, fetch, log } = ports;
  const quota = new RequestQuota(clock);
  const credential =
    connection.auth === 'microsoft'
      ? microsoftCredential(connection, () => ports.signOuts.get(connection.id))
      : connectionCredential(connection, {
          env: process.env,
          platform: process.platform,
          homeDirectory: homedir(),
          clock,
          fetch,
          log,
          secrets: ports.secrets,
        });
  const tokens = tokenCache(untilSignedOut(connection.id, credential, ports.signOuts), clock);
  const api = new DefenderClient(connection.endpoints.apiUrl, {
    fetch,
    clock,
    random: Math.random,
    quota,
    tokens: tokenSource(tokens),
    log,
  });
  const { onDidThrottle, onDidCall } = quota;
  return { api, tokens, onDidThrottle, onDidCall, use: () => quota.use(), isClosed: () => quota.isClosed };
}
