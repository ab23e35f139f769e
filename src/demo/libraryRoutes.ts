import { createHash } from 'node:crypto';
import { ApiFailure, json, type Route } from './answers';
import { listAnswer } from './listAnswer';
import { dotNetTime } from './tenant/time';

/** A file that the library holds when the service starts. */
export interface LibrarySeed {
  readonly fileName: string;
  readonly text: string;
  readonly description?: string;
  readonly parametersDescription?: string;
  readonly createdBy: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** A file as one upload left it. */
interface Version {
  readonly fileName: string;
  readonly bytes: Uint8Array;
  readonly description: string | null;
  readonly parametersDescription: string | null;
  readonly hasParameters: boolean;
  readonly createdBy: string;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface LibraryOptions {
  readonly apiOrigin: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Who uploads through the API. */
  readonly user: string;
  readonly pageLimit?: number | undefined;
  /** Milliseconds until the list shows an upload; runs find it at once. */
  readonly lateMs?: number | undefined;
}

/**
 * Bytes: 20 MB through the API, "Upload files to the live response library", upload-library.md.
 */
const maxFileSize = 20 * 1024 * 1024;
/** Letters, digits, `-`, `_` and `.`: configure-libraries-live-response.md. */
const allowedName = /^[\w.-]{1,255}$/;

/** The live response library: its calls, and what a run finds in it. */
export class SimulatedLibrary {
  readonly #options: LibraryOptions;
  /** Oldest first; undefined where the file was deleted. */
  readonly #versions = new Map<string, { readonly at: number; readonly version: Version | undefined }[]>();

  constructor(options: LibraryOptions, seeds: readonly LibrarySeed[]) {
    this.#options = options;
    for (const seed of seeds) {
      const { fileName, text, createdBy, at, description = null, parametersDescription = null } = seed;
      const version = {
        fileName,
        bytes: Buffer.from(text),
        description,
        parametersDescription,
        hasParameters: parametersDescription !== null,
        createdBy,
        createdAt: at,
        updatedAt: at,
      };
      // As if it had always been there: no list shows it late.
      this.#versions.set(fileName, [{ at: -Infinity, version }]);
    }
  }

  readonly routes: readonly Route[] = [
    { method: 'GET', pattern: /^libraryfiles$/i, answer: (url) => this.#list(url) },
    { method: 'POST', pattern: /^libraryfiles$/i, answer: (_url, _1, _2, request) => this.#upload(request) },
    { method: 'DELETE', pattern: /^libraryfiles\/([^/]+)$/i, answer: (_, name) => this.#delete(name) },
  ];

  /** The bytes of a file at a time; undefined when the library has none of this name then. */
  bytesAt(fileName: string, at = this.#options.now()): Uint8Array | undefined {
    return this.#at(fileName, at)?.bytes;
  }

  /** A colleague puts a file into the library, over one that is there. */
  overwrite(fileName: string, content: Uint8Array | string, createdBy = 'r.patel@contoso.example'): void {
    const known = this.#at(fileName, this.#options.now());
    this.#put({
      fileName,
      bytes: Buffer.from(content),
      description: known?.description ?? null,
      parametersDescription: known?.parametersDescription ?? null,
      hasParameters: known?.hasParameters ?? false,
      createdBy,
    });
  }

  #at(fileName: string, at: number): Version | undefined {
    return this.#versions.get(fileName)?.findLast((each) => each.at <= at)?.version;
  }

  #put(file: Omit<Version, 'createdAt' | 'updatedAt'>): Version {
    const at = this.#options.now();
    const createdAt = this.#at(file.fileName, at)?.createdAt ?? at;
    const version = { ...file, createdAt, updatedAt: at };
    this.#record(file.fileName, version);
    return version;
  }

