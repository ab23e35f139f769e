import {
  type Cloud,
  type CloudEndpoints,
  cloudEndpoints,
  clouds,
  type Region,
  regions,
} from '../defender/clouds';
import { isSecure } from '../http/origin';

/**
 * The ways to sign in that a setting may name. Which of them this version can do is the
 * credential's concern.
 */
export const authKinds = ['microsoft', 'clientSecret', 'clientCertificate', 'azureCli'] as const;
export type AuthKind = (typeof authKinds)[number];

interface ConnectionBase {
  /** Stable and private to its owner: the name of secrets and part of document addresses. */
  readonly id: string;
  readonly name: string;
  readonly cloud: Cloud;
  readonly region: Region | undefined;
  /** In lower case. */
  readonly tenantId: string;
  /**
   * Origins, without a trailing slash. `apiUrl` and `authorityUrl` of the setting are already in
   * it.
   */
  readonly endpoints: CloudEndpoints;
  /** Nothing in the tenant is changed through it. Only an entry that says so may change something. */
  readonly readOnly: boolean;
}

/** One tenant and who we are there. */
export type Connection = ConnectionBase &
  (
    | { readonly auth: 'demo' }
    | { readonly auth: 'azureCli' }
    | { readonly auth: 'microsoft' | 'clientSecret'; readonly clientId: string }
    | { readonly auth: 'clientCertificate'; readonly clientId: string; readonly certificatePath: string }
  );

export const settingFields = [
  'id',
  'name',
  'cloud',
  'region',
  'tenantId',
  'clientId',
  'auth',
  'certificatePath',
  'apiUrl',
  'authorityUrl',
  'readOnly',
] as const;
export type SettingField = (typeof settingFields)[number];

export type SettingProblemCode =
  | 'notAList'
  | 'notAnObject'
  | 'missing'
  | 'notText'
  | 'notBoolean'
  | 'empty'
  /** args: `allowed`, separated by commas. */
  | 'notOneOf'
  | 'notAGuid'
  | 'idNotValid'
  /** args: `id`. */
  | 'idReserved'
  /** args: `id`. */
  | 'idNotUnique'
  /** args: `cloud`. */
  | 'regionNotForCloud'
  | 'urlNotValid'
  | 'apiUrlNotSecure'
  | 'authorityUrlNotSecure'
  | 'urlHasCredentials'
  | 'urlHasPath'
  | 'urlHasQuery';

export interface SettingProblem {
  /** Position in the list, from 0. Undefined: the setting as a whole. */
  readonly index: number | undefined;
  /** Undefined: the entry as a whole. */
  readonly field: SettingField | undefined;
  readonly code: SettingProblemCode;
  /**
   * Nothing in here was typed by the user but a valid id: a URL with a password in it must not
   * reach a notification or the log.
   */
  readonly args: Readonly<Record<string, string>>;
}

/**
 * The sample tenant, always there. Its hosts end in `.invalid`, which never resolves (RFC 2606):
 * should a request for it ever be sent for real, it goes nowhere.
 */
export const demoConnection: Connection = {
  id: 'demo',
  name: 'Sample tenant',
  cloud: 'commercial',
  region: undefined,
  tenantId: '00000000-0000-4000-8000-00000000da7a',
  endpoints: {
    apiUrl: 'https://api.sample.invalid',
    tokenResource: 'https://api.sample.invalid',
    authorityUrl: 'https://login.sample.invalid',
    portalUrl: 'https://portal.sample.invalid',
  },
  readOnly: false,
  auth: 'demo',
};

/**
 * Decodes the setting `liveResponse.connections`. Never throws: an entry that is wrong is left out
 * and each of its faults reported, the others are not disturbed by it. The sample tenant is always
 * the first.
 */
export function readConnections(raw: unknown): {
  readonly connections: readonly Connection[];
  readonly problems: readonly SettingProblem[];
} {
  const connections = [demoConnection];
  const problems: SettingProblem[] = [];
  if (raw === undefined || raw === null) {
    return { connections, problems };
  }
  if (!Array.isArray(raw)) {
    problems.push({ index: undefined, field: undefined, code: 'notAList', args: {} });
    return { connections, problems };
  }
  const entries: readonly unknown[] = raw;
  for (const [index, entry] of entries.entries()) {
    const read = readEntry(entry, index);
    if (Array.isArray(read)) {
      problems.push(...read);
    } else if (connections.some(({ id }) => id === read.id)) {
      // Only a valid entry takes an id, so a broken copy above does not cost the good one.
      problems.push({ index, field: 'id', code: 'idNotUnique', args: { id: read.id } });
    } else {
      connections.push(read);
    }
  }
  return { connections, problems };
}

/**
 * Reads the fields of one entry and collects what is wrong with them; each reader returns undefined
 * after a fault.
 */
class EntryReader {
  readonly problems: SettingProblem[] = [];
  readonly #entry: Readonly<Record<string, unknown>>;
  readonly #index: number;

  constructor(entry: Readonly<Record<string, unknown>>, index: number) {
    this.#entry = entry;
    this.#index = index;
  }

