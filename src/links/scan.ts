import { guidStart, machineIdStart } from './candidates';

/** An action ID in a text. */
export interface FoundId {
  /** Lower-case GUID. */
  readonly id: string;
  readonly start: number;
  /** Not included. */
  readonly end: number;
}

const guidLength = 36;
const machineLength = 40;
/** Most lines have no ID. */
const none: readonly FoundId[] = [];

/**
 * The GUIDs in a text, of any case, in whatever stands around them: quotes, braces, an address,
 * Markdown, a table, an escape. Not those that are a part of something longer. An underscore may
 * touch one: the files of results are called `output_<action ID>_0.json`.
 */
export function findIds(text: string): readonly FoundId[] {
  const first = guidStart(text, 0);
  return first < 0 ? none : findAll(text, first, guidLength, guidStart);
}

/**
 * The IDs of machines, 40 hexadecimal digits. SHA-1 hashes look the same: only somebody who knows
 * the machines can tell.
 */
export function findMachineIds(text: string): readonly FoundId[] {
  const first = machineIdStart(text, 0);
  return first < 0 ? none : findAll(text, first, machineLength, machineIdStart);
}

/**
 * The ID at a place in a line; undefined when there is none. The line may be long: only what is
 * near is looked at.
 */
export function idAt(line: string, column: number): FoundId | undefined {
  return foundAt(line, column, guidLength, findIds);
}

/** The ID of a machine at a place in a line, like {@link idAt}. */
export function machineIdAt(line: string, column: number): FoundId | undefined {
  return foundAt(line, column, machineLength, findMachineIds);
}

function foundAt(
  line: string,
  column: number,
  length: number,
  find: (text: string) => readonly FoundId[],
): FoundId | undefined {
  const from = Math.max(0, column - length - maxEscapeLength);
  for (const { id, start, end } of find(line.slice(from, column + length + 2))) {
    if (from + start <= column && column <= from + end) {
      return { id, start: from + start, end: from + end };
    }
  }
  return undefined;
}

function findAll(
  text: string,
  first: number,
  length: number,
  next: (text: string, from: number) => number,
): FoundId[] {
  const found: FoundId[] = [];
  for (let start = first; start >= 0; start = next(text, start + length)) {
    const end = start + length;
    if (!touchesBefore(text, start) && !touchesBehind(text, end)) {
      found.push({ id: text.slice(start, end).toLowerCase(), start, end });
    }
  }
  return found;
}

/** True when what is before `start` makes the ID a part of something longer. */
function touchesBefore(text: string, start: number): boolean {
  const code = text.charCodeAt(start - 1);
  // A hyphen joins only what goes on behind it: a dash before or after an ID is punctuation.
  const end = code === hyphen ? start - 1 : start;
  return isAlphanumeric(text.charCodeAt(end - 1)) && !endsEscape(text, end);
}

function touchesBehind(text: string, end: number): boolean {
  const code = text.charCodeAt(end);
  return isAlphanumeric(code) || (code === hyphen && isAlphanumeric(text.charCodeAt(end + 1)));
}

/** Characters before an ID that are looked at, more than an escape has. */
const maxEscapeLength = 24;

/**
 * What stands for one character, or for none, and ends with a letter or a digit: `%2F`, `%252F`,
 * `%u0027`, `\u0027`, `\x27`, `\n`, a color or a column (`ESC[32m`, `ESC[0G`, also without its
 * ESC), `=3D` and `=A0` of quoted-printable, and
 * `n behind the backtick of PowerShell. `\a`, `\b` and `\f` are not here: they are digits behind
 * the backslash of a path.
 */
const escapeAtEnd =
  /%(?:25){0,4}(?:[0-9a-f]{2}|u[0-9a-f]{4})$|\\(?:u[0-9a-f]{4}|x[0-9a-f]{2}|[nrtv])$|[[\u009b][0-9;:]{0,16}[ghjkm]$|=(?:3d|20|[89a-f][0-9a-f])$|`[0abefnrtv]$/i;

/**
 * True when an escape ends before `end`. Asked for few places only, so a slice and an expression
 * are fast enough.
 */
function endsEscape(text: string, end: number): boolean {
  return escapeAtEnd.test(text.slice(Math.max(0, end - maxEscapeLength), end));
}

const hyphen = 0x2d;

function isAlphanumeric(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
}
