import { gzipSync } from 'node:zlib';
import { corpus } from '../corpus';
import { zipOf } from './zip';

/** Numbers from 0 to below 1, always the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A body, and the command that it is the result of. */
export interface FuzzCase {
  readonly bytes: Uint8Array;
  readonly commandType: 'RunScript' | 'GetFile';
}

/** The corpus, without what is large. */
export function seeds(): FuzzCase[] {
  return Object.values(corpus)
    .flat()
    .filter(({ bytes }) => bytes.byteLength < 8192)
    .map(({ bytes, commandType }) => ({ bytes, commandType: commandType ?? 'RunScript' }));
}

/** What stands in transcripts, archives and terminals, and breaks careless readers. */
const dictionary = [
  ...['"', '\\', '\\"', '\\\\', '{', '}', '[', ']', ',', ':', '\0', '\n', '\r', '\r\n', '\t', ' ', '\u001b'],
  ...[
    '"script_output":',
    '"script_errors":"',
    '"exit_code":',
    '"name":',
    '"__proto__":',
    '1e999',
    'null',
    '"',
  ],
  ...[
    '\\u0000',
    '\\u001b',
    '\\ud83d',
    '\\ude00',
    '\\u',
    '\\n',
    '\u001b[31m',
    '\u001b]0;',
    '\u0007',
    '\u009b',
  ],
  ...['\u202E', '\u200B', '\u{E0041}', 'ä', '€', '😀', '\uFEFF', '\u0085', '\u007f'],
]
  .map((text) => Buffer.from(text))
  .concat(
    [
      [0xff, 0xfe],
      [0xfe, 0xff],
      [0x1f, 0x8b, 8, 8, 0, 0, 0, 0, 0, 0],
      [0x50, 0x4b, 3, 4],
      [0x50, 0x4b, 1, 2],
      [0x50, 0x4b, 5, 6],
      [0xed, 0xa0, 0xbd],
      [0xf0, 0x9f],
      [0x80],
      [0xff, 0xff, 0xff, 0xff],
    ].map((bytes) => Buffer.from(bytes)),
  );

/** Bytes of a body at most, before it is packed. */
const largest = 64 * 1024;

/** Makes new bodies of old ones. */
export class Mutator {
  readonly #random: () => number;

  constructor(random: () => number) {
    this.#random = random;
  }

  /** A body made of one of `pool`, and perhaps of another one. */
  next(pool: readonly FuzzCase[]): FuzzCase {
    const { commandType, bytes: start } = this.#pick(pool);
    let bytes = Buffer.from(start);
    for (let left = 1 + this.#below(6); left > 0; left -= 1) {
      bytes = this.#changed(bytes, pool).subarray(0, largest);
    }
    const other = this.#below(10) === 0;
    return {
      bytes: this.#wrapped(bytes),
      commandType: other ? (commandType === 'GetFile' ? 'RunScript' : 'GetFile') : commandType,
    };
  }

  #below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }

  #pick<T>(list: readonly T[]): T {
    const chosen = list[this.#below(list.length)];
    if (chosen === undefined) {
      throw new Error('nothing to pick from');
    }
    return chosen;
  }

  #changed(bytes: Buffer, pool: readonly FuzzCase[]): Buffer<ArrayBuffer> {
    const at = this.#below(bytes.length + 1);
    const to = Math.min(bytes.length, at + 1 + this.#below(this.#below(4) === 0 ? 4096 : 16));
    const [before, part, after] = [bytes.subarray(0, at), bytes.subarray(at, to), bytes.subarray(to)];
    switch (this.#below(8)) {
      case 0:
        return Buffer.concat([before, part.map((byte) => byte ^ (1 << this.#below(8))), after]);
      case 1:
        return Buffer.concat([before, part.map(() => this.#below(256)), after]);
      case 2:
        return Buffer.concat([before, after]);
      case 3:
        return Buffer.concat([before]);
      case 4: {
        const times = 1 + this.#below(this.#below(8) === 0 ? 5000 : 8);
        return Buffer.concat([before, ...Array.from({ length: times }, () => part).slice(0, largest), after]);
      }
      case 5: {
        const token = this.#pick(dictionary);
        const times = this.#below(8) === 0 ? 1 + this.#below(5000) : 1;
        return Buffer.concat([before, ...Array.from({ length: times }, () => token), part, after]);
      }
      case 6: {
        const { bytes: other } = this.#pick(pool);
        return Buffer.concat([before, other.subarray(this.#below(other.byteLength + 1))]);
      }
      default:
        return Buffer.concat([before, this.#pick(dictionary), after]);
    }
  }

  /** So that what is inside a package is odd as well, and not only the package. */
  #wrapped(bytes: Buffer): Uint8Array {
    switch (this.#below(12)) {
      case 0:
        return gzipSync(bytes);
      case 1:
        return zipOf([{ name: 'stdout', data: bytes, stored: this.#below(2) === 0 }]);
      case 2:
        return Buffer.from(`\uFEFF${bytes.toString()}`, 'utf16le');
      case 3:
        return Buffer.from(bytes.toString(), 'utf16le').swap16();
      default:
        return bytes;
    }
  }
}
