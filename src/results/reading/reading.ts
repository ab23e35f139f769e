import { cleanName, type DocumentKind } from '../address';
import { readCollectedFile, unpackCollectedFile, unpackRepairs } from './collectedFile';
import { digestOf } from '../evidence/files';
import { type FinishedDocument, finishDocument } from './finishedDocument';
import { utf8Source } from './textSource';
import {
  decodeBody,
  defaultSizes,
  type DecodedBody,
  type ExtraKey,
  type NotATranscript,
  readTranscriptText,
  type ReadingSizes,
  type Repair,
} from '../transcript/transcript';
import { isGzip, isZip, type PackingProblem, unpackGzip, type UnpackLimits } from '../download/unpack';

/** What a result is made from. */
export interface ReadRequest {
  readonly bytes: Uint8Array;
  /** RunScript, GetFile… : decides how the bytes are read. */
  readonly commandType: string;
  /** Bytes of an unpacked text; 50 MiB without it, because VS Code opens no larger document. */
  readonly limit?: number;
  /** For tests, which must not need megabytes to see how a large result is read. */
  readonly sizes?: ReadingSizes;
  /** The text of the unpacked bytes in an encoding that somebody chose, as UTF-8 without a mark. */
  readonly decoded?: { readonly utf8: Uint8Array; readonly encoding: string };
}

/** What is known of a result besides its documents. Small, whatever the result is. */
export type ResultSummary = { readonly repairs: readonly Repair[] } & (
  | {
      readonly kind: 'transcript';
      readonly scriptName: string | undefined;
      readonly exitCode: number | string | undefined;
      readonly extra: readonly ExtraKey[];
      /** There is something to read in it: not only white space, NULs, or progress records. */
      readonly hasOutput: boolean;
      readonly hasError: boolean;
    }
  | { readonly kind: 'body'; readonly reason: NotATranscript; readonly name: string | undefined }
  | { readonly kind: 'collected'; readonly name: string | undefined; readonly size: number }
  | {
      readonly kind: 'binary';
      readonly name: string | undefined;
      /** Bytes, unpacked; undefined when they could not be counted. */
      readonly size: number | undefined;
      readonly reason: PackingProblem | undefined;
    }
);

/** A result as it is shown. Plain data, so that it can come from another thread. */
export interface ResultReading {
  readonly summary: ResultSummary;
  /** Of the bytes as they came, in lower-case hex. */
  readonly sha256: string;
  /** All but the transcript itself, which is the bytes. */
  readonly documents: Readonly<Partial<Record<DocumentKind, FinishedDocument>>>;
}

/** Bytes: VS Code opens no larger document. */
const maxTextSize = 50 * 1024 * 1024;
/** Bytes of a collected file that are counted to tell its size. */
const maxCountedSize = 4 * 1024 * 1024 * 1024;
/** Characters of a name that are told: enough to see what it is. */
const maxValueLength = 500;

/**
 * Makes the documents of a result from its bytes. Never throws for what the bytes are: what cannot
 * be read is a body or a binary with its reason. Takes time linear in the size, and besides the
 * documents about as much memory as the bytes.
 */
export async function readResult(request: ReadRequest): Promise<ResultReading> {
  const sha256 = digestOf(request.bytes).sha256;
  const read = request.commandType === 'GetFile' ? await readFile(request) : await readBody(request);
  return { ...read, sha256 };
}

/** The same request, with the text instead of what the bytes say. */
export function withText(text: string, encoding: string, request: ReadRequest): ReadRequest {
  const utf8 = Buffer.from(text.startsWith('\uFEFF') ? text.slice(1) : text);
  return { ...request, decoded: { utf8, encoding } };
}

/**
 * The bytes that an encoding would decode: unpacked when they are packed. Undefined when they
 * cannot be unpacked.
 */
export async function unpackedBytes(request: ReadRequest): Promise<Uint8Array | undefined> {
  if (request.commandType === 'GetFile') {
    return (await unpackCollectedFile(request.bytes, limitsOf(request))).bytes;
  }
  return (await unpackBody(request)).bytes;
}