  #record(fileName: string, version: Version | undefined): void {
    const versions = this.#versions.get(fileName) ?? [];
    versions.push({ at: this.#options.now(), version });
    this.#versions.set(fileName, versions);
  }

  /** "List library files", list-library-files.md. */
  #list(url: URL): Response {
    const shown = this.#options.now() - (this.#options.lateMs ?? 0);
    const rows = [...this.#versions.keys()]
      .map((name) => this.#at(name, shown))
      .filter((version) => version !== undefined)
      .map(wireFile);
    const { apiOrigin, pageLimit } = this.#options;
    return listAnswer(url, { set: 'LibraryFiles', rows, fields: {}, apiOrigin, pageLimit });
  }

  async #upload(request: Request): Promise<Response> {
    const { file, field } = await uploadOf(request);
    if (!allowedName.test(file.name)) {
      throw new ApiFailure(
        400,
        'InvalidInput',
        `The file name '${file.name}' has characters that are not allowed`,
      );
    }
    if (file.size > maxFileSize) {
      throw new ApiFailure(400, 'BadRequest', `The size of ${file.name} exceeds the maximum of 20 MB`);
    }
    const override = flagOf('OverrideIfExists', field('OverrideIfExists'));
    const hasParameters = flagOf('HasParameters', field('HasParameters'));
    const bytes = new Uint8Array(await file.arrayBuffer());
    // Nothing may come between this and the next line: two uploads of one name are decided here.
    if (!override && this.#at(file.name, this.#options.now()) !== undefined) {
      throw new ApiFailure(
        400,
        'BadRequest',
        `A file with the name ${file.name} already exists in the library`,
      );
    }
    const version = this.#put({
      fileName: file.name,
      bytes,
      description: field('Description'),
      parametersDescription: field('ParametersDescription'),
      hasParameters,
      createdBy: this.#options.user,
    });
    const context = `${this.#options.apiOrigin}/api/$metadata#LibraryFiles/$entity`;
    return json({ '@odata.context': context, ...wireFile(version) });
  }

  /** "Delete a file from the live response library", delete-library.md. */
  #delete(encoded: string): Response {
    const name = decodeURIComponent(encoded);
    if (this.#at(name, this.#options.now()) === undefined) {
      throw new ApiFailure(404, 'ResourceNotFound', `The file ${name} was not found in the library`);
    }
    this.#record(name, undefined);
    return new Response(null, { status: 204 });
  }
}

/**
 * What Node's request does; servers should not, because it holds the form in memory: here 20 MB.
 */
interface FormBody {
  formData(): Promise<FormData>;
}

/**
 * The part `file` and the texts beside it. The documentation's table says `File`; only `file` was
 * seen to work.
 */
async function uploadOf(
  request: FormBody,
): Promise<{ readonly file: File; readonly field: (name: string) => string | null }> {
  const form = await request.formData().catch(() => undefined);
  const file = form?.get('file');
  if (form === undefined) {
    throw new ApiFailure(400, 'InvalidRequestBody', 'Request body is incorrect');
  }
  if (file === undefined || file === null || typeof file === 'string') {
    throw new ApiFailure(400, 'MissingRequiredParameter', 'file is required');
  }
  const field = (name: string): string | null => {
    const value = form.get(name);
    return typeof value === 'string' && value !== '' ? value : null;
  };
  return { file, field };
}

/** "true" and "True" were both seen. */
function flagOf(name: string, value: string | null): boolean {
  const flag = value?.toLowerCase() ?? 'false';
  if (flag !== 'true' && flag !== 'false') {
    throw new ApiFailure(400, 'InvalidInput', `'${value ?? ''}' is not a value of ${name}`);
  }
  return flag === 'true';
}

function wireFile(version: Version): object {
  const { fileName, description, createdAt, updatedAt, createdBy } = version;
  return {
    fileName,
    sha256: createHash('sha256').update(version.bytes).digest('hex'),
    description,
    creationTime: dotNetTime(createdAt),
    lastUpdatedTime: dotNetTime(updatedAt),
    createdBy,
    hasParameters: version.hasParameters,
    parametersDescription: version.parametersDescription,
  };
}
