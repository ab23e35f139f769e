import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { digestOf } from '../../../src/results/evidence/files';
import { type Received, saveReceived, saveReceivedNew } from '../../../src/results/evidence/savedResult';
import { problemOf } from '../../support/failures';
import { MemoryFiles } from '../../support/memoryFiles';

const receivedOf = (bytes: Buffer): Received => ({ bytes, sha256: digestOf(bytes).sha256 });
const received = receivedOf(Buffer.from('the bytes as they were received'));
const sidecar = Buffer.from('{"index":0}');
const contents = (files: MemoryFiles): Record<string, string> =>
  Object.fromEntries(
    [...files.files]
      .map(([path, bytes]): [string, string] => [path, Buffer.from(bytes).toString()])
      .sort(([one], [other]) => one.localeCompare(other)),
  );
const both = { x: received.bytes.toString(), 'x.sidecar.json': sidecar.toString() };

describe('a result that is saved', () => {
  it('is refused when its bytes are not those that were received, and nothing is touched', async () => {
    const large = Buffer.alloc(3 * 1024 * 1024, 1);
    for (const changed of [Buffer.alloc(0), Buffer.from(large).fill(2, 2_500_000, 2_500_001)]) {
      const bad = { bytes: changed, sha256: digestOf(large).sha256 };
      for (const save of [
        (files: MemoryFiles) => saveReceived(files, 'x', bad),
        (files: MemoryFiles) => saveReceived(files, 'x', bad, sidecar),
        (files: MemoryFiles) => saveReceivedNew(files, 'x', bad, sidecar),
      ]) {
        const files = new MemoryFiles();
        files.files.set('x', Buffer.from('old'));
        assert.equal((await problemOf(save(files)))['code'], 'notAsReceived');
        assert.deepEqual(contents(files), { x: 'old' });
      }
    }
  });

  it('is there with its sidecar, or neither is, whatever step fails', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 24 }),
        fc.constantFrom(0, 0.5),
        fc.boolean(),
        fc.boolean(),
        fc.boolean(),
        async (call, done, canRename, present, isNew) => {
          const files = new MemoryFiles({ canRename });
          const old = present && !isNew ? { x: 'old', 'x.sidecar.json': 'old sidecar' } : {};
          Object.entries(old).forEach(([path, text]) => files.files.set(path, Buffer.from(text)));
          files.before = () =>
            Promise.resolve(files.calls === call ? { error: new Error('EIO'), done } : undefined);
          const save = isNew ? saveReceivedNew : saveReceived;
          const saved = await save(files, 'x', received, sidecar).then(
            () => true,
            () => false,
          );
          const { x, 'x.sidecar.json': beside } = contents(files);
          const whole = saved ? both : { ...old };
          assert.deepEqual(
            { ...(x !== undefined && { x }), ...(beside !== undefined && { 'x.sidecar.json': beside }) },
            whole,
          );
        },
      ),
      { numRuns: 600 },
    );
  });

  it('takes its sidecar back when the bytes cannot be written', async () => {
    for (const canRename of [true, false]) {
      for (const old of [{}, { x: 'old', 'x.sidecar.json': 'old sidecar' }]) {
        const files = new MemoryFiles({ canRename });
        Object.entries(old).forEach(([path, text]) => files.files.set(path, Buffer.from(text)));
        files.before = (step, path) =>
          Promise.resolve(
            step === 'create' && /^x\.[0-9a-f-]+\.part$/.test(path)
              ? { error: new Error('ENOSPC'), done: 0 }
              : undefined,
          );
        assert.equal((await problemOf(saveReceived(files, 'x', received, sidecar)))['reason'], 'diskFull');
        assert.deepEqual(contents(files), old);
      }
    }
  });

  it('takes a name that neither another result nor another sidecar has', async () => {
    const files = new MemoryFiles({ ignoresCase: true });
    files.files.set('A on h 0.transcript.json', Buffer.from('old'));
    files.files.set('a on h 0 (2).transcript.json.SIDECAR.json', Buffer.from('old'));
    const name = await saveReceivedNew(files, 'a on h 0.transcript.json', received, sidecar);
    assert.equal(name, 'a on h 0 (3).transcript.json');
    assert.equal(files.files.size, 4);
    assert.equal(await saveReceivedNew(files, 'a on h 0.gz', received, sidecar), 'a on h 0.gz');
    assert.equal(await saveReceivedNew(files, 'a on h 0.gz', received, sidecar), 'a on h 0 (2).gz');
  });
});
