import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { Failure, isAbort, sentBy } from '../../../src/http/failure';

describe('a failure', () => {
  it('says its code wherever an error is printed', () => {
    const cause = new Error('why');
    const failure = new Failure({ code: 'cut', received: 1 }, { cause });
    assert.equal(String(failure), 'Failure: cut');
    assert.deepEqual([failure.problem, failure.cause], [{ code: 'cut', received: 1 }, cause]);
  });

  it('says whether a request may have been carried out, and what nobody knows may have been', () => {
    const sent = [
      new Failure({ code: 'cut' }, { sent: 'no' }),
      new Failure({ code: 'cut' }, { sent: 'unknown' }),
      new Failure({ code: 'cut' }),
      AbortSignal.abort().reason as unknown,
      new TypeError('a bug'),
      undefined,
    ].map(sentBy);
    assert.deepEqual(sent, ['no', 'unknown', 'unknown', 'no', 'unknown', 'unknown']);
    assert.equal(new Failure({ code: 'cut' }).sent, undefined);
  });

  it('is no abort, and an abort is no failure', () => {
    const reason: unknown = AbortSignal.abort().reason;
    assert.equal(isAbort(reason), true);
    assert.equal(isAbort(new Failure({ code: 'cut' })), false);
    assert.equal(isAbort({ name: 'AbortError' }), false);
    assert.equal(isAbort(undefined), false);
  });
});
