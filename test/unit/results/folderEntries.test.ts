import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { documentPath, type DocumentKind } from '../../../src/results/address';
import { folderEntries } from '../../../src/results/folderEntries';

const actionId = '1a2b3c4d-5e6f-4a7b-8c9d-0e1f2a3b4c5d';
const other = 'ffffffff-5e6f-4a7b-8c9d-0e1f2a3b4c5d';

function open(kind: DocumentKind, kinds: readonly DocumentKind[], id = actionId, index = 0) {
  const path = documentPath({ connection: 'contoso', actionId: id, index, kind }, 'run.ps1 on host-1');
  return { path, kinds };
}

const names = (folder: string, documents: Parameters<typeof folderEntries>[1]): string[] =>
  folderEntries(folder, documents).map(({ name, isFolder }) => (isFolder ? `${name}/` : name));

describe('the folders above open documents', () => {
  const documents = [
    open('output', ['output', 'error', 'transcript']),
    open('collected', ['collected'], actionId, 12),
    open('action', [], other),
  ];

  const table: readonly (readonly [string, readonly string[]])[] = [
    ['/', ['contoso/']],
    ['/contoso', [`${actionId}/`, `${other}/`]],
    [`/contoso/${actionId}`, ['0/', '12/']],
    [`/contoso/${actionId}/`, ['0/', '12/']],
    [
      `/contoso/${actionId}/0`,
      [
        'run.ps1 on host-1.script_error.txt',
        'run.ps1 on host-1.script_output.txt',
        'run.ps1 on host-1.transcript.json',
      ],
    ],
    [`/contoso/${actionId}/12`, ['run.ps1 on host-1.collected.txt']],
    [`/contoso/${other}`, ['run.ps1 on host-1.action.json']],
    // What begins alike is another folder.
    [`/contoso/${actionId}/1`, []],
    ['/cont', []],
    ['/fabrikam', []],
  ];
  for (const [folder, expected] of table) {
    it(`${folder} holds ${expected.length === 0 ? 'nothing' : expected.join(', ')}`, () => {
      assert.deepEqual(names(folder, documents), expected);
    });
  }

  it('hold a document once, also when two of its result are open', () => {
    const both = [open('output', ['output', 'error']), open('error', ['output', 'error'])];
    assert.equal(names(`/contoso/${actionId}/0`, both).length, 2);
  });
});
