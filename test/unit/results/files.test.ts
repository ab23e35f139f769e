import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { saveFile } from '../../../src/results/files';
import { problemOf } from '../../support/failures';
import { Died, MemoryFiles } from '../../support/memoryFiles';

const bytes = Buffer.from('the bytes as they were received');
const error = (code: string, message = code): Error => Object.assign(new Error(message), { code });

describe('a file that is saved', () => {
  it('is there whole, or what was there before is, and nothing else of ours, whatever step fails', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 16 }),
        fc.boolean(),
        fc.boolean(),
        async (call, canRename, present) => {
          const files = new MemoryFiles();
          files.canRename = canRename;
          if (present) {
            files.files.set('x', Buffer.from('old'));
          }
          files.failAt = { call, error: error('EIO') };
          const saved = await saveFile(files, 'x', bytes, { unique: 'u' }).then(
            () => true,
            () => false,
          );
          files.failAt = undefined;
          const now = files.files.get('x');
          if (saved) {
            assert.deepEqual(now && Buffer.from(now), bytes);
          } else {
            assert.equal(now && Buffer.from(now).toString(), present ? 'old' : undefined);
          }
        },
      ),
    );
  });

  it('is written in place, and read back, where nothing can be renamed', async () => {
    const files = new MemoryFiles();
    files.canRename = false;
    await saveFile(files, 'x', bytes, { unique: 'u' });
    assert.deepEqual([...files.files.keys()], ['x']);
  });

  it('has a complete copy at every moment, also when it dies where nothing can be renamed', async () => {
    const old = Buffer.from('old');
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 16 }),
        fc.constantFrom(0, 0.5, 1),
        fc.boolean(),
        async (call, done, canRename) => {
          const files = new MemoryFiles({ canRename });
          files.files.set('x', old);
          files.before = () =>
            Promise.resolve(
              files.calls >= call ? { error: new Died(), done: files.calls === call ? done : 0 } : undefined,
            );
          await saveFile(files, 'x', bytes, { unique: 'u' }).catch(() => undefined);
          const all = [...files.files.values()].map((each) => Buffer.from(each));
          assert.ok(all.some((each) => each.equals(old) || each.equals(bytes)));
        },
      ),
    );
  });

  it('leaves a copy and says where, when what was there cannot be put back', async () => {
    const files = new MemoryFiles({ canRename: false });
    files.files.set('x', Buffer.from('old'));
    files.before = (step, path) =>
      Promise.resolve(step === 'write' && path === 'x' ? { error: error('EIO'), done: 0.5 } : undefined);
    const problem = await problemOf(saveFile(files, 'x', bytes, { unique: 'u' }));
    assert.equal(problem['copy'], 'x.u.old');
    assert.equal(Buffer.from(files.files.get('x.u.old') ?? '').toString(), 'old');
  });

  it('is deleted when what is read back is not what was written', async () => {
    const files = new MemoryFiles();
    files.canRename = false;
    files.corrupt = (written) => Buffer.from(written).fill(0, 3, 4);
    const problem = await problemOf(saveFile(files, 'x', bytes, { unique: 'u' }));
    assert.equal((problem as { code: string }).code, 'notSaved');
    assert.deepEqual([...files.files.keys()], []);
  });

  for (const [failure, reason] of [
    [error('ENOSPC'), 'diskFull'],
    [error('Unknown', 'Error: ENOSPC: no space left on device'), 'diskFull'],
    [error('EACCES'), 'notAllowed'],
    [error('NoPermissions'), 'notAllowed'],
    [error('EIO', 'broken'), 'other'],
  ] as const) {
    it(`that cannot be written says why: ${failure.message} is ${reason}`, async () => {
      const files = new MemoryFiles();
      files.failAt = { call: 1, error: failure };
      const problem = await problemOf(saveFile(files, 'x', bytes, { unique: 'u' }));
      assert.deepEqual(problem, { code: 'notSaved', path: 'x', reason, detail: failure.message });
      assert.equal(files.files.size, 0);
    });
  }
});
