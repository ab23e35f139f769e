// The rules on the files of src/ that no linter sees: no circles, one meaning for a name, classes that can be read, one door for each
// feature. And what docs say about them: docs/layers.svg is drawn from the imports, and the paths in the docs exist.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { filesBelow, readText } from './checkCache.mjs';
import { root } from './install.mjs';
import { drawing } from './layersDrawing.mjs';

/** Lines from `class` to the closing brace. */
const maxClassLines = 250;

/** Classes that are longer, by file and name, each with its reason. */
const longClasses = {};

const drawingFile = 'docs/layers.svg';

/** The faults of src/ and of its drawing. `fix` draws it anew. */
export async function layerFaults({ fix = false } = {}) {
  const { default: ts } = await import('typescript');
  const sources = filesBelow(['src'], (name) => name.endsWith('.ts')).map((name) =>
    sourceOf(ts, name, readText(name)),
  );
  const { imports, unknown } = importsOf(ts, sources);
  const faults = [
    ...unknown,
    ...circleFaults(imports),
    ...nameFaults(sources.map(({ fileName }) => fileName)),
    ...classFaults(ts, sources, longClasses),
    ...doorFaults(imports),
  ];
  return faults.length > 0 ? faults : drawingFaults(drawing(imports), fix);
}

export function sourceOf(ts, name, text) {
  return ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true);
}

/**
 * The imports of files: `{ from, to, kind }`. The kind is `run`, `lazy` for `import()`, and `type` for what is gone when the code runs.
 * `ts.preProcessFile` is faster, but does not tell these apart. `vscode` counts as a file, other packages do not.
 */
export function importsOf(ts, sources) {
  const names = new Set(sources.map(({ fileName }) => fileName));
  const unknown = [];
  const imports = sources.flatMap((source) => {
    const from = source.fileName;
    return specifiersOf(ts, source).flatMap(({ specifier, kind }) => {
      if (!specifier.startsWith('.')) {
        return specifier === 'vscode' ? [{ from, to: 'vscode', kind }] : [];
      }
      const path = join(dirname(from), specifier).replaceAll('\\', '/');
      const to = [path, `${path}.ts`, `${path}/index.ts`].find((each) => names.has(each));
      if (to === undefined) {
        unknown.push(`${from} imports ${specifier}, which is no file of src`);
      }
      return to === undefined ? [] : [{ from, to, kind }];
    });
  });
  return { imports, unknown };
}

