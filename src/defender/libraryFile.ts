import { isObject, text } from './decode';
import { time } from './serviceTime';

/**
 * A file of the live response library, decoded. All texts are as its uploader wrote them: hostile
 * until shown with care.
 *
 * Source: "List library files", list-library-files.md. The API gives no size and no content.
 */
export interface LibraryFile {
  /** The name that a command asks for. */
  readonly fileName: string;
  /** In lower case, 64 hexadecimal digits; undefined for anything else. */
  readonly sha256: string | undefined;
  readonly description: string | undefined;
  readonly createdBy: string | undefined;
  /** Milliseconds since the epoch. */
  readonly createdAt: number | undefined;
  readonly updatedAt: number | undefined;
  readonly hasParameters: boolean;
  readonly parametersDescription: string | undefined;
}

/** Undefined when there is no name. */
export function decodeLibraryFile(value: unknown): LibraryFile | undefined {
  const fileName = isObject(value) ? text(value['fileName']) : undefined;
  if (!isObject(value) || fileName === undefined) {
    return undefined;
  }
  const sha256 = text(value['sha256'])?.toLowerCase();
  return {
    fileName,
    sha256: sha256 !== undefined && /^[0-9a-f]{64}$/.test(sha256) ? sha256 : undefined,
    description: text(value['description']),
    createdBy: text(value['createdBy']),
    createdAt: time(value['creationTime']),
    updatedAt: time(value['lastUpdatedTime']),
    hasParameters: value['hasParameters'] === true,
    parametersDescription: text(value['parametersDescription']),
  };
}
