import { crc32 } from 'node:zlib';
import type { WireMachineAction } from '../../defender/machineAction';
import type { StoredBlob } from '../blobs';

/**
 * The investigation package of an action that collected one and is done: a zip archive with one
 * text in it.
 */
export function investigationPackage(action: WireMachineAction): StoredBlob | undefined {
  if (action.type !== 'CollectInvestigationPackage' || action.status !== 'Succeeded') {
    return undefined;
  }
  const content = `SAMPLE\r\nInvestigation package of ${action.computerDnsName ?? action.machineId}\r\n`;
  return { bytes: zipOf('Forensics Collection Summary.txt', content), contentType: 'application/zip' };
}

/**
 * A zip archive with one file in it that is stored, not packed. Layout: APPNOTE.TXT of PKWARE, 4.3.
 */
function zipOf(fileName: string, content: string): Uint8Array {
  const name = Buffer.from(fileName);
  const data = Buffer.from(content);
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50, 0);
  writeFile(local, 4, name, data);
  const central = Buffer.alloc(46);
  central.writeUInt32LE(0x02014b50, 0);
  central.writeUInt16LE(20, 4);
  writeFile(central, 6, name, data);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(central.length + name.length, 12);
  end.writeUInt32LE(local.length + name.length + data.length, 16);
  return Buffer.concat([local, name, data, central, name, end]);
}

/** What the local header and the central directory say alike: version, sizes, checksum. */
function writeFile(header: Buffer, at: number, name: Buffer, data: Buffer): void {
  header.writeUInt16LE(20, at);
  header.writeUInt32LE(crc32(data), at + 10);
  header.writeUInt32LE(data.length, at + 14);
  header.writeUInt32LE(data.length, at + 18);
  header.writeUInt16LE(name.length, at + 22);
}
