import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { missingPermissions, tryConnection } from '../../../src/connections/connectionTest';
import type { Credential } from '../../../src/connections/credential';
import { readClaims } from '../../../src/connections/token';
import { Failure } from '../../../src/http/failure';
import { jwt } from './fakes';

const credentialOf = (claims: object): Credential => ({
  getToken: ({ interactive }) => {
    assert.equal(interactive, true);
    const token = jwt(claims);
    return Promise.resolve({ token, expiresAt: Infinity, claims: readClaims(token) });
  },
});
const never = new AbortController().signal;
const refused = new Failure({ code: 'forbidden' });

describe('trying a connection', () => {
  it('says that all is well', async () => {
    const report = await tryConnection(
      {
        credential: credentialOf({ roles: ['Machine.Read.All'] }),
        list: () => Promise.resolve(),
        readOnly: true,
      },
      never,
    );
    assert.equal(report.token.ok, true);
    assert.equal(report.list?.ok, true);
    assert.deepEqual(report.missing, []);
  });

  it('stops at a token that cannot be had', async () => {
    const report = await tryConnection(
      {
        credential: { getToken: () => Promise.reject(refused) },
        list: () => assert.fail('nothing can be listed without a token'),
        readOnly: true,
      },
      never,
    );
    assert.deepEqual(report, { token: { ok: false, error: refused }, list: undefined, missing: [] });
  });

  it('goes on to say what the token lacks when the list is refused', async () => {
    const report = await tryConnection(
      {
        credential: credentialOf({ roles: ['Machine.LiveResponse'] }),
        list: () => Promise.reject(refused),
        readOnly: true,
      },
      never,
    );
    assert.deepEqual(report.list, { ok: false, error: refused });
    assert.deepEqual(report.missing, [
      { call: 'listActions', anyOf: ['Machine.ReadWrite.All', 'Machine.Read.All'] },
      { call: 'resultLink', anyOf: ['Machine.ReadWrite.All', 'Machine.Read.All'] },
    ]);
  });

  it('is aborted by its signal, and then says nothing', async () => {
    const controller = new AbortController();
    const trying = tryConnection(
      {
        credential: credentialOf({}),
        list: () => {
          controller.abort();
          return Promise.reject(refused);
        },
        readOnly: true,
      },
      controller.signal,
    );
    await assert.rejects(trying, { name: 'AbortError' });
  });
});

describe('missing permissions', () => {
  const missing = (claims: object, readOnly = true): readonly (readonly string[])[] =>
    missingPermissions(readClaims(jwt(claims)), readOnly).map(({ anyOf }) => anyOf);

  it('are none with what the documentation asks for', () => {
    assert.deepEqual(missing({ scp: 'Machine.Read Machine.LiveResponse' }), []);
    assert.deepEqual(missing({ scp: 'Machine.ReadWrite Machine.LiveResponse x' }), []);
    assert.deepEqual(missing({ roles: ['Machine.Read.All'] }), []);
    assert.deepEqual(missing({ roles: ['Machine.ReadWrite.All'] }), []);
  });

  it('are named for a person’s token', () => {
    assert.deepEqual(missing({ scp: 'Machine.Read' }), [['Machine.LiveResponse']]);
    assert.deepEqual(missing({ scp: 'Machine.LiveResponse' }), [['Machine.ReadWrite', 'Machine.Read']]);
    // An application's role is worth nothing in a person's token.
    assert.equal(missing({ scp: 'user_impersonation', roles: ['Machine.Read.All'] }).length, 2);
  });

  it('are named for an application’s token, also when it has no roles at all', () => {
    // It may run scripts with that, not read what they wrote.
    assert.equal(missing({ roles: ['Machine.LiveResponse'] }).length, 2);
    assert.equal(missing({}).length, 2);
  });

  it('are named for changes only when the connection allows them', () => {
    const reads = { scp: 'Machine.Read Machine.LiveResponse' };
    assert.deepEqual(missing(reads, false), []);
    const [changes] = missing({ roles: ['Machine.Read.All'] }, false);
    assert.ok(changes?.includes('Machine.LiveResponse'), changes?.join());
    assert.deepEqual(missing({ roles: ['Machine.Read.All'] }, true), []);
  });

  it('are unknown for a token that cannot be read', () => {
    assert.deepEqual(missingPermissions(undefined, false), []);
  });
});
