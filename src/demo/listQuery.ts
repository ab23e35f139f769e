/**
 * The part of OData that the Defender API takes in `$filter` and `$orderby`. A tokenizer and a
 * descent by precedence, small because the sample tenant is shipped; the libraries for this bring a
 * whole OData service.
 */
export class ODataError extends Error {}

/** `strings` is a list of them, of which `any` is asked: `machineTags/any(tag: tag eq 'x')`. */
export type FieldType = 'string' | 'date' | 'number' | 'strings';
export type Fields = Readonly<Record<string, FieldType>>;
type Row = Readonly<Record<string, unknown>>;
type Test = (row: Row) => boolean;

const token =
  /(?<text>'(?:[^']|'')*')|(?<date>\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:?\d\d))|(?<number>\d{1,15})|(?<word>[A-Za-z_][\w./]*)|(?<mark>[(),:])/y;

interface Token {
  readonly kind: Kind;
  readonly value: string;
}

const kinds = ['text', 'date', 'number', 'word', 'mark'] as const;
type Kind = (typeof kinds)[number];
/** The literal that a field is compared with. */
const literalKinds: Readonly<Record<FieldType, Kind>> = {
  string: 'text',
  strings: 'text',
  date: 'date',
  number: 'number',
};

function tokenize(filter: string): Token[] {
  const tokens: Token[] = [];
  const end = filter.trimEnd().length;
  for (let at = 0; at < end;) {
    if (filter.charAt(at).trim() === '') {
      at += 1;
      continue;
    }
    token.lastIndex = at;
    const groups = token.exec(filter)?.groups;
    const kind = kinds.find((each) => groups?.[each] !== undefined);
    if (groups === undefined || kind === undefined) {
      throw new ODataError(`Syntax error at position ${at} in '${filter}'.`);
    }
    at = token.lastIndex;
    const value = groups[kind] ?? '';
    tokens.push({ kind, value: kind === 'text' ? value.slice(1, -1).replaceAll("''", "'") : value });
  }
  return tokens;
}

const comparisons: Readonly<Record<string, (order: number) => boolean>> = {
  eq: (order) => order === 0,
  ne: (order) => order !== 0,
  gt: (order) => order > 0,
  ge: (order) => order >= 0,
  lt: (order) => order < 0,
  le: (order) => order <= 0,
};

const functions: Readonly<Record<string, (value: string, part: string) => boolean>> = {
  startswith: (value, part) => value.startsWith(part),
  endswith: (value, part) => value.endsWith(part),
  contains: (value, part) => value.includes(part),
};

/**
 * Compiles a `$filter`.
 * @throws ODataError for a syntax error, and for a field that cannot be filtered by
 */
export function compileFilter(filter: string, fields: Fields): Test {
  const parser = new Parser(tokenize(filter), fields);
  return parser.parse();
}

class Parser {
  readonly #tokens: readonly Token[];
  readonly #fields: Fields;
  #at = 0;

  constructor(tokens: readonly Token[], fields: Fields) {
    this.#tokens = tokens;
    this.#fields = fields;
  }

  parse(): Test {
    const test = this.#or();
    if (this.#at < this.#tokens.length) {
      throw new ODataError(`Syntax error near '${this.#tokens[this.#at]?.value ?? ''}'.`);
    }
    return test;
  }

  #or(): Test {
    let left = this.#and();
    while (this.#takeWord('or')) {
      const [a, b] = [left, this.#and()];
      left = (row) => a(row) || b(row);
    }
    return left;
  }

  #and(): Test {
    let left = this.#not();
    while (this.#takeWord('and')) {
      const [a, b] = [left, this.#not()];
      left = (row) => a(row) && b(row);
    }
    return left;
  }

