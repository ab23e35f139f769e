import { chmod, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Clock } from '../../../src/http/clock';

export const tenant = '11111111-2222-4333-8444-555555555555';
export const otherTenant = '99999999-2222-4333-8444-555555555555';
export const resource = 'https://api.securitycenter.microsoft.com';

/** A JWT with these claims and a signature that nobody looks at. */
export function jwt(claims: unknown): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}.c2lnbmF0dXJl`;
}

/** A clock that stands still until it is told otherwise. */
export class TestClock implements Clock {
  time = Date.UTC(2030, 0, 1);
  readonly #sleepers = new Set<{ readonly until: number; readonly wake: () => void }>();

  now(): number {
    return this.time;
  }

  ticks(): number {
    return this.time;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const sleeper = { until: this.time + ms, wake: resolve };
      this.#sleepers.add(sleeper);
      signal?.addEventListener('abort', () => {
        this.#sleepers.delete(sleeper);
        reject(signal.reason as Error);
      });
    });
  }

  get sleeping(): number {
    return this.#sleepers.size;
  }

  advance(ms: number): void {
    this.time += ms;
    for (const sleeper of this.#sleepers) {
      if (sleeper.until <= this.time) {
        this.#sleepers.delete(sleeper);
        sleeper.wake();
      }
    }
  }
}

/** What the fake `az` does: writes this, then ends with the code. With a port it connects there, starts a child that does too, and hangs. */
export interface AzScript {
  readonly stdout?: string;
  readonly stderr?: string;
  readonly exitCode?: number;
  readonly hangOn?: number;
}

const fakeAz = `
const fs = require('node:fs'), net = require('node:net'), path = require('node:path');
const script = JSON.parse(fs.readFileSync(path.join(__dirname, 'script.json'), 'utf8'));
fs.writeFileSync(path.join(__dirname, 'call.json'), JSON.stringify({ args: process.argv.slice(2), cwd: process.cwd() }));
if (script.hangOn !== undefined) {
  // It ends with the test, also when that failed.
  net.connect(script.hangOn, '127.0.0.1').on('error', () => {}).on('close', () => process.exit());
  if (process.argv[2] !== 'child') {
    require('node:child_process').spawn(process.execPath, [__filename, 'child'], { stdio: 'inherit' });
  }
  setInterval(() => {}, 1000);
} else {
  fs.writeSync(2, script.stderr ?? '');
  let text = script.stdout ?? '';
  process.stdout.on('error', () => process.exit(1));
  process.stdout.write(text, () => process.exit(script.exitCode ?? 0));
}
`;

/** A directory with an executable `az` that does what it is told; on Windows an `az.cmd` without a Python beside it. */
export class FakeAz {
  readonly directory: string;
  readonly env: NodeJS.ProcessEnv;

  private constructor(directory: string) {
    this.directory = directory;
    this.env = { ...process.env, PATH: directory };
    delete this.env['Path'];
  }

  static async create(script: AzScript): Promise<FakeAz> {
    const fake = new FakeAz(await realpath(await mkdtemp(path.join(tmpdir(), 'fake-az-'))));
    if (process.platform === 'win32') {
      await writeFile(path.join(fake.directory, 'az.cmd'), `@"${process.execPath}" "%~dp0az.js" %*\r\n`);
      await writeFile(path.join(fake.directory, 'az.js'), fakeAz);
    } else {
      await writeFile(path.join(fake.directory, 'az'), `#!${process.execPath}\n${fakeAz}`);
      await chmod(path.join(fake.directory, 'az'), 0o755);
    }
    await writeFile(path.join(fake.directory, 'script.json'), JSON.stringify(script));
    return fake;
  }

  async call(): Promise<{ args: string[]; cwd: string }> {
    const text = await readFile(path.join(this.directory, 'call.json'), 'utf8');
    return JSON.parse(text) as { args: string[]; cwd: string };
  }

  async remove(): Promise<void> {
    await rm(this.directory, { recursive: true, force: true, maxRetries: 5 });
  }
}
