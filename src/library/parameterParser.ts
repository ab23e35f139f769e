import { commentText } from './commentHelp';
import type { PowerShellToken } from './powershellTokens';
import type { ParameterDefault, ParameterKind, ScriptParameter } from './paramBlock';

/** Types that PowerShell makes of a text or a number by itself; the accelerators and .NET's names. */
const kinds: readonly (readonly [ParameterKind, readonly string[]])[] = [
  [
    'text',
    ['string', 'char', 'object', 'psobject', 'datetime', 'datetimeoffset', 'timespan', 'version', 'guid'],
  ],
  ['text', ['uri', 'ipaddress', 'net.ipaddress', 'regex', 'mailaddress', 'cultureinfo']],
  ['text', ['io.fileinfo', 'io.directoryinfo']],
  ['number', ['byte', 'sbyte', 'short', 'ushort', 'int', 'uint', 'long', 'ulong', 'int16', 'uint16']],
  ['number', ['int32', 'uint32', 'int64', 'uint64', 'single', 'float', 'double', 'decimal', 'bigint']],
  ['switch', ['switch', 'switchparameter', 'management.automation.switchparameter']],
  ['boolean', ['bool', 'boolean']],
];
const kindOf = new Map(kinds.flatMap(([kind, names]) => names.map((name) => [name, kind] as const)));

/** Arguments of `[Parameter()]` that say nothing about how a value is asked for. */
const ignoredArguments: ReadonlySet<string> = new Set([
  'position',
  'helpmessage',
  'helpmessagebasename',
  'helpmessageresourceid',
  'valuefrompipeline',
  'valuefrompipelinebypropertyname',
  'dontshow',
]);

interface Type {
  readonly text: string;
  readonly kind: ParameterKind;
  readonly isList: boolean;
}

interface Draft {
  type?: Type;
  isMandatory: boolean;
  choices?: readonly string[];
  help?: string;
}

/** Thrown and caught here alone: the block is not simple. */
class NotSimple extends Error {}

/** Reads what stands in the parentheses of a `param` block. */
export class ParameterParser {
  readonly #source: string;
  readonly #tokens: readonly PowerShellToken[];
  #at: number;
  /** The comment lines right before the next token. */
  #comments: string[] = [];

  constructor(source: string, tokens: readonly PowerShellToken[], at: number) {
    this.#source = source;
    this.#tokens = tokens;
    this.#at = at;
  }

  /** Undefined when the block is not simple. */
  parameters(): readonly ScriptParameter[] | undefined {
    try {
      const found: ScriptParameter[] = [];
      if (!this.#takes(')')) {
        found.push(this.#parameter());
        while (this.#takes(',')) {
          found.push(this.#parameter());
        }
        this.#expect(')');
      }
      const names = new Set(found.map(({ name }) => name.toLowerCase()));
      return names.size === found.length ? found : undefined;
    } catch (error) {
      if (error instanceof NotSimple) {
        return undefined;
      }
      throw error;
    }
  }

  #parameter(): ScriptParameter {
    const draft: Draft = { isMandatory: false };
    this.#peek();
    const above = this.#comments.map((each) => commentText(each).trim()).join(' ');
    while (this.#takes('[')) {
      this.#bracket(draft);
    }
    const { kind, value } = this.#take();
    if (kind !== 'variable' || value === undefined || value.includes(':')) {
      throw new NotSimple();
    }
    const fallback = this.#takes('=') ? this.#default() : undefined;
    const type = draft.type;
    return {
      name: value,
      kind: type?.kind ?? 'text',
      isList: type?.isList === true,
      type: type?.text,
      isMandatory: draft.isMandatory,
      choices: draft.choices,
      default: fallback,
      help: draft.help ?? (above === '' ? undefined : above),
    };
  }

  /** A type or an attribute; its bracket is taken. */
  #bracket(draft: Draft): void {
    const { kind, value = '', start } = this.#take();
    if (kind !== 'word') {
      throw new NotSimple();
    }
    if (!this.#takes('(')) {
      const isList = this.#takes('[');
      if (isList) {
        this.#expect(']');
      }
      const end = this.#take().start;
      const type = kindOf.get(value.toLowerCase().replace(/^system\./, ''));
      const isKnown = type !== undefined && draft.type === undefined && this.#source[end] === ']';
      if (!isKnown || (isList && type !== 'text' && type !== 'number')) {
        throw new NotSimple();
      }
      draft.type = { text: this.#source.slice(start, end), kind: type, isList };
      return;
    }
    switch (value.toLowerCase()) {
      case 'parameter':
        this.#parameterAttribute(draft);
        break;
      case 'validateset':
        draft.choices = this.#choices();
        break;
      default:
        this.#skip(')');
    }
    this.#expect(']');
  }

  /** `Mandatory` and `HelpMessage`; the parenthesis is taken. */
  #parameterAttribute(draft: Draft): void {
    while (!this.#takes(')')) {
      const name = this.#take();
      const word = name.value?.toLowerCase() ?? '';
      const value = this.#takes('=') ? this.#take() : undefined;
      const isTrue = value === undefined || value.value?.toLowerCase() === 'true' || value.value === '1';
      if (name.kind === 'word' && word === 'mandatory') {
        draft.isMandatory = isTrue;
      } else if (name.kind !== 'word' || !ignoredArguments.has(word)) {
        throw new NotSimple();
      }
      if (word === 'helpmessage' && value?.value !== undefined) {
        draft.help = value.value;
      }
      if (!this.#isNext(')')) {
        this.#expect(',');
      }
    }
  }

