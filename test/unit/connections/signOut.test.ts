import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import type { AccessToken, Credential } from '../../../src/connections/credential';
import { type SignOutMemory, unsaved, untilSignedOut } from '../../../src/connections/signOut';

const token: AccessToken = { token: 'x', expiresAt: Infinity, claims: undefined };
const { signal } = new AbortController();

function memoryOf(signedOut: boolean): SignOutMemory {
  const ids = new Set(signedOut ? ['contoso'] : []);
  return {
    get: (id) => ids.has(id),
    set: (id, out) => {
      ids[out ? 'add' : 'delete'](id);
      return Promise.resolve();
    },
  };
}

describe('a sign-out', () => {
  it('keeps whatever signs in by itself from being asked, until a click', async () => {
    let asked = 0;
    const credential: Credential = { getToken: () => Promise.resolve(token).finally(() => (asked += 1)) };
    const memory = memoryOf(true);
    const heeding = untilSignedOut('contoso', credential, memory);
    await assert.rejects(heeding.getToken({ interactive: false, signal }), {
      problem: { code: 'signInNeeded' },
    });
    assert.equal(asked, 0);
    assert.equal(await heeding.getToken({ interactive: true, signal }), token);
    assert.equal(memory.get('contoso'), false);
    assert.equal(await heeding.getToken({ interactive: false, signal }), token);
  });

  it('holds when the click brings no token', async () => {
    const memory = memoryOf(true);
    const credential: Credential = { getToken: () => Promise.reject(new Error('refused')) };
    const heeding = untilSignedOut('contoso', credential, memory);
    await assert.rejects(heeding.getToken({ interactive: true, signal }), /refused/);
    assert.equal(memory.get('contoso'), true);
  });

  it('is not undone by a silent answer that was on its way', async () => {
    const memory = memoryOf(false);
    let arrive: (token: AccessToken) => void = () => assert.fail();
    const arrival = new Promise<AccessToken>((resolve) => (arrive = resolve));
    const heeding = untilSignedOut('contoso', { getToken: () => arrival }, memory);
    const silent = heeding.getToken({ interactive: false, signal });
    await memory.set('contoso', true);
    arrive(token);
    await assert.rejects(silent, { problem: { code: 'signInNeeded' } });
  });

  it('is not taken back by a trial that nobody saves', async () => {
    const memory = memoryOf(true);
    const trial = untilSignedOut('contoso', { getToken: () => Promise.resolve(token) }, unsaved(memory));
    await assert.rejects(trial.getToken({ interactive: false, signal }), {
      problem: { code: 'signInNeeded' },
    });
    assert.equal(await trial.getToken({ interactive: true, signal }), token);
    assert.equal(memory.get('contoso'), true);
  });

  it('of another connection says nothing', async () => {
    const heeding = untilSignedOut('fabrikam', { getToken: () => Promise.resolve(token) }, memoryOf(true));
    assert.equal(await heeding.getToken({ interactive: false, signal }), token);
  });
});
