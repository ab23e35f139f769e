import { createHash, createHmac, randomUUID, timingSafeEqual } from 'node:crypto';

/** A blob of the simulated store. */
export interface StoredBlob {
  readonly bytes: Uint8Array;
  readonly contentType: string;
  readonly contentEncoding?: string;
}

const container =
  '/investigation-actions-data/5f6b3a52-0c7e-4c55-9d28-6a1f0e4b7d10/CustomPlaybookCommandOutput/';

/**
 * Makes and checks signed links, and answers for the blobs behind them, in the way of Azure Blob
 * storage.
 */
export class BlobService {
  readonly #origin: string;
  readonly #now: () => number;
  readonly #key: Buffer;
  /** Links issued before this moment are refused, as if they had expired. */
  #validFrom = 0;

  constructor(origin: string, now: () => number, random: () => number) {
    this.#origin = origin;
    this.#now = now;
    this.#key = Buffer.from(Array.from({ length: 32 }, () => Math.floor(random() * 256)));
  }

  /**
   * A link to the result of a command, valid for `lifeMs` milliseconds, in the shape of a recorded
   * one.
   */
  link(
    actionId: string,
    index: number,
    lifeMs: number,
    fileName = `output_${actionId}_${index}.json`,
  ): string {
    const path = container + blobName(actionId, index);
    const expiry = iso(this.#now() + lifeMs);
    const start = iso(this.#now() - 15 * 60_000);
    const disposition = encodeURIComponent(`attachment; filename=${fileName}`);
    const delegation = `skoid=${randomUUID()}&sktid=${randomUUID()}&skt=${encodeURIComponent(start)}&ske=${encodeURIComponent(expiry)}&sks=b&skv=2020-06-12`;
    // Not before #validFrom: a link that is asked for in the same millisecond as the others expired
    // is good.
    const issued = String(Math.max(this.#now(), this.#validFrom));
    const signature = this.#sign(path, expiry, issued);
    // Azure leaves the slash of Base64 as it is, and so does a link here.
    const sig = encodeURIComponent(signature).replaceAll('%2F', '/');
    return `${this.#origin}${path}?se=${encodeURIComponent(expiry)}&sp=rt&sv=2020-06-12&sr=b&rscd=${disposition}&st=${issued}&${delegation}&sig=${sig}`;
  }

  /** From now on all links that were issued are refused. */
  expireLinks(): void {
    this.#validFrom = this.#now() + 1;
  }

  /** Answers a request; `find` gives the blob of a name that {@link blobName} made. */
  answer(request: Request, find: (name: string) => StoredBlob | undefined): Response {
    const url = new URL(request.url);
    if (request.headers.has('authorization')) {
      return failure(
        400,
        'InvalidAuthenticationInfo',
        'Authentication information is not given in the correct format.',
      );
    }
    const refused = this.#refusal(url);
    if (refused !== undefined) {
      return failure(403, 'AuthenticationFailed', 'Server failed to authenticate the request.', refused);
    }
    const blob = url.pathname.startsWith(container) ? find(url.pathname.slice(container.length)) : undefined;
    return blob === undefined
      ? failure(404, 'BlobNotFound', 'The specified blob does not exist.')
      : content(blob, request.headers.get('range') ?? '', url.searchParams.get('rscd'));
  }

  /** Why a link is refused, in the words of Azure; undefined when it is good. */
  #refusal(url: URL): string | undefined {
    const expiry = url.searchParams.get('se') ?? '';
    const issued = url.searchParams.get('st') ?? '';
    const given = Buffer.from(url.searchParams.get('sig') ?? '');
    const expected = Buffer.from(this.#sign(url.pathname, expiry, issued));
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
      return `Signature did not match. String to sign used was rt ${expiry} ${url.pathname}`;
    }
    const now = this.#now();
    return now > Date.parse(expiry) || Number(issued) < this.#validFrom
      ? `Signature not valid in the specified time frame: Start [${iso(Number(issued))}] - Expiry [${expiry}] - Current [${iso(now)}]`
      : undefined;
  }

  #sign(path: string, expiry: string, issued: string): string {
    return createHmac('sha256', this.#key).update(`rt\n${path}\n${expiry}\n${issued}`).digest('base64');
  }
}

/** The name of the blob that holds the result of a command. */
export function blobName(actionId: string, index: number): string {
  return createHash('md5').update(`${actionId}/${index}`).digest('hex');
}

function content(blob: StoredBlob, range: string, disposition: string | null): Response {
  const { bytes } = blob;
  const headers: Record<string, string> = {
    'Accept-Ranges': 'bytes',
    'Content-Type': blob.contentType,
    ETag: `"0x${createHash('md5').update(bytes).digest('hex').slice(0, 16).toUpperCase()}"`,
    'Last-Modified': new Date(0).toUTCString(),
    'x-ms-blob-type': 'BlockBlob',
    'x-ms-request-id': randomUUID(),
    'x-ms-version': '2020-06-12',
    ...(disposition !== null && { 'Content-Disposition': disposition }),
    ...(blob.contentEncoding !== undefined && { 'Content-Encoding': blob.contentEncoding }),
  };
  const match = /^bytes=(\d+)-(\d*)$/.exec(range);
  if (match === null) {
    return new Response(Buffer.from(bytes), {
      headers: { ...headers, 'Content-Length': String(bytes.byteLength) },
    });
  }
  const from = Number(match[1]);
  const to = Math.min(match[2] === '' ? Infinity : Number(match[2]), bytes.byteLength - 1);
  if (from > to) {
    return failure(
      416,
      'InvalidRange',
      'The range specified is invalid for the current size of the resource.',
    );
  }
  const part = Buffer.from(bytes.subarray(from, to + 1));
  const contentRange = `bytes ${from}-${to}/${bytes.byteLength}`;
  return new Response(part, {
    status: 206,
    headers: { ...headers, 'Content-Length': String(part.byteLength), 'Content-Range': contentRange },
  });
}

function failure(status: number, code: string, message: string, detail?: string): Response {
  const more = detail === undefined ? '' : `<AuthenticationErrorDetail>${detail}</AuthenticationErrorDetail>`;
  const body = `\uFEFF<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>${message}\nRequestId:${randomUUID()}</Message>${more}</Error>`;
  return new Response(body, {
    status,
    headers: { 'Content-Type': 'application/xml', 'x-ms-error-code': code },
  });
}

function iso(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
}
