import { type DescribedFile, parsePinnedName } from './pinnedVersion';
import { foldLibraryName } from './scriptNames';

/**
 * A file of the library, as far as it is compared. Source: "List library files",
 * list-library-files.md.
 */
export interface ListedFile extends DescribedFile {
  readonly createdBy: string | undefined;
  /** Milliseconds since the epoch. */
  readonly updatedAt: number | undefined;
}

/** A script of the workspace. */
export interface LocalScript {
  /** Where it is; any text that tells scripts apart. */
  readonly path: string;
  /** The name that it has, or would have, in the library. */
  readonly libraryName: string;
  /** Of its bytes, in hexadecimal. */
  readonly sha256: string;
}

/** A script here, a file there, or both. Who changed a file and when is in `file`. */
export type LibraryRow<F extends ListedFile = ListedFile> =
  /** The library has these bytes, under the script's name or as a pinned version of it. */
  | { readonly kind: 'inSync'; readonly local: LocalScript; readonly file: F }
  /** The library has other bytes under the script's name. */
  | { readonly kind: 'differs'; readonly local: LocalScript; readonly file: F }
  /** The library lists the name without a hash. */
  | { readonly kind: 'unverified'; readonly local: LocalScript; readonly file: F }
  | { readonly kind: 'new'; readonly local: LocalScript }
  | { readonly kind: 'onlyThere'; readonly file: F };

/**
 * Compares scripts with the library by SHA-256. Rows of scripts come first, in their order; files
 * that belong to none follow in theirs.
 */
export function compareWithLibrary<F extends ListedFile>(
  locals: readonly LocalScript[],
  files: readonly F[],
): readonly LibraryRow<F>[] {
  const byName = new Map(files.map((file) => [foldLibraryName(file.fileName), file]));
  const versions = new Map<string, F>();
  for (const file of files) {
    const own = parsePinnedName(file.fileName)?.name;
    if (own !== undefined) {
      versions.set(versionKey(own, file.sha256 ?? ''), file);
    }
  }
  const matched = new Set<F>();
  const rows = locals.map((local): LibraryRow<F> => {
    const named = byName.get(foldLibraryName(local.libraryName));
    const pinned = versions.get(versionKey(local.libraryName, local.sha256));
    if (named !== undefined) {
      matched.add(named);
    }
    if (pinned !== undefined) {
      matched.add(pinned);
    }
    return rowOf(local, named, pinned);
  });
  const rest = files.filter((file) => !matched.has(file));
  return [...rows, ...rest.map((file): LibraryRow<F> => ({ kind: 'onlyThere', file }))];
}

function rowOf<F extends ListedFile>(
  local: LocalScript,
  named: F | undefined,
  pinned: F | undefined,
): LibraryRow<F> {
  const isSame = named?.sha256?.toLowerCase() === local.sha256.toLowerCase();
  const file = isSame ? named : (pinned ?? named);
  if (file === undefined) {
    return { kind: 'new', local };
  }
  if (isSame || file === pinned) {
    return { kind: 'inSync', local, file };
  }
  return { kind: file.sha256 === undefined ? 'unverified' : 'differs', local, file };
}

function versionKey(name: string, sha256: string): string {
  return `${foldLibraryName(name)}/${sha256.toLowerCase()}`;
}
