import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { open, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Clock } from '../http/clock';
import { Failure } from '../http/failure';
import type { CertificateFileProblem, CertificateProblem } from './connectionProblem';

/** A certificate with its private key, as MSAL takes them. */
export interface AppCertificate {
  /** SHA-256 of the certificate, in hex, upper case. */
  readonly thumbprintSha256: string;
  /** PKCS#8 in PEM, not encrypted. */
  readonly privateKey: string;
  /** PEM: the certificate, then the other certificates of the file. */
  readonly chain: string;
}

export interface CertificatePorts {
  /** What `~` stands for. */
  readonly homeDirectory: string;
  readonly clock: Pick<Clock, 'now'>;
  /** For tests. Rejects with the system's error. */
  readonly readFile?: ((path: string) => Promise<Uint8Array>) | undefined;
}

/** In bytes. A chain with its key takes some 10 KB. */
export const maxCertificateSize = 1024 * 1024;
/** MSAL signs with PS256; its library refuses RSA keys below this, and all others. */
const minKeyBits = 2048;

/**
 * Reads the PEM file of a connection: one private key and its certificate, in either order, with or
 * without the chain.
 *
 * @param file an absolute path, or one that starts with `~`
 * @param passphrase is asked for only when the key is encrypted
 *
 * Rejects with a Failure (codes `certificate…`): what is wrong with the file is said before anybody
 * is asked for a token.
 */
export async function readCertificate(
  file: string,
  passphrase: () => PromiseLike<string | undefined>,
  ports: CertificatePorts,
): Promise<AppCertificate> {
  const place = certificatePath(file, ports.homeDirectory);
  const pem = readPem(await readBounded(place, ports.readFile ?? readFile), place);
  const phrase = pem.key.encrypted ? await passphrase() : undefined;
  const key = openKey(pem.key, phrase, place);
  checkKind(key, place);
  const certificate = pem.certificates.find((each) => belongs(each, key));
  if (certificate === undefined) {
    return fail({ code: 'certificateKeyMismatch', path: place });
  }
  checkDates(certificate, place, ports.clock.now());
  const others = pem.certificates.filter((each) => each !== certificate);
  return {
    thumbprintSha256: certificate.fingerprint256.replaceAll(':', ''),
    privateKey: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
    chain: [certificate, ...others].map(String).join(''),
  };
}

function fail(problem: CertificateFileProblem | CertificateProblem): never {
  throw new Failure(problem);
}

function certificatePath(file: string, home: string): string {
  const place = /^~(?=$|[\\/])/.test(file) ? path.join(home, file.slice(1)) : file;
  // A path that depends on the directory VS Code was started in, or on an open folder, must not
  // decide who signs in.
  return path.isAbsolute(place)
    ? path.normalize(place)
    : fail({ code: 'certificatePathNotAbsolute', path: file });
}

async function readBounded(place: string, read: (place: string) => Promise<Uint8Array>): Promise<Uint8Array> {
  let bytes;
  try {
    bytes = await read(place);
  } catch (error) {
    const { code } = error as { code?: unknown };
    return code === 'ENOENT' || code === 'ENOTDIR'
      ? fail({ code: 'certificateNotFound', path: place })
      : fail({ code: 'certificateUnreadable', path: place, cause: typeof code === 'string' ? code : '?' });
  }
  return bytes.byteLength > maxCertificateSize
    ? fail({ code: 'certificateTooLarge', path: place, limit: maxCertificateSize })
    : bytes;
}

/** At most one byte more than the limit. */
async function readFile(place: string): Promise<Uint8Array> {
  // Opening a named pipe would wait for its other end.
  if (!(await stat(place)).isFile()) {
    throw Object.assign(new Error('Not a file'), { code: 'EISDIR' });
  }
  const handle = await open(place, 'r');
  try {
    const buffer = new Uint8Array(maxCertificateSize + 1);
    let length = 0;
    for (let read = -1; read !== 0 && length < buffer.length; length += read) {
      read = (await handle.read(buffer, length, buffer.length - length)).bytesRead;
    }
    return buffer.subarray(0, length);
  } finally {
    await handle.close();
  }
}

