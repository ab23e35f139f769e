import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { ResultCache } from '../../../src/results/download/resultCache';
import { StoredResult } from '../../../src/results/download/storedResult';

/** A result that weighs so many bytes. */
function weighing(weight: number, final: boolean): StoredResult {
  const summary = { kind: 'binary', name: undefined, size: 0, reason: undefined, repairs: [] } as const;
  const result = new StoredResult(new Uint8Array(weight - 1), { summary, sha256: '', documents: {} }, 0, '', {
    final,
  });
  assert.equal(result.weight, weight);
  return result;
}

describe('the cache of results', () => {
  it('keeps final ones as far as they fit, the least recently used goes first', () => {
    const cache = new ResultCache(100);
    const [a, b, c] = [weighing(40, true), weighing(60, true), weighing(40, true)];
    cache.set('a', a);
    cache.set('b', b);
    assert.equal(cache.get('a'), a);
    cache.set('c', c);
    assert.deepEqual([cache.get('a'), cache.get('b'), cache.get('c')], [a, undefined, c]);
  });

  it('keeps one that is exactly as large as it, and one that is larger as long as that is the last', () => {
    const cache = new ResultCache(100);
    const [exact, large, next] = [weighing(100, true), weighing(101, true), weighing(200, true)];
    cache.set('exact', exact);
    cache.set('large', large);
    assert.deepEqual([cache.get('exact'), cache.get('large')], [exact, large]);
    cache.set('next', next);
    assert.deepEqual([cache.get('exact'), cache.get('large'), cache.get('next')], [exact, undefined, next]);
  });

  it('never gives back the unfinished one after the final one has gone', () => {
    for (const size of [50, 150]) {
      const cache = new ResultCache(100);
      cache.set('a', weighing(10, false));
      cache.set('a', weighing(size, true));
      cache.set('b', weighing(100, true));
      cache.set('c', weighing(150, true));
      assert.equal(cache.get('a'), undefined, String(size));
    }
  });

  it('gives the final one although an unfinished one comes late, wherever it is kept', () => {
    for (const size of [50, 150]) {
      const cache = new ResultCache(100);
      const final = weighing(size, true);
      cache.set('a', final);
      cache.set('a', weighing(10, false));
      assert.equal(cache.get('a'), final, String(size));
    }
  });

  it('gives the last of two unfinished ones, and of two final ones, also when only one of them fits', () => {
    const cache = new ResultCache(100);
    for (const [before, after] of [
      [weighing(10, false), weighing(12, false)],
      [weighing(20, true), weighing(30, true)],
      [weighing(20, true), weighing(130, true)],
      [weighing(130, true), weighing(20, true)],
    ] as const) {
      cache.forget(() => true);
      cache.set('a', before);
      cache.set('a', after);
      assert.equal(cache.get('a'), after);
    }
  });

  it('keeps eight unfinished ones at the most, within a quarter of its size', () => {
    const cache = new ResultCache(1_000);
    for (let n = 0; n < 9; n += 1) {
      cache.set(String(n), weighing(2, false));
    }
    assert.deepEqual([cache.get('0') === undefined, cache.get('1') === undefined], [true, false]);
    cache.set('large', weighing(249, false));
    assert.ok(cache.get('large') !== undefined && cache.get('8') === undefined);
    cache.set('small', weighing(2, false));
    assert.ok(cache.get('large') === undefined && cache.get('small') !== undefined);
  });

  it('keeps what fits when it becomes smaller, the last used one alone when it does not', () => {
    const cache = new ResultCache(1_000);
    const [a, b, half] = [weighing(300, true), weighing(300, true), weighing(5, false)];
    cache.set('a', a);
    cache.set('b', b);
    cache.set('half', half);
    cache.set('c', weighing(10, true));
    cache.get('a');
    cache.resize(400);
    assert.deepEqual([cache.get('a'), cache.get('b'), cache.get('half')], [a, undefined, half]);
    assert.ok(cache.get('c') !== undefined);
    cache.resize(20);
    assert.equal(cache.get('a'), a);
    assert.ok(cache.get('c') !== undefined);
    cache.resize(1_000);
    assert.equal(cache.get('a'), a);
  });

  it('takes nothing back when its size changes that was replaced before', () => {
    const cache = new ResultCache(1_000);
    cache.set('a', weighing(5, false));
    cache.set('a', weighing(300, true));
    cache.set('b', weighing(900, true));
    cache.resize(500);
    assert.equal(cache.get('a'), undefined);
  });

  it('works without any room', () => {
    for (const bytes of [0, -1]) {
      const cache = new ResultCache(bytes);
      const result = weighing(10, true);
      cache.set('a', result);
      cache.resize(bytes);
      assert.equal(cache.get('a'), result);
    }
  });

  it('forgets those that it is told, and no others', () => {
    const cache = new ResultCache(100);
    const kept = weighing(10, true);
    cache.set('one/a', weighing(10, true));
    cache.set('one/b', weighing(10, false));
    cache.set('two/a', kept);
    cache.forget((key) => key.startsWith('one/'));
    assert.deepEqual(
      ['one/a', 'one/b', 'two/a'].map((key) => cache.get(key)),
      [undefined, undefined, kept],
    );
  });
});
