import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { allocateBytes, sharedBytes } from '../../../src/results/download/sharedBytes';
import { transferable } from '../../../src/results/reading/threadMessages';

const size = 100_000;
const own = (): Uint8Array => new Uint8Array(size);

describe('what is handed over to a thread', () => {
  it('is never the bytes of a result, but a text that was decoded for it', () => {
    const utf8 = own();
    for (const kind of ['read', 'unpack'] as const) {
      const request = { bytes: own(), commandType: 'RunScript', decoded: { utf8, encoding: 'x' } };
      assert.deepEqual(transferable({ kind, request }), kind === 'read' ? [utf8.buffer] : []);
    }
  });

  it('is what an answer was made of, each memory once', () => {
    const unpacked = own();
    assert.deepEqual(transferable({ kind: 'unpacked', unpacked }), [unpacked.buffer]);
    assert.deepEqual(transferable({ kind: 'unpacked', unpacked: undefined }), []);
  });

  it('is no part of a memory that somebody else uses, and nothing small', () => {
    const larger = new Uint8Array(2 * size);
    for (const unpacked of [larger.subarray(0, size), larger.subarray(size), new Uint8Array(64 * 1024)]) {
      assert.deepEqual(transferable({ kind: 'unpacked', unpacked }), []);
    }
    assert.equal(transferable({ kind: 'unpacked', unpacked: new Uint8Array(64 * 1024 + 1) }).length, 1);
  });
});

describe('memory that two threads share', () => {
  it('holds the bytes of a large download, so that they are not copied for a thread', () => {
    const bytes = allocateBytes(3 * 1024 * 1024);
    assert.ok(bytes.buffer instanceof SharedArrayBuffer);
    assert.equal(sharedBytes(bytes), bytes);
    assert.ok(allocateBytes(2 * 1024 * 1024).buffer instanceof ArrayBuffer);
  });

  it('takes a copy of other bytes, also of a part of a larger memory', () => {
    const larger = Buffer.from('#####abc');
    const shared = sharedBytes(larger.subarray(5));
    assert.ok(shared.buffer instanceof SharedArrayBuffer);
    larger.fill(0);
    assert.equal(Buffer.from(shared).toString(), 'abc');
  });
});
