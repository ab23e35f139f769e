import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { changed, type Draft, emptyDraft } from '../../../src/features/connections/draft';

const draft: Draft = {
  ...emptyDraft,
  auth: 'clientSecret',
  tenantId: 'tenant',
  clientId: 'app',
  certificatePath: '/a.pem',
  secret: 'typed',
};

describe('a secret that was typed', () => {
  for (const [name, change, secret] of [
    ['stays when something else changes', { name: 'Contoso' }, 'typed'],
    ['stays when the same is answered again', { tenantId: 'tenant', clientId: 'app' }, 'typed'],
    ['is none for another tenant', { tenantId: 'other' }, undefined],
    ['is none for another app', { clientId: 'other' }, undefined],
    ['is none for another certificate', { certificatePath: '/b.pem' }, undefined],
    ['is none for another way to sign in', { auth: 'clientCertificate' }, undefined],
    ['is what is typed now', { secret: 'new' }, 'new'],
  ] as const) {
    it(name, () => assert.equal(changed(draft, change).secret, secret));
  }
});
