import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { yieldToEventLoop, inSlices } from '../../../src/http/slices';

const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

describe('work in slices', () => {
  it('does something with each value once, in order', async () => {
    for (const count of [0, 1, 3, 7, 9]) {
      const done: number[] = [];
      await inSlices(upTo(count), 3, (value) => done.push(value));
      assert.deepEqual(done, upTo(count));
    }
  });

  it('lets everything else run between two slices', async () => {
    const done: number[] = [];
    const seen: number[] = [];
    const work = inSlices(upTo(7), 3, (value) => done.push(value));
    for (let turn = 0; turn < 3; turn += 1) {
      seen.push(done.length);
      await yieldToEventLoop();
    }
    await work;
    assert.deepEqual(seen, [3, 6, 7]);
  });

  it('is done before anything else runs when there is one slice', () => {
    const done: number[] = [];
    void inSlices([1, 2, 3], 3, (value) => done.push(value));
    assert.deepEqual(done, [1, 2, 3]);
  });

  it('ends with what the work throws', async () => {
    const bug = new Error('bug');
    const failing = inSlices([1, 2], 1, (value) => {
      if (value === 2) {
        throw bug;
      }
    });
    await assert.rejects(failing, bug);
  });
});

describe('a yield to the event loop', () => {
  it('lets what is ready run first', async () => {
    let ran = false;
    setImmediate(() => (ran = true));
    await yieldToEventLoop();
    assert.equal(ran, true);
  });
});
