import assert from 'node:assert/strict';
import { createPrivateKey, createSign, createVerify, X509Certificate } from 'node:crypto';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'mocha';
import {
  type AppCertificate,
  maxCertificateSize,
  readCertificate,
} from '../../../src/connections/certificate';
import { Failure } from '../../../src/http/failure';
import { makeCertificate, type TestCertificate } from '../../support/certificates';
import { problemOf } from '../../support/failures';

describe('certificate: the PEM file of a connection', function () {
  this.timeout(20_000);
  let home: string;
  let own: TestCertificate;
  let other: TestCertificate;
  const phrases: string[] = [];

  before(async () => {
    home = await realpath(await mkdtemp(path.join(tmpdir(), 'certificate-')));
    [own, other] = await Promise.all([makeCertificate({ name: 'own' }), makeCertificate({ name: 'other' })]);
  });

  after(() => rm(home, { recursive: true, force: true }));

  interface Given {
    readonly file?: string;
    readonly passphrase?: string;
    readonly now?: number;
  }

  async function read(content: string | Uint8Array, given: Given = {}): Promise<AppCertificate> {
    const file = given.file ?? path.join(home, 'app.pem');
    await writeFile(file.replace(/^~/, home), content);
    return readOnly(file, given);
  }

  function readOnly(file: string, { passphrase, now = Date.now() }: Given = {}): Promise<AppCertificate> {
    const ask = (): Promise<string | undefined> => {
      phrases.push(file);
      return Promise.resolve(passphrase);
    };
    return readCertificate(file, ask, { homeDirectory: home, clock: { now: () => now } });
  }

  async function fault(content: string | Uint8Array, given?: Given): Promise<string> {
    const problem = await problemOf(read(content, given));
    assert.equal(problem['path'], path.join(home, 'app.pem'));
    return String(problem['code']);
  }

  function encrypted(passphrase: string): string {
    const options = { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase } as const;
    return createPrivateKey(own.key).export(options).toString();
  }

  function belongTogether({ privateKey, chain, thumbprintSha256 }: AppCertificate): void {
    const certificate = new X509Certificate(chain);
    assert.equal(thumbprintSha256, new X509Certificate(own.certificate).fingerprint256.replaceAll(':', ''));
    const signature = createSign('sha256').update('x').sign(privateKey);
    assert.ok(createVerify('sha256').update('x').verify(certificate.publicKey, signature));
  }

  it('takes key and certificate in either order, with the chain around them', async () => {
    const chain = other.certificate;
    for (const content of [
      own.certificate + own.key,
      own.key + own.certificate,
      chain + own.key + own.certificate,
      `Bag Attributes\n    localKeyID: 01 00\n${own.key}subject=CN = own\n\n${own.certificate}${chain}`,
      `\uFEFF${(own.certificate + own.key).replaceAll('\n', '\r\n')}`,
    ]) {
      belongTogether(await read(content));
    }
    const { chain: both } = await read(chain + own.key + own.certificate);
    assert.equal(both.match(/BEGIN CERTIFICATE/g)?.length, 2);
    assert.deepEqual(phrases, []);
  });

  it('takes a key in the older format', async () => {
    const rsa = createPrivateKey(own.key).export({ type: 'pkcs1', format: 'pem' }).toString();
    assert.match(rsa, /BEGIN RSA PRIVATE KEY/);
    belongTogether(await read(rsa + own.certificate));
  });

  it('opens an encrypted key with the passphrase, and gives it on without', async () => {
    const passphrase = 'käse & brot';
    const old = { type: 'pkcs1', format: 'pem', cipher: 'aes-128-cbc', passphrase } as const;
    for (const key of [encrypted(passphrase), createPrivateKey(own.key).export(old).toString()]) {
      assert.match(key, /ENCRYPTED/);
      const certificate = await read(own.certificate + key, { passphrase });
      belongTogether(certificate);
      assert.doesNotMatch(certificate.privateKey, /ENCRYPTED/);
      assert.equal(await fault(own.certificate + key), 'certificatePassphraseMissing');
      assert.equal(await fault(own.certificate + key, { passphrase: '' }), 'certificatePassphraseMissing');
      assert.equal(await fault(own.certificate + key, { passphrase: 'x' }), 'certificatePassphraseWrong');
    }
  });

  it('finds the file in the home folder, and in no folder that depends on where it was started', async () => {
    await mkdir(path.join(home, 'keys'), { recursive: true });
    belongTogether(await read(own.certificate + own.key, { file: '~/keys/app.pem' }));
    for (const file of ['app.pem', './app.pem', '../app.pem', '~other/app.pem', 'a~/b', '']) {
      const problem = await problemOf(readOnly(file));
      assert.deepEqual(problem, { code: 'certificatePathNotAbsolute', path: file });
    }
  });

  it('tells a missing file from one that cannot be read', async () => {
    const none = path.join(home, 'none.pem');
    assert.deepEqual(await problemOf(readOnly(none)), { code: 'certificateNotFound', path: none });
    assert.deepEqual(await problemOf(readOnly(home)), {
      code: 'certificateUnreadable',
      path: home,
      cause: 'EISDIR',
    });
    const denied = Object.assign(new Error('denied'), { code: 'EACCES' });
    const ports = { homeDirectory: home, clock: Date, readFile: () => Promise.reject(denied) };
    const unreadable = readCertificate(none, () => Promise.resolve(undefined), ports);
    assert.equal((await problemOf(unreadable))['cause'], 'EACCES');
  });

  it('takes a file of the limit and refuses a larger one', async () => {
    const pem = own.certificate + own.key;
    belongTogether(await read(pem.padEnd(maxCertificateSize, '\n')));
    assert.equal(await fault(pem.padEnd(maxCertificateSize + 1, '\n')), 'certificateTooLarge');
    assert.equal(await fault('-----BEGIN A-----'.repeat(60_000)), 'certificateNotInFile');
  });

  it('knows a PFX and other binary files, and what to turn them into', async () => {
    const pfx = Buffer.from('308209a7020103308209', 'hex');
    const file = path.join(home, 'my app.pfx');
    assert.deepEqual(await problemOf(read(pfx, { file })), {
      code: 'certificateIsPfx',
      path: file,
      pemPath: path.join(home, 'my app.pem'),
    });
    assert.equal(await fault(Buffer.from('3080020103308006', 'hex')), 'certificateIsPfx');
    assert.equal(await fault(new X509Certificate(own.certificate).raw), 'certificateIsDer');
    const key = createPrivateKey(own.key).export({ type: 'pkcs8', format: 'der' });
    assert.equal(await fault(key), 'certificateIsDer');
    assert.equal(await fault(Buffer.from('30', 'hex')), 'certificateIsDer');
  });

  it('says what the file lacks', async () => {
    assert.equal(await fault(''), 'certificateNotInFile');
    assert.equal(await fault('notes'), 'certificateNotInFile');
    assert.equal(await fault(own.key), 'certificateNotInFile');
    assert.equal(await fault(own.certificate), 'certificateKeyNotInFile');
    assert.equal(await fault(own.certificate + other.key), 'certificateKeyMismatch');
    const broken = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
    assert.equal(await fault(broken + own.key), 'certificateDamaged');
    assert.equal(
      await fault(own.certificate + broken.replaceAll('CERTIFICATE', 'PRIVATE KEY')),
      'certificateDamaged',
    );
  });

  it('refuses keys that MSAL cannot sign with', async () => {
    const curve = await makeCertificate({ keyType: 'ec' });
    assert.deepEqual(await problemOf(read(curve.certificate + curve.key)), {
      code: 'certificateKeyNotUsable',
      path: path.join(home, 'app.pem'),
      keyType: 'ec',
      bits: undefined,
    });
    const short = await makeCertificate({ keySize: 1024 });
    assert.equal((await problemOf(read(short.certificate + short.key)))['bits'], 1024);
    assert.equal(await fault(own.certificate + curve.key), 'certificateKeyNotUsable');
    assert.equal(await fault(curve.certificate + own.key), 'certificateKeyMismatch');
  });

  it('holds the dates against the clock, to the second', async () => {
    const notBefore = Date.parse('2026-03-01T10:00:00Z');
    const notAfter = Date.parse('2027-03-01T10:00:00Z');
    const dated = await makeCertificate({ notBefore: new Date(notBefore), notAfter: new Date(notAfter) });
    const at = (now: number): Promise<AppCertificate> => read(dated.key + dated.certificate, { now });
    await at(notBefore);
    await at(notAfter - 1000);
    const place = path.join(home, 'app.pem');
    assert.deepEqual(await problemOf(at(notBefore - 1)), {
      code: 'certificateNotYetValid',
      path: place,
      at: notBefore,
    });
    assert.deepEqual(await problemOf(at(notAfter + 1000)), {
      code: 'certificateExpired',
      path: place,
      at: notAfter,
    });
  });

  it('puts no part of a key or passphrase into a problem', async () => {
    const passphrase = 'wrong-passphrase';
    const error: unknown = await read(own.certificate + encrypted('right'), { passphrase }).catch(
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof Failure);
    assert.doesNotMatch(`${JSON.stringify(error.problem)} ${String(error.cause)}`, /wrong-passphrase|MII/);
  });
});
