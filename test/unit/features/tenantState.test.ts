import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { type Listing, TenantState } from '../../../src/features/actionsTree/tenantState';
import { stateAfter } from '../../../src/features/actionsTree/viewState';

const none: Listing = { shown: 0, listed: 0, complete: true, filtered: false };
const some: Listing = { shown: 2, listed: 2, complete: false, filtered: false };

/** A tenant to which things happen. The newest load ends with `ok` or a failure, the oldest that is under way with `old…`. */
class Story {
  readonly tenant = new TenantState();
  readonly #under: number[] = [];
  readonly #rows: number;

  constructor(rows: number) {
    this.#rows = rows;
  }

  happens(name: string): void {
    const { tenant } = this;
    switch (name) {
      case 'begin':
        this.#under.push(tenant.loadBegins());
        return;
      case 'ok':
        this.#ends('pop', (load) => tenant.loadSucceeds(load));
        return;
      case 'refused':
        this.#ends('pop', (load) => tenant.loadFails(load, 'refused', stateAfter('forbidden'), this.#rows));
        return;
      case 'offline':
        this.#ends('pop', (load) => tenant.loadFails(load, 'offline', stateAfter('network'), this.#rows));
        return;
      case 'signIn':
        this.#ends('pop', (load) =>
          tenant.loadFails(load, 'sign in', stateAfter('signInNeeded'), this.#rows),
        );
        return;
      case 'oldOvertaken':
        this.#ends('shift', () => tenant.loadOvertaken());
        return;
      case 'oldOffline':
        this.#ends('shift', (load) => tenant.loadFails(load, 'offline', stateAfter('network'), this.#rows));
        return;
      case 'poll':
        tenant.refreshSucceeds();
        return;
      case 'pollFails':
        tenant.refreshFails('not refreshed');
        return;
      case 'back':
        tenant.lookedAt();
        return;
      default:
        throw new Error(`Nothing is called ${name}`);
    }
  }

  #ends(which: 'pop' | 'shift', end: (load: number) => void): void {
    const load = this.#under[which]();
    if (load !== undefined) {
      end(load);
    }
  }
}

const events = [
  'begin',
  'ok',
  'refused',
  'offline',
  'signIn',
  'oldOvertaken',
  'oldOffline',
  'poll',
  'pollFails',
  'back',
];

function after(names: string, listing: Listing): TenantState {
  const story = new Story(listing.shown);
  names
    .split(' ')
    .filter(Boolean)
    .forEach((name) => story.happens(name));
  return story.tenant;
}

describe('what the tree says of a tenant', () => {
  for (const [happened, listing, state, wantsLoad, failure] of [
    ['', none, 'loading', true, undefined],
    ['begin', none, 'loading', false, undefined],
    ['begin back', none, 'loading', false, undefined],
    ['begin ok', none, 'empty', false, undefined],
    ['begin ok', some, 'listed', false, undefined],
    ['begin ok back', none, 'empty', false, undefined],
    // An empty page with a link to the next one.
    ['begin ok', { ...none, complete: false }, 'emptySoFar', false, undefined],
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
    // Two loads at once: what the older one says counts only while the newer one has not spoken.
    ['begin begin oldOffline', none, 'loading', false, 'offline'],
    ['begin begin oldOffline ok', none, 'empty', false, undefined],
    ['begin begin oldOvertaken', none, 'loading', false, undefined],
    ['begin begin oldOvertaken ok', none, 'empty', false, undefined],
    ['begin begin offline oldOvertaken', none, 'offline', false, 'offline'],
    ['begin begin ok oldOvertaken', some, 'listed', false, undefined],
    ['begin begin ok oldOffline', some, 'listed', false, undefined],
    ['begin begin ok oldOffline', none, 'empty', false, undefined],
    ['begin ok begin offline', some, 'listed', false, 'offline'],
    ['begin ok begin offline back', some, 'listed', false, 'offline'],
    ['begin ok begin offline', none, 'offline', false, 'offline'],
    ['begin ok pollFails', some, 'listed', false, 'not refreshed'],
    ['begin ok pollFails back', some, 'listed', false, 'not refreshed'],
    ['begin ok pollFails poll', some, 'listed', false, undefined],
    ['begin ok begin offline poll', some, 'listed', false, undefined],
    ['begin ok begin offline poll', none, 'offline', false, 'offline'],
    ['begin ok pollFails begin ok', some, 'listed', false, undefined],
  ] as const) {
    it(`is “${state}” after: ${happened || 'nothing'} (${JSON.stringify(listing)})`, () => {
      const tenant = after(happened, listing);
      assert.equal(tenant.view(listing), state);
      assert.equal(tenant.wantsLoad, wantsLoad);
      assert.equal(tenant.failure, failure);
    });
  }

  const stories = (length: number): string[][] =>
    length === 0 ? [[]] : stories(length - 1).flatMap((story) => events.map((event) => [...story, event]));

  it('never says that there is nothing before a load has succeeded', () => {
    for (const story of stories(4)) {
      const happened = ['begin', ...story].join(' ');
      const state = after(happened, none).view(none);
      assert.ok(state !== 'empty' || story.includes('ok'), happened);
    }
  });

  it('is not loading for ever once all that began has ended', () => {
    for (const story of stories(4)) {
      const happened = ['begin', ...story, 'refused', 'refused', 'refused', 'refused', 'refused'].join(' ');
      const tenant = after(happened, none);
      assert.ok(tenant.view(none) !== 'loading' || tenant.wantsLoad, happened);
    }
  });
});

describe('the state that a failure leaves an empty tree in', () => {
  for (const [code, state] of [
    ['signInNeeded', 'signInNeeded'],
    ['signInCancelled', 'signInNeeded'],
    ['unauthorized', 'signedOut'],
    ['secretMissing', 'signedOut'],
    ['azNotInstalled', 'signedOut'],
    ['certificateExpired', 'signedOut'],
    ['authorityRefused', 'signedOut'],
    ['authorityFailed', 'failed'],
    ['forbidden', 'forbidden'],
    ['network', 'offline'],
    ['authorityUnreachable', 'offline'],
    ['throttled', 'failed'],
    [undefined, 'failed'],
  ] as const) {
    it(`is ${state} for ${code ?? 'what is no problem of ours'}`, () =>
      assert.equal(stateAfter(code), state));
  }
});
