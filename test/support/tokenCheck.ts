import { type KeyObject, verify } from 'node:crypto';
import { permissionNeeds } from '../../src/defender/permissions';
import type { SimulatorOptions } from '../../src/demo';
import type { Refusal } from '../../src/demo/service';

/** What a service holds a token against. */
export interface TokenRules {
  readonly issuer: string;
  readonly audience: string;
  /** Public keys of the issuer (RS256). */
  readonly keys: readonly KeyObject[];
}

/** Lets a call pass only with a genuine token of the issuer that carries a role or scope which the call takes. */
export function bearerCheck(
  rules: TokenRules,
  now: () => number = Date.now,
): NonNullable<SimulatorOptions['authorize']> {
  return (token, call) => {
    const claims = token === undefined ? undefined : verifiedClaims(token, rules);
    if (claims === undefined || !isFor(claims, rules, now())) {
      return {
        status: 401,
        code: 'Unauthorized',
        message: 'Authorization has been denied for this request.',
      };
    }
    return missingRole(claims, call);
  };
}

type Claims = Readonly<Record<string, unknown>>;

function verifiedClaims(token: string, { keys }: TokenRules): Claims | undefined {
  const [header = '', payload = '', signature = '', ...more] = token.split('.');
  const { alg } = parse(header);
  const signed = Buffer.from(`${header}.${payload}`);
  const genuine = keys.some((key) => verify('RSA-SHA256', signed, key, Buffer.from(signature, 'base64url')));
  return alg === 'RS256' && more.length === 0 && genuine ? parse(payload) : undefined;
}

function parse(part: string): Claims {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as Claims;
  } catch {
    return {};
  }
}

function isFor({ iss, aud, exp }: Claims, { issuer, audience }: TokenRules, now: number): boolean {
  return iss === issuer && aud === audience && typeof exp === 'number' && exp * 1000 > now;
}

function missingRole({ roles, scp }: Claims, call: string): Refusal | undefined {
  const need = needOf(call);
  const scopes = typeof scp === 'string' ? scp.split(' ') : undefined;
  const granted: readonly unknown[] = scopes ?? (Array.isArray(roles) ? (roles as unknown[]) : []);
  const wanted = scopes === undefined ? need.application : need.delegated;
  if (wanted.some((each) => granted.includes(each))) {
    return undefined;
  }
  const who = scopes === undefined ? 'application' : 'user';
  const kind = scopes === undefined ? 'application' : 'delegated';
  return {
    status: 403,
    code: 'Forbidden',
    message: `The ${who} does not have any of the required ${kind} permissions (${wanted.join(', ')}) to access the resource.`,
  };
}

function needOf(call: string): (typeof permissionNeeds)['listActions'] {
  if (/GetLiveResponseResultDownloadLink/i.test(call)) {
    return permissionNeeds.resultLink;
  }
  if (/^machineactions\/[^/]+\/cancel$/i.test(call)) {
    return permissionNeeds.cancelAction;
  }
  if (/^machineactions\/[^/]+\/getPackageUri$/i.test(call)) {
    return permissionNeeds.packageLink;
  }
  if (/^machines\/[^/]+\/runliveresponse$/i.test(call)) {
    return permissionNeeds.startLiveResponse;
  }
  if (/^libraryfiles/i.test(call)) {
    return permissionNeeds.listLibrary;
  }
  return /^machineactions\/./i.test(call) ? permissionNeeds.getAction : permissionNeeds.listActions;
}
