// Every regular expression in src/ takes linear time: recheck looks at each. What it found safe is kept in regexps.json, because a look
// takes seconds; a new expression is looked at when it appears. `--fix` brings that file up to date, `--all` looks at all of them.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './install.mjs';

const ledgerFile = join(root, 'scripts', 'lib', 'regexps.json');

/** Constants that a run computes, by file, and what is looked at in their place: an expression with all of these names takes hours. */
const samples = { 'http/redact.ts': { names: '(?:client|shared)[-_]?token|passw(?:or)?d' } };

/** The expressions of a file: `{ line, text, source, flags }`; `source` is undefined where only a run could tell it. */
export function expressionsIn(ts, name, code) {
  const file = ts.createSourceFile(name, code, ts.ScriptTarget.Latest, true);
  const constants = new Map([...constantsOf(ts, file), ...Object.entries(samples[name] ?? {})]);
  const found = [];
  const visit = (node) => {
    const line = file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1;
    if (ts.isRegularExpressionLiteral(node)) {
      const end = node.text.lastIndexOf('/');
      found.push({ line, text: node.text, source: node.text.slice(1, end), flags: node.text.slice(end + 1) });
    }
    const isCall = ts.isNewExpression(node) || ts.isCallExpression(node);
    if (isCall && /^(?:globalThis\.)?RegExp$/.test(node.expression.getText(file))) {
      const [source, flags] = (node.arguments ?? []).map((each) => valueOf(ts, each, constants));
      const known = flags !== undefined || (node.arguments ?? []).length < 2;
      found.push({ line, text: node.getText(file), source: known ? source : undefined, flags: flags ?? '' });
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/** The constants of a file whose values stand there. */
function constantsOf(ts, file) {
  const constants = new Map();
  const visit = (node) => {
    const isConstant =
      ts.isVariableDeclaration(node) &&
      ts.isIdentifier(node.name) &&
      node.initializer !== undefined &&
      (node.parent.flags & ts.NodeFlags.Const) !== 0;
    if (isConstant) {
      // A name with two meanings has none here.
      constants.set(
        node.name.text,
        constants.has(node.name.text) ? undefined : valueOf(ts, node.initializer, constants),
      );
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return constants;
}

/** The string that an expression is; undefined when only a run could tell. */
function valueOf(ts, node, constants) {
  if (ts.isStringLiteralLike(node)) {
    return node.text;
  }
  if (ts.isIdentifier(node)) {
    return constants.get(node.text);
  }
  if (ts.isTaggedTemplateExpression(node) && node.tag.getText() === 'String.raw') {
    return ts.isNoSubstitutionTemplateLiteral(node.template) ? node.template.rawText : undefined;
  }
  if (ts.isTemplateExpression(node)) {
    const parts = node.templateSpans.map(({ expression, literal }) => {
      const value = valueOf(ts, expression, constants);
      return value === undefined ? undefined : value + literal.text;
    });
    return parts.includes(undefined) ? undefined : node.head.text + parts.join('');
  }
  return undefined;
}

/** What recheck says: undefined for a linear expression. The same each time: the seed is fixed, and no clock ends its work early. */
export function faultOf({ checkSync }, { source, flags }) {
  // Neither changes what is gone through.
  const known = flags.replace(/[dg]/g, '');
  const said = checkSync(source, known, { randomSeed: 0, timeout: null, attackTimeout: null });
  return said.status === 'safe'
    ? undefined
    : said.status === 'vulnerable'
      ? `takes time that is ${said.complexity?.summary ?? 'not linear'}`
      : `cannot be checked (${said.error?.kind ?? said.status})`;
}

const keyOf = ({ source, flags }) => `/${source}/${flags}`;

/** The faults of all of src/, one line each. */
export async function regexpFaults({ fix = false, all = false } = {}) {
  const { default: ts } = await import('typescript');
  // Loaded for a new expression only, because that takes longer than all else here. Plain JavaScript, which runs everywhere in the same
  // way; the native program is an optional dependency.
  let recheck;
  const load = async () =>
    (recheck ??= (await import(new URL('../../node_modules/recheck/lib/browser.js', import.meta.url)))
      .default);
  const { version } = JSON.parse(readFileSync(join(root, 'node_modules', 'recheck', 'package.json'), 'utf8'));
  const kept = JSON.parse(readFileSync(ledgerFile, 'utf8'));
  const safe = new Set(all || kept.recheck !== version ? [] : kept.safe);
  const seen = new Set();
  const faults = [];
  for (const name of readdirSync(join(root, 'src'), { recursive: true }).map((each) =>
    each.replaceAll('\\', '/'),
  )) {
    const expressions = name.endsWith('.ts')
      ? expressionsIn(ts, name, readFileSync(join(root, 'src', name), 'utf8'))
      : [];
    for (const each of expressions) {
      const fault =
        each.source === undefined
          ? 'is made while the code runs, and cannot be checked'
          : safe.has(keyOf(each))
            ? undefined
            : faultOf(await load(), each);
      if (fault === undefined) {
        safe.add(keyOf(each));
        seen.add(keyOf(each));
      } else {
        faults.push(`src/${name}:${each.line} ${each.text} ${fault}`);
      }
    }
  }
  if (fix || all) {
    const listed = [...seen].sort((a, b) => (a < b ? -1 : 1));
    writeFileSync(ledgerFile, `${JSON.stringify({ recheck: version, safe: listed }, null, 2)}\n`);
  }
  return faults;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const faults = await regexpFaults({
    fix: process.argv.includes('--fix'),
    all: process.argv.includes('--all'),
  });
  faults.forEach((fault) => console.log(fault));
  process.exitCode = faults.length === 0 ? 0 : 1;
}
