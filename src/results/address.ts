import filenamify from 'filenamify';

/**
 * Where a document of a result is: `/<connection>/<action id>/<index>/<script> on <host><ending>`,
 * the path of a `live-response:` URI. The name before the ending is for people; it takes no part in
 * the identity.
 */
export interface ResultAddress {
  readonly connection: string;
  /** Lower-case GUID. */
  readonly actionId: string;
  /** The command's index in its action, 0-based. */
  readonly index: number;
}

/** What a document of a result shows. */
export const endings = {
  output: '.script_output.txt',
  error: '.script_error.txt',
  transcript: '.transcript.json',
  body: '.body.txt',
  collected: '.collected.txt',
  /** The first and the last lines of a text that is too large for an editor. */
  head: '.head.txt',
  tail: '.tail.txt',
  /** A collected file that is no text, unpacked in memory, for an editor of bytes. */
  file: '.collected.bin',
  /** Of the action itself: its path has no index, which is 0 in its address. */
  action: '.action.json',
} as const;
export type DocumentKind = keyof typeof endings;

export interface DocumentAddress extends ResultAddress {
  readonly kind: DocumentKind;
}

export const connectionIdPattern = /^[a-z0-9][a-z0-9-]{0,39}$/;
const actionIdPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const indexPattern = /^(?:0|[1-9]\d{0,5})$/;

/** The key of a result: equal for equal results. */
export function resultKey(address: ResultAddress): string {
  return `${address.connection}/${address.actionId}/${address.index}`;
}

/** The key of a document: equal for equal documents, whatever the person's part of their names. */
export function documentKey(address: DocumentAddress): string {
  return `${resultKey(address)}/${address.kind}`;
}

/**
 * The path of a document's URI, not percent-encoded. `name` is the person's part and comes from the
 * endpoint: it is cleaned.
 */
export function documentPath(address: DocumentAddress, name: string): string {
  const { connection, actionId, kind } = address;
  const folder = kind === 'action' ? `${connection}/${actionId}` : resultKey(address);
  return `/${folder}/${cleanName(name)}${endings[kind]}`;
}

/** Reads a path that {@link documentPath} made. Undefined for anything else, however close. */
export function parseDocumentPath(path: string): DocumentAddress | undefined {
  const [root, connection, actionId, ...rest] = path.split('/');
  const name = rest.at(-1) ?? '';
  const index = rest.length === 1 ? '0' : rest[0];
  if (root !== '' || rest.length > 2 || !isAddress(connection, actionId, index)) {
    return undefined;
  }
  const kind = (Object.keys(endings) as DocumentKind[]).find((each) => name.endsWith(endings[each]));
  return kind === undefined || (kind === 'action') !== (rest.length === 1)
    ? undefined
    : { connection: String(connection), actionId: String(actionId), index: Number(index), kind };
}

function isAddress(connection?: string, actionId?: string, index?: string): boolean {
  return (
    connectionIdPattern.test(connection ?? '') &&
    actionIdPattern.test(actionId ?? '') &&
    indexPattern.test(index ?? '')
  );
}

/** Characters of a name that is made safe. */
const maxNameCharacters = 80;
/**
 * Bytes of such a name in UTF-8. A file system takes 255 for a whole name, and endings such as
 * `.transcript.json.sidecar.json` and the suffix of a temporary file come on top.
 */
const maxNameBytes = 160;
/**
 * What can hide or reorder text, and halves of surrogate pairs. filenamify leaves some of these.
 */
const unsafe = /[\p{Cf}\p{Cs}\p{DI}]/gu;
/** At the beginning a dot hides a file, and is kept for folders of our own. */
const leading = /^[.\s]+/u;

/**
 * A name that is safe as a file name on every system: no separators, no device names, no dots or
 * spaces at its ends, at most 80 characters and 160 bytes of UTF-8. Never empty. An ending is added
 * afterward, so that cutting never takes it away.
 */
export function cleanName(name: string): string {
  const visible = name.normalize('NFC').replace(unsafe, '_');
  const cleaned = filenamify(cut(visible.replace(leading, '')), {
    replacement: '_',
    maxLength: maxNameBytes,
  });
  return cleaned.replaceAll('_', '').trim() === '' ? 'result' : cleaned;
}

/** Whole characters within both limits. */
function cut(name: string): string {
  let bytes = 0;
  const kept = Array.from(name.slice(0, maxNameBytes))
    .slice(0, maxNameCharacters)
    .filter((character) => (bytes += Buffer.byteLength(character)) <= maxNameBytes);
  return kept.join('');
}

/**
 * What is equal for two names that a file system may take for the same: case and Unicode
 * normalization are left out.
 */
export function foldName(name: string): string {
  return name.normalize('NFC').toUpperCase().toLowerCase().normalize('NFC');
}
