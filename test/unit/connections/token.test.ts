import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { readClaims } from '../../../src/connections/token';
import { jwt, tenant } from './fakes';

describe('readClaims', () => {
  it('reads what a person’s token says', () => {
    const token = jwt({
      aud: 'https://api.securitycenter.microsoft.com',
      exp: 1_900_000_000,
      tid: tenant.toUpperCase(),
      scp: 'Machine.Read  Machine.LiveResponse',
      upn: 'añna@contoso.com',
      preferred_username: 'other',
      app_displayname: 'Microsoft Azure CLI',
      appid: '04b07795-8ddb-461a-bbee-02f9e1bf7b46',
    });
    assert.deepEqual(readClaims(token), {
      tenantId: tenant,
      audience: 'https://api.securitycenter.microsoft.com',
      expiresAt: 1_900_000_000_000,
      scopes: ['Machine.Read', 'Machine.LiveResponse'],
      roles: [],
      user: 'añna@contoso.com',
      appName: 'Microsoft Azure CLI',
      appId: '04b07795-8ddb-461a-bbee-02f9e1bf7b46',
    });
  });

  it('reads what an application’s token says', () => {
    const claims = readClaims(jwt({ roles: ['Machine.Read.All', 7], azp: 'app' }));
    assert.deepEqual(claims?.roles, ['Machine.Read.All']);
    assert.equal(claims.appId, 'app');
    assert.equal(claims.user, undefined);
  });

  it('takes the next name when one is missing', () => {
    assert.equal(readClaims(jwt({ preferred_username: 'a', unique_name: 'b' }))?.user, 'a');
    assert.equal(readClaims(jwt({ unique_name: 'b' }))?.user, 'b');
  });

  it('leaves out a claim of a wrong type', () => {
    const claims = readClaims(jwt({ tid: 1, aud: [], exp: 'soon', scp: ['a'], roles: 'b', upn: null }));
    assert.deepEqual(claims, {
      tenantId: undefined,
      audience: undefined,
      expiresAt: undefined,
      scopes: [],
      roles: [],
      user: undefined,
      appName: undefined,
      appId: undefined,
    });
  });

  it('knows nothing of a token that it cannot read', () => {
    for (const token of ['', 'opaque', 'a.b', 'a.b.c', 'a.b.c.d.e', jwt([]), jwt(null), jwt('text')]) {
      assert.equal(readClaims(token), undefined, token);
    }
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.string(), (payload) => void readClaims(`a.${payload}.c`)));
    fc.assert(fc.property(fc.jsonValue(), (payload) => void readClaims(jwt(payload))));
  });
});
