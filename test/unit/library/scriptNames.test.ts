import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import {
  libraryNameFault,
  libraryNameFor,
  maxLibraryNameLength,
  scriptLanguage,
} from '../../../src/library/scriptNames';

describe('names in the library', () => {
  it('have letters, digits, -, _ and .', () => {
    assert.equal(libraryNameFault('Collect-Logs_2.v1.ps1'), undefined);
    assert.deepEqual(libraryNameFault('my script.ps1'), { kind: 'character', character: ' ', position: 2 });
    assert.deepEqual(libraryNameFault('été.ps1'), { kind: 'character', character: 'é', position: 0 });
    assert.deepEqual(libraryNameFault('a😀.ps1'), { kind: 'character', character: '😀', position: 1 });
    assert.deepEqual(libraryNameFault('../x.ps1'), { kind: 'character', character: '/', position: 2 });
    assert.deepEqual(libraryNameFault(''), { kind: 'empty' });
    assert.deepEqual(libraryNameFault('..'), { kind: 'empty' });
    assert.deepEqual(libraryNameFault('a'.repeat(121)), { kind: 'tooLong', length: 121, max: 120 });
  });
  for (const [file, language, name] of [
    ['/work/scripts/Collect Logs (v2).ps1', 'powershell', 'Collect-Logs-v2.ps1'],
    ['C:\\scripts\\été & café.PS1', 'powershell', 'ete-cafe.ps1'],
    ['Untitled-1', 'powershell', 'Untitled-1.ps1'],
    ['collect.sh', 'bash', 'collect.sh'],
    ['collect.ps1', 'bash', 'collect.ps1.sh'],
    ['日本.ps1', 'powershell', 'script.ps1'],
    ['', 'bash', 'script.sh'],
    ['-x-.ps1', 'powershell', 'x.ps1'],
    ['.hidden.sh', 'bash', 'hidden.sh'],
    ['con.ps1', 'powershell', 'con.ps1'],
  ] as const) {
    it(`are made of ${JSON.stringify(file)}`, () => assert.equal(libraryNameFor(file, language), name));
  }
  it('can be made of any file name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (file) => {
        const name = libraryNameFor(file, 'powershell');
        assert.equal(libraryNameFault(name), undefined);
        assert.equal(libraryNameFor(name, 'powershell'), name);
        assert.ok(name.length <= maxLibraryNameLength && scriptLanguage(name) === 'powershell');
      }),
    );
  });
  it('tell the language', () => {
    assert.deepEqual(['a.ps1', 'A.PS1', 'a.sh', 'a.py', 'ps1', ''].map(scriptLanguage), [
      'powershell',
      'powershell',
      'bash',
      undefined,
      undefined,
      undefined,
    ]);
  });
});
