import { describedParameters } from './commentHelp';
import { powershellTokens, type PowerShellToken } from './powershellTokens';
import { ParameterParser } from './parameterParser';

/** How a value of a parameter is asked for. */
export type ParameterKind = 'text' | 'number' | 'switch' | 'boolean';

/** The default of a parameter: a value that is known here, or source that only PowerShell evaluates. */
export type ParameterDefault =
  | { readonly kind: 'value'; readonly value: string | readonly string[] }
  | { readonly kind: 'expression'; readonly source: string };

/** A parameter of a script, in the order of its `param` block. */
export interface ScriptParameter {
  /** Without `$`. */
  readonly name: string;
  readonly kind: ParameterKind;
  /** Takes several values. */
  readonly isList: boolean;
  /** As it is written, without brackets; undefined when the parameter has none. */
  readonly type: string | undefined;
  readonly isMandatory: boolean;
  /** What `ValidateSet` allows. */
  readonly choices: readonly string[] | undefined;
  readonly default: ParameterDefault | undefined;
  /** From the help comment, the attribute, or the comment above the parameter. */
  readonly help: string | undefined;
}

/** A script longer than this, in UTF-16 units, is not read for parameters. */
const maxScript = 1_000_000;

/**
 * The parameters of a PowerShell script whose `param` block is simple: names, types that a text can
 * become, `Mandatory`, `ValidateSet`, defaults and help. Undefined for a script without such a
 * block, and for everything that can't be asked for value by value: parameter sets, dynamic
 * parameters, script blocks, credentials.
 */
export function paramBlockOf(source: string): readonly ScriptParameter[] | undefined {
  if (source.length > maxScript || /\bdynamicparam\b/i.test(source)) {
    return undefined;
  }
  const tokens = [...powershellTokens(source)];
  const start = blockStart(source, tokens);
  if (start === undefined) {
    return undefined;
  }
  const parameters = new ParameterParser(source, tokens, start).parameters();
  if (parameters === undefined) {
    return undefined;
  }
  const comments = tokens.filter(({ kind }) => kind === 'comment').map(({ value }) => value ?? '');
  const described = describedParameters(comments);
  return parameters.map((each) => ({ ...each, help: described.get(each.name.toLowerCase()) ?? each.help }));
}

/** The token after `param (`, when nothing but comments, `using` and attributes stands before it. */
function blockStart(source: string, tokens: readonly PowerShellToken[]): number | undefined {
  let depth = 0;
  let usingUntil = -1;
  for (const [n, token] of tokens.entries()) {
    const { kind, value, start } = token;
    if (kind === 'comment' || start < usingUntil) {
      continue;
    }
    if (depth === 0 && kind === 'word' && value?.toLowerCase() === 'using') {
      const end = source.indexOf('\n', start);
      usingUntil = end < 0 ? source.length : end;
    } else if (depth === 0 && kind === 'word' && value?.toLowerCase() === 'param') {
      const next = tokens.findIndex((each, at) => at > n && each.kind !== 'comment');
      const opening = tokens[next];
      return opening?.kind === 'symbol' && opening.value === '(' ? next + 1 : undefined;
    } else if (kind === 'symbol' && value === '[') {
      depth += 1;
    } else if (kind === 'symbol' && value === ']') {
      depth -= 1;
    } else if (depth === 0) {
      return undefined;
    }
  }
  return undefined;
}
