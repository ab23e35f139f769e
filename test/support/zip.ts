import { crc32, deflateRawSync } from 'node:zlib';

/** One file of a zip archive, and what is wrong with it. */
export interface ZipEntry {
  readonly name: string;
  readonly data: Uint8Array;
  /** As it is; without it, deflated. */
  readonly stored?: boolean;
  /** The number of the way of packing that the archive claims. */
  readonly method?: number;
  /** Flags of the header: 1 says encrypted, 0x41 strongly encrypted. */
  readonly flags?: number;
  readonly crc?: number;
  /** The unpacked size that the archive claims. */
  readonly size?: number;
}

/** A zip archive (APPNOTE 6.3, without ZIP64), written by hand so that it can also be a bad one. */
export function zipOf(entries: readonly ZipEntry[]): Buffer {
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const name = Buffer.from(entry.name);
    const packed = entry.stored === true ? Buffer.from(entry.data) : deflateRawSync(entry.data);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(0x800 | (entry.flags ?? 0), 2);
    fields.writeUInt16LE(entry.method ?? (entry.stored === true ? 0 : 8), 4);
    fields.writeUInt32LE((entry.crc ?? crc32(entry.data)) >>> 0, 10);
    fields.writeUInt32LE(packed.byteLength, 14);
    fields.writeUInt32LE(entry.size ?? entry.data.byteLength, 18);
    fields.writeUInt16LE(name.byteLength, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), fields, name, packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    central.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\0'), fields, tail, name]));
    locals.push(local);
    offset += local.byteLength;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(directory.byteLength, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
}

/** gzip (RFC 1952) with a name in its header. */
export function gzipWithName(gzip: Uint8Array, name: Uint8Array): Buffer {
  const header = Buffer.from(gzip.subarray(0, 10));
  header[3] = 0x08;
  return Buffer.concat([header, name, Buffer.of(0), gzip.subarray(10)]);
}
