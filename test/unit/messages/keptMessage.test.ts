import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { keptMessage } from '../../../src/messages/keptMessage';
import type { Kept } from '../../../src/results/evidence/evidencePlan';

function kept(more: Partial<Kept> = {}): Kept {
  return { folder: 'a/b/0', again: false, restored: 0, changed: [], ...more };
}

describe('what is said of kept evidence', () => {
  for (const [name, done, kind, sentence] of [
    ['nothing', [], 'info', 'Kept 0 results in /e.'],
    ['one', [kept()], 'info', 'Kept 1 result in /e.'],
    ['one that was there', [kept({ again: true })], 'info', 'Kept 1 result in /e. It was already there.'],
    ['two', [kept(), kept()], 'info', 'Kept 2 results in /e.'],
    [
      'two, one of them there',
      [kept(), kept({ again: true })],
      'info',
      'Kept 2 results in /e. 1 of them was already there.',
    ],
    [
      'three, two of them there',
      [kept(), kept({ again: true }), kept({ again: true })],
      'info',
      'Kept 3 results in /e. 2 of them were already there.',
    ],
    [
      'a file that was gone',
      [kept({ again: true, restored: 1 })],
      'warning',
      'Kept 1 result in /e. It was already there. 1 file from an earlier run was missing and was restored.',
    ],
    [
      'files that were gone',
      [kept({ restored: 1 }), kept({ restored: 2 })],
      'warning',
      'Kept 2 results in /e. 3 files from earlier runs were missing and were restored.',
    ],
    [
      'a changed file',
      [kept({ changed: ['h/\u202ea'] })],
      'warning',
      'Kept 1 result in /e. 1 file has changed since it was kept: h/<U+202E>a. Nothing was overwritten: the new files are in a separate folder. For details, run Verify Evidence.',
    ],
    [
      'changed files',
      [kept({ changed: ['a', 'b'] })],
      'warning',
      'Kept 1 result in /e. 2 files have changed since they were kept. The first one is a. Nothing was overwritten: the new files are in a separate folder. For details, run Verify Evidence.',
    ],
  ] as const) {
    it(name, () => assert.deepEqual(keptMessage(done, '/e'), { kind, sentence }));
  }
});
