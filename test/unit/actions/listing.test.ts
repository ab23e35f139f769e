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
