import type { JsonMember } from './jsonMembers';
import type { Repair } from './transcript';

/**
 * What a transcript is read for, and the keys that say it: documented, recorded, or what other
 * clients look for.
 */
const spellings = {
  name: ['script_name', 'name'],
  exitCode: ['exit_code'],
  output: ['script_output', 'output'],
  error: ['script_errors', 'script_error', 'errors'],
} as const;

type Part = keyof typeof spellings;

/** A member, and what its value says: a text, null, or JSON that is neither. */
export interface ReadMember extends JsonMember {
  readonly blank: boolean;
}

/** The members of a transcript, told apart. */
export type TranscriptMembers = Readonly<Record<Part, ReadMember | undefined>> & {
  readonly extra: readonly ReadMember[];
  readonly repairs: readonly Repair[];
};

/** Repeated keys that are told, and characters of a key: enough to see what happened. */
const maxTold = 100;
const maxToldKeyLength = 500;

/**
 * Tells the members of a transcript apart; undefined when none is an output or an error. Of
 * repeated keys the last one counts, as in every parser. A key in another case (`ScriptOutput`)
 * counts when no known key says something, and that is told.
 */
export function sortMembers(members: readonly ReadMember[]): TranscriptMembers | undefined {
  const last = new Map<string, ReadMember>();
  const repeated = new Set<string>();
  for (const member of members) {
    if (last.has(member.key)) {
      repeated.add(member.key);
    }
    last.set(member.key, member);
  }
  const repairs: Repair[] = Array.from(repeated)
    .slice(0, maxTold)
    .map((key) => ({ kind: 'repeatedKey', key: key.slice(0, maxToldKeyLength) }));
  const take = (part: Part): ReadMember | undefined => {
    const taken = takePart(last, part);
    const [meant] = spellings[part];
    if (taken !== undefined && !isKnown(part, taken.key)) {
      repairs.push({ kind: 'keySpelling', key: taken.key.slice(0, maxToldKeyLength), meant });
    }
    return taken;
  };
  const name = take('name');
  const exitCode = take('exitCode');
  const output = take('output');
  const error = take('error');
  return output === undefined && error === undefined
    ? undefined
    : { name, exitCode, output, error, extra: [...last.values()], repairs };
}

/**
 * Takes the first of the keys that says something; another one that does too stays among the extra
 * keys.
 */
function takePart(rest: Map<string, ReadMember>, part: Part): ReadMember | undefined {
  const known = spellings[part].flatMap((key) => rest.get(key) ?? []);
  const plain: readonly string[] = spellings[part].map(plainKey);
  const similar = [...rest.values()].filter(
    ({ key }) => !isKnown(part, key) && key.length <= maxKeyLength && plain.includes(plainKey(key)),
  );
  const present = [...known, ...similar];
  const chosen = present.find(({ blank }) => !blank) ?? present[0];
  for (const member of present) {
    if (member === chosen || member.blank) {
      rest.delete(member.key);
    }
  }
  return chosen;
}

/** Longer than any known key with separators. */
const maxKeyLength = 32;

function isKnown(part: Part, key: string): boolean {
  return (spellings[part] as readonly string[]).includes(key);
}

/**
 * Without case and separators: `ScriptOutput`, `script-output` and `SCRIPT_OUTPUT` are the same.
 */
function plainKey(key: string): string {
  return key.toLowerCase().replace(/[_\-. ]/g, '');
}
