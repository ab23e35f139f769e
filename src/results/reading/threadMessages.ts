import type { ReadRequest, ResultReading } from './reading';

/** What the host asks of the thread that reads results. */
export interface ThreadJob {
  readonly kind: 'read' | 'unpack';
  /** Its bytes stay those of the host. */
  readonly request: ReadRequest;
}

export type ThreadAnswer =
  | { readonly kind: 'ready' }
  /** Nothing was asked for some time. */
  | { readonly kind: 'idle' }
  | { readonly kind: 'read'; readonly reading: ResultReading }
  | { readonly kind: 'unpacked'; readonly unpacked: Uint8Array | undefined }
  | { readonly kind: 'failed'; readonly message: string };

/**
 * The memory in a message that is handed over instead of copied: what was made for the message, is
 * large, and is in one piece of its own. The bytes of a result are never among it: they are the
 * evidence.
 */
export function transferable(message: ThreadJob | ThreadAnswer): ArrayBuffer[] {
  const found = new Set<ArrayBuffer>();
  for (const bytes of madeFor(message)) {
    if (bytes?.buffer instanceof ArrayBuffer && owned(bytes)) {
      found.add(bytes.buffer);
    }
  }
  return [...found];
}

/**
 * Node's pool lies under many small buffers, and a view may show a part of what somebody else uses:
 * neither may be handed over.
 */
function owned({ byteLength, buffer }: Uint8Array): boolean {
  return byteLength === buffer.byteLength && byteLength > 64 * 1024;
}

function madeFor(message: ThreadJob | ThreadAnswer): readonly (Uint8Array | undefined)[] {
  switch (message.kind) {
    case 'read':
      return 'request' in message
        ? [message.request.decoded?.utf8]
        : Object.values(message.reading.documents).map(({ bytes }) => bytes);
    case 'unpack':
    case 'ready':
    case 'idle':
    case 'failed':
      return [];
    case 'unpacked':
      return [message.unpacked];
  }
}
