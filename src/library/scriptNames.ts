import filenamify from 'filenamify';

/**
 * What runs a script on the machine: Windows PowerShell 5.1, or bash, which gets it on its standard
 * input.
 */
export type ScriptLanguage = 'powershell' | 'bash';

const extensions: Readonly<Record<ScriptLanguage, string>> = { powershell: 'ps1', bash: 'sh' };

/** The extension of a language's scripts, without a dot. */
export function extensionOf(language: ScriptLanguage): string {
  return extensions[language];
}

/** The language of a script by its extension; undefined for any other file. */
export function scriptLanguage(fileName: string): ScriptLanguage | undefined {
  const extension = /\.([a-z0-9]{1,4})$/i.exec(fileName)?.[1]?.toLowerCase();
  return extension === 'ps1' ? 'powershell' : extension === 'sh' ? 'bash' : undefined;
}

/**
 * Characters of a name in the library. No page names a limit; this leaves room for the hash of a
 * pinned version in every path on Windows.
 */
export const maxLibraryNameLength = 120;

/** Why the library would not take a name. */
export type NameFault =
  | { readonly kind: 'empty' }
  | { readonly kind: 'tooLong'; readonly length: number; readonly max: number }
  /** `position` counts UTF-16 units from 0. */
  | { readonly kind: 'character'; readonly character: string; readonly position: number };

/**
 * What is wrong with a name for the library; undefined when nothing is. Letters, digits, `-`, `_`
 * and `.` are allowed: "Live response" page, live-response.md.
 */
export function libraryNameFault(name: string): NameFault | undefined {
  if (name === '' || /^\.+$/.test(name)) {
    return { kind: 'empty' };
  }
  const found = /[^A-Za-z0-9._-]/u.exec(name);
  if (found !== null) {
    return { kind: 'character', character: found[0], position: found.index };
  }
  return name.length > maxLibraryNameLength
    ? { kind: 'tooLong', length: name.length, max: maxLibraryNameLength }
    : undefined;
}

/**
 * A name that the library takes, as close to a local file's name or path as possible, with the
 * extension of its language.
 */
export function libraryNameFor(file: string, language: ScriptLanguage): string {
  const extension = `.${extensionOf(language)}`;
  const base = file.split(/[\\/]/).at(-1) ?? '';
  const stem = scriptLanguage(base) === language ? base.slice(0, -extension.length) : base;
  const safe = filenamify(withoutAccents(stem), { replacement: '-', maxLength: 255 })
    .replaceAll(/[^A-Za-z0-9._-]/gu, '-')
    .replaceAll(/-{2,}/g, '-');
  const cut = trimmed(trimmed(safe).slice(0, maxLibraryNameLength - extension.length));
  return `${cut === '' ? 'script' : cut}${extension}`;
}

function withoutAccents(text: string): string {
  return text.normalize('NFKD').replaceAll(/\p{M}/gu, '');
}

/** A name neither hides nor reads like an option. */
function trimmed(name: string): string {
  let from = 0;
  let to = name.length;
  const isEdge = (at: number): boolean => name[at] === '-' || name[at] === '.';
  while (from < to && isEdge(from)) {
    from += 1;
  }
  while (to > from && isEdge(to - 1)) {
    to -= 1;
  }
  return name.slice(from, to);
}

/**
 * The same for names that the library may take for one. Whether it ignores case isn't documented,
 * and taking two names for one can't overwrite anything.
 */
export function foldLibraryName(name: string): string {
  return name.toLowerCase();
}
