import { utf8WithoutMark } from '../http/utf8';
import { afterwards, parsed, unreadable } from './answerBody';
import type { ApiTransport, CallOptions } from './apiTransport';
import { allEntries } from './entryPages';
import { decodeLibraryFile, type LibraryFile } from './libraryFile';

/** A file for the library. */
export interface LibraryUpload {
  /** Letters, digits, `-`, `_` and `.`: configure-libraries-live-response.md. */
  readonly fileName: string;
  /** 20 MB at the most: upload-library.md. */
  readonly bytes: Uint8Array;
  readonly description?: string;
  /** What the script takes; a file without this has no parameters. */
  readonly parametersDescription?: string;
  /** False makes the service refuse a name that is taken: the only guard against a race. */
  readonly override: boolean;
}

/**
 * The calls about the live response library. Every method throws Failure<ApiProblem>; of those that
 * change something, its `sent` says whether they may have been carried out.
 */
export class LibraryCalls {
  readonly #transport: ApiTransport;

  constructor(transport: ApiTransport) {
    this.#transport = transport;
  }

  /** All files. Source: "List library files", list-library-files.md. */
  listLibraryFiles(options: CallOptions): Promise<readonly LibraryFile[]> {
    const list = { call: 'listLibrary', path: 'libraryfiles' } as const;
    return allEntries(this.#transport, list, decodeLibraryFile, options);
  }

  /**
   * Puts a file into the library, and gives what the service has made of it; undefined when the
   * answer to an accepted one is empty. Never repeated. Source: "Upload files to the live response
   * library", upload-library.md, whose sample calls the part `file`; with the `File` of its table
   * it was seen to fail.
   * @throws Failure `libraryFileExists` when the name is taken and `override` is false
   */
  async uploadLibraryFile(upload: LibraryUpload, options: CallOptions): Promise<LibraryFile | undefined> {
    const call = 'uploadToLibrary';
    // Encodes the form as the platform does; no boundary of ours could stand in the file.
    const encoded = new Response(formOf(upload));
    const answer = await this.#transport.change(
      {
        call,
        method: 'POST',
        url: this.#transport.url('libraryfiles'),
        body: new Uint8Array(await encoded.arrayBuffer()),
        contentType: encoded.headers.get('content-type') ?? '',
      },
      options,
    );
    return afterwards(() => {
      const source = utf8WithoutMark(answer);
      if (source.trim() === '') {
        return undefined;
      }
      const file = decodeLibraryFile(parsed(call, source));
      if (file?.fileName !== upload.fileName) {
        throw unreadable(call, file === undefined ? 'no library file' : 'another library file');
      }
      return file;
    });
  }

  /**
   * Takes a file out of the library. Never repeated. Source: "Delete a file from the live response
   * library", delete-library.md.
   * @throws Failure `notInLibrary` or `notFound` when there is none of this name
   */
  async deleteLibraryFile(fileName: string, options: CallOptions): Promise<void> {
    const url = this.#transport.url(`libraryfiles/${encodeURIComponent(fileName)}`);
    await this.#transport.change({ call: 'deleteFromLibrary', method: 'DELETE', url }, options);
  }
}

function formOf({ fileName, bytes, description, parametersDescription, override }: LibraryUpload): FormData {
  const form = new FormData();
  form.append('file', new Blob([bytes]), fileName);
  if (description !== undefined) {
    form.append('Description', description);
  }
  if (parametersDescription !== undefined) {
    form.append('ParametersDescription', parametersDescription);
  }
  form.append('HasParameters', String(parametersDescription !== undefined));
  form.append('OverrideIfExists', String(override));
  return form;
}
