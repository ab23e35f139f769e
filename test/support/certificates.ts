import { generate } from 'selfsigned';

export interface TestCertificate {
  /** PEM. */
  readonly certificate: string;
  /** PKCS#8 in PEM, not encrypted. */
  readonly key: string;
}

export interface CertificateOptions {
  readonly name?: string;
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  readonly keyType?: 'rsa' | 'ec';
  readonly keySize?: number;
}

const day = 24 * 3600 * 1000;

/** A self-signed certificate; by default for a server on this computer, valid from yesterday for a month. */
export async function makeCertificate(options: CertificateOptions = {}): Promise<TestCertificate> {
  const name = options.name ?? 'localhost';
  const { cert, private: key } = await generate([{ name: 'commonName', value: name }], {
    algorithm: 'sha256',
    keyType: options.keyType ?? 'rsa',
    keySize: options.keySize ?? 2048,
    notBeforeDate: options.notBefore ?? new Date(Date.now() - day),
    notAfterDate: options.notAfter ?? new Date(Date.now() + 30 * day),
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, keyCertSign: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  return { certificate: cert.replaceAll('\r\n', '\n'), key: key.replaceAll('\r\n', '\n') };
}
