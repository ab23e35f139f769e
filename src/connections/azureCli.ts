import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import type { Clock } from '../http/clock';
import { Failure } from '../http/failure';
import { azInvocation, findAz, tokenArguments } from './azCommand';
import { type AccessToken, type Credential, expiryMargin } from './credential';
import { cleanDetail, findAadsts } from './detail';
import type { ConnectionProblem } from './connectionProblem';
import { type ProcessOutcome, runProcess } from './runProcess';
import { parseObject, readClaims } from './token';

/** What the Azure CLI is asked for. */
export interface AzureCliTarget {
  /** A GUID in lower case. */
  readonly tenantId: string;
  /** The cloud's token resource; never something that a user typed. */
  readonly resource: string;
}

export interface AzureCliPorts {
  /** Where PATH is looked up; the CLI gets it as its own environment. */
  readonly env: NodeJS.ProcessEnv;
  readonly platform: NodeJS.Platform;
  /**
   * The CLI runs here and not in the workspace, where a file could pose as one of its Python
   * modules.
   */
  readonly homeDirectory: string;
  readonly clock: Clock;
}

export const maxAzSeconds = 30;
const maxOutputSize = 1024 * 1024;

/**
 * Uses the sign-in of the Azure CLI on this computer. It never asks anybody anything, whatever
 * `interactive` says.
 *
 * `getToken` rejects with a `Failure<ConnectionProblem>` (codes `az…`) or with the signal's reason;
 * then no process is left behind.
 */
export function azureCliCredential(target: AzureCliTarget, ports: AzureCliPorts): Credential {
  return {
    getToken: async ({ signal }) => {
      signal.throwIfAborted();
      const az = await findAz(ports.env, ports.platform, isProgram);
      if (az === undefined) {
        throw new Failure<ConnectionProblem>({ code: 'azNotInstalled' });
      }
      const args = tokenArguments(target.tenantId, target.resource);
      const invocation = azInvocation(az, args, ports.env, ports.platform);
      const outcome = await withTimeLimit(ports.clock, signal, (limited) =>
        runProcess(invocation, {
          cwd: ports.homeDirectory,
          platform: ports.platform,
          maxOutputSize,
          signal: limited,
        }),
      );
      return readOutcome(outcome, target, ports.clock.now());
    },
  };
}

async function isProgram(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}

async function withTimeLimit<T>(
  clock: Clock,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limit = new AbortController();
  const done = new AbortController();
  clock.sleep(maxAzSeconds * 1000, done.signal).then(
    () => limit.abort(new Failure<ConnectionProblem>({ code: 'azTimedOut', seconds: maxAzSeconds })),
    () => undefined,
  );
  try {
    return await work(AbortSignal.any([signal, limit.signal]));
  } finally {
    done.abort();
  }
}

function readOutcome(outcome: ProcessOutcome, target: AzureCliTarget, now: number): AccessToken {
  switch (outcome.kind) {
    case 'tooLarge':
      throw new Failure<ConnectionProblem>({ code: 'azUnreadable', reason: 'tooLarge' });
    case 'notStarted':
      throw new Failure<ConnectionProblem>({
        code: 'azFailed',
        exitCode: undefined,
        detail: outcome.errorCode,
      });
    case 'ended':
      if (outcome.exitCode !== 0) {
        throw new Failure(explainAzError(outcome.stderr, outcome.exitCode, target));
      }
      return readAzAnswer(outcome.stdout, target, now);
  }
}

/**
 * The token in what `az account get-access-token` printed.
 *
 * @param now milliseconds since the epoch; used when neither the CLI nor the token tells the expiry
 *
 * Throws a Failure: `azUnreadable`, or `azWrongTenant` when the token is for another tenant (a
 * managed identity, or a CLI that was told otherwise).
 */
export function readAzAnswer(stdout: string, target: AzureCliTarget, now: number): AccessToken {
  // Strict: nothing but the JSON belongs there, warnings go to stderr. A BOM is Windows' habit and
  // no reason to fail.
  const answer = parseObject(stdout.replace(/^\uFEFF/, ''));
  if (answer === undefined) {
    throw new Failure<ConnectionProblem>({ code: 'azUnreadable', reason: 'notJson' });
  }
  const token = answer['accessToken'];
  // It becomes a header; anything but visible ASCII in it is no token.
  if (typeof token !== 'string' || !/^[\x21-\x7e]+$/.test(token)) {
    throw new Failure<ConnectionProblem>({ code: 'azUnreadable', reason: 'noToken' });
  }
  const claims = readClaims(token);
  const echoed = answer['tenant'];
  const actual = claims?.tenantId ?? (typeof echoed === 'string' ? echoed.toLowerCase() : target.tenantId);
  if (actual !== target.tenantId) {
    throw new Failure<ConnectionProblem>({
      code: 'azWrongTenant',
      expected: target.tenantId,
      actual: cleanDetail(actual),
    });
  }
  // expires_on (CLI 2.54 and later) is in seconds since the epoch. Never expiresOn: it is local
  // time without a zone, so ambiguous for an hour each autumn. Without either, ten minutes: MSAL
  // gives out no token with less than five minutes left, a refused one is dropped anyway.
  const expiresAt = epochSeconds(answer['expires_on']) ?? claims?.expiresAt ?? now + 2 * expiryMargin;
  return { token, expiresAt, claims };
}

/** Milliseconds since the epoch, from a number of seconds or a text of digits. */
function epochSeconds(value: unknown): number | undefined {
  const seconds = typeof value === 'string' && /^\d{1,12}$/.test(value) ? Number(value) : value;
  return typeof seconds === 'number' && Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : undefined;
}

/**
 * Codes that another sign-in answers: multi-factor asked for (50072, 50074, 50076, 50078, 50079,
 * 50158), no or an expired session (50058, 50089, 50132, 50133, 50173, 70008, 70043, 700081,
 * 700082, 700084), consent not given yet (65001), a fresh sign-in wanted by policy (50097, 50131).
 * Source: "Microsoft Entra authentication and authorization error codes"
 * (reference-error-codes.md).
 */
const signInHelps = new Set(
  [
    50058, 50072, 50074, 50076, 50078, 50079, 50089, 50097, 50131, 50132, 50133, 50158, 50173, 65001, 70008,
    70043, 700081, 700082, 700084,
  ].map((code) => `AADSTS${String(code)}`),
);

/**
 * What the CLI's stderr means. The CLI adds "az login" to every refusal of the service, so the
 * service's own code counts first.
 */
export function explainAzError(
  stderr: string,
  exitCode: number | undefined,
  target: AzureCliTarget,
): ConnectionProblem {
  const { tenantId } = target;
  const aadsts = findAadsts(stderr);
  const detail = firstErrorLine(stderr);
  if (aadsts !== undefined && !signInHelps.has(aadsts)) {
    return { code: 'azRefused', tenantId, aadsts, detail };
  }
  return aadsts !== undefined || /\baz login\b/i.test(stderr)
    ? { code: 'azNotSignedIn', tenantId, scope: `${target.resource}/.default`, aadsts }
    : { code: 'azFailed', exitCode, detail };
}

/** The line that names the error, else the first that is no warning, else the first. */
function firstErrorLine(stderr: string): string {
  const lines = stderr
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const line =
    lines.find((one) => /^ERROR\b/.test(one)) ?? lines.find((one) => !/^WARNING\b/.test(one)) ?? lines[0];
  return cleanDetail(line ?? '');
}