  #not(): Test {
    if (this.#takeWord('not')) {
      const inner = this.#not();
      return (row) => !inner(row);
    }
    return this.#primary();
  }

  #primary(): Test {
    if (this.#take('mark', '(')) {
      const inner = this.#or();
      this.#expect('mark', ')');
      return inner;
    }
    const word = this.#expect('word').value;
    const call = own(functions, word.toLowerCase());
    if (call !== undefined && this.#take('mark', '(')) {
      const field = this.#field(this.#expect('word').value);
      this.#expect('mark', ',');
      const part = this.#expect('text').value.toLowerCase();
      this.#expect('mark', ')');
      return (row) => typeof row[field] === 'string' && call(row[field].toLowerCase(), part);
    }
    return word.endsWith('/any') ? this.#any(word.slice(0, -'/any'.length)) : this.#comparison(word);
  }

  /** `list/any(each: each eq 'x')`: one value of the list fits. */
  #any(list: string): Test {
    this.#field(list, 'strings');
    this.#expect('mark', '(');
    const variable = this.#expect('word').value;
    this.#expect('mark', ':');
    const inner = new Parser(this.#tokens, { [variable]: 'string' });
    inner.#at = this.#at;
    const test = inner.#or();
    this.#at = inner.#at;
    this.#expect('mark', ')');
    return (row) => {
      const values = row[list];
      return Array.isArray(values) && values.some((each: unknown) => test({ [variable]: each }));
    };
  }

  #comparison(name: string): Test {
    const field = this.#field(name);
    const operator = this.#expect('word').value.toLowerCase();
    if (operator === 'in') {
      const options = this.#list().map((option) => this.#literal(field, option));
      return (row) => options.some((option) => compare(row[field], option) === 0);
    }
    const holds = own(comparisons, operator);
    const literal = this.#tokens[this.#at];
    if (holds === undefined || literal === undefined) {
      throw new ODataError(`Syntax error near '${operator}'.`);
    }
    this.#at += 1;
    const value = this.#literal(field, literal);
    if (value === null && operator !== 'eq' && operator !== 'ne') {
      return () => false;
    }
    return (row) => holds(compare(row[field], value));
  }

  #list(): Token[] {
    this.#expect('mark', '(');
    const options = [this.#expect('text')];
    while (this.#take('mark', ',')) {
      options.push(this.#expect('text'));
    }
    this.#expect('mark', ')');
    return options;
  }

  #literal(field: string, { kind, value }: Token): string | number | null {
    if (kind === 'word' && value === 'null') {
      return null;
    }
    const type = this.#fields[field] ?? 'string';
    // A group's ID is a text in the documentation and a number on the wire: both are taken.
    if (kind !== literalKinds[type] && !(type === 'number' && kind === 'text')) {
      throw new ODataError(`'${value}' does not fit the type of '${field}'.`);
    }
    const literal =
      type === 'date' ? Date.parse(value) : type === 'number' ? Number(value) : value.toLowerCase();
    if (Number.isNaN(literal)) {
      throw new ODataError(`'${value}' is not a ${type}.`);
    }
    return literal;
  }

  #field(name: string, wanted?: FieldType): string {
    const type = own(this.#fields, name);
    if (type === undefined || (type === 'strings') !== (wanted === 'strings')) {
      throw new ODataError(`Could not find a property named '${name}' that can be filtered by.`);
    }
    return name;
  }

  #takeWord(word: string): boolean {
    return this.#take('word', word);
  }

  #take(kind: Token['kind'], value: string): boolean {
    const next = this.#tokens[this.#at];
    const matches = next?.kind === kind && next.value.toLowerCase() === value;
    this.#at += matches ? 1 : 0;
    return matches;
  }

  #expect(kind: Token['kind'], value?: string): Token {
    const next = this.#tokens[this.#at];
    if (next?.kind !== kind || (value !== undefined && next.value !== value)) {
      throw new ODataError(`Syntax error near '${next?.value ?? 'the end'}'.`);
    }
    this.#at += 1;
    return next;
  }
}

/**
 * What a table has under a name that came from outside: `constructor` is in every object, and in no
 * table.
 */
function own<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

/** Less than, equal, greater; NaN where nothing holds: null is ordered with nothing. */
function compare(actual: unknown, literal: string | number | null): number {
  if (actual === null || actual === undefined || literal === null) {
    return (actual ?? null) === literal ? 0 : NaN;
  }
  const text = typeof actual === 'string' ? actual : '';
  const number = typeof actual === 'number' ? actual : Date.parse(text);
  const value = typeof literal === 'number' ? number : text.toLowerCase();
  return value === literal ? 0 : value < literal ? -1 : 1;
}

/**
 * Compiles an `$orderby` of one field.
 * @throws ODataError
 */
export function compileOrder(order: string, fields: Fields): (a: Row, b: Row) => number {
  const match = /^\s*(\w+)(?:\s+(asc|desc))?\s*$/i.exec(order);
  const field = match?.[1] ?? '';
  const type = own(fields, field);
  if (type === undefined || type === 'strings') {
    throw new ODataError(`Could not order by '${order}'.`);
  }
  const sign = match?.[2]?.toLowerCase() === 'desc' ? -1 : 1;
  const key = (row: Row): string | number => {
    const value = row[field];
    const text = typeof value === 'string' ? value : '';
    return typeof value === 'number' ? value : type === 'date' ? Date.parse(text) || 0 : text;
  };
  return (a, b) => (key(a) < key(b) ? -sign : key(a) > key(b) ? sign : 0);
}