interface PemKey {
  readonly pem: string;
  readonly encrypted: boolean;
}

interface Pem {
  readonly certificates: readonly X509Certificate[];
  readonly key: PemKey;
}

function readPem(bytes: Uint8Array, place: string): Pem {
  const text = Buffer.from(bytes).toString('latin1');
  const blocks = [
    ...text.matchAll(/-----BEGIN ([A-Z0-9 ]{1,40})-----(?:(?!-----)[^])*-----END \1-----/g),
  ].map(([pem, label = '']) => ({ pem, label }));
  if (blocks.length === 0) {
    refuseBinary(bytes, place);
  }
  const certificates = blocks
    .filter(({ label }) => label === 'CERTIFICATE')
    .map(({ pem }) => readBlock(pem, place));
  const key = blocks.find(({ label }) => label.endsWith('PRIVATE KEY'));
  if (certificates.length === 0) {
    return fail({ code: 'certificateNotInFile', path: place });
  }
  if (key === undefined) {
    return fail({ code: 'certificateKeyNotInFile', path: place });
  }
  // Either the label says so (PKCS#8), or a header inside the block (the format of old OpenSSL).
  const encrypted = key.label.startsWith('ENCRYPTED') || /^Proc-Type: *4,ENCRYPTED/m.test(key.pem);
  return { certificates, key: { pem: key.pem, encrypted } };
}

/**
 * PFX and DER are ASN.1: a SEQUENCE. A PFX begins with its version, 3 (RFC 7292); a certificate or
 * a key does not.
 */
function refuseBinary(bytes: Uint8Array, place: string): void {
  if (bytes[0] !== 0x30) {
    return;
  }
  const length = bytes[1] ?? 0;
  const content = 2 + (length > 0x80 ? length & 0x7f : 0);
  const [tag, size, version] = bytes.subarray(content, content + 3);
  if (tag === 2 && size === 1 && version === 3) {
    const { dir, name } = path.parse(place);
    fail({ code: 'certificateIsPfx', path: place, pemPath: path.join(dir, `${name}.pem`) });
  }
  fail({ code: 'certificateIsDer', path: place });
}

function readBlock(pem: string, place: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch {
    return fail({ code: 'certificateDamaged', path: place });
  }
}

function openKey({ pem, encrypted }: PemKey, passphrase: string | undefined, place: string): KeyObject {
  if (encrypted && (passphrase === undefined || passphrase === '')) {
    return fail({ code: 'certificatePassphraseMissing', path: place });
  }
  try {
    return createPrivateKey({ key: pem, ...(passphrase !== undefined && { passphrase }) });
  } catch {
    // OpenSSL and BoringSSL (Electron) give different codes, and a wrong passphrase may also look
    // like a damaged key.
    return fail({ code: encrypted ? 'certificatePassphraseWrong' : 'certificateDamaged', path: place });
  }
}

function checkKind(key: KeyObject, place: string): void {
  const keyType = key.asymmetricKeyType ?? '?';
  const bits = key.asymmetricKeyDetails?.modulusLength;
  if (keyType !== 'rsa' || (bits ?? 0) < minKeyBits) {
    fail({ code: 'certificateKeyNotUsable', path: place, keyType, bits });
  }
}

function belongs(certificate: X509Certificate, key: KeyObject): boolean {
  try {
    return certificate.checkPrivateKey(key);
  } catch {
    // Of another type than the key.
    return false;
  }
}

function checkDates(certificate: X509Certificate, place: string, now: number): void {
  const [from, to] = [Date.parse(certificate.validFrom), Date.parse(certificate.validTo)];
  if (now < from) {
    fail({ code: 'certificateNotYetValid', path: place, at: from });
  }
  if (now >= to) {
    fail({ code: 'certificateExpired', path: place, at: to });
  }
}
