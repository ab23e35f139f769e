import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import {
  hash8,
  isOurVersion,
  parsePinnedName,
  pinnedDescription,
  pinnedName,
  sha256Of,
} from '../../../src/library/pinnedVersion';
import { libraryNameFault } from '../../../src/library/scriptNames';

const sha256 = sha256Of(Buffer.from('Get-Process'));

describe('a pinned version', () => {
  it('has the first digits of its SHA-256 in its name', () => {
    assert.equal(
      sha256Of(new Uint8Array()),
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    );
    const name = pinnedName('Collect.v2.ps1', sha256);
    assert.equal(name, `Collect.v2.${hash8(sha256)}.ps1`);
    assert.deepEqual(parsePinnedName(name), {
      name: 'Collect.v2.ps1',
      hash8: hash8(sha256),
      language: 'powershell',
    });
  });
  it('of a pinned version has one hash', () => {
    const other = 'f'.repeat(64);
    assert.equal(pinnedName(pinnedName('a.sh', sha256), other), 'a.ffffffff.sh');
  });
  it('fits the library, however long the name is', () => {
    const name = pinnedName(`${'a'.repeat(116)}.ps1`, sha256);
    assert.equal(libraryNameFault(name), undefined);
    assert.equal(parsePinnedName(name)?.hash8, hash8(sha256));
  });
  it('is not every name with dots', () => {
    for (const name of [
      'a.ps1',
      'a.1234567.ps1',
      '.12345678.ps1',
      'a.1234567G.ps1',
      'a.12345678.exe',
      '12345678.ps1',
    ]) {
      assert.equal(parsePinnedName(name), undefined, name);
    }
  });
  it('is ours when name, mark and bytes agree', () => {
    const file = {
      fileName: pinnedName('a.ps1', sha256),
      sha256,
      description: pinnedDescription('Logs', sha256),
    };
    assert.equal(file.description, `Logs [liveresponse:1:${sha256}]`);
    assert.equal(pinnedDescription('', sha256), `[liveresponse:1:${sha256}]`);
    assert.equal(isOurVersion(file), true);
    assert.equal(isOurVersion({ ...file, sha256: sha256.toUpperCase() }), true);
    assert.equal(isOurVersion({ ...file, sha256: 'f'.repeat(64) }), false, 'a colleague replaced it');
    assert.equal(isOurVersion({ ...file, sha256: undefined }), false);
    assert.equal(isOurVersion({ ...file, description: undefined }), false);
    assert.equal(isOurVersion({ ...file, description: `${file.description} edited` }), false);
    assert.equal(isOurVersion({ ...file, fileName: 'a.ps1' }), false);
    assert.equal(isOurVersion({ ...file, fileName: 'a.ffffffff.ps1' }), false);
  });
});
