// Bundles the extension (dist/) and the tests (out/). ESM with splitting: every dynamic import() in src/ becomes a chunk of
// its own, so what activation does not need is not loaded. A warning is an error.
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureInstalled, root } from './lib/install.mjs';

ensureInstalled();
const esbuild = await import('esbuild');

/**
 * CommonJS packages (MSAL's jsonwebtoken) call require('crypto'), which an ES module does not have: the bundle would throw when it is
 * loaded. They get the module through `process` instead; imports stay imports.
 */
const builtinsByProcess = {
  name: 'builtins-by-process',
  setup(build) {
    build.onResolve({ filter: /^(node:)?[a-z_/]+$/ }, ({ path, kind }) =>
      kind === 'require-call' && isBuiltin(path) ? { path, namespace: 'builtin' } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)});`,
    }));
  },
};

const common = {
  absWorkingDir: root,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  logLevel: 'silent',
  sourcemap: true,
  external: ['vscode'],
};

/** The extension. Development builds keep names readable and source maps beside the code. */
export function extensionOptions({ production = true } = {}) {
  return {
    ...common,
    // The worker is an entry of its own, because a thread is started from a file whose name must be known.
    entryPoints: { extension: 'src/extension.ts', readingWorker: 'src/results/reading/readingWorker.ts' },
    outdir: 'dist',
    plugins: [builtinsByProcess],
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    minify: production,
    sourcemap: !production,
    legalComments: 'none',
    metafile: true,
  };
}

/** Every *.test.ts and every entry below test/ that a script starts. Packages stay outside: tests run beside node_modules. */
export function testOptions() {
  const entries = readdirSync(join(root, 'test'), { recursive: true })
    .map((name) => join(root, 'test', name))
    .filter((name) => /\.(test|entry)\.ts$/.test(name));
  return {
    ...common,
    entryPoints: entries.map((name) => relative(root, name)),
    outdir: 'out/test',
    outbase: 'test',
    outExtension: { '.js': '.mjs' },
    packages: 'external',
  };
}

async function run(options) {
  try {
    const result = await esbuild.build(options);
    await report(result);
    return result;
  } catch (error) {
    await report(error);
    throw new Error('The build failed.');
  }
}

async function report({ errors = [], warnings = [] }) {
  for (const [kind, messages] of [
    ['error', errors],
    ['warning', warnings],
  ]) {
    for (const text of await esbuild.formatMessages(messages, { kind, color: process.stderr.isTTY })) {
      console.error(text);
    }
  }
  if (warnings.length > 0) {
    throw new Error(`${warnings.length} build warning(s); a warning is an error here.`);
  }
}

export async function buildExtension(options) {
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  const result = await run(extensionOptions(options));
  dropUnusedHelpers(result.metafile, 'dist/extension.js');
  return result;
}

/**
 * esbuild has an entry import the chunk of its own helpers even where it uses none of them. What
 * has no input does nothing by itself, and each file that activation reads costs it about a
 * millisecond.
 */
function dropUnusedHelpers({ outputs }, entry) {
  const output = outputs[entry];
  const path = join(root, entry);
  for (const imported of output.imports.filter(
    ({ path, kind }) => kind === 'import-statement' && outputs[path],
  )) {
    // The paths of a metafile have slashes on every system.
    const name = `"./${imported.path.replace(/^dist\//, '')}";`;
    const code = readFileSync(path, 'utf8');
    const bare = [`import${name}`, `import ${name}`].find((each) => code.includes(each));
    if (Object.keys(outputs[imported.path].inputs).length === 0 && bare !== undefined) {
      writeFileSync(path, code.replace(bare, ''));
      output.imports = output.imports.filter((each) => each !== imported);
    }
  }
}

export async function buildTests() {
  rmSync(join(root, 'out', 'test'), { recursive: true, force: true });
  return run(testOptions());
}

async function watch() {
  const plugin = {
    name: 'say-when-built',
    setup(build) {
      // The lines that .vscode/tasks.json waits for.
      build.onStart(() => console.log('[watch] build started'));
      build.onEnd(async (result) => {
        await report(result).catch((error) => console.error(error.message));
        console.log('[watch] build finished');
      });
    },
  };
  const options = extensionOptions({ production: false });
  const context = await esbuild.context({ ...options, plugins: [...options.plugins, plugin] });
  await context.watch();
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  if (process.argv.includes('--watch')) {
    await watch();
  } else {
    await buildExtension({ production: !process.argv.includes('--dev') });
    if (process.argv.includes('--tests')) {
      await buildTests();
    }
  }
}
