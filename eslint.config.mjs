import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

const pure = ['http', 'links', 'defender', 'results', 'actions', 'connections', 'library', 'runs'];

/**
 * The layers of src/ and what each may import (docs/architecture.md). `types` may be imported as types only. `vscode` is imported in
 * src/platform, src/features and the files of src/ itself, nowhere else.
 */
const rooms = {
  http: { rooms: [] },
  links: { rooms: [] },
  defender: { rooms: ['http'] },
  results: { rooms: ['defender', 'http'] },
  actions: { rooms: ['defender', 'http'] },
  connections: { rooms: ['defender', 'http'] },
  library: { rooms: ['defender', 'http'] },
  runs: { rooms: ['library', 'results', 'actions', 'defender', 'http'] },
  demo: { rooms: [], types: ['defender'] },
  messages: { rooms: pure },
  platform: { rooms: [...pure, 'messages'], vscode: true },
  features: { rooms: [...pure, 'messages', 'platform'], vscode: true },
};

/** From a feature's folder, `../` leads to the other features. */
const throughIndex = {
  selector: String.raw`:matches(ImportDeclaration, ImportExpression)[source.value=/^\.\.\u002f[^.][^\u002f]*\u002f/]`,
  message: 'Another feature is imported through its index.ts: see docs/architecture.md.',
};

function layerRule(room) {
  const may = rooms[room];
  const patterns = Object.keys(rooms)
    .filter((other) => other !== room && !may.rooms.includes(other))
    .map((other) => ({
      regex: `^(\\.\\./)+${other}(/|$)`,
      message: `src/${room} must not import src/${other}: see docs/architecture.md.`,
      allowTypeImports: may.types?.includes(other) === true,
    }));
  if (may.vscode !== true) {
    patterns.push({ regex: '^vscode$', message: 'Only src/platform and src/features import vscode.' });
  }
  patterns.push({
    regex: '(^|/)(extension|container|test)(/|$)',
    message: 'Nothing imports extension.ts, container.ts or a test.',
  });
  const forbidden = patterns
    .filter((p) => p.allowTypeImports !== true)
    .map((p) => p.regex.replaceAll('/', '\\/'));
  return {
    files: [`src/${room}/**/*.ts`],
    rules: {
      '@typescript-eslint/no-restricted-imports': ['error', { patterns }],
      // The rule above does not see import() and import('…') types.
      'no-restricted-syntax': [
        'error',
        {
          selector: `ImportExpression[source.value=/${forbidden.join('|')}/]`,
          message: `The layer rule: src/${room} must not import this.`,
        },
        {
          selector: `TSImportType[source.value=/${forbidden.join('|')}/]`,
          message: `The layer rule: src/${room} must not import this.`,
        },
        ...(room === 'features' ? [throughIndex] : []),
      ],
    },
  };
}

export default defineConfig(
  { ignores: ['dist/', 'out/', 'node_modules/', '.vscode-test/'] },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      eqeqeq: 'error',
      'max-lines-per-function': ['error', { max: 60, skipComments: true, skipBlankLines: true }],
      'no-console': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      // VS Code's API gives Disposables and view columns by their shape, not by their class.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/no-unsafe-enum-assignment': 'off',
    },
  },
  ...Object.keys(rooms).map(layerRule),
  {
    files: ['test/**/*.ts'],
    rules: {
      // A describe() block is a table of contents, not a function.
      'max-lines-per-function': 'off',
      'no-console': 'off',
    },
  },
);
