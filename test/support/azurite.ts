import { spawn } from 'node:child_process';
import { createHmac, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hostFile } from './host';

/** How a blob is stored. */
export interface BlobType {
  readonly contentType: string;
  readonly contentEncoding?: string;
}

/** Microsoft's emulator of Azure Blob storage: real ranges, ETags, conditions, and links with signatures that are checked. */
export interface Azurite {
  readonly origin: string;
  /** Stores a blob, or replaces it: then it has another ETag. */
  upload(name: string, bytes: Uint8Array, type?: BlobType): Promise<void>;
  remove(name: string): Promise<void>;
  /** A signed link to a blob, of the kind that the service gives, for `lifeMs` milliseconds from now (less than 0: expired). */
  link(name: string, lifeMs: number, origin?: string): string;
  close(): Promise<void>;
}

const account = 'results';
const container = 'investigation-actions-data';
const version = '2020-06-12';

/** Starts it on a free port, with an account of its own, nothing on the disk. Needs the test host's Node: phase `vscode`. */
export async function startAzurite(): Promise<Azurite> {
  const key = randomBytes(64).toString('base64');
  const folder = mkdtempSync(join(tmpdir(), 'lr-azurite-'));
  const options = ['--inMemoryPersistence', '--skipApiVersionCheck', '--disableTelemetry', '--blobPort', '0'];
  const child = spawn(process.execPath, [hostFile('azurite/dist/src/blob/main.js'), ...options], {
    cwd: folder,
    env: { ...process.env, AZURITE_ACCOUNTS: `${account}:${key}`, ELECTRON_RUN_AS_NODE: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const end = (): boolean => child.kill();
  process.once('exit', end);
  const origin = await new Promise<string>((resolve, reject) => {
    let output = '';
    const read = (data: Buffer): void => {
      output += String(data);
      const address = /successfully listen\w* (?:at|on) (http:\/\/127\.0\.0\.1:\d+)/.exec(output)?.[1];
      if (address !== undefined) {
        resolve(address);
      }
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`Azurite ended: ${output}`)));
  });
  const sign = (parts: readonly string[]): string =>
    createHmac('sha256', Buffer.from(key, 'base64')).update(parts.join('\n'), 'utf8').digest('base64');
  const send = (method: string, path: string, headers: Record<string, string> = {}, body?: Uint8Array) =>
    sendSigned(`${origin}/${account}/${path}`, sign, { method, headers, ...(body && { body }) });
  await send('PUT', `${container}?restype=container`);
  return {
    origin,
    upload: (name, bytes, { contentType, contentEncoding } = { contentType: 'application/json' }) =>
      send(
        'PUT',
        `${container}/${name}`,
        {
          'x-ms-blob-type': 'BlockBlob',
          'x-ms-blob-content-type': contentType,
          ...(contentEncoding !== undefined && { 'x-ms-blob-content-encoding': contentEncoding }),
        },
        bytes,
      ),
    remove: (name) => send('DELETE', `${container}/${name}`),
    link: (name, lifeMs, via = origin) =>
      `${via}/${account}/${container}/${name}?${blobSas(name, lifeMs, sign)}`,
    close: async () => {
      process.off('exit', end);
      if (child.exitCode === null && child.signalCode === null) {
        const ended = new Promise((resolve) => child.once('exit', resolve));
        child.kill();
        await ended;
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

type Sign = (parts: readonly string[]) => string;

/** https://learn.microsoft.com/rest/api/storageservices/create-service-sas, as it was from version 2018-11-09 on. */
function blobSas(name: string, lifeMs: number, sign: Sign): string {
  const start = iso(Date.now() + Math.min(0, lifeMs) - 15 * 60_000);
  const expiry = iso(Date.now() + lifeMs);
  const disposition = `attachment; filename=output_${name}.json`;
  const resource = `/blob/${account}/${container}/${name}`;
  const signature = sign([
    ...['r', start, expiry, resource, '', '', '', version, 'b', ''],
    ...['', disposition, '', '', ''],
  ]);
  const query = { se: expiry, sp: 'r', sv: version, sr: 'b', rscd: disposition, st: start, sig: signature };
  return Object.entries(query)
    .map(([key, value]) => `${key}=${encodeURIComponent(value)}`)
    .join('&');
}

/** https://learn.microsoft.com/rest/api/storageservices/create-account-sas: may do all that these tests need, for a minute. */
function accountSas(sign: Sign): string {
  const expiry = iso(Date.now() + 60_000);
  const signature = sign([account, 'rwdlac', 'b', 'sco', '', expiry, '', '', version, '']);
  return `sv=${version}&ss=b&srt=sco&sp=rwdlac&se=${encodeURIComponent(expiry)}&sig=${encodeURIComponent(signature)}`;
}

function sendSigned(
  url: string,
  sign: Sign,
  sent: { readonly method: string; readonly headers: Record<string, string>; readonly body?: Uint8Array },
): Promise<void> {
  const { method, headers, body = new Uint8Array() } = sent;
  return new Promise((resolve, reject) => {
    const outgoing = request(
      `${url}${url.includes('?') ? '&' : '?'}${accountSas(sign)}`,
      { method, headers: { ...headers, 'x-ms-version': version, 'content-length': body.byteLength } },
      (response) => {
        let answer = '';
        response.on('data', (data) => (answer += String(data)));
        response.once('end', () =>
          (response.statusCode ?? 500) < 300
            ? resolve()
            : reject(new Error(`${method} ${response.statusCode}: ${answer}`)),
        );
      },
    );
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}

function iso(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
}