  #choices(): readonly string[] {
    const found: string[] = [];
    while (!this.#takes(')')) {
      const { kind, value } = this.#take();
      if (kind === 'word' && this.#takes('=')) {
        // IgnoreCase and ErrorMessage.
        this.#take();
      } else if ((kind === 'text' || kind === 'number') && value !== undefined) {
        found.push(value);
      } else {
        throw new NotSimple();
      }
      if (!this.#isNext(')')) {
        this.#expect(',');
      }
    }
    return found;
  }

  /** Up to the comma or the parenthesis that ends the parameter. */
  #default(): ParameterDefault {
    const first = this.#peek();
    const from = this.#at;
    let last = first;
    for (let depth = 0; depth > 0 || !(this.#isNext(',') || this.#isNext(')'));) {
      last = this.#take();
      depth += last.kind === 'symbol' ? depthOf(last.value) : 0;
    }
    if (first.start === last.start && this.#at === from) {
      throw new NotSimple();
    }
    const tokens = this.#tokens.slice(from, this.#at).filter(({ kind }) => kind !== 'comment');
    const value = literal(tokens) ?? list(tokens);
    return value === undefined
      ? { kind: 'expression', source: this.#source.slice(first.start, last.end) }
      : { kind: 'value', value };
  }

  /** Past the bracket that closes what is open. */
  #skip(closing: string): void {
    for (let depth = 0; depth > 0 || !this.#isNext(closing);) {
      const { kind, value } = this.#take();
      depth += kind === 'symbol' ? depthOf(value) : 0;
    }
    this.#take();
  }

  #peek(): PowerShellToken {
    for (;;) {
      const token = this.#tokens[this.#at];
      if (token === undefined) {
        throw new NotSimple();
      }
      if (token.kind !== 'comment') {
        return token;
      }
      this.#comments.push(token.value ?? '');
      this.#at += 1;
    }
  }

  #take(): PowerShellToken {
    const token = this.#peek();
    this.#comments = [];
    this.#at += 1;
    return token;
  }

  #isNext(symbol: string): boolean {
    const { kind, value } = this.#peek();
    return kind === 'symbol' && value === symbol;
  }

  #takes(symbol: string): boolean {
    const taken = this.#isNext(symbol);
    if (taken) {
      this.#take();
    }
    return taken;
  }

  #expect(symbol: string): void {
    if (!this.#takes(symbol)) {
      throw new NotSimple();
    }
  }
}

/** How much deeper what follows a symbol is nested. */
function depthOf(symbol = ''): number {
  return ['(', '[', '{'].includes(symbol) ? 1 : [')', ']', '}'].includes(symbol) ? -1 : 0;
}

function literal(tokens: readonly PowerShellToken[]): string | undefined {
  const [token, ...more] = tokens;
  if (token === undefined || more.length > 0) {
    return undefined;
  }
  if (token.kind === 'variable') {
    const name = token.value?.toLowerCase() ?? '';
    return name === 'true' || name === 'false' ? name : undefined;
  }
  return token.kind === 'text' || token.kind === 'number' ? token.value : undefined;
}

/** `@('a', 'b')`. */
function list(tokens: readonly PowerShellToken[]): readonly string[] | undefined {
  const inner = tokens.slice(2, -1);
  if (tokens[0]?.value !== '@' || tokens[1]?.value !== '(' || tokens.at(-1)?.value !== ')') {
    return undefined;
  }
  const values: string[] = [];
  for (const [n, token] of inner.entries()) {
    const value = literal([token]);
    if (n % 2 === 0 ? value === undefined : token.kind !== 'symbol' || token.value !== ',') {
      return undefined;
    }
    if (n % 2 === 0) {
      values.push(value ?? '');
    }
  }
  return inner.length % 2 === 1 || inner.length === 0 ? values : undefined;
}
