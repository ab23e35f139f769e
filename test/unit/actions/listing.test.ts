import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { Listing } from '../../../src/actions/listing';
import type { MachineAction } from '../../../src/defender/machineAction';
import { decodedAction } from '../../support/decodedActions';
import { bytesInUse } from '../../support/memory';

const rules = { fits: () => true, joins: () => true };

/** An action that counts how often a text is looked for in it. */
function counted(n: number): { action: MachineAction; reads: () => number } {
  let reads = 0;
  const action = decodedAction(n);
  const { requestorComment } = action;
  Object.defineProperty(action, 'requestorComment', {
    enumerable: true,
    get: () => {
      reads += 1;
      return requestorComment;
    },
  });
  return { action, reads: () => reads };
}

describe('a listing with a text', () => {
  it('looks at what is prepared before it is merged, and not again', async () => {
    const listing = new Listing();
    await listing.setText('liveresponse');
    const { action, reads } = counted(1);
    await listing.prepare([action]);
    assert.equal(reads(), 1);
    listing.merge([action], rules);
    assert.deepEqual(listing.shown, [action]);
    assert.equal(reads(), 1);
  });

  it('looks at what is listed when the text is set, and not again when it is shown', async () => {
    const listing = new Listing();
    const { action, reads } = counted(1);
    listing.replace([action]);
    assert.equal(await listing.setText('liveresponse'), true);
    const before = reads();
    assert.ok(before > 0);
    assert.deepEqual(listing.shown, [action]);
    assert.equal(reads(), before);
    assert.deepEqual(await Promise.all([listing.setText('one'), listing.setText('two')]), [false, true]);
    assert.equal(listing.text, 'two');
    assert.deepEqual(listing.shown, []);
  });

  it('lets go of copies of what it knows already', async () => {
    const listing = new Listing();
    listing.replace([decodedAction(1)]);
    await listing.setText('liveresponse');
    const copies: WeakRef<MachineAction>[] = [];
    for (let poll = 0; poll < 50; poll += 1) {
      const copy = decodedAction(1);
      copies.push(new WeakRef(copy));
      await listing.prepare([copy]);
      listing.merge([copy], rules);
    }
    await new Promise((resolve) => setImmediate(resolve));
    bytesInUse();
    assert.equal(listing.shown.length, 1);
    const alive = copies.filter((copy) => copy.deref() !== undefined).length;
    assert.ok(alive <= 5, `${alive} of 50`);
  });

  it('has the newest update of an ID that an answer has twice, whatever their order', () => {
    const versions = [1, 2].map((n) => decodedAction(1, {}, { updatedAt: n, requestorComment: `${n}` }));
    for (const twice of [versions, versions.toReversed()]) {
      for (const take of ['replace', 'merge'] as const) {
        const listing = new Listing();
        const change = take === 'merge' ? listing.merge(twice, rules) : listing.replace(twice);
        assert.deepEqual(listing.listed, [versions[1]]);
        assert.equal(listing.find(versions[1]?.id ?? ''), listing.listed[0]);
        assert.equal(change.added.length, take === 'merge' ? 1 : 0);
      }
    }
  });

  it('has the newest update of a listed action that an answer has twice', () => {
    const listing = new Listing();
    const [old, newer, newest] = [1, 2, 3].map((n) =>
      decodedAction(1, {}, { updatedAt: n, requestorComment: `${n}` }),
    );
    assert.ok(old && newer && newest);
    listing.replace([old]);
    const { changed } = listing.merge([newest, newer], rules);
    assert.deepEqual(listing.listed, [newest]);
    assert.deepEqual(changed, [old.id]);
  });
});

describe('a merge into a listing', () => {
  const of = (n: number, more: Partial<MachineAction> = {}): MachineAction =>
    decodedAction(n, {}, { createdAt: 100 - n, updatedAt: 1, status: 'Pending', ...more });
  const nothing = { reset: false, added: [], changed: [], removed: [], finished: [] };

  it('says what left, whether it fits no more or has to leave, and lists it again when it comes back', () => {
    const listing = new Listing();
    const [a, b, c] = [of(1), of(2), of(3)] as const;
    listing.replace([a, b, c]);
    const ended = { ...b, status: 'Succeeded', updatedAt: 2 };
    const fits = ({ status }: MachineAction): boolean => status === 'Pending';
    const change = listing.merge([ended], { fits, joins: () => true, leaves: ({ id }) => id !== a.id });
    assert.deepEqual(change, { ...nothing, removed: [b.id, c.id], finished: [b.id] });
    assert.deepEqual(listing.listed, [a]);
    assert.deepEqual(listing.unfinished, [a]);
    assert.deepEqual([listing.has(a.id), listing.has(b.id), listing.has(c.id)], [true, false, false]);
    assert.equal(listing.find(b.id), ended);
    assert.deepEqual(listing.merge([c], rules), { ...nothing, added: [c.id] });
    assert.deepEqual(listing.listed, [a, c]);
  });

  it('that brings nothing new keeps the same list', () => {
    const listing = new Listing();
    listing.replace([of(1), of(2)]);
    const { listed, shown, unfinished } = listing;
    assert.deepEqual(listing.merge([of(1)], { ...rules, leaves: () => false }), nothing);
    assert.equal(listing.listed, listed);
    assert.equal(listing.shown, shown);
    assert.equal(listing.unfinished, unfinished);
  });

  it('knows, and does not list, what neither fits nor joins', () => {
    const listing = new Listing();
    assert.deepEqual(listing.merge([of(1)], { fits: () => false, joins: () => true }), nothing);
    assert.deepEqual(listing.merge([of(2)], { fits: () => true, joins: () => false }), nothing);
    assert.deepEqual(listing.listed, []);
    assert.ok(listing.find(of(1).id) && listing.find(of(2).id));
  });

  it('tells under a text only of what is shown', async () => {
    const listing = new Listing();
    assert.equal(listing.text, '');
    listing.replace([of(1), of(2, { scope: 'x' })]);
    await listing.setText('pending');
    const isolated = { updatedAt: 2, status: 'InProgress' };
    assert.deepEqual(listing.merge([of(1, isolated), of(2, { updatedAt: 2 })], rules), {
      ...nothing,
      changed: [of(2).id],
      removed: [of(1).id],
    });
    assert.deepEqual(listing.merge([of(1, { ...isolated, updatedAt: 3 })], rules), nothing);
    assert.deepEqual(listing.merge([of(1, { updatedAt: 4 })], rules), { ...nothing, added: [of(1).id] });
    assert.deepEqual(listing.merge([of(3, isolated)], rules), nothing);
    assert.equal(listing.listed.length, 3);
    assert.equal(listing.shown.length, 2);
  });

  it('finishes an action once', () => {
    const listing = new Listing();
    listing.replace([of(1)]);
    const ended = of(1, { status: 'Failed', updatedAt: 2 });
    assert.deepEqual(listing.merge([ended], rules), {
      ...nothing,
      changed: [ended.id],
      finished: [ended.id],
    });
    assert.deepEqual(listing.merge([{ ...ended, updatedAt: 3 }], rules), { ...nothing, changed: [ended.id] });
    const { reset, finished } = listing.replace([{ ...ended, updatedAt: 4 }]);
    assert.deepEqual([reset, finished], [true, []]);
  });
});
