import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';

interface Claims {
  readonly rowFaults: (markdown: string, titles: (path: string) => readonly string[] | undefined) => string[];
}

/** The scripts are plain JavaScript. */
async function load<T>(name: string): Promise<T> {
  return (await import(new URL(`../../../../scripts/lib/${name}`, import.meta.url).href)) as T;
}

describe('the table of claims', () => {
  const titles = (path: string): string[] | undefined =>
    path === 'test/a.test.ts' ? ['is a|b', 'holds'] : undefined;
  const faultsOf = async (row: string): Promise<string[]> => {
    const { rowFaults } = await load<Claims>('claims.mjs');
    return rowFaults(`## Part\n\n| claim | test file | test |\n| --- | --- | --- |\n${row}\n`, titles);
  };

  it('may name tests that there are', async () => {
    assert.deepEqual(await faultsOf('| It holds. | `test/a.test.ts` | `holds` |'), []);
    assert.deepEqual(await faultsOf('| It is. | `test/a.test.ts` | `is a\\|b` |'), []);
  });

  for (const [what, row, fault] of [
    ['another title', '| It holds. | `test/a.test.ts` | `hold` |', /has no test "hold"/],
    ['another file', '| It holds. | `test/b.test.ts` | `holds` |', /test\/b\.test\.ts, which does not exist/],
    ['no test', '| It holds. | `test/a.test.ts` | |', /must be: claim/],
    ['a title without its quotes', '| It holds. | `test/a.test.ts` | holds |', /must be: claim/],
    ['too few cells', '| It holds. | `test/a.test.ts` |', /has 2 cells/],
    ['no claim', '| | `test/a.test.ts` | `holds` |', /must be: claim/],
  ] as const) {
    it(`may not have ${what}`, async () => {
      const faults = await faultsOf(row);
      assert.equal(faults.length, 1);
      assert.match(faults[0] ?? '', fault);
    });
  }
});

describe('the version of Node', () => {
  it('is compared by its parts', async () => {
    const { isOlder } = await load<{ readonly isOlder: (version: string, other: string) => boolean }>(
      'install.mjs',
    );
    for (const version of ['18.20.0', '20.9.0', '20.18.3']) {
      assert.equal(isOlder(version, '20.19'), true, version);
    }
    for (const version of ['20.19.0', '20.19.5', '20.100.0', '22.0.0', '100.0.0']) {
      assert.equal(isOlder(version, '20.19'), false, version);
    }
  });
});
