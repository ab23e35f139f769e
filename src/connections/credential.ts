import type { Clock } from '../http/clock';
import { Failure } from '../http/failure';
import { SingleFlight } from '../http/singleFlight';
import type { TokenClaims } from './token';

export interface AccessToken {
  readonly token: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  /** Undefined when the token cannot be read; it may still be a good one. */
  readonly claims: TokenClaims | undefined;
}

export interface TokenRequest {
  /** True only after a person's click: the credential may then ask them to sign in. */
  readonly interactive: boolean;
  readonly signal: AbortSignal;
  /**
   * The `WWW-Authenticate` header of a refusal that asks for further claims; only a new sign-in
   * brings them.
   */
  readonly challenge?: string | undefined;
}

/** Rejects with a `Failure<ConnectionProblem>`, or with the signal's reason once it is aborted. */
export interface Credential {
  getToken(request: TokenRequest): Promise<AccessToken>;
}

export interface TokenCache extends Credential {
  /**
   * Forgets this token after the service refused it, unless a newer one took its place meanwhile.
   * The credential may have a cache of its own and bring the same token again, so a second refusal
   * is final. The challenge is handed to the next request.
   */
  invalidate(token: string, challenge?: string): void;
  /** There is a token that was not refused and has time left: asking for it asks nobody. */
  readonly signedIn: boolean;
  /** What that token says of itself; undefined without one, and for one that cannot be read. */
  readonly claims: TokenClaims | undefined;
  /**
   * Forgets the token (sign-out). What is being fetched at this moment reaches those who wait for
   * it and is not kept.
   */
  clear(): void;
}

/**
 * How long before its expiry a token is no longer used, in milliseconds: it covers the request
 * itself and a clock that is off by minutes. MSAL, and with it the Azure CLI, uses the same margin,
 * so that asking again brings a new token and not the old one.
 */
export const expiryMargin = 5 * 60_000;

interface Flight {
  readonly interactive: boolean;
  readonly shared: SingleFlight<AccessToken>;
}

/**
 * Keeps a credential's token in memory until shortly before its expiry. Concurrent callers share
 * one flight, which is aborted when the last of them leaves. An interactive caller joins a silent
 * flight, but its failure is not the last word: then the person is asked.
 */
export function tokenCache(credential: Credential, clock: Clock): TokenCache {
  return new CachedCredential(credential, clock);
}

class CachedCredential implements TokenCache {
  readonly #credential: Credential;
  readonly #clock: Clock;
  #cached: { readonly token: AccessToken; readonly since: number } | undefined;
  #flight: Flight | undefined;
  #challenge: string | undefined;

  constructor(credential: Credential, clock: Clock) {
    this.#credential = credential;
    this.#clock = clock;
  }

  async getToken({ interactive, signal }: TokenRequest): Promise<AccessToken> {
    signal.throwIfAborted();
    const token = this.#usable();
    if (token !== undefined) {
      return token;
    }
    const silent = this.#openFlight();
    if (interactive && silent?.interactive === false) {
      try {
        return await silent.shared.join(signal);
      } catch (error) {
        if (!(error instanceof Failure)) {
          throw error;
        }
      }
    }
    const open = this.#openFlight();
    const flight = open !== undefined && (open.interactive || !interactive) ? open : this.#start(interactive);
    return flight.shared.join(signal);
  }

  get signedIn(): boolean {
    return this.#usable() !== undefined;
  }

  get claims(): TokenClaims | undefined {
    return this.#cached?.token.claims;
  }

  invalidate(token: string, challenge?: string): void {
    if (this.#cached?.token.token === token) {
      this.#cached = undefined;
      this.#challenge = challenge;
    }
  }

  clear(): void {
    this.#cached = undefined;
    this.#flight = undefined;
    this.#challenge = undefined;
  }

  #usable(): AccessToken | undefined {
    const now = this.#clock.now();
    const cached = this.#cached;
    return cached !== undefined &&
      now < cached.token.expiresAt - expiryMargin &&
      // A clock that was set back says nothing about the time left.
      now >= cached.since - expiryMargin
      ? cached.token
      : undefined;
  }

  /** The flight that a newcomer may join; one whose last waiter left is being aborted. */
  #openFlight(): Flight | undefined {
    return this.#flight?.shared.open === true ? this.#flight : undefined;
  }

  #start(interactive: boolean): Flight {
    const shared = new SingleFlight(async (signal) => {
      const token = await this.#credential.getToken({ interactive, signal, challenge: this.#challenge });
      // Not after a sign-out, nor when an interactive flight overtook this one.
      if (this.#flight === flight) {
        this.#challenge = undefined;
        this.#cached = { token, since: this.#clock.now() };
      }
      return token;
    });
    const flight: Flight = { interactive, shared };
    this.#flight = flight;
    return flight;
  }
}
