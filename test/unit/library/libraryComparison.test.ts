import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import {
  compareWithLibrary,
  type ListedFile,
  type LocalScript,
} from '../../../src/library/libraryComparison';

const a = 'a'.repeat(64);
const b = 'b'.repeat(64);

const file = (fileName: string, sha256: string | undefined): ListedFile => ({
  fileName,
  sha256,
  description: undefined,
  createdBy: 'someone@contoso.com',
  updatedAt: 1,
});
const local = (libraryName: string, sha256: string): LocalScript => ({
  path: `/${libraryName}`,
  libraryName,
  sha256,
});
const kindsOf = (locals: readonly LocalScript[], files: readonly ListedFile[]): readonly string[] =>
  compareWithLibrary(locals, files).map((row) =>
    [row.kind, 'local' in row ? row.local.libraryName : '', 'file' in row ? row.file.fileName : ''].join(' '),
  );

describe('scripts and the library', () => {
  it('are in sync, differ, or are on one side only', () => {
    const files = [
      file('same.ps1', a.toUpperCase()),
      file('Other.ps1', b),
      file('there.ps1', a),
      file('odd.ps1', undefined),
    ];
    const locals = [local('same.ps1', a), local('other.ps1', a), local('new.ps1', a), local('odd.ps1', a)];
    assert.deepEqual(kindsOf(locals, files), [
      'inSync same.ps1 same.ps1',
      'differs other.ps1 Other.ps1',
      'new new.ps1 ',
      'unverified odd.ps1 odd.ps1',
      'onlyThere  there.ps1',
    ]);
  });
  it('are in sync through a pinned version, too', () => {
    assert.deepEqual(kindsOf([local('x.ps1', a)], [file('x.aaaaaaaa.ps1', a), file('x.bbbbbbbb.ps1', b)]), [
      'inSync x.ps1 x.aaaaaaaa.ps1',
      'onlyThere  x.bbbbbbbb.ps1',
    ]);
    assert.deepEqual(kindsOf([local('x.ps1', a)], [file('x.ps1', b), file('x.aaaaaaaa.ps1', a)]), [
      'inSync x.ps1 x.aaaaaaaa.ps1',
    ]);
    // The name alone proves nothing.
    assert.deepEqual(kindsOf([local('x.ps1', a)], [file('x.aaaaaaaa.ps1', b)]), [
      'new x.ps1 ',
      'onlyThere  x.aaaaaaaa.ps1',
    ]);
  });
});
