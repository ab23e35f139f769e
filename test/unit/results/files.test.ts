import { strict as assert } from 'node:assert';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { Failure } from '../../../src/http/failure';
import {
  appendFile,
  createWhole,
  demand,
  digestInSlices,
  digestOf,
  notSaved,
  removeQuietly,
  saveFile,
} from '../../../src/results/evidence/files';
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

  it('leaves no temporary file behind when it cannot be written at all', async () => {
    for (const [present, canRename, where] of [
      [true, true, 'x.u.part'],
      [true, false, 'x.u.old'],
      [true, false, 'x'],
      [false, false, 'x'],
    ] as const) {
      const files = new MemoryFiles({ canRename });
      if (present) {
        files.files.set('x', Buffer.from('old'));
      }
      let failed = false;
      files.before = (step, path) => {
        const fails = !failed && step === 'write' && path === where;
        failed ||= fails;
        return Promise.resolve(fails ? { error: error('EIO'), done: 0.5 } : undefined);
      };
      const problem = await problemOf(saveFile(files, 'x', bytes, { unique: 'u' }));
      assert.deepEqual([problem['code'], problem['copy'], failed], ['notSaved', undefined, true]);
      assert.deepEqual([...files.files.keys()], present ? ['x'] : []);
    }
  });

  it('may have its temporary files elsewhere', async () => {
    for (const canRename of [true, false]) {
      const files = new MemoryFiles({ canRename });
      files.files.set('a/x', Buffer.from('old'));
      const written = new Set<string>();
      files.before = (step, path) => {
        if (step === 'create') {
          written.add(path);
        }
        return Promise.resolve(undefined);
      };
      await saveFile(files, 'a/x', bytes, { unique: 'u', beside: 'tmp/y' });
      assert.deepEqual([...written], ['tmp/y.u.part', ...(canRename ? [] : ['tmp/y.u.old'])]);
      assert.deepEqual([...files.files.keys()], ['a/x']);
      assert.equal(Buffer.from(files.files.get('a/x') ?? '').toString(), bytes.toString());
    }
  });

  it('takes the place of no temporary file of somebody else', async () => {
    const files = new MemoryFiles();
    files.files.set('x.u.part', Buffer.from('theirs'));
    const problem = await problemOf(saveFile(files, 'x', bytes, { unique: 'u' }));
    assert.deepEqual(problem, {
      code: 'notSaved',
      path: 'x',
      reason: 'other',
      detail: 'x.u.part is there already.',
    });
    assert.equal(files.files.has('x'), false);
  });

  for (const [failure, reason] of [
    [error('EDQUOT', 'quota'), 'diskFull'],
    [error('Unknown', 'edquot'), 'diskFull'],
    [error('Unknown', 'No space left on device'), 'diskFull'],
    [error('EPERM', 'x'), 'notAllowed'],
    [error('EROFS', 'x'), 'notAllowed'],
    [error('EACCES', 'x'), 'notAllowed'],
    [error('ENOSPC', 'x'), 'diskFull'],
    [error('Unknown', 'EACCES: x'), 'notAllowed'],
    [error('Unknown', 'EPERM: x'), 'notAllowed'],
    [error('Unknown', 'EROFS: x'), 'notAllowed'],
    [error('Unknown', 'Permission denied'), 'notAllowed'],
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

describe('why a file was not saved', () => {
  it('is told as it is when it is an abort or a failure of ours', () => {
    const abort = new DOMException('gone', 'AbortError');
    const failure = new Failure({ code: 'other' });
    assert.equal(notSaved('x', abort), abort);
    assert.equal(notSaved('x', failure), failure);
  });

  it('says where a copy is, when there is one', () => {
    const problems = [notSaved('x', new Error('broken'), 'x.old'), notSaved('x', new Error('broken'))].map(
      (each) => (each as Failure).problem,
    );
    const plain = { code: 'notSaved', path: 'x', reason: 'other', detail: 'broken' };
    assert.deepEqual(problems, [{ ...plain, copy: 'x.old' }, plain]);
  });
});

describe('what is added to a file', () => {
  for (const canAppend of [true, false]) {
    it(`comes behind what is there, and makes the file${canAppend ? '' : ', where nothing can be appended'}`, async () => {
      const files = new MemoryFiles({ canAppend });
      await appendFile(files, 'x', Buffer.from('one '), { unique: 'u' });
      await appendFile(files, 'x', Buffer.from('two'), { unique: 'u' });
      assert.equal(Buffer.from(files.files.get('x') ?? '').toString(), 'one two');
      assert.deepEqual([...files.files.keys()], ['x']);
    });
  }

  it('is appended, not written anew, where that is possible', async () => {
    const files = new MemoryFiles();
    const steps: string[] = [];
    files.before = (step) => Promise.resolve(void steps.push(step));
    await appendFile(files, 'x', bytes, { unique: 'u' });
    assert.deepEqual(steps, ['append']);
  });
});

describe('a new file', () => {
  it('is read back', async () => {
    const files = new MemoryFiles();
    await createWhole(files, 'x', bytes);
    await demand(files, 'x', digestOf(bytes));
    await assert.rejects(createWhole(files, 'x', bytes), /x is there already/);
    await assert.rejects(demand(files, 'y', digestOf(bytes)), /read back/);
    await assert.rejects(demand(files, 'x', digestOf(Buffer.from('else'))), /read back/);
    files.corrupt = (written) => Buffer.from(written).fill(0, 0, 1);
    await assert.rejects(createWhole(files, 'y', bytes), /read back/);
  });
});

describe('a file that has to go', () => {
  it('is gone or not, and nobody fails for it', async () => {
    const files = new MemoryFiles();
    files.files.set('x', bytes);
    assert.equal(await removeQuietly(files, 'x'), true);
    assert.equal(files.files.size, 0);
    files.before = () => Promise.resolve({ error: error('EIO'), done: 0 });
    assert.equal(await removeQuietly(files, 'x'), false);
  });
});

describe('a digest', () => {
  it('is the same in slices, however large the bytes are', async () => {
    const slice = 1024 * 1024;
    for (const size of [0, 1, slice - 1, slice, slice + 1, 3 * slice + 7]) {
      const large = Buffer.alloc(size, 'live response');
      const sha256 = createHash('sha256').update(large).digest('hex');
      assert.deepEqual(digestOf(large), { size, sha256 });
      assert.deepEqual(await digestInSlices(large), { size, sha256 });
    }
  });

  it('in slices lets everything else run in between', async () => {
    const order: string[] = [];
    setImmediate(() => order.push('else'));
    const digest = digestInSlices(Buffer.alloc(2 * 1024 * 1024)).then(() => order.push('digest'));
    await digest;
    assert.deepEqual(order, ['else', 'digest']);
  });
});