function specifiersOf(ts, source) {
  const found = [];
  const add = (node, kind) => {
    if (node !== undefined && ts.isStringLiteralLike(node)) {
      found.push({ specifier: node.text, kind });
    }
  };
  const visit = (node) => {
    if (ts.isImportDeclaration(node)) {
      // With `verbatimModuleSyntax`, `import { type A }` still loads the file.
      add(node.moduleSpecifier, node.importClause?.isTypeOnly === true ? 'type' : 'run');
    } else if (ts.isExportDeclaration(node)) {
      add(node.moduleSpecifier, node.isTypeOnly ? 'type' : 'run');
    } else if (ts.isImportTypeNode(node)) {
      add(node.argument.literal, 'type');
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      add(node.arguments[0], 'lazy');
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** `http` of src/http/clock.ts; a file of src/ itself is a layer of its own. */
export function layerOf(file) {
  return file.split('/')[1] ?? file;
}

/** `features/links` of src/features/links/index.ts; undefined for what belongs to no feature. */
export function featureOf(file) {
  const [, layer, feature, ...rest] = file.split('/');
  return layer === 'features' && rest.length > 0 ? `features/${feature}` : undefined;
}

/**
 * Files may not run in a circle. Layers and features may not form one at all: even a circle of types means that neither of them can be
 * understood alone.
 */
export function circleFaults(imports) {
  const ours = imports.filter(({ to }) => to !== 'vscode');
  const ran = ours.filter(({ kind }) => kind !== 'type');
  return [
    ...circlesOf(ran, (file) => file).map((names) => `files in a circle: ${names.join(' → ')}`),
    ...circlesOf(ours, layerOf).map((names) => `layers in a circle: ${explained(names, ours, layerOf)}`),
    ...circlesOf(ours, featureOf).map(
      (names) => `features in a circle: ${explained(names, ours, featureOf)}`,
    ),
  ];
}

/** A circle with an import for each of its steps. */
function explained(names, imports, nameOf) {
  const steps = names.slice(1).map((to, n) => {
    const step = imports.find((each) => nameOf(each.from) === names[n] && nameOf(each.to) === to);
    return `${step.from} imports ${step.to}`;
  });
  return `${names.join(' → ')} (${steps.join(', ')})`;
}

/** A shortest circle through each name that is in one and in none of those before; its first name is its last, too. */
function circlesOf(imports, nameOf) {
  const next = new Map();
  for (const [from, to] of imports.map((each) => [nameOf(each.from), nameOf(each.to)])) {
    if (from !== undefined && to !== undefined && from !== to) {
      next.set(from, (next.get(from) ?? new Set()).add(to));
    }
  }
  const seen = new Set();
  const circles = [];
  for (const start of [...next.keys()].toSorted()) {
    const circle = seen.has(start) ? undefined : wayBack(start, next);
    if (circle !== undefined) {
      circle.forEach((name) => seen.add(name));
      circles.push(circle);
    }
  }
  return circles;
}

function wayBack(start, next) {
  const before = new Map();
  const queue = [start];
  for (const name of queue) {
    for (const other of next.get(name) ?? []) {
      if (other === start) {
        const way = [start];
        for (let at = name; at !== start; at = before.get(at)) {
          way.unshift(at);
        }
        return [start, ...way];
      }
      if (!before.has(other)) {
        before.set(other, name);
        queue.push(other);
      }
    }
  }
  return undefined;
}

/** A name stands for one file, so that docs and people can say it alone. On some disks upper and lower case are the same. */
export function nameFaults(files) {
  const known = new Map();
  return files
    .filter((file) => basename(file) !== 'index.ts')
    .flatMap((file) => {
      const name = basename(file).toLowerCase();
      const other = known.get(name);
      known.set(name, other ?? file);
      return other === undefined ? [] : [`${file} has the same name as ${other}`];
    });
}

/** Classes that are too long. `allowed` gives a reason for some; one that is no longer needed is a fault, too. */
export function classFaults(ts, sources, allowed) {
  const tooLong = new Map(
    sources.flatMap((source) =>
      classesOf(ts, source)
        .filter(({ lines }) => lines > maxClassLines)
        .map(({ name, lines }) => [`${source.fileName} ${name}`, lines]),
    ),
  );
  return [
    ...[...tooLong]
      .filter(([key]) => !(key in allowed))
      .map(([key, lines]) => `${key} has ${lines} lines: a class has ${maxClassLines} at most`),
    ...Object.keys(allowed)
      .filter((key) => !tooLong.has(key))
      .map((key) => `${key} is not longer than ${maxClassLines} lines: take it out of longClasses`),
  ];
}

function classesOf(ts, source) {
  const found = [];
  const lineOf = (position) => source.getLineAndCharacterOfPosition(position).line;
  const visit = (node) => {
    if (ts.isClassLike(node)) {
      const keyword = node.getChildren(source).find(({ kind }) => kind === ts.SyntaxKind.ClassKeyword);
      const lines = lineOf(node.end) - lineOf(keyword.getStart(source)) + 1;
      found.push({ name: node.name?.text ?? '(a class without a name)', lines });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** A feature is entered through its index.ts. extension.ts may take types past it: an index would load what is to stay unloaded. */
export function doorFaults(imports) {
  return imports
    .filter(({ from, to, kind }) => {
      const feature = featureOf(to);
      const isInside = feature === undefined || featureOf(from) === feature;
      const isType = from === 'src/extension.ts' && kind === 'type';
      return !isInside && !isType && to !== `src/${feature}/index.ts`;
    })
    .map(({ from, to }) => `${from} imports ${to}: another feature is imported through its index.ts`);
}

function drawingFaults(fresh, fix) {
  const file = join(root, drawingFile);
  if (existsSync(file) && readFileSync(file, 'utf8') === fresh) {
    return [];
  }
  if (fix) {
    writeFileSync(file, fresh);
    return [];
  }
  return [`${drawingFile} is not what the imports draw (npm run check -- --fix)`];
}

const docs = ['docs/architecture.md', 'CONTRIBUTING.md'];
const folders = ['src', 'test', 'scripts', 'docs', 'l10n', 'media'];

/** The paths that the docs name and that do not exist, and whether the one path is as short as it claims to be. */
export function docFaults() {
  const files = [
    ...filesBelow(folders),
    ...readdirSync(root, { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => name),
  ];
  return [
    ...docs.flatMap((name) => pathFaults(name, readText(name), files)),
    ...onePathFaults(docs[0], readText(docs[0])),
  ];
}

/**
 * Paths in backticks that lead nowhere. A path is one from the root, or from src/; a file's name alone is enough, since it is unique. `*`
 * stands for a part of a name.
 */
export function pathFaults(doc, markdown, files) {
  const known = new Set(files.flatMap((file) => places(file)));
  const isPath = (text) =>
    /^[\w.*@-]+(?:\/[\w.*@-]+)*\/?$/.test(text) &&
    (/\.(?:ts|mjs|md|svg)$/.test(text) || known.has(`${text.split('/')[0]}/`)) &&
    (text.includes('/') || text.includes('.'));
  return spansOf(markdown)
    .filter(({ text }) => isPath(text) && !exists(text, known))
    .map(({ text, line }) => `${doc}:${line} names ${text}, which does not exist`);
}

function exists(path, known) {
  if (!path.includes('*')) {
    return known.has(path) || known.has(`${path}/`);
  }
  const parts = path.split('*').map((part) => part.replaceAll(/[.@-]/g, String.raw`\$&`));
  const pattern = new RegExp(`^${parts.join('[^/]*')}$`);
  return [...known].some((each) => pattern.test(each));
}

/** What a file and its folders may be called. */
function places(file) {
  const parents = file.split('/').map((_, n, parts) => `${parts.slice(0, n).join('/')}/`);
  const full = [file, ...parents.slice(1)];
  return [...full, ...full.map((each) => each.replace(/^src\//, '')), basename(file)];
}

/** What stands in backticks outside of blocks of code. */
function spansOf(markdown) {
  let inBlock = false;
  return markdown.split('\n').flatMap((text, n) => {
    inBlock = text.startsWith('```') ? !inBlock : inBlock;
    return inBlock ? [] : [...text.matchAll(/`([^`]+)`/g)].map((found) => ({ text: found[1], line: n + 1 }));
  });
}

const maxPathFiles = 25;

/** The way of a click is short enough to be read: its files, which the docs name in one section. */
export function onePathFaults(doc, markdown) {
  const [, section] = /^## The one path$([^]*?)(?=^##+ |$(?![^]))/m.exec(markdown) ?? [];
  const files = new Set(spansOf(section ?? '').flatMap(({ text }) => (/\.ts$/.test(text) ? [text] : [])));
  return section === undefined
    ? [`${doc} has no section "The one path"`]
    : files.size > maxPathFiles
      ? [`${doc}: the one path has ${files.size} files; ${maxPathFiles} are the most`]
      : [];
}
