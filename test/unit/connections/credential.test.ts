import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  type AccessToken,
  type Credential,
  expiryMargin,
  tokenCache,
  type TokenRequest,
} from '../../../src/connections/credential';
import { Failure, isAbort } from '../../../src/http/failure';
import { TestClock } from './fakes';

const minute = 60_000;

interface PendingCall extends TokenRequest {
  readonly resolve: (token: AccessToken) => void;
  readonly reject: (error: Error) => void;
}

/** A credential whose answers the test gives by hand. */
class ScriptedCredential implements Credential {
  readonly calls: PendingCall[] = [];

  getToken(request: TokenRequest): Promise<AccessToken> {
    return new Promise((resolve, reject) => {
      this.calls.push({ ...request, resolve, reject });
      request.signal.addEventListener('abort', () => reject(request.signal.reason as Error));
    });
  }

  call(index: number): PendingCall {
    const call = this.calls[index];
    assert.ok(call !== undefined, `call ${index} was made`);
    return call;
  }
}

function setUp(): {
  clock: TestClock;
  credential: ScriptedCredential;
  cache: ReturnType<typeof tokenCache>;
  token: (name: string, lifetime?: number) => AccessToken;
  ask: (options?: { interactive?: boolean; signal?: AbortSignal }) => Promise<AccessToken>;
} {
  const clock = new TestClock();
  const credential = new ScriptedCredential();
  const cache = tokenCache(credential, clock);
  return {
    clock,
    credential,
    cache,
    token: (name, lifetime = 60 * minute) => ({
      token: name,
      expiresAt: clock.now() + lifetime,
      claims: undefined,
    }),
    ask: ({ interactive = false, signal = new AbortController().signal } = {}) =>
      cache.getToken({ interactive, signal }),
  };
}

