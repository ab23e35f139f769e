import * as vscode from 'vscode';
import { RecentActions } from '../../actions/recentActions';
import type { Connection, SettingProblem } from '../../connections/connectionSettings';
import type { Clock } from '../../http/clock';
import type { FetchPort } from '../../http/fetchPort';
import type { QuotaUse } from '../../http/quota';
import type { SignOutMemory } from '../../connections/signOut';
import { providerOf } from './microsoft';
import type { ConnectionClient, SecretPort } from './connectionClient';
import type { Log } from '../../platform/log';
import { type ConnectionCalls, guardedCalls } from './writable';
import { onSettingChange, settings } from '../../platform/userSettings';

/**
 * One connection in use: its client with its budget of calls, its actions. Nothing of it is shared
 * with another connection.
 */
export interface ConnectedTenant {
  readonly connection: Connection;
  readonly client: ConnectionCalls;
  /** How this connection reaches the network. */
  readonly fetch: FetchPort;
  readonly actions: RecentActions;
  /**
   * True once the sign-in gave a token, until it is forgotten; always for the sample tenant, which
   * needs none.
   */
  readonly signedIn: () => boolean;
  /** Forgets the token in memory. */
  readonly forgetToken: () => void;
  /** What this window has spent of the connection's budget of calls; empty before the first. */
  readonly spent: () => readonly QuotaUse[];
  /** The next call would have to wait for the budget, or because Defender asked to wait. */
  readonly mustWait: () => boolean;
  /**
   * The account or the app that is signed in; undefined while nobody is, or when the token does not
   * tell. Asks nobody.
   */
  readonly identity: () => string | undefined;
  /**
   * Under which names we stand in a machine action's `requestor`; signs in when it must. Empty when
   * the token does not tell.
   */
  readonly requestors: (signal: AbortSignal) => Promise<readonly string[]>;
}

export interface ConnectionRegistryPorts {
  readonly clock: Clock;
  readonly log: Log;
  /** The fetch for a connection: the sample tenant's runs in process. */
  readonly fetchFor: (connection: Connection) => FetchPort;
  /** Where the choice of the active connection is kept. */
  readonly state: vscode.Memento;
  readonly secrets: SecretPort;
  readonly signOuts: SignOutMemory;
}

const activeKey = 'activeConnection';

/**
 * The connections of the settings, and the one that is active in this window. The
 * {@link ConnectedTenant} of a connection is made when it is first used.
 */
export class ConnectionRegistry implements vscode.Disposable {
  readonly #ports: ConnectionRegistryPorts;
  readonly #tenants = new Map<string, ConnectedTenant>();
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #throttled = new vscode.EventEmitter<{ tenant: ConnectedTenant; until: number }>();
  readonly #dropped = new vscode.EventEmitter<string>();
  readonly #called = new vscode.EventEmitter<ConnectedTenant>();
  readonly #subscription: vscode.Disposable;
  /** Read when first asked for: activation needs none of it. */
  #settings: ReturnType<typeof settings.connections> | undefined;

  /** The active connection, or its definition, has changed. */
  readonly onDidChange = this.#changed.event;
  /** The service of a tenant asked to wait. */
  readonly onDidThrottle = this.#throttled.event;
  /** A call was sent to a tenant. */
  readonly onDidCall = this.#called.event;
  /** A connection was removed or redefined: what was fetched through it must go. */
  readonly onDidDrop = this.#dropped.event;