  fail(
    field: SettingField,
    code: SettingProblemCode,
    args: Readonly<Record<string, string>> = {},
  ): undefined {
    this.problems.push({ index: this.#index, field, code, args });
    return undefined;
  }

  has(field: SettingField): boolean {
    return this.#entry[field] !== undefined && this.#entry[field] !== null;
  }

  /** A text without the blanks around it; required. */
  text(field: SettingField): string | undefined {
    const value = this.#entry[field];
    const trimmed = typeof value === 'string' ? value.trim() : '';
    if (trimmed === '') {
      this.fail(field, this.has(field) ? (typeof value === 'string' ? 'empty' : 'notText') : 'missing');
      return undefined;
    }
    return trimmed;
  }

  /** `usual` when it is missing. */
  flag(field: SettingField, usual: boolean): boolean | undefined {
    const value = this.has(field) ? this.#entry[field] : usual;
    if (typeof value !== 'boolean') {
      this.fail(field, 'notBoolean');
      return undefined;
    }
    return value;
  }

  oneOf<T extends string>(field: SettingField, allowed: readonly T[]): T | undefined {
    const value = this.text(field);
    const known = allowed.find((one) => one === value);
    if (value !== undefined && known === undefined) {
      this.fail(field, 'notOneOf', { allowed: allowed.join(', ') });
    }
    return known;
  }

  guid(field: SettingField): string | undefined {
    const value = this.text(field)?.toLowerCase();
    if (value !== undefined && !isGuid(value)) {
      this.fail(field, 'notAGuid');
      return undefined;
    }
    return value;
  }
}

/** True for a GUID in lower case, with its dashes and without braces. */
export function isGuid(value: string): boolean {
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value);
}

function readEntry(entry: unknown, index: number): Connection | SettingProblem[] {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) {
    return [{ index, field: undefined, code: 'notAnObject', args: {} }];
  }
  const reader = new EntryReader(entry as Record<string, unknown>, index);
  const id = readId(reader);
  const name = reader.has('name') ? reader.text('name') : id;
  // Who leaves the cloud out means the one that nearly everybody has; who misspells it is told so.
  const cloud = reader.has('cloud') ? reader.oneOf('cloud', clouds) : 'commercial';
  const region = reader.has('region') ? reader.oneOf('region', regions) : undefined;
  if (region !== undefined && cloud !== undefined && cloud !== 'commercial') {
    reader.fail('region', 'regionNotForCloud', { cloud });
  }
  const tenantId = reader.guid('tenantId');
  const overrides = {
    apiUrl: readOrigin(reader, 'apiUrl'),
    authorityUrl: readOrigin(reader, 'authorityUrl'),
  };
  const readOnly = reader.flag('readOnly', true);
  const auth = readAuth(reader);
  if (
    id === undefined ||
    name === undefined ||
    cloud === undefined ||
    tenantId === undefined ||
    readOnly === undefined ||
    auth === undefined ||
    reader.problems.length > 0
  ) {
    return reader.problems;
  }
  const endpoints = cloudEndpoints(cloud, region);
  return {
    id,
    name,
    cloud,
    region,
    tenantId,
    endpoints: {
      ...endpoints,
      apiUrl: overrides.apiUrl ?? endpoints.apiUrl,
      authorityUrl: overrides.authorityUrl ?? endpoints.authorityUrl,
    },
    readOnly,
    ...auth,
  };
}

function readId(reader: EntryReader): string | undefined {
  const id = reader.text('id');
  if (id !== undefined && !/^[a-z0-9][a-z0-9-]{0,39}$/.test(id)) {
    reader.fail('id', 'idNotValid');
    return undefined;
  }
  if (id === demoConnection.id) {
    reader.fail('id', 'idReserved', { id });
  }
  return id;
}

type ConfiguredAuth =
  | { readonly auth: 'azureCli' }
  | { readonly auth: 'microsoft' | 'clientSecret'; readonly clientId: string }
  | { readonly auth: 'clientCertificate'; readonly clientId: string; readonly certificatePath: string };

/**
 * Fields that another way to sign in needs are not looked at, so that trying one does not mean
 * deleting the other's.
 */
function readAuth(reader: EntryReader): ConfiguredAuth | undefined {
  const auth = reader.oneOf('auth', authKinds);
  switch (auth) {
    case undefined:
      return undefined;
    case 'azureCli':
      return { auth };
    case 'microsoft':
    case 'clientSecret': {
      const clientId = reader.guid('clientId');
      return clientId === undefined ? undefined : { auth, clientId };
    }
    case 'clientCertificate': {
      const clientId = reader.guid('clientId');
      const certificatePath = reader.text('certificatePath');
      return clientId === undefined || certificatePath === undefined
        ? undefined
        : { auth, clientId, certificatePath };
    }
  }
}

/**
 * The origin of a URL that a token or a secret is sent to; undefined when it is not set or not
 * acceptable.
 */
function readOrigin(reader: EntryReader, field: 'apiUrl' | 'authorityUrl'): string | undefined {
  const value = reader.has(field) ? reader.text(field) : undefined;
  if (value === undefined) {
    return undefined;
  }
  const fault = originFault(value, field);
  if (fault !== undefined) {
    reader.fail(field, fault);
    return undefined;
  }
  return new URL(value).origin;
}

function originFault(value: string, field: 'apiUrl' | 'authorityUrl'): SettingProblemCode | undefined {
  if (!URL.canParse(value)) {
    return 'urlNotValid';
  }
  const url = new URL(value);
  if (field === 'apiUrl' && !isSecure(url)) {
    return 'apiUrlNotSecure';
  }
  if (field === 'authorityUrl' && url.protocol !== 'https:') {
    return 'authorityUrlNotSecure';
  }
  if (url.username !== '' || url.password !== '') {
    return 'urlHasCredentials';
  }
  // Not search and hash: they are empty for a lone `?` or `#`.
  if (/[?#]/.test(value)) {
    return 'urlHasQuery';
  }
  return url.pathname === '/' ? undefined : 'urlHasPath';
}
