import type { ScriptLanguage } from '../library/scriptNames';

/** A value for a script. A name is that of a parameter, without a dash; without a value it is a switch. */
export type Argument =
  { readonly value: ArgumentValue } | { readonly name: string; readonly value?: ArgumentValue };
/** Several values are a list of PowerShell. */
export type ArgumentValue = string | readonly string[];

/** Why no `Args` can be made. Positions count UTF-16 units from 0; `index` is that of the argument. */
export type ArgumentFault =
  /**
   * Live response refuses these characters, wherever they stand: defender-docs, live-response.md.
   */
  | {
      readonly kind: 'refusedCharacter';
      readonly index: number;
      readonly character: string;
      readonly position: number;
    }
  /** Line breaks and other controls have no place on a command line. */
  | {
      readonly kind: 'control';
      readonly index: number;
      readonly character: string;
      readonly position: number;
    }
  | { readonly kind: 'name'; readonly index: number; readonly name: string }
  /** A list for bash, an empty list, or values with and without names in one token. */
  | { readonly kind: 'form'; readonly index: number };

/** What may go wrong on the machine all the same, because no page says how the agent passes it. */
export type ArgumentDoubt =
  /** The agent has the whole in double quotes on a command line of Windows. */
  | { readonly kind: 'doubleQuote'; readonly index: number; readonly position: number }
  /** Nothing says how the agent splits `Args` for bash. */
  | { readonly kind: 'quotedForBash'; readonly index: number }
  /** Characters in all; a command line of Windows has 32,767 at most. */
  | { readonly kind: 'long'; readonly length: number };

export type ArgsResult =
  | {
      readonly kind: 'made';
      /** What is sent as `Args`; empty when there is nothing to send, then the key is left out. */
      readonly args: string;
      readonly doubts: readonly ArgumentDoubt[];
    }
  | { readonly kind: 'refused'; readonly faults: readonly ArgumentFault[] };

/** Characters of `Args` from which on the length is in doubt. */
export const longArgs = 4_000;

const refused = /[;&|!$()]/;
const control = /\p{Cc}/u;

/**
 * Makes `Args` of values. PowerShell parses the result, and each value arrives as it is: what means
 * something to PowerShell stands in single quotes.
 */
export function argsOf(values: readonly Argument[], language: ScriptLanguage): ArgsResult {
  const faults = values.flatMap((each, index) => faultsOf(each, index, language));
  if (faults.length > 0) {
    return { kind: 'refused', faults };
  }
  const args = values.map((each) => tokenOf(each, language)).join(' ');
  const doubts = values.flatMap((each, index) => doubtsOf(each, index, language));
  return { kind: 'made', args, doubts: [...doubts, ...lengthDoubts(args)] };
}

/** Checks `Args` that a person wrote as they are to be sent. */
export function checkedArgs(text: string): ArgsResult {
  const args = text.trim();
  const faults = characterFaults(args, 0);
  if (faults.length > 0) {
    return { kind: 'refused', faults };
  }
  const position = args.indexOf('"');
  const doubts: ArgumentDoubt[] = position < 0 ? [] : [{ kind: 'doubleQuote', index: 0, position }];
  return { kind: 'made', args, doubts: [...doubts, ...lengthDoubts(args)] };
}

/**
 * Packs values as one token that no parser changes, for scripts that declare
 * `# liveresponse: args=base64url`: Base64url, without padding, of UTF-8 JSON. Named values become
 * an object (a switch is `true`), values without names a list.
 */
