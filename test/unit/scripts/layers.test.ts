import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import type ts from 'typescript';

type Kind = 'run' | 'lazy' | 'type';
interface Import {
  readonly from: string;
  readonly to: string;
  readonly kind: Kind;
}

interface Layers {
  readonly sourceOf: (compiler: typeof ts, name: string, text: string) => ts.SourceFile;
  readonly importsOf: (
    compiler: typeof ts,
    sources: readonly ts.SourceFile[],
  ) => { imports: Import[]; unknown: string[] };
  readonly circleFaults: (imports: readonly Import[]) => string[];
  readonly doorFaults: (imports: readonly Import[]) => string[];
  readonly nameFaults: (files: readonly string[]) => string[];
  readonly classFaults: (
    compiler: typeof ts,
    sources: readonly ts.SourceFile[],
    allowed: Readonly<Record<string, string>>,
  ) => string[];
  readonly pathFaults: (doc: string, markdown: string, files: readonly string[]) => string[];
  readonly onePathFaults: (doc: string, markdown: string) => string[];
}

/** The scripts are plain JavaScript. */
async function load<T>(name: string): Promise<T> {
  return (await import(new URL(`../../../../scripts/lib/${name}`, import.meta.url).href)) as T;
}

async function compiler(): Promise<typeof ts> {
  return ((await import('typescript')) as unknown as { default: typeof ts }).default;
}

/** Written `from → to`, with ` (type)` or ` (lazy)` behind. */
function importsFrom(...lines: readonly string[]): Import[] {
  return lines.map((line) => {
    const [, from = '', to = '', kind = 'run'] = /^(\S+) → (\S+?)(?: \((\w+)\))?$/.exec(line) ?? [];
    return { from: `src/${from}`, to: to === 'vscode' ? to : `src/${to}`, kind: kind as Kind };
  });
}

describe('layers: the imports of a file', () => {
  it('are found in each of their forms, and told apart', async () => {
    const { sourceOf, importsOf } = await load<Layers>('layers.mjs');
    const [parser, text] = [
      await compiler(),
      [
        `import { a } from './a';`,
        `import type { B } from './b';`,
        `import { type C } from './c';`,
        `export { d } from '../links';`,
        `export type { E } from './e';`,
        `const f = () => import('./f');`,
        `type G = import('./g').G;`,
        `import * as vscode from 'vscode';`,
        `import { join } from 'node:path';`,
        `// import './comment';`,
        `import './gone';`,
      ].join('\n'),
    ];
    const others = ['http/a', 'http/b', 'http/c', 'links/index', 'http/e', 'http/f', 'http/g'];
    const { imports, unknown } = importsOf(parser, [
      sourceOf(parser, 'src/http/here.ts', text),
      ...others.map((name) => sourceOf(parser, `src/${name}.ts`, '')),
    ]);
    assert.deepEqual(
      imports.map(({ to, kind }) => `${to} ${kind}`),
      [
        'src/http/a.ts run',
        'src/http/b.ts type',
        'src/http/c.ts run',
        'src/links/index.ts run',
        'src/http/e.ts type',
        'src/http/f.ts lazy',
        'src/http/g.ts type',
        'vscode run',
      ],
    );
    assert.deepEqual(unknown, ['src/http/here.ts imports ./gone, which is no file of src']);
  });
});

