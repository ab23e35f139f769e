import { createHash } from 'node:crypto';
import { extensionOf, maxLibraryNameLength, type ScriptLanguage, scriptLanguage } from './scriptNames';

/** SHA-256 of bytes, in lower-case hexadecimal, as the library lists it. */
export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** What people compare: the first 8 digits of a SHA-256. */
export function hash8(sha256: string): string {
  return sha256.slice(0, 8).toLowerCase();
}

/** The parts of `<name>.<hash8>.<ext>`. */
export interface PinnedName {
  /** The script's own name, with its extension. */
  readonly name: string;
  readonly hash8: string;
  readonly language: ScriptLanguage;
}

/**
 * The name of one version of a script, `<name>.<hash8>.<ext>`, so that another version never takes
 * its place. `name` is a library name; that of a pinned version gets the new hash.
 */
export function pinnedName(name: string, sha256: string): string {
  const own = parsePinnedName(name)?.name ?? name;
  const language = scriptLanguage(own);
  const extension = language === undefined ? '' : `.${extensionOf(language)}`;
  const suffix = `.${hash8(sha256)}${extension}`;
  const stem = own.slice(0, own.length - extension.length);
  return `${stem.slice(0, maxLibraryNameLength - suffix.length)}${suffix}`;
}

/** Reads a name that {@link pinnedName} made; undefined for any other. */
export function parsePinnedName(fileName: string): PinnedName | undefined {
  const language = scriptLanguage(fileName);
  if (language === undefined) {
    return undefined;
  }
  const extension = `.${extensionOf(language)}`;
  const [stem, hash] = splitAtLast(fileName.slice(0, -extension.length), '.');
  return stem !== '' && /^[0-9a-f]{8}$/.test(hash)
    ? { name: `${stem}${extension}`, hash8: hash, language }
    : undefined;
}

function splitAtLast(text: string, separator: string): readonly [string, string] {
  const at = text.lastIndexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

/** What a listed file must have to be told whose it is. */
export interface DescribedFile {
  readonly fileName: string;
  /** In hexadecimal; undefined when the list doesn't say. */
  readonly sha256: string | undefined;
  readonly description: string | undefined;
}

/**
 * The description of a version that was uploaded for a run, with our mark at its end. `text` is
 * what the person wrote.
 */
export function pinnedDescription(text: string, sha256: string): string {
  return `${text.trim()} [liveresponse:1:${sha256.toLowerCase()}]`.trimStart();
}

/**
 * Whether a listed file is a version that this extension uploaded, and still is: name, mark and
 * bytes agree. Only such files are offered for clean-up, so a colleague who replaced one keeps it.
 */
export function isOurVersion({ fileName, sha256, description }: DescribedFile): boolean {
  const marked = /\[liveresponse:1:([0-9a-f]{64})\]$/.exec(description?.trimEnd() ?? '')?.[1];
  const listed = sha256?.toLowerCase();
  return marked !== undefined && marked === listed && parsePinnedName(fileName)?.hash8 === hash8(marked);
}
