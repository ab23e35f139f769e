import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { readContentRange, strongETag } from '../../../src/http/contentRange';

describe('Content-Range and ETag', () => {
  it('reads where a part begins and ends, and how much there is', () => {
    assert.deepEqual(readContentRange('bytes 0-99/1234'), { from: 0, to: 100, total: 1234 });
    assert.deepEqual(readContentRange('bytes 1233-1233/1234'), { from: 1233, to: 1234, total: 1234 });
  });

  for (const header of [
    undefined,
    '',
    'bytes */1234',
    'bytes 0-99/*',
    'bytes 5-4/10',
    'bytes 0-10/10',
    'bytes -1-5/10',
    'bytes 0-99/1234, bytes 200-299/1234',
    'lines 0-99/1234',
    'bytes 0x0-9/10',
  ]) {
    it(`does not take ${header} for a part`, () => assert.equal(readContentRange(header), undefined));
  }

  it('knows which ETag stands for the very bytes', () => {
    assert.equal(strongETag('"0x8DCAFE"'), '"0x8DCAFE"');
    for (const header of [undefined, '', '*', '0x8DCAFE', 'W/"0x8DCAFE"', '"a", "b"', '"a\r\nX: y"']) {
      assert.equal(strongETag(header), undefined);
    }
  });
});