describe('layers: a circle', () => {
  const faultsOf = async (...lines: readonly string[]): Promise<string[]> =>
    (await load<Layers>('layers.mjs')).circleFaults(importsFrom(...lines));

  it('is found between files', async () => {
    assert.deepEqual(
      await faultsOf('http/a.ts → http/b.ts', 'http/b.ts → http/c.ts (lazy)', 'http/c.ts → http/a.ts'),
      ['files in a circle: src/http/a.ts → src/http/b.ts → src/http/c.ts → src/http/a.ts'],
    );
  });

  it('may be one of types between files of a folder', async () => {
    assert.deepEqual(await faultsOf('http/a.ts → http/b.ts', 'http/b.ts → http/a.ts (type)'), []);
  });

  it('is found between layers, also when it is one of types', async () => {
    assert.deepEqual(await faultsOf('http/a.ts → links/b.ts', 'links/c.ts → http/d.ts (type)'), [
      'layers in a circle: http → links → http (src/http/a.ts imports src/links/b.ts, src/links/c.ts imports src/http/d.ts)',
    ]);
  });

  it('is found between features', async () => {
    const [fault, ...more] = await faultsOf(
      'features/a/x.ts → features/b/index.ts (type)',
      'features/b/y.ts → features/c/index.ts',
      'features/c/z.ts → features/a/index.ts (type)',
    );
    assert.match(
      fault ?? '',
      /^features in a circle: features\/a → features\/b → features\/c → features\/a \(/,
    );
    assert.deepEqual(more, []);
  });

  it('is none where two ways lead to one file', async () => {
    const lines = ['http/a.ts → http/b.ts', 'http/a.ts → http/c.ts', 'http/b.ts → http/c.ts'];
    assert.deepEqual(await faultsOf(...lines, 'features/a/x.ts → http/a.ts'), []);
  });
});

describe('layers: a name', () => {
  it('stands for one file, but for index.ts', async () => {
    const { nameFaults } = await load<Layers>('layers.mjs');
    assert.deepEqual(nameFaults(['src/a/index.ts', 'src/b/index.ts', 'src/a/x.ts', 'src/b/X.ts']), [
      'src/b/X.ts has the same name as src/a/x.ts',
    ]);
  });
});

describe('layers: a class', () => {
  const faultsOf = async (
    lines: number,
    allowed: Readonly<Record<string, string>> = {},
  ): Promise<string[]> => {
    const { sourceOf, classFaults } = await load<Layers>('layers.mjs');
    const parser = await compiler();
    const body = Array.from({ length: lines - 2 }, (_, n) => `  a${n} = '}';`).join('\n');
    const text = `// before\n\n/**\n * A comment.\n */\nexport class Long {\n${body}\n}\n\nconst after = 1;\n`;
    return classFaults(parser, [sourceOf(parser, 'src/a.ts', text)], allowed);
  };

  it('may have 250 lines', async () => {
    assert.deepEqual(await faultsOf(250), []);
  });

  it('may not have more', async () => {
    assert.deepEqual(await faultsOf(251), ['src/a.ts Long has 251 lines: a class has 250 at most']);
  });

  it('may have more for a reason, as long as it has more', async () => {
    const allowed = { 'src/a.ts Long': 'split next' };
    assert.deepEqual(await faultsOf(251, allowed), []);
    assert.deepEqual(await faultsOf(250, allowed), [
      'src/a.ts Long is not longer than 250 lines: take it out of longClasses',
    ]);
  });
});

describe('layers: a feature', () => {
  const faultsOf = async (line: string): Promise<string[]> =>
    (await load<Layers>('layers.mjs')).doorFaults(importsFrom(line));

  for (const line of [
    'features/a/x.ts → features/a/y.ts',
    'features/a/x.ts → features/b/index.ts',
    'container.ts → features/b/index.ts',
    'extension.ts → features/b/y.ts (type)',
  ]) {
    it(`allows ${line}`, async () => {
      assert.deepEqual(await faultsOf(line), []);
    });
  }

  for (const line of [
    'features/a/x.ts → features/b/y.ts',
    'features/a/x.ts → features/b/y.ts (type)',
    'features/a/x.ts → features/b/deep/index.ts',
    'container.ts → features/b/y.ts (type)',
    'extension.ts → features/b/y.ts (lazy)',
    'platform/x.ts → features/b/y.ts',
  ]) {
    it(`refuses ${line}`, async () => {
      const [fault] = await faultsOf(line);
      assert.match(fault ?? '', /another feature is imported through its index\.ts$/);
    });
  }
});

describe('layers: the docs', () => {
  const files = ['src/http/clock.ts', 'src/messages/apiMessages.ts', 'docs/x.md', 'package.json'];
  const faultsOf = async (markdown: string): Promise<string[]> =>
    (await load<Layers>('layers.mjs')).pathFaults('doc.md', markdown, files);

  it('may name what exists', async () => {
    for (const name of [
      'src/http/clock.ts',
      'http/clock.ts',
      'clock.ts',
      'src/http',
      'src/http/',
      'package.json',
    ]) {
      assert.deepEqual(await faultsOf(`See \`${name}\`.`), [], name);
    }
    assert.deepEqual(
      await faultsOf('`src/messages/*Messages.ts`, `Range`, `dist/chunks`, `files.associations`'),
      [],
    );
    assert.deepEqual(await faultsOf('```\nsrc/gone.ts `gone.ts`\n```'), []);
  });

  it('may not name what does not', async () => {
    for (const name of [
      'src/http/gone.ts',
      'http/gone.ts',
      'gone.ts',
      'src/editor',
      'src/messages/*Words.ts',
    ]) {
      assert.deepEqual(await faultsOf(`# A\n\nSee \`${name}\`.`), [
        `doc.md:3 names ${name}, which does not exist`,
      ]);
    }
  });

  it('name no more than 25 files on the one path', async () => {
    const { onePathFaults } = await load<Layers>('layers.mjs');
    const pathOf = (count: number): string => {
      const names = Array.from({ length: count }, (_, n) => `\`a${n}.ts\``);
      return `## The one path\n\n${[...names, ...names].join(' ')}\n\n## More\n\n\`other.ts\`\n`;
    };
    assert.deepEqual(onePathFaults('doc.md', pathOf(25)), []);
    assert.deepEqual(onePathFaults('doc.md', pathOf(26)), [
      'doc.md: the one path has 26 files; 25 are the most',
    ]);
    assert.deepEqual(onePathFaults('doc.md', '# A\n'), ['doc.md has no section "The one path"']);
  });
});

describe('layers: the drawing', () => {
  const draw = async (...lines: readonly string[]): Promise<string> => {
    const { drawing } = await load<{ drawing: (imports: readonly Import[]) => string }>('layersDrawing.mjs');
    return drawing(importsFrom(...lines));
  };
  const lines = [
    'features/a/x.ts → features/b/index.ts',
    'features/a/x.ts → vscode',
    'features/b/index.ts → messages/m.ts',
    'messages/m.ts → http/h.ts (type)',
    'features/b/index.ts → http/h.ts',
  ];
  const arrowsIn = (svg: string): number => svg.match(/<path [^>]*marker-end/g)?.length ?? 0;

  it('leaves out the arrows that longer ways stand for', async () => {
    assert.equal(arrowsIn(await draw(...lines)), 3);
  });

  it('does not depend on the order of the imports', async () => {
    assert.equal(await draw(...lines), await draw(...lines.toReversed()));
  });

  it('escapes names', async () => {
    const svg = await draw('a&b<c/x.ts → http/h.ts');
    assert.ok(svg.includes('a&amp;b&lt;c') && !svg.includes('b<c'));
  });
});
