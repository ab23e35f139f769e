import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import type { SecretOwner } from '../../../src/connections/secretRecord';
import { ConnectionSecrets } from '../../../src/features/connections/secrets';

/** The storage of two windows: what one changes, both are told. */
function storage() {
  const values = new Map<string, string>();
  const listeners = new Set<(event: { key: string }) => void>();
  const told = (key: string): Promise<void> => {
    listeners.forEach((listener) => listener({ key }));
    return Promise.resolve();
  };
  return {
    values,
    get: (key: string) => Promise.resolve(values.get(key)),
    store: (key: string, value: string) => {
      values.set(key, value);
      return told(key);
    },
    delete: (key: string) => {
      values.delete(key);
      return told(key);
    },
    keys: () => Promise.resolve([...values.keys()]),
    onDidChange: (listener: (event: { key: string }) => void) => {
      listeners.add(listener);
      return { dispose: () => listeners.delete(listener) };
    },
  };
}

const app: SecretOwner = { id: 'contoso', auth: 'clientSecret', tenantId: 'tenant', clientId: 'app' };

describe('the secret of a connection', () => {
  it('of version 0.1.0, which does not say for whom it is, is used for nobody and does not stay', async () => {
    const kept = storage();
    await kept.store('liveResponse.secret.contoso', 'the raw secret');
    assert.equal(await new ConnectionSecrets(kept).get(app), undefined);
    assert.deepEqual([...kept.values.keys()], []);
  });

  it('leaves nothing in the storage when its connection is removed, and the other windows hear of it', async () => {
    const kept = storage();
    const heard: string[] = [];
    new ConnectionSecrets(kept).onDidSignOut((id) => heard.push(id));
    const secrets = new ConnectionSecrets(kept);
    await secrets.store(app, 'the secret');
    await secrets.forget(app.id);
    await secrets.announceRemoval(app.id);
    assert.deepEqual([...kept.values.keys()], []);
    assert.ok(heard.includes('contoso'));
  });

  it('is there for whom it was stored', async () => {
    const secrets = new ConnectionSecrets(storage());
    await secrets.store(app, 'the secret');
    assert.equal(await secrets.get({ ...app }), 'the secret');
    await secrets.forget(app.id);
    assert.equal(await secrets.get(app), undefined);
  });

  for (const [other, changed] of [
    ['a passphrase', { auth: 'clientCertificate' }],
    ['the secret of another tenant', { tenantId: 'other' }],
    ['the secret of another app', { clientId: 'other' }],
    ['the secret of another connection', { id: 'fabrikam' }],
  ] as const) {
    it(`is never ${other}`, async () => {
      const secrets = new ConnectionSecrets(storage());
      await secrets.store({ ...app, ...changed }, 'the secret');
      assert.equal(await secrets.get(app), undefined);
    });
  }

  it('is none that does not say for whom it is', async () => {
    const kept = storage();
    const secrets = new ConnectionSecrets(kept);
    await secrets.store(app, 'the secret');
    const [key = ''] = kept.values.keys();
    for (const value of ['the secret', 'null', '"x"', '{}', '[', '']) {
      kept.values.set(key, value);
      assert.equal(await secrets.get(app), undefined, value);
    }
  });
});

describe('a sign-out', () => {
  it('is told to every window, and only a sign-out is', async () => {
    const kept = storage();
    const [one, other] = [new ConnectionSecrets(kept), new ConnectionSecrets(kept)];
    const told: string[] = [];
    const subscription = other.onDidSignOut((id) => told.push(id));
    await one.store(app, 'the secret');
    await one.forget(app.id);
    assert.deepEqual(told, []);
    await one.announceSignOut(app.id);
    await one.announceSignOut('fabrikam');
    assert.deepEqual(told, ['contoso', 'fabrikam']);
    subscription.dispose();
    await one.announceSignOut(app.id);
    assert.equal(told.length, 2);
  });
});
