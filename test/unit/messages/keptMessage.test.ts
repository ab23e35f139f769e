import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { keptMessage } from '../../../src/messages/keptMessage';
import type { Kept } from '../../../src/results/evidence/evidencePlan';

function kept(more: Partial<Kept> = {}): Kept {
  return { folder: 'a/b/0', again: false, restored: 0, changed: [], ...more };
}

describe('what is said of kept evidence', () => {
  for (const [name, done, kind, sentence] of [
    ['nothing', [], 'info', '0 results are kept in /e.'],
    ['one', [kept()], 'info', '1 result is kept in /e.'],
    ['one that was there', [kept({ again: true })], 'info', '1 result is kept in /e; it was already there.'],
    ['two', [kept(), kept()], 'info', '2 results are kept in /e.'],
    [
      'two, one of them there',
      [kept(), kept({ again: true })],
      'info',
      '2 results are kept in /e; 1 of them was already there.',
    ],
    [
      'three, two of them there',
      [kept(), kept({ again: true }), kept({ again: true })],
      'info',
      '3 results are kept in /e; 2 of them were already there.',
    ],
    [
      'a file that was gone',
      [kept({ again: true, restored: 1 })],
      'warning',
      '1 result is kept in /e; it was already there. 1 file that had been kept was gone, and is there again.',
    ],
    [
      'files that were gone',
      [kept({ restored: 1 }), kept({ restored: 2 })],
      'warning',
      '2 results are kept in /e. 3 files that had been kept were gone, and are there again.',
    ],
    [
      'a changed file',
      [kept({ changed: ['h/\u202ea'] })],
      'warning',
      '1 result is kept in /e. A file has changed since it was kept: h/<U+202E>a. Nothing was written over: what was kept now is in a folder of its own. Verify Evidence tells the rest.',
    ],
    [
      'changed files',
      [kept({ changed: ['a', 'b'] })],
      'warning',
      '1 result is kept in /e. 2 files have changed since they were kept, the first of them a. Nothing was written over: what was kept now is in a folder of its own. Verify Evidence tells the rest.',
    ],
  ] as const) {
    it(name, () => assert.deepEqual(keptMessage(done, '/e'), { kind, sentence }));
  }
});
