/** What talks to Defender and keeps what it said. A chunk of its own, loaded with the first call of the window. */

import { homedir } from 'node:os';
import { tokenCache } from '../connections/credential';
import { connectionCredential, tokenSource } from '../connections/credentials';
import type { Connection } from '../connections/settings';
import { DefenderClient } from '../defender/client';
import { type Clock, systemClock } from '../http/clock';
import type { FetchPort } from '../http/fetchPort';
import { RequestQuota } from '../http/quota';
import { ResultStore } from '../results/store';
import { settings } from './settings';

export interface ApiClientPorts {
  readonly clock: Clock;
  readonly fetch: FetchPort;
  readonly log: (line: string) => void;
  /** The service asked to wait until this moment (ms since the epoch). */
  readonly onDidThrottle: (until: number) => void;
}

/** The client of one connection, with its own budget of calls and its own token. */
export function createApiClient(connection: Connection, ports: ApiClientPorts): DefenderClient {
  const { clock, fetch, log } = ports;
  const az = { env: process.env, platform: process.platform, homeDirectory: homedir(), clock };
  const quota = new RequestQuota(clock);
  quota.onDidThrottle = ports.onDidThrottle;
  return new DefenderClient(connection.endpoints.apiUrl, {
    fetch,
    clock,
    random: Math.random,
    quota,
    tokens: tokenSource(tokenCache(connectionCredential(connection, az), clock)),
    log,
  });
}

/** The store of this window's results. */
export function createResultStore(log: (line: string) => void): ResultStore {
  return new ResultStore({ clock: systemClock, random: Math.random, log }, () => ({
    cacheBytes: settings.cacheBytes(),
    downloadBytes: settings.downloadBytes(),
  }));
}
