import type { ReadRequest, ResultReading } from './reading';

/** What the host asks of the thread that reads results. */
export interface ThreadJob {
  readonly kind: 'read' | 'unpack';
  readonly request: ReadRequest;
}

export type ThreadAnswer =
  | { readonly kind: 'ready' }
  /** Nothing was asked for some time. */
  | { readonly kind: 'idle' }
  /** `bytes` are those of the request, which come back. */
  | { readonly kind: 'read'; readonly bytes: Uint8Array; readonly reading: ResultReading }
  | { readonly kind: 'unpacked'; readonly bytes: Uint8Array; readonly unpacked: Uint8Array | undefined }
  | { readonly kind: 'failed'; readonly message: string };

/** The memory in a message that is handed over instead of copied: large, and in one piece of its own. */
export function transferable(message: ThreadJob | ThreadAnswer): ArrayBuffer[] {
  const found = new Set<ArrayBuffer>();
  for (const bytes of bytesIn(message)) {
    if (bytes?.buffer instanceof ArrayBuffer && owned(bytes)) {
      found.add(bytes.buffer);
    }
  }
  return [...found];
}

/** Node's pool lies under many small buffers, and must not be handed over with one of them. */
function owned({ byteOffset, buffer }: Uint8Array): boolean {
  return byteOffset === 0 && buffer.byteLength > 64 * 1024;
}

function bytesIn(message: ThreadJob | ThreadAnswer): readonly (Uint8Array | undefined)[] {
  switch (message.kind) {
    case 'read':
      return 'request' in message
        ? bytesOf(message.request)
        : [message.bytes, ...Object.values(message.reading.documents).map(({ bytes }) => bytes)];
    case 'unpack':
      return bytesOf(message.request);
    case 'unpacked':
      return [message.bytes, message.unpacked];
    case 'ready':
    case 'idle':
    case 'failed':
      return [];
  }
}

function bytesOf({ bytes, decoded }: ReadRequest): readonly (Uint8Array | undefined)[] {
  return [bytes, decoded?.utf8];
}