export function encodedArgs(values: readonly Argument[]): ArgsResult {
  if (values.length === 0) {
    return { kind: 'made', args: '', doubts: [] };
  }
  const names = values.map((each) => ('name' in each ? each.name : undefined));
  const mixed = names.findIndex((name) => (name === undefined) !== (names[0] === undefined));
  if (mixed >= 0) {
    return { kind: 'refused', faults: [{ kind: 'form', index: mixed }] };
  }
  const json =
    names[0] === undefined
      ? values.map(({ value }) => value ?? '')
      : Object.fromEntries(values.map(({ value }, n) => [names[n] ?? '', value ?? true]));
  const args = Buffer.from(JSON.stringify(json), 'utf8').toString('base64url');
  return { kind: 'made', args, doubts: lengthDoubts(args) };
}

/**
 * The line that runs on the machine, for people. Windows PowerShell 5.1 dot-sources the script,
 * which has the name `PSScript_{GUID}.ps1` there; bash reads it from its standard input.
 */
export function machineLine(script: string, args: string, language: ScriptLanguage): string {
  const tail = args === '' ? '' : ` ${args}`;
  return language === 'powershell' ? `. .\\${script}${tail}` : `/bin/bash -s --${tail} < ${script}`;
}

function faultsOf(argument: Argument, index: number, language: ScriptLanguage): readonly ArgumentFault[] {
  const { value } = argument;
  if ('name' in argument && !/^[A-Za-z_]\w{0,127}$/.test(argument.name)) {
    return [{ kind: 'name', index, name: argument.name }];
  }
  if (typeof value === 'object' && (language === 'bash' || value.length === 0)) {
    return [{ kind: 'form', index }];
  }
  return texts(value).flatMap((text) => characterFaults(text, index));
}

function characterFaults(text: string, index: number): readonly ArgumentFault[] {
  const found: ArgumentFault[] = [];
  let position = 0;
  for (const character of text) {
    if (refused.test(character)) {
      found.push({ kind: 'refusedCharacter', index, character, position });
    } else if (control.test(character)) {
      found.push({ kind: 'control', index, character, position });
    }
    position += character.length;
  }
  return found;
}

function doubtsOf({ value }: Argument, index: number, language: ScriptLanguage): readonly ArgumentDoubt[] {
  return texts(value).flatMap((text): readonly ArgumentDoubt[] => {
    const position = text.indexOf('"');
    return [
      ...(position < 0 ? [] : [{ kind: 'doubleQuote', index, position } as const]),
      ...(language === 'bash' && bashToken(text) !== text ? [{ kind: 'quotedForBash', index } as const] : []),
    ];
  });
}

function lengthDoubts({ length }: string): readonly ArgumentDoubt[] {
  return length >= longArgs ? [{ kind: 'long', length }] : [];
}

function texts(value: ArgumentValue | undefined): readonly string[] {
  return value === undefined ? [] : typeof value === 'string' ? [value] : value;
}

function tokenOf(argument: Argument, language: ScriptLanguage): string {
  const quoted = language === 'bash' ? bashToken : powershellToken;
  // A list of one is a list for PowerShell as well: it makes one of a single value by itself.
  const value = texts(argument.value).map(quoted).join(',');
  if (!('name' in argument)) {
    return value;
  }
  return argument.value === undefined ? `-${argument.name}` : `-${argument.name} ${value}`;
}

/**
 * A value as one token of PowerShell. Words and whole numbers stay bare, so that a number is one
 * for a parameter without a type. All else is quoted: `1kb` or `007` would become other numbers, a
 * dash would begin a parameter's name, and a backslash at the end would escape the quote that ends
 * the command line.
 */
export function powershellToken(value: string): string {
  const isBare =
    /^(?:0|[1-9]\d{0,8})$/.test(value) || (/^[A-Za-z_\\/][\w\\/.:-]*$/.test(value) && !value.endsWith('\\'));
  // Any two of PowerShell's single quotes in a row are the first of them.
  return isBare ? value : `'${value.replaceAll(/['\u2018-\u201B]/g, '$&$&')}'`;
}

function bashToken(value: string): string {
  return /^[\w./:@%+,=-]+$/.test(value) ? value : `'${value.replaceAll("'", String.raw`'\''`)}'`;
}
