import { strict as assert } from 'node:assert';
import { type ReadRequest, readResult, type ResultReading } from '../../src/results/reading/reading';

/** Two readings of the same bytes say the same. */
export function sameReading(one: ResultReading, other: ResultReading): void {
  assert.deepEqual(plain(one), plain(other));
}

function plain({ documents, ...rest }: ResultReading): unknown {
  return {
    ...rest,
    documents: Object.entries(documents).map(([kind, { bytes, length, changes }]) => ({
      kind,
      length,
      changes,
      text: Buffer.from(bytes).toString('latin1'),
    })),
  };
}

/** Bytes of unpacked text for which the rules hold, small enough that thousands of bodies can be read. */
const limit = 256 * 1024;

/** What may not be in a document: everything that `text.ts` replaces, and half characters. */
const unreadable =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\ufeff]|\r(?!\n)/;

/**
 * What must hold for every body whatsoever: it is read and nothing is thrown, its documents are bounded by its size, valid UTF-8 with a
 * mark, clean, of the length they say; the summary is small; and reading without the long strings gives the same.
 */
export async function checkReading(bytes: Uint8Array, commandType: string): Promise<ResultReading> {
  const request: ReadRequest = { bytes, commandType, limit };
  const reading = await readResult(request);
  const most = 16 * Math.max(bytes.byteLength, isPacked(bytes) ? limit : 0) + 64;
  for (const { bytes: made, length } of Object.values(reading.documents)) {
    assert.ok(made.buffer.byteLength <= most, `${made.buffer.byteLength} bytes made of ${bytes.byteLength}`);
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(made);
    // A byte order mark in front is one of the unreadable.
    assert.equal(text.length, length);
    assert.doesNotMatch(text, unreadable);
  }
  assert.ok(JSON.stringify(reading.summary).length < 1_000_000, 'the summary is large');
  structuredClone(reading.summary);
  sameReading(await readResult({ ...request, sizes: { whole: 8, piece: 16 } }), reading);
  return reading;
}

function isPacked(bytes: Uint8Array): boolean {
  return (bytes[0] === 0x1f && bytes[1] === 0x8b) || (bytes[0] === 0x50 && bytes[1] === 0x4b);
}