type Read = Omit<ResultReading, 'sha256'>;

function limitsOf({ limit = maxTextSize }: ReadRequest, count = limit): UnpackLimits {
  return { keep: limit, count: Math.max(limit, count) };
}

async function readFile(request: ReadRequest): Promise<Read> {
  const { decoded, sizes = defaultSizes } = request;
  const unpacked = await unpackCollectedFile(request.bytes, limitsOf(request, maxCountedSize));
  const chosen = decodedBody(decoded);
  const file =
    chosen === undefined || unpacked.bytes === undefined
      ? readCollectedFile(unpacked)
      : {
          kind: 'collected' as const,
          name: unpacked.name,
          size: unpacked.bytes.byteLength,
          text: chosen.bytes,
          repairs: [...unpacked.repairs, ...chosen.repairs],
        };
  if (file.kind === 'binary') {
    return { summary: file, documents: {} };
  }
  const { text, ...summary } = file;
  return { summary, documents: { collected: finishDocument(utf8Source(text, sizes.piece)) } };
}

async function readBody(request: ReadRequest): Promise<Read> {
  const { bytes, name, problem, repairs } = await unpackBody(request);
  if (bytes === undefined) {
    // It is shown as it came: the transcript is the bytes, and this says why there is nothing
    // better.
    const reason: NotATranscript = { code: problem ?? 'archiveDamaged' };
    return {
      summary: { kind: 'body', reason, name, repairs: [] },
      documents: { body: finishDocument(utf8Source(request.bytes, request.sizes?.piece)) },
    };
  }
  const body = decodedBody(request.decoded) ?? decodeBody(bytes);
  return readText({ bytes: body.bytes, repairs: [...repairs, ...body.repairs] }, name, request);
}

function decodedBody(decoded: ReadRequest['decoded']): DecodedBody | undefined {
  return decoded && { bytes: decoded.utf8, repairs: [{ kind: 'decodedAs', encoding: decoded.encoding }] };
}

function readText(body: DecodedBody, name: string | undefined, request: ReadRequest): Read {
  const read = readTranscriptText(body, request.sizes);
  if (read.kind === 'body') {
    const { reason, repairs } = read;
    return {
      summary: { kind: 'body', reason, name, repairs },
      documents: { body: finishDocument(read.text) },
    };
  }
  const { transcript } = read;
  const output = finishDocument(transcript.output);
  const error = finishDocument(transcript.error);
  const { exitCode, scriptName } = transcript;
  return {
    summary: {
      kind: 'transcript',
      scriptName: scriptName && cut(scriptName),
      exitCode: typeof exitCode === 'string' ? cut(exitCode) : exitCode,
      extra: transcript.extra,
      repairs: transcript.repairs,
      hasOutput: !output.blank,
      hasError: !error.blank,
    },
    documents: { output, error },
  };
}

interface UnpackedBody {
  readonly bytes: Uint8Array | undefined;
  readonly name: string | undefined;
  readonly problem: PackingProblem | undefined;
  readonly repairs: readonly Repair[];
}

/** The body as it is, or what the service packed it in taken off. */
async function unpackBody(request: ReadRequest): Promise<UnpackedBody> {
  const { bytes } = request;
  const format = isGzip(bytes) ? 'gzip' : isZip(bytes) ? 'zip' : undefined;
  if (format === undefined) {
    return { bytes, name: undefined, problem: undefined, repairs: [] };
  }
  const unpack = format === 'gzip' ? unpackGzip : (await import('../download/unzip')).unpackZip;
  const unpacked = await unpack(bytes, limitsOf(request));
  const name = unpacked.name === undefined ? undefined : cleanName(unpacked.name);
  return unpacked.ok
    ? {
        bytes: unpacked.bytes,
        name,
        problem: undefined,
        repairs: unpackRepairs(format, unpacked),
      }
    : { bytes: undefined, name, problem: unpacked.problem, repairs: [] };
}

function cut(text: string): string {
  return text.length <= maxValueLength ? text : `${text.slice(0, maxValueLength)}…`;
}
