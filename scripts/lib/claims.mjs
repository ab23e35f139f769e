// Holds docs/claims.md against the tests: each file exists, and the test stands in it under the title that the table gives. And what
// the docs say about the package against the one place that fixes it.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './install.mjs';
import { maxPackageBytes } from './vsix.mjs';

const read = (name) => readFileSync(join(root, name), 'utf8');

export function claimFaults() {
  return [...rowFaults(read('docs/claims.md'), titlesOf), ...numberFaults()];
}

/** The faults of a table of claims. `titles` gives the titles in a test file, undefined when there is no such file. */
export function rowFaults(markdown, titles) {
  return rowsOf(markdown).flatMap(({ line, cells }) => {
    const where = `docs/claims.md:${line}`;
    if (cells.length !== 3) {
      return [`${where} has ${cells.length} cells instead of claim, test file, test`];
    }
    const [claim, file, test] = cells;
    const [path, title] = [file, test].map((cell) => /^`(.+)`$/.exec(cell)?.[1]);
    if (claim === '' || path === undefined || title === undefined) {
      return [`${where} must be: claim | \`test file\` | \`title of the test\``];
    }
    const known = titles(path);
    if (known === undefined) {
      return [`${where} names ${path}, which does not exist`];
    }
    return known.includes(title) ? [] : [`${where}: ${path} has no test "${title}"`];
  });
}

/** The rows of all tables without their headings. A `\|` is part of a cell. */
function rowsOf(markdown) {
  return markdown
    .split('\n')
    .map((text, n) => ({ text: text.trim(), line: n + 1 }))
    .filter(({ text }) => text.startsWith('|') && !/^\|[\s|:-]+\|$/.test(text))
    .map(({ text, line }) => ({
      line,
      cells: text
        .slice(1, -1)
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim().replaceAll('\\|', '|')),
    }))
    .filter(({ cells }) => cells[0] !== 'claim');
}

/** Titles of it() and describe() in a test file, as they stand in the source: a template keeps its `${…}`. */
function titlesOf(path) {
  if (!path.startsWith('test/') || !existsSync(join(root, path))) {
    return undefined;
  }
  const calls = read(path).matchAll(
    /\b(?:it|describe)(?:\.\w+)?\(\s*(?:'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`)/g,
  );
  return [...calls].map(([, single, double, template]) =>
    (single ?? double ?? template).replaceAll(/\\(['"`\\])/g, '$1'),
  );
}

function numberFaults() {
  const limit = `${maxPackageBytes / 1024} KB`;
  const node = JSON.parse(read('package.json')).engines.node.replace(/^>=/, '');
  return [
    ...['docs/architecture.md', 'CONTRIBUTING.md'].flatMap((name) => mention(name, limit)),
    ...['README.md', 'CONTRIBUTING.md'].flatMap((name) => mention(name, `Node ${node} or newer`)),
  ];
}

function mention(name, text) {
  return read(name).includes(text) ? [] : [`${name} must say "${text}"`];
}
