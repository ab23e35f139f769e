/**
 * Bytes up to which a result is read here: faster than the way to another thread, and short enough
 * not to be felt. Memory that threads share would cost more than it saves.
 */
export const smallSize = 2 * 1024 * 1024;

/**
 * Memory for the bytes of a result. When it is large, a thread can read it while everybody here
 * keeps it: nothing is handed over, so nothing is lost with the thread, and nothing is copied.
 */
export function allocateBytes(size: number): Buffer {
  return size <= smallSize ? Buffer.allocUnsafeSlow(size) : Buffer.from(new SharedArrayBuffer(size));
}

/**
 * The same bytes in memory that a thread can read. They are copied when they are not in such memory
 * yet.
 */
export function sharedBytes(bytes: Uint8Array): Uint8Array {
  if (bytes.buffer instanceof SharedArrayBuffer) {
    return bytes;
  }
  const copy = new Uint8Array(new SharedArrayBuffer(bytes.byteLength));
  copy.set(bytes);
  return copy;
}
