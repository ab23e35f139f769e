/** For whom a secret is. */
export interface SecretOwner {
  /** The connection's. */
  readonly id: string;
  readonly auth: string | undefined;
  readonly tenantId: string;
  readonly clientId: string;
}

/**
 * What is stored for a secret: with whom it is for. The passphrase of a certificate must never go
 * out as the secret of an app, nor the secret of one app to another tenant, only because the
 * connection has been changed since.
 */
export function sealSecret({ auth, tenantId, clientId }: SecretOwner, secret: string): string {
  return JSON.stringify({ auth, tenantId, clientId, secret });
}

/**
 * The owner's secret in what is stored; undefined when there is none, and when it is for anybody
 * else.
 */
export function openSecret(stored: string | undefined, owner: SecretOwner): string | undefined {
  const record = recordOf(stored);
  return isFor(record, owner) && typeof record['secret'] === 'string' ? record['secret'] : undefined;
}

/** Whether what is stored says for whom the secret is. */
export function isSealed(stored: string): boolean {
  return typeof recordOf(stored)['secret'] === 'string';
}

/** Whether both use the same kind of secret in the same tenant for the same app. */
export function isFor(one: Unknown<Purpose>, other: Purpose): boolean {
  return one.auth === other.auth && one.tenantId === other.tenantId && one.clientId === other.clientId;
}

type Purpose = Omit<SecretOwner, 'id'>;
/** The same fields, of whatever somebody stored. */
type Unknown<T> = { readonly [Key in keyof T]?: unknown };

function recordOf(stored: string | undefined): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(stored ?? '');
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
  } catch {
    return {};
  }
}
