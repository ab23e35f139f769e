import { readFileSync } from 'node:fs';
import ts from 'typescript';

/** One `import()` of a bundled file. */
export interface DynamicImport {
  /** The file that it stands in. */
  readonly file: string;
  /** What it names, such as `./chunks/container-ABC.js`. */
  readonly specifier: string;
  /** The exports that the code goes on to use; undefined when this reader does not understand the code. */
  readonly names: readonly string[] | undefined;
}

/**
 * Every `import()` in JavaScript files, with the exports that the code uses. The bundler checks the names of static imports. Those of an
 * `import()` it does not, and for a CommonJS package they differ between Node and a bundle.
 */
export function dynamicImports(files: readonly string[]): DynamicImport[] {
  const options: ts.CompilerOptions = { allowJs: true, noResolve: true, noLib: true, types: [] };
  const program = ts.createProgram([...files], options);
  const checker = program.getTypeChecker();
  return files.flatMap((file) => {
    const source = program.getSourceFile(file);
    if (source === undefined) {
      throw new Error(`${file} cannot be read.`);
    }
    const reader = new ImportReader(checker, source);
    return nodesOf(source)
      .filter(isDynamicImport)
      .map((call) => ({ file, specifier: specifierOf(call), names: reader.namesOfPromise(call) }));
  });
}

/** The names of the static imports of a file: `vscode`, `./chunk-ABC.js`, `node:fs`. */
export function staticImports(file: string): string[] {
  return ts
    .preProcessFile(readFileSync(file, 'utf8'), true, true)
    .importedFiles.map(({ fileName }) => fileName);
}

function isDynamicImport(node: ts.Node): node is ts.CallExpression {
  return ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword;
}

function specifierOf({ arguments: [first] }: ts.CallExpression): string {
  return first !== undefined && ts.isStringLiteralLike(first) ? first.text : '(computed)';
}

function nodesOf(root: ts.Node): ts.Node[] {
  const found: ts.Node[] = [];
  const visit = (node: ts.Node): void => {
    found.push(node);
    ts.forEachChild(node, visit);
  };
  visit(root);
  return found;
}

/** Follows the value of an `import()` to the names that are taken from it. */
class ImportReader {
  readonly #checker: ts.TypeChecker;
  readonly #source: ts.SourceFile;

  constructor(checker: ts.TypeChecker, source: ts.SourceFile) {
    this.#checker = checker;
    this.#source = source;
  }

  /** Of an expression that is the promise of a module. */
  namesOfPromise(promise: ts.Expression): string[] | undefined {
    const { parent } = promise;
    if (ts.isParenthesizedExpression(parent)) {
      return this.namesOfPromise(parent);
    }
    if (ts.isAwaitExpression(parent)) {
      return this.#namesOfModule(parent);
    }
    if (ts.isPropertyAccessExpression(parent) && parent.name.text === 'then') {
      const [callback] = ts.isCallExpression(parent.parent) ? parent.parent.arguments : [];
      const [parameter] = callback !== undefined && ts.isArrowFunction(callback) ? callback.parameters : [];
      return parameter && this.#namesOfBinding(parameter.name);
    }
    // const load = () => import('…'): what its callers take.
    if (ts.isArrowFunction(parent) && parent.body === promise && ts.isVariableDeclaration(parent.parent)) {
      return all(
        this.#references(parent.parent.name).map((reference) =>
          ts.isCallExpression(reference.parent) ? this.namesOfPromise(reference.parent) : undefined,
        ),
      );
    }
    return undefined;
  }

  /** Of an expression that is a module. */
  #namesOfModule(module: ts.Expression): string[] | undefined {
    const { parent } = module;
    if (ts.isParenthesizedExpression(parent)) {
      return this.#namesOfModule(parent);
    }
    if (ts.isPropertyAccessExpression(parent) && parent.expression === module) {
      return [parent.name.text];
    }
    return ts.isVariableDeclaration(parent) ? this.#namesOfBinding(parent.name) : undefined;
  }

  #namesOfBinding(binding: ts.BindingName): string[] | undefined {
    if (ts.isObjectBindingPattern(binding)) {
      return all(
        binding.elements.map(({ propertyName, name, dotDotDotToken }) => {
          const key = propertyName ?? name;
          return dotDotDotToken === undefined && ts.isIdentifier(key) ? [key.text] : undefined;
        }),
      );
    }
    return ts.isIdentifier(binding)
      ? all(this.#references(binding).map((reference) => this.#namesOfModule(reference)))
      : undefined;
  }

  #references(name: ts.BindingName): ts.Identifier[] {
    const symbol = this.#checker.getSymbolAtLocation(name);
    return nodesOf(this.#source)
      .filter(ts.isIdentifier)
      .filter((each) => each !== name && this.#checker.getSymbolAtLocation(each) === symbol);
  }
}

/** All of them, or undefined when one is not known. */
function all(lists: readonly (readonly string[] | undefined)[]): string[] | undefined {
  return lists.includes(undefined) ? undefined : lists.flatMap((list) => list ?? []);
}
