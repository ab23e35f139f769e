// What `npm run check` has found content before, so that a run in which little has changed takes seconds. A key holds everything that an
// answer depends on: contents, configuration, the versions of the lock file and of Node. Only clean answers are kept.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from './install.mjs';

/** `npm ci` removes it, with the tools whose answers it keeps. */
export const cacheFolder = join(root, 'node_modules', '.cache', 'defender-live-response');

export function hashOf(...parts) {
  const hash = createHash('sha256');
  // With the length before each, because two parts must not look like two others.
  parts.forEach((part) => hash.update(`${Buffer.byteLength(part)}\n`).update(part));
  return hash.digest('hex');
}

/** The files below folders of the project, relative and with slashes, in a fixed order. */
export function filesBelow(folders, wanted = () => true) {
  return folders
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) =>
          join(entry.parentPath, entry.name)
            .slice(root.length + 1)
            .replaceAll('\\', '/'),
        ),
    )
    .filter(wanted)
    .toSorted((a, b) => (a < b ? -1 : 1));
}

/** A key over the contents and the names of files, and over what stands for every tool. */
export function keyOf(names, read = readText) {
  return hashOf(environment(read), ...names.flatMap((name) => [name, read(name)]));
}

export function readText(name) {
  return readFileSync(join(root, name), 'utf8');
}

/** Versions, configuration, and the scripts of the check themselves. */
function environment(read) {
  const configuration = ['package.json', 'package-lock.json', 'tsconfig.json', 'eslint.config.mjs'];
  const scripts = filesBelow(
    ['scripts'],
    (name) => name === 'scripts/check.mjs' || name.startsWith('scripts/lib/'),
  );
  return hashOf(process.version, ...[...configuration, ...scripts].flatMap((name) => [name, read(name)]));
}

/** The faults of a check; none without running it when it found none with the same key before. */
export async function unlessClean(name, key, check, folder = cacheFolder) {
  const file = join(folder, `${name}.json`);
  if (kept(file).clean?.includes(key) === true) {
    return [];
  }
  const faults = await check();
  if (faults.length === 0) {
    keep(file, { clean: [key] });
  }
  return faults;
}

/**
 * Runs a check over those files alone whose key was not clean before. `keys` are by file; `check` takes the names and gives the faults.
 * Either all of them are kept or none: the faults do not tell their files.
 */
export async function unlessCleanEach(name, keys, check, folder = cacheFolder) {
  const file = join(folder, `${name}.json`);
  const known = new Set(kept(file).clean ?? []);
  const changed = Object.keys(keys).filter((each) => !known.has(keys[each]));
  const faults = changed.length === 0 ? [] : await check(changed);
  if (faults.length === 0) {
    keep(file, { clean: Object.values(keys) });
  }
  return faults;
}

function kept(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    // There is none, or a run was ended while it wrote: then everything is looked at.
    return {};
  }
}

function keep(file, content) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(content));
}

/**
 * The key of each TypeScript file: its own content and that of all files that it imports, directly or not, because rules with types see
 * through imports. Declarations for the whole project count for every file. ESLint's own cache looks at a file's content alone, and would
 * hide, say, a call whose promise nobody awaits after another file has made its function asynchronous.
 */
export function lintKeys(ts, names, read = readText) {
  const texts = new Map(names.map((name) => [name, read(name)]));
  const direct = new Map(names.map((name) => [name, importsOf(ts, name, texts)]));
  const global = names.filter(
    (name) => name.endsWith('.d.ts') || /\bdeclare (?:global|module)\b/.test(texts.get(name)),
  );
  const base = keyOf(global, (name) => texts.get(name) ?? read(name));
  // So that a name that an import may mean now, and did not before, changes the key of whoever imports it.
  const own = new Map(names.map((name) => [name, hashOf(name, texts.get(name), ...direct.get(name))]));
  return Object.fromEntries(
    names.map((name) => {
      const reached = new Set([name]);
      for (const each of reached) {
        direct.get(each).forEach((other) => reached.add(other));
      }
      const order = [...reached].toSorted((a, b) => (a < b ? -1 : 1));
      return [name, hashOf(base, name, ...order.map((each) => own.get(each)))];
    }),
  );
}

/** The files of the project that a file imports, also as types. */
function importsOf(ts, name, texts) {
  const { importedFiles } = ts.preProcessFile(texts.get(name), true, true);
  return importedFiles
    .map(({ fileName }) => fileName)
    .filter((each) => each.startsWith('.'))
    .flatMap((each) => {
      const path = join(dirname(name), each).replaceAll('\\', '/');
      const stem = path.replace(/\.[cm]?js$/, '');
      const places = [path, `${stem}.ts`, `${stem}.d.ts`, `${path}.ts`, `${path}.d.ts`, `${path}/index.ts`];
      return places.filter((file) => texts.has(file));
    });
}

/** The keys of files on the disk; see {@link lintKeys}. */
export async function lintKeysOf(names) {
  const { default: ts } = await import('typescript');
  return lintKeys(ts, names);
}

const notOurs = new Set(['node_modules', 'dist', 'out', '.git', '.vscode-test', '.stryker-tmp']);

/** The files that ESLint looks at. */
export function codeFiles() {
  const entries = readdirSync(root, { withFileTypes: true }).filter(({ name }) => !notOurs.has(name));
  const isCode = (name) => /\.[cm]?[jt]s$/.test(name);
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const files = entries.filter((entry) => entry.isFile() && isCode(entry.name)).map(({ name }) => name);
  return [...files, ...filesBelow(folders, isCode)];
}