  constructor(ports: ConnectionRegistryPorts) {
    this.#ports = ports;
    this.#subscription = onSettingChange('connections', () => {
      if (this.#settings !== undefined) {
        this.#settings = this.#readAgain(this.#settings.connections);
        this.#changed.fire();
      }
    });
  }

  get connections(): readonly Connection[] {
    return (this.#settings ??= settings.connections()).connections;
  }

  /** What is wrong in the setting. */
  get problems(): readonly SettingProblem[] {
    return (this.#settings ??= settings.connections()).problems;
  }

  /** A connection with its client; undefined when there is no such connection. */
  get(id: string): ConnectedTenant | undefined {
    const connection = this.connections.find((each) => each.id === id);
    if (connection === undefined) {
      return undefined;
    }
    let tenant = this.#tenants.get(id);
    if (tenant === undefined) {
      tenant = this.#create(connection);
      this.#tenants.set(id, tenant);
    }
    return tenant;
  }

  /**
   * The active tenant: the one chosen in this workspace, else the one that LIVE_RESPONSE_CONNECTION
   * names (`npm start` opens on the sample tenant), else the first real connection. Undefined when
   * there is none of them.
   */
  get active(): ConnectedTenant | undefined {
    const chosen = this.#ports.state.get<string>(activeKey) ?? process.env['LIVE_RESPONSE_CONNECTION'];
    const id = this.connections.some((each) => each.id === chosen)
      ? chosen
      : this.connections.find((each) => each.auth !== 'demo')?.id;
    return id === undefined ? undefined : this.get(id);
  }

  /** The tenants that were made so far. */
  inUse(): readonly ConnectedTenant[] {
    return [...this.#tenants.values()];
  }

  /** The other real tenants that you are signed in to in this window. */
  signedInBeside(id: string): readonly ConnectedTenant[] {
    return [...this.#tenants.values()].filter(
      ({ connection, signedIn }) => connection.id !== id && connection.auth !== 'demo' && signedIn(),
    );
  }

  /** Makes a connection the active one. False when there is no such connection. */
  async switchTo(id: string): Promise<boolean> {
    if (!this.connections.some((each) => each.id === id)) {
      return false;
    }
    await this.#ports.state.update(activeKey, id);
    this.#changed.fire();
    return true;
  }

  /** Forgets the token of a connection and what was fetched with it. */
  signOut(id: string): void {
    this.#tenants.get(id)?.forgetToken();
    this.reload(id);
  }

  /** The accounts of a provider of VS Code's have changed. */
  accountsChanged(provider: string): void {
    for (const tenant of this.#tenants.values()) {
      if (tenant.connection.auth === 'microsoft' && providerOf(tenant.connection) === provider) {
        tenant.forgetToken();
      }
    }
  }

  /** Forgets what was fetched through a connection: its secret has changed, or its account. */
  reload(id: string): void {
    if (this.#tenants.delete(id)) {
      this.#dropped.fire(id);
    }
    this.#changed.fire();
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#changed.dispose();
    this.#throttled.dispose();
    this.#dropped.dispose();
    this.#called.dispose();
  }

  #readAgain(before: readonly Connection[]): ReturnType<typeof settings.connections> {
    const now = settings.connections();
    for (const old of before) {
      const same = now.connections.find((each) => each.id === old.id);
      if (JSON.stringify(same) !== JSON.stringify(old)) {
        this.#tenants.delete(old.id);
        this.#dropped.fire(old.id);
      }
    }
    return now;
  }

  #create(connection: Connection): ConnectedTenant {
    const { clock, log } = this.#ports;
    const fetch = this.#ports.fetchFor(connection);
    let loaded: ConnectionClient | undefined;
    const load = async (): Promise<ConnectionClient> => {
      const { createConnectionClient } = await import('./connectionClient');
      if (loaded === undefined) {
        loaded = createConnectionClient(connection, {
          clock,
          fetch,
          log: (line) => log.info(`${connection.id}: ${line}`),
          secrets: this.#ports.secrets,
          signOuts: this.#ports.signOuts,
        });
        loaded.onDidThrottle((until) => this.#throttled.fire({ tenant, until }));
        loaded.onDidCall(() => this.#called.fire(tenant));
      }
      return loaded;
    };
    const client = guardedCalls(
      lazyClient(async () => (await load()).api),
      // One that is no longer in the settings allows nothing.
      () => this.connections.find(({ id }) => id === connection.id) ?? { ...connection, readOnly: true },
    );
    const tenant: ConnectedTenant = {
      connection,
      client,
      fetch,
      actions: new RecentActions(client, () => clock.now()),
      signedIn: () => connection.auth === 'demo' || loaded?.tokens.signedIn === true,
      forgetToken: () => loaded?.tokens.clear(),
      spent: () => loaded?.use() ?? [],
      mustWait: () => loaded?.isClosed() === true,
      identity: () => {
        const { user, appName, appId } = loaded?.tokens.claims ?? {};
        return user ?? appName ?? appId;
      },
      requestors: async (signal) => {
        const { tokens } = await load();
        await tokens.getToken({ interactive: true, signal });
        const { user, appName, appId } = tokens.claims ?? {};
        return (user === undefined ? [appName, appId] : [user]).filter((name) => name !== undefined);
      },
    };
    return tenant;
  }
}

function lazyClient(load: () => Promise<ConnectionCalls>): ConnectionCalls {
  let loaded: Promise<ConnectionCalls> | undefined;
  const client = (): Promise<ConnectionCalls> => (loaded ??= load());
  return {
    listActions: async (query, options) => (await client()).listActions(query, options),
    actionEntity: async (id, options) => (await client()).actionEntity(id, options),
    getAction: async (id, options) => (await client()).getAction(id, options),
    resultLink: async (id, index, options) => (await client()).resultLink(id, index, options),
    nextActions: async (next, options) => (await client()).nextActions(next, options),
    changedSince: async (query, options) => (await client()).changedSince(query, options),
    cancelAction: async (id, comment, options) => (await client()).cancelAction(id, comment, options),
    getMachine: async (id, options) => (await client()).getMachine(id, options),
    findMachines: async (hostName, options) => (await client()).findMachines(hostName, options),
    packageLink: async (id, options) => (await client()).packageLink(id, options),
    machinesByPrefix: async (prefix, options) => (await client()).machinesByPrefix(prefix, options),
    machinesByTag: async (tag, match, options) => (await client()).machinesByTag(tag, match, options),
    startLiveResponse: async (machineId, request, options) =>
      (await client()).startLiveResponse(machineId, request, options),
    listLibraryFiles: async (options) => (await client()).listLibraryFiles(options),
    uploadLibraryFile: async (upload, options) => (await client()).uploadLibraryFile(upload, options),
    deleteLibraryFile: async (fileName, options) => (await client()).deleteLibraryFile(fileName, options),
  };
}
