import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { Failure, isAbort } from '../../../src/http/failure';

describe('a failure', () => {
  it('says its code wherever an error is printed', () => {
    const cause = new Error('why');
    const failure = new Failure({ code: 'cut', received: 1 }, { cause });
    assert.equal(String(failure), 'Failure: cut');
    assert.deepEqual([failure.problem, failure.cause], [{ code: 'cut', received: 1 }, cause]);
  });

  it('is no abort, and an abort is no failure', () => {
    const reason: unknown = AbortSignal.abort().reason;
    assert.equal(isAbort(reason), true);
    assert.equal(isAbort(new Failure({ code: 'cut' })), false);
    assert.equal(isAbort({ name: 'AbortError' }), false);
    assert.equal(isAbort(undefined), false);
  });
});
