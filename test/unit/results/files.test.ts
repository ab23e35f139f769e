import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { saveFile } from '../../../src/results/files';
import { problemOf } from '../../support/failures';
import { MemoryFiles } from '../../support/memoryFiles';

const bytes = Buffer.from('the bytes as they were received');
const error = (code: string, message = code): Error => Object.assign(new Error(message), { code });

describe('a file that is saved', () => {
  it('is there whole, or what was there before is, and nothing else of ours, whatever step fails', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 8 }),
        fc.boolean(),
        fc.boolean(),
        async (call, canRename, present) => {
          const files = new MemoryFiles();
          files.canRename = canRename;
          if (present) {
            files.files.set('x', Buffer.from('old'));
          }
          files.failAt = { call, error: error('EIO') };
          const saved = await saveFile(files, 'x', bytes, 'u').then(
            () => true,
            () => false,
          );
          files.failAt = undefined;
          const now = files.files.get('x');
          if (saved) {
            assert.deepEqual(now && Buffer.from(now), bytes);
          } else {
            const text = now === undefined ? undefined : Buffer.from(now).toString();
            assert.ok(text === undefined || text === 'old', text);
          }
          // Deleting what is beside may be the step that fails.
          assert.ok(files.files.size <= (now === undefined ? 1 : 2));
        },
      ),
    );
  });

  it('is written in place, and read back, where nothing can be renamed', async () => {
    const files = new MemoryFiles();
    files.canRename = false;
    await saveFile(files, 'x', bytes, 'u');
    assert.deepEqual([...files.files.keys()], ['x']);
  });

  it('is deleted when what is read back is not what was written', async () => {
    const files = new MemoryFiles();
    files.canRename = false;
    files.corrupt = (written) => Buffer.from(written).fill(0, 3, 4);
    const problem = await problemOf(saveFile(files, 'x', bytes, 'u'));
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
      const problem = await problemOf(saveFile(files, 'x', bytes, 'u'));
      assert.deepEqual(problem, { code: 'notSaved', path: 'x', reason, detail: failure.message });
      assert.equal(files.files.size, 0);
    });
  }
});
