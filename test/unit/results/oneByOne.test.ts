import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { systemClock } from '../../../src/http/clock';
import { EvidenceFolder } from '../../../src/results/evidence/evidence';
import { verifyEvidence } from '../../../src/results/evidence/evidenceVerification';
import { digestOf } from '../../../src/results/evidence/files';
import { oneByOne } from '../../../src/results/evidence/oneByOne';
import { never } from '../../support/failures';
import { MemoryFiles } from '../../support/memoryFiles';

describe('several results', () => {
  it('are in memory one at a time, and one that fails does not keep the others', async () => {
    const steps: string[] = [];
    const outcome = await oneByOne(['a', 'b', 'c'], never, async (each, n) => {
      steps.push(`begin ${each}`);
      await new Promise((resolve) => setImmediate(resolve));
      steps.push(`end ${each}`);
      if (each === 'b') {
        throw new Error('b failed');
      }
      return n;
    });
    assert.deepEqual(steps, ['begin a', 'end a', 'begin b', 'end b', 'begin c', 'end c']);
    assert.deepEqual(outcome, { done: [0, 2], failures: [new Error('b failed')], cancelled: false });
  });

  it('end with the one that a person cancels at, and keep what is done', async () => {
    const cancel = new AbortController();
    const outcome = await oneByOne(['a', 'b', 'c'], cancel.signal, (each) => {
      if (each === 'b') {
        cancel.abort();
      }
      return Promise.resolve(each);
    });
    assert.deepEqual(outcome, { done: ['a', 'b'], failures: [], cancelled: true });
  });

  it('are kept up to a cancellation, whichever step it comes at, and each of them is whole', async () => {
    let lastCall = 1;
    for (let call = 1; call <= lastCall + 3; call += 1) {
      const files = new MemoryFiles({ canRename: call % 2 === 0, canAppend: call % 3 > 0 });
      const cancel = new AbortController();
      files.before = () => {
        if (files.calls === call) {
          cancel.abort();
        }
        return Promise.resolve(undefined);
      };
      const folder = new EvidenceFolder({
        files,
        clock: systemClock,
        owner: { host: 'here', pid: 1 },
        isRunning: () => false,
      });
      const outcome = await oneByOne([0, 1, 2], cancel.signal, (index) => {
        const bytes = Buffer.from(`result ${index}`);
        const item = {
          host: 'h',
          actionId: 'a',
          index,
          files: [{ stem: 's', ending: '.received', bytes }] as const,
          sha256: digestOf(bytes).sha256,
          sidecar: Buffer.from('{}'),
        };
        return folder.keep(item, { id: 'r', at: 0, by: undefined, tool: 't', sample: false }, cancel.signal);
      });
      lastCall = Math.max(lastCall, files.calls);
      const kept = outcome.done.length;
      const paths = [0, 1, 2].slice(0, kept).flatMap((n) => [`h/a/${n}/s.received`, `h/a/${n}/sidecar.json`]);
      assert.deepEqual(
        [...files.files.keys()].filter((path) => path.startsWith('h/')).sort(),
        paths,
        `cancelled at step ${call}`,
      );
      assert.deepEqual([outcome.cancelled, outcome.failures], [kept < 3, []]);
      const found = await verifyEvidence(files, { signal: never });
      assert.deepEqual([found?.problems ?? [], found?.unfinished ?? []], [[], []], `step ${call}`);
    }
    assert.ok(lastCall > 60);
  });
});
