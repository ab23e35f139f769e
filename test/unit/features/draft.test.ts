import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import {
  authorityOf,
  changed,
  connectionOf,
  type Draft,
  draftOf,
  emptyDraft,
  entryOf,
} from '../../../src/features/connections/draft';

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

describe('the answers about a connection that is there', () => {
  const entry = {
    id: 'contoso',
    name: 'Contoso',
    tenantId: '72f988bf-86f1-41af-91ab-2d7cd011db47',
    auth: 'azureCli',
  } as const;
  const addresses = [
    ['usual addresses', {}],
    ['an API address of its own', { apiUrl: 'https://gateway.example' }],
    ['an authority of its own', { authorityUrl: 'https://login.example' }],
    ['both of its own', { apiUrl: 'https://gateway.example', authorityUrl: 'https://login.example' }],
  ] as const;
  for (const cloud of ['commercial', 'gcc', 'gccHigh', 'dod'] as const) {
    for (const [name, own] of addresses) {
      it(`keep the cloud ${cloud} with ${name}`, () => {
        const connection = connectionOf({ ...emptyDraft, ...entry, cloud, custom: true, ...own });
        assert.ok(!('code' in connection), JSON.stringify(connection));
        assert.deepEqual(entryOf(draftOf(connection)), { ...entry, cloud, ...own });
      });
    }
  }
});

describe('what a connection may do', () => {
  const answers = { ...emptyDraft, id: 'contoso', name: 'Contoso', tenantId: 'x', auth: 'azureCli' } as const;

  it('is read-only until somebody allows changes, and then stays so', () => {
    assert.equal('readOnly' in entryOf(answers), false);
    const connection = connectionOf({
      ...answers,
      tenantId: '72f988bf-86f1-41af-91ab-2d7cd011db47',
      readOnly: false,
    });
    assert.ok(!('code' in connection), JSON.stringify(connection));
    assert.equal(entryOf(draftOf(connection))['readOnly'], false);
  });
});

describe('where a draft signs in', () => {
  const own = { custom: true, authorityUrl: 'https://login.example' };

  it('is the address of its own', () => {
    assert.equal(authorityOf({ ...emptyDraft, ...own }), 'https://login.example');
  });

  it('is the one of its cloud for whoever went back to a cloud', () => {
    const back = changed({ ...emptyDraft, ...own }, { custom: false, cloud: 'gccHigh' });
    assert.equal(authorityOf(back), 'https://login.microsoftonline.us');
  });
});
