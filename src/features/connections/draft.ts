import type { AuthKind, Connection, SettingProblem } from '../../connections/connectionSettings';
import { readConnections } from '../../connections/connectionSettings';
import { isFor } from '../../connections/secretRecord';
import type { Cloud, Region } from '../../defender/clouds';
import { cloudEndpoints } from '../../defender/clouds';
import { withoutEnd, withoutEnds } from '../../http/trimming';

/** The answers of somebody who sets up a connection; what has no answer yet is undefined. */
export interface Draft {
  readonly id: string;
  readonly name: string;
  readonly cloud: Cloud;
  readonly region: Region | undefined;
  /** Addresses of their own: a gateway in between, or a test. */
  readonly custom: boolean;
  readonly apiUrl: string | undefined;
  readonly authorityUrl: string | undefined;
  readonly tenantId: string;
  readonly auth: AuthKind | undefined;
  readonly clientId: string;
  readonly certificatePath: string;
  /** It changes nothing in the tenant. */
  readonly readOnly: boolean;
  /** The certificate's key wants a passphrase. */
  readonly encrypted: boolean;
  /** Typed now; undefined: the stored one stays, where one is stored for the same app. */
  readonly secret: string | undefined;
}

export const emptyDraft: Draft = {
  id: '',
  name: '',
  cloud: 'commercial',
  region: undefined,
  custom: false,
  apiUrl: undefined,
  authorityUrl: undefined,
  tenantId: '',
  auth: undefined,
  clientId: '',
  certificatePath: '',
  readOnly: true,
  encrypted: true,
  secret: undefined,
};

/**
 * The answers with some of them changed. A secret that was typed for one app, tenant, certificate
 * or kind of sign-in is none for another.
 */
export function changed(draft: Draft, change: Partial<Draft>): Draft {
  const next = { ...draft, ...change };
  const isSame = isFor(draft, next) && draft.certificatePath === next.certificatePath;
  return isSame || 'secret' in change ? next : { ...next, secret: undefined };
}

export function draftOf(connection: Connection): Draft {
  const usual = cloudEndpoints(connection.cloud, connection.region);
  const { apiUrl, authorityUrl } = connection.endpoints;
  const own = {
    apiUrl: apiUrl === usual.apiUrl ? undefined : apiUrl,
    authorityUrl: authorityUrl === usual.authorityUrl ? undefined : authorityUrl,
  };
  return {
    ...emptyDraft,
    ...own,
    id: connection.id,
    name: connection.name,
    cloud: connection.cloud,
    region: connection.region,
    custom: own.apiUrl !== undefined || own.authorityUrl !== undefined,
    tenantId: connection.tenantId,
    readOnly: connection.readOnly,
    auth: connection.auth === 'demo' ? undefined : connection.auth,
    clientId: 'clientId' in connection ? connection.clientId : '',
    certificatePath: 'certificatePath' in connection ? connection.certificatePath : '',
  };
}

/**
 * The entry of `liveResponse.connections`: what has its usual value is left out, and no secret is
 * in it.
 */
export function entryOf(draft: Draft): Readonly<Record<string, string | false>> {
  const { id, name, cloud, region, tenantId, auth, clientId, certificatePath, readOnly } = draft;
  const entries = Object.entries({
    id,
    name,
    cloud,
    region,
    tenantId,
    auth,
    clientId: auth === 'azureCli' ? undefined : clientId,
    certificatePath: auth === 'clientCertificate' ? certificatePath : undefined,
    apiUrl: draft.custom ? draft.apiUrl : undefined,
    authorityUrl: draft.custom ? draft.authorityUrl : undefined,
    readOnly: readOnly ? undefined : (false as const),
  });
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string | false] => entry[1] !== undefined && entry[1] !== ''),
  );
}

/**
 * Where a draft signs in. An address of its own counts only while the connection has own addresses:
 * whoever went back to a cloud gets that cloud's.
 */
export function authorityOf({ custom, authorityUrl, cloud, region }: Draft): string {
  return (custom ? authorityUrl : undefined) ?? cloudEndpoints(cloud, region).authorityUrl;
}

/** Whether a draft's way to sign in uses a secret that is stored. */
export function usesSecret({ auth, encrypted }: Draft): boolean {
  return auth === 'clientSecret' || (auth === 'clientCertificate' && encrypted);
}

/**
 * The connection that a draft describes, read as the setting would be; its first fault otherwise.
 */
export function connectionOf(draft: Draft): Connection | SettingProblem {
  const { connections, problems } = readConnections([entryOf(draft)]);
  const read = connections.find(({ id }) => id === draft.id);
  return read ?? problems[0] ?? { index: 0, field: undefined, code: 'notAnObject', args: {} };
}

/**
 * An id for a new connection: its name in letters, digits and hyphens, unlike those that are there.
 */
export function idFor(name: string, taken: readonly string[]): string {
  const hyphenated = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-');
  const base = withoutEnd(withoutEnds(hyphenated, '-').slice(0, 36), '-') || 'tenant';
  let id = base;
  for (let n = 2; taken.includes(id); n += 1) {
    id = `${base}-${n}`;
  }
  return id;
}
