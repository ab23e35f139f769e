/** A token of PowerShell, as far as a `param` block needs it. */
export interface PowerShellToken {
  readonly kind: 'comment' | 'text' | 'variable' | 'number' | 'word' | 'symbol';
  /**
   * The value of a text; the name of a variable, without `$`; otherwise the source. A text with a
   * variable in it has no value.
   */
  readonly value: string | undefined;
  /** Where it is in the source, in UTF-16 units. */
  readonly start: number;
  readonly end: number;
}

/**
 * PowerShell takes ‘ ’ ‚ ‛ for ' and “ ” „ for ", too: `CharExtensions` in PowerShell's
 * `CharTraits.cs`.
 */
const patterns = {
  space: /(?:\s|`\r?\n)+/y,
  comment: /<#(?:[^#]|#(?!>))*#>|#[^\r\n]*/y,
  single: /['\u2018-\u201B](?:[^'\u2018-\u201B]|['\u2018-\u201B]{2})*['\u2018-\u201B]/y,
  double: /["\u201C-\u201E](?:[^"\u201C-\u201E`]|`[^]|["\u201C-\u201E]{2})*["\u201C-\u201E]/y,
  variable: /\$(?:[A-Za-z]{1,20}:)?\w+/y,
  number: /[-+]?(?:0x[\da-f]+|\d+(?:\.\d+)?)(?:[kmgtp]b)?(?![\w.])/iy,
  word: /[A-Za-z_][\w.-]*/y,
} as const;

const escapes: Readonly<Record<string, string>> = {
  '0': '\0',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/**
 * The tokens of a script, one after the other. It ends early at what it doesn't read: a here-string
 * or a text without an end.
 */
export function* powershellTokens(source: string): Generator<PowerShellToken, void> {
  const match = (pattern: RegExp, at: number): string | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(source)?.[0];
  };
  let at = source.startsWith('\uFEFF') ? 1 : 0;
  while (at < source.length) {
    const space = match(patterns.space, at);
    if (space !== undefined) {
      at += space.length;
      continue;
    }
    const token = tokenAt(source, at, match);
    if (token === undefined) {
      return;
    }
    yield token;
    at = token.end;
  }
}

function tokenAt(
  source: string,
  start: number,
  match: (pattern: RegExp, at: number) => string | undefined,
): PowerShellToken | undefined {
  const made = (kind: PowerShellToken['kind'], text: string, value: string | undefined): PowerShellToken => ({
    kind,
    value,
    start,
    end: start + text.length,
  });
  const first = source[start] ?? '';
  if (/['"\u2018-\u201E]/.test(first)) {
    const single = match(patterns.single, start);
    const text = single ?? match(patterns.double, start);
    return text === undefined
      ? undefined
      : made('text', text, single === undefined ? ofDouble(text) : ofSingle(text));
  }
  if (first === '@' && /['"\u2018-\u201E]/.test(source[start + 1] ?? '')) {
    return undefined;
  }
  if (first === '#' || source.startsWith('<#', start)) {
    const comment = match(patterns.comment, start);
    return comment === undefined ? undefined : made('comment', comment, comment);
  }
  const variable = match(patterns.variable, start);
  if (variable !== undefined) {
    return made('variable', variable, variable.slice(1));
  }
  for (const kind of ['number', 'word'] as const) {
    const text = match(patterns[kind], start);
    if (text !== undefined) {
      return made(kind, text, text);
    }
  }
  return made('symbol', first, first);
}

function ofSingle(text: string): string {
  return text.slice(1, -1).replaceAll(/(['\u2018-\u201B])['\u2018-\u201B]/g, '$1');
}

/** Undefined when a variable or an expression is part of it. */
function ofDouble(text: string): string | undefined {
  const inner = text.slice(1, -1);
  if (/^(?:[^$`]|`[^])*$/.test(inner)) {
    return inner.replaceAll(
      /`([^])|(["\u201C-\u201E])["\u201C-\u201E]/g,
      (_, escaped?: string, quote?: string) =>
        escaped === undefined ? (quote ?? '') : (escapes[escaped] ?? escaped),
    );
  }
  return undefined;
}