/** Lets everything that is ready to run do so. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('tokenCache', () => {
  it('asks once and then answers from memory until shortly before the expiry', async () => {
    const { clock, credential, token, ask } = setUp();
    const first = ask();
    credential.call(0).resolve(token('one'));
    assert.equal((await first).token, 'one');
    clock.advance(60 * minute - expiryMargin - 1);
    assert.equal((await ask()).token, 'one');
    assert.equal(credential.calls.length, 1);
    clock.advance(1);
    const second = ask();
    credential.call(1).resolve(token('two'));
    assert.equal((await second).token, 'two');
  });

  it('hands out a token that expires soon, but does not keep it', async () => {
    const { credential, token, ask } = setUp();
    const first = ask();
    credential.call(0).resolve(token('short', minute));
    assert.equal((await first).token, 'short');
    const second = ask();
    credential.call(1).resolve(token('next'));
    assert.equal((await second).token, 'next');
  });

  it('does not trust a clock that was set back', async () => {
    const { clock, credential, token, ask } = setUp();
    const first = ask();
    credential.call(0).resolve(token('one'));
    await first;
    clock.time -= minute;
    assert.equal((await ask()).token, 'one', 'a little is tolerated');
    clock.time -= 60 * minute;
    void ask();
    assert.equal(credential.calls.length, 2);
  });

  it('shares one flight between concurrent callers', async () => {
    const { credential, token, ask } = setUp();
    const callers = [ask(), ask(), ask()];
    assert.equal(credential.calls.length, 1);
    const one = token('one');
    credential.call(0).resolve(one);
    assert.deepEqual(await Promise.all(callers), [one, one, one]);
  });

  it('shares a failure, does not keep it, and asks anew', async () => {
    const { credential, token, ask } = setUp();
    const callers = [ask(), ask()];
    credential.call(0).reject(new Failure({ code: 'azFailed' }));
    for (const { status } of await Promise.allSettled(callers)) {
      assert.equal(status, 'rejected');
    }
    const again = ask();
    credential.call(1).resolve(token('one'));
    assert.equal((await again).token, 'one');
  });

  it('lets one caller leave without disturbing the others', async () => {
    const { credential, token, ask } = setUp();
    const leaver = new AbortController();
    const left = ask({ signal: leaver.signal });
    const stayed = ask();
    leaver.abort();
    await assert.rejects(left, isAbort);
    assert.equal(credential.call(0).signal.aborted, false);
    credential.call(0).resolve(token('one'));
    assert.equal((await stayed).token, 'one');
  });

  it('aborts the flight when the last caller leaves, and starts anew for the next', async () => {
    const { credential, token, ask } = setUp();
    const leavers = [new AbortController(), new AbortController()];
    const left = leavers.map(({ signal }) => ask({ signal }));
    leavers.forEach((leaver) => leaver.abort());
    for (const one of left) {
      await assert.rejects(one, isAbort);
    }
    assert.equal(credential.call(0).signal.aborted, true);
    const next = ask();
    assert.equal(credential.call(1).signal.aborted, false);
    credential.call(1).resolve(token('one'));
    assert.equal((await next).token, 'one');
  });

  it('asks for nothing when the caller has left already', async () => {
    const { credential, ask } = setUp();
    await assert.rejects(ask({ signal: AbortSignal.abort() }), isAbort);
    assert.equal(credential.calls.length, 0);
  });
});

describe('tokenCache: silent and interactive', () => {
  it('asks the person after the silent flight that was under way failed', async () => {
    const { credential, token, ask } = setUp();
    const silent = ask();
    const clicked = [ask({ interactive: true }), ask({ interactive: true })];
    assert.equal(credential.calls.length, 1);
    credential.call(0).reject(new Failure({ code: 'signInNeeded' }));
    await assert.rejects(silent, Failure);
    await settle();
    assert.deepEqual(
      credential.calls.map(({ interactive }) => interactive),
      [false, true],
    );
    credential.call(1).resolve(token('one'));
    assert.deepEqual(
      (await Promise.all(clicked)).map((one) => one.token),
      ['one', 'one'],
    );
  });

  it('does not ask the person when the silent flight brings a token', async () => {
    const { credential, token, ask } = setUp();
    const callers = [ask(), ask({ interactive: true })];
    credential.call(0).resolve(token('one'));
    await Promise.all(callers);
    assert.equal(credential.calls.length, 1);
  });

  it('does not ask a person who left meanwhile, nor after a bug', async () => {
    const { credential, ask } = setUp();
    const leaver = new AbortController();
    const silent = ask();
    const left = ask({ interactive: true, signal: leaver.signal });
    leaver.abort();
    await assert.rejects(left, isAbort);
    const clicked = ask({ interactive: true });
    credential.call(0).reject(new TypeError('a bug'));
    await assert.rejects(clicked, TypeError);
    await assert.rejects(silent, TypeError);
    assert.equal(credential.calls.length, 1);
  });

  it('lets a silent caller wait for the sign-in that is under way', async () => {
    const { credential, token, ask } = setUp();
    const callers = [ask({ interactive: true }), ask()];
    assert.equal(credential.calls.length, 1);
    credential.call(0).resolve(token('one'));
    await Promise.all(callers);
  });
});

describe('tokenCache: forgetting', () => {
  it('drops a refused token, but not its successor', async () => {
    const { credential, cache, token, ask } = setUp();
    const first = ask();
    credential.call(0).resolve(token('one'));
    await first;
    cache.invalidate('another');
    assert.equal((await ask()).token, 'one');
    cache.invalidate('one');
    const second = ask();
    credential.call(1).resolve(token('two'));
    await second;
    cache.invalidate('one');
    assert.equal((await ask()).token, 'two');
    assert.equal(credential.calls.length, 2);
  });

  it('keeps nothing after a sign-out, not even what was under way', async () => {
    const { credential, cache, token, ask } = setUp();
    const first = ask();
    cache.clear();
    credential.call(0).resolve(token('one'));
    assert.equal((await first).token, 'one');
    const second = ask();
    credential.call(1).resolve(token('two'));
    assert.equal((await second).token, 'two');
    cache.clear();
    void ask();
    assert.equal(credential.calls.length, 3);
  });
});
