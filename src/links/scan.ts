/** An action ID in a text. */
export interface FoundId {
  /** Lower-case GUID. */
  readonly id: string;
  readonly start: number;
  /** Not included. */
  readonly end: number;
}

const guid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;
const machine = /[0-9a-f]{40}/gi;

/**
 * The GUIDs in a text, of any case, in whatever stands around them: quotes, braces, an address, Markdown, a table. Not those that are a part
 * of something longer. An underscore may touch one: the files of results are called `output_<action ID>_0.json`.
 */
export function findIds(text: string): Generator<FoundId> {
  return findAll(text, guid);
}

/** The IDs of machines, 40 hexadecimal digits. SHA-1 hashes look the same: only somebody who knows the machines can tell. */
export function findMachineIds(text: string): Generator<FoundId> {
  return findAll(text, machine);
}

/** The ID at a place in a line; undefined when there is none. */
export function idAt(line: string, column: number): FoundId | undefined {
  for (const found of findIds(line)) {
    if (found.start <= column && column <= found.end) {
      return found;
    }
  }
  return undefined;
}

/** What is around a match is looked at by code: looking around in the expression would take several times as long. */
function* findAll(text: string, pattern: RegExp): Generator<FoundId> {
  for (const match of text.matchAll(pattern)) {
    const start = match.index;
    const end = start + match[0].length;
    if (!touches(text, start - 1, start - 2) && !touches(text, end, end + 1)) {
      yield { id: match[0].toLowerCase(), start, end };
    }
  }
}

/** True when the character at `next` makes what is beside it a part of something longer; `beyond` is the one behind it. */
function touches(text: string, next: number, beyond: number): boolean {
  const code = text.charCodeAt(next);
  // A hyphen joins only what goes on behind it: a dash after an ID is punctuation.
  return isAlphanumeric(code) || (code === 0x2d && isAlphanumeric(text.charCodeAt(beyond)));
}

function isAlphanumeric(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
}
