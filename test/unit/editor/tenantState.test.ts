import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { type Listing, TenantState } from '../../../src/features/actionsTree/tenantState';
import { stateOf } from '../../../src/features/actionsTree/viewState';

const none: Listing = { shown: 0, listed: 0, complete: true, filtered: false };
const some: Listing = { shown: 2, listed: 2, complete: false, filtered: false };

/** What happens to a tenant, one after another. */
const events: Readonly<Record<string, (tenant: TenantState, rows: number) => void>> = {
  begin: (tenant) => tenant.loadBegins(),
  ok: (tenant) => tenant.loadSucceeds(),
  refused: (tenant, rows) => tenant.loadFails('refused', stateOf('forbidden'), rows),
  offline: (tenant, rows) => tenant.loadFails('offline', stateOf('network'), rows),
  signIn: (tenant, rows) => tenant.loadFails('sign in', stateOf('signInNeeded'), rows),
  poll: (tenant) => tenant.refreshFails('not refreshed'),
  back: (tenant) => tenant.lookedAt(),
};

function after(names: string, listing: Listing): TenantState {
  const tenant = new TenantState();
  for (const name of names.split(' ').filter(Boolean)) {
    events[name]?.(tenant, listing.shown);
  }
  return tenant;
}

describe('what the tree says of a tenant', () => {
  for (const [happened, listing, state, wantsLoad, failure] of [
    ['', none, 'loading', true, undefined],
    ['begin', none, 'loading', false, undefined],
    ['begin back', none, 'loading', false, undefined],
    ['begin ok', none, 'empty', false, undefined],
    ['begin ok', some, 'listed', false, undefined],
    ['begin ok back', none, 'empty', false, undefined],
    // Others have listed some of its actions, but the tree has no rows yet.
    ['begin', some, 'loading', false, undefined],
    ['begin offline', some, 'offline', false, 'offline'],
    ['begin offline back', some, 'loading', true, undefined],
    ['begin ok', { ...none, filtered: true }, 'filteredOut', false, undefined],
    ['begin ok', { ...none, listed: 3 }, 'filteredOut', false, undefined],
    ['begin ok', { ...none, listed: 200, complete: false, filtered: true }, 'noneSoFar', false, undefined],
    ['begin refused', none, 'forbidden', false, 'refused'],
    ['begin offline', none, 'offline', false, 'offline'],
    ['begin signIn', none, 'signInNeeded', false, 'sign in'],
    ['begin signIn', { ...none, filtered: true }, 'signInNeeded', false, 'sign in'],
    ['begin refused back', none, 'loading', true, undefined],
    ['begin refused back begin', none, 'loading', false, undefined],
    ['begin refused back begin ok', none, 'empty', false, undefined],
    ['begin refused begin ok', some, 'listed', false, undefined],
    ['begin begin offline', none, 'loading', false, 'offline'],
    ['begin begin offline ok', none, 'empty', false, undefined],
    ['begin begin ok offline', some, 'listed', false, 'offline'],
    ['begin ok begin offline', some, 'listed', false, 'offline'],
    ['begin ok begin offline back', some, 'listed', false, 'offline'],
    ['begin ok begin offline', none, 'offline', false, 'offline'],
    ['begin ok poll', some, 'listed', false, 'not refreshed'],
    ['begin ok poll back', some, 'listed', false, 'not refreshed'],
    ['begin ok poll begin ok', some, 'listed', false, undefined],
  ] as const) {
    it(`is “${state}” after: ${happened || 'nothing'} (${JSON.stringify(listing)})`, () => {
      const tenant = after(happened, listing);
      assert.equal(tenant.view(listing), state);
      assert.equal(tenant.wantsLoad, wantsLoad);
      assert.equal(tenant.failure, failure);
    });
  }

  it('never says that there is nothing before the service has said so', () => {
    const names = Object.keys(events);
    for (const first of names) {
      for (const second of names) {
        for (const third of names) {
          const happened = ['begin', first, second, third];
          const state = after(happened.join(' '), none).view(none);
          assert.ok(state !== 'empty' || happened.includes('ok'), happened.join(' '));
        }
      }
    }
  });
});

describe('the state that a failure leaves an empty tree in', () => {
  for (const [code, state] of [
    ['signInNeeded', 'signInNeeded'],
    ['signInCancelled', 'signInNeeded'],
    ['unauthorized', 'signedOut'],
    ['secretMissing', 'signedOut'],
    ['azNotFound', 'signedOut'],
    ['forbidden', 'forbidden'],
    ['network', 'offline'],
    ['authorityUnreachable', 'offline'],
    ['throttled', 'failed'],
    ['', 'failed'],
  ] as const) {
    it(`is ${state} for ${code || 'what is no problem of ours'}`, () => assert.equal(stateOf(code), state));
  }
});
