import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import {
  maxAzSeconds,
  azureCliCredential,
  explainAzError,
  readAzAnswer,
} from '../../../src/connections/azureCli';
import type { AccessToken } from '../../../src/connections/credential';
import type { ConnectionProblem } from '../../../src/connections/connectionProblem';
import { Failure, isAbort } from '../../../src/http/failure';
import { type AzScript, FakeAz, jwt, otherTenant, resource, tenant, TestClock } from './fakes';

const target = { tenantId: tenant, resource };
const token = jwt({ tid: tenant, exp: 1_900_000_000, scp: 'Machine.Read' });
const answer = JSON.stringify({
  accessToken: token,
  expiresOn: '2030-03-17 17:46:40.000000',
  expires_on: 1_899_999_000,
  tenant,
  tokenType: 'Bearer',
});
/** A run of a token's alphabet that has no beginning to recognise it by. */
const refreshToken = `0.AX${'aB3_-'.repeat(30)}`;

/** The problem that this fails with. */
async function problemOf(work: () => unknown): Promise<ConnectionProblem> {
  try {
    await work();
  } catch (error) {
    assert.ok(error instanceof Failure, String(error));
    return error.problem as ConnectionProblem;
  }
  return assert.fail('it did not fail');
}

describe('azureCliCredential, with a real process', function () {
  // Several Node processes start one after the other; a busy computer needs a while for that.
  this.timeout(60_000);
  const cleanUp: (() => Promise<unknown>)[] = [];
  let clock: TestClock;
  let home: string;

  beforeEach(async () => {
    clock = new TestClock();
    home = await realpath(await mkdtemp(path.join(tmpdir(), 'home-')));
    cleanUp.push(() => rm(home, { recursive: true, force: true, maxRetries: 5 }));
  });

  afterEach(async () => {
    for (const one of cleanUp.splice(0).reverse()) {
      await one();
    }
  });

  async function fake(script: AzScript): Promise<FakeAz> {
    const az = await FakeAz.create(script);
    cleanUp.push(() => az.remove());
    return az;
  }

  function ask(env: NodeJS.ProcessEnv, signal = new AbortController().signal): Promise<AccessToken> {
    const ports = { env, platform: process.platform, homeDirectory: home, clock };
    return azureCliCredential(target, ports).getToken({ interactive: false, signal });
  }

  it('brings the token, its claims and its expiry', async () => {
    const { env } = await fake({ stdout: answer, stderr: 'WARNING: a new version is available\n' });
    const brought = await ask(env);
    assert.equal(brought.token, token);
    assert.equal(brought.expiresAt, 1_899_999_000_000);
    assert.deepEqual(brought.claims?.scopes, ['Machine.Read']);
    assert.equal(clock.sleeping, 0, 'the time limit ended with it');
  });

  it('passes the tenant and the resource, and runs in the home directory', async () => {
    const az = await fake({ stdout: answer });
    await ask(az.env);
    assert.deepEqual(await az.call(), {
      args: ['account', 'get-access-token', '--tenant', tenant, '--resource', resource, '-o', 'json'],
      cwd: home,
    });
  });

  it('does not run an az of the current directory', async () => {
    const az = await fake({ stdout: answer });
    const before = process.cwd();
    process.chdir(az.directory);
    try {
      for (const PATH of ['', '.', `.${path.delimiter}`, path.join('..', path.basename(az.directory))]) {
        assert.deepEqual(await problemOf(() => ask({ ...az.env, PATH })), { code: 'azNotInstalled' });
      }
    } finally {
      process.chdir(before);
    }
  });

  it('passes over a directory and a file that cannot be executed', async function () {
    if (process.platform === 'win32') {
      this.skip();
    }
    const az = await fake({ stdout: answer });
    const directory = path.join(home, 'a');
    const plain = path.join(home, 'b');
    await mkdir(path.join(directory, 'az'), { recursive: true });
    await mkdir(plain);
    await writeFile(path.join(plain, 'az'), 'no program');
    assert.equal((await ask({ ...az.env, PATH: `${directory}:${plain}:${az.directory}` })).token, token);
  });

  it('reports one that cannot be started', async function () {
    if (process.platform === 'win32') {
      this.skip();
    }
    await writeFile(path.join(home, 'az'), '#!/nowhere/at/all\n');
    await chmod(path.join(home, 'az'), 0o755);
    assert.deepEqual(await problemOf(() => ask({ PATH: home })), {
      code: 'azFailed',
      exitCode: undefined,
      detail: 'ENOENT',
    });
  });

  it('explains why it failed', async () => {
    const signedOut = await fake({ exitCode: 1, stderr: "ERROR: Please run 'az login' to setup account.\n" });
    assert.deepEqual(await problemOf(() => ask(signedOut.env)), {
      code: 'azNotSignedIn',
      tenantId: tenant,
      scope: `${resource}/.default`,
      aadsts: undefined,
    });
    const broken = await fake({ exitCode: 2, stderr: `WARNING: w\r\nERROR: it broke ${token}\r\nmore` });
    assert.deepEqual(await problemOf(() => ask(broken.env)), {
      code: 'azFailed',
      exitCode: 2,
      detail: 'ERROR: it broke <token>',
    });
  });

  it('refuses endless output, and is not blocked by endless complaints', async () => {
    const talker = await fake({ stdout: 'x'.repeat(1024 * 1024 + 1) });
    assert.deepEqual(await problemOf(() => ask(talker.env)), { code: 'azUnreadable', reason: 'tooLarge' });
    const complainer = await fake({ stdout: answer, stderr: 'WARNING: x\n'.repeat(200_000) });
    assert.equal((await ask(complainer.env)).token, token);
  });

  describe('when it hangs', () => {
    let server: Server;
    let sockets: Socket[];

    beforeEach(async () => {
      sockets = [];
      server = createServer((socket) => {
        socket.on('error', () => undefined);
        sockets.push(socket);
        server.emit('joined');
      });
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      cleanUp.push(() => {
        sockets.forEach((socket) => socket.destroy());
        return new Promise((resolve) => server.close(resolve));
      });
    });

    async function hanging(): Promise<FakeAz> {
      const address = server.address();
      assert.ok(typeof address === 'object' && address !== null);
      return fake({ hangOn: address.port });
    }

    /** Until the process and the one that it started are both alive. */
    async function bothRun(): Promise<void> {
      while (sockets.length < 2) {
        await once(server, 'joined');
      }
    }

    /** Until both have died: the system closes their connections then. */
    async function bothDie(): Promise<void> {
      const alive = sockets.filter((socket) => !socket.destroyed);
      await Promise.all(alive.map((socket) => once(socket.resume(), 'close')));
    }

    it('is ended with its children when the caller leaves', async () => {
      const az = await hanging();
      const leaver = new AbortController();
      const asked = ask(az.env, leaver.signal);
      await bothRun();
      leaver.abort();
      await assert.rejects(asked, isAbort);
      await bothDie();
      assert.equal(clock.sleeping, 0);
    });

    it('is ended with its children after the time limit, and not before', async () => {
      const az = await hanging();
      const asked = problemOf(() => ask(az.env));
      await bothRun();
      clock.advance(maxAzSeconds * 1000 - 1);
      assert.equal(clock.sleeping, 1, 'one millisecond is left');
      clock.advance(1);
      assert.deepEqual(await asked, { code: 'azTimedOut', seconds: 30 });
      await bothDie();
    });
  });

  it('starts nothing for a caller who has left already', async () => {
    const az = await fake({ stdout: answer });
    await assert.rejects(ask(az.env, AbortSignal.abort()), isAbort);
    await assert.rejects(az.call(), { code: 'ENOENT' });
  });
});

describe('readAzAnswer', () => {
  const now = Date.UTC(2030, 0, 1);
  const read = (fields: object): AccessToken =>
    readAzAnswer(JSON.stringify({ accessToken: token, ...fields }), target, now);

  it('takes the expiry in seconds since the epoch, as a number or as text', () => {
    assert.equal(read({ expires_on: 1_899_999_000 }).expiresAt, 1_899_999_000_000);
    assert.equal(read({ expires_on: '1899999000' }).expiresAt, 1_899_999_000_000);
  });

  it('never takes the local time without a zone; the token itself knows', () => {
    assert.equal(read({ expiresOn: '2031-01-01 00:00:00.000000' }).expiresAt, 1_900_000_000_000);
    for (const expires_on of [null, '', 'soon', '2031-01-01', {}, -1, 0]) {
      assert.equal(read({ expires_on }).expiresAt, 1_900_000_000_000);
    }
  });

  it('takes an opaque token for a short time', () => {
    const { claims, expiresAt } = read({ accessToken: 'opaque', expiresOn: '2031-01-01 00:00:00.000000' });
    assert.equal(claims, undefined);
    assert.equal(expiresAt, now + 10 * 60_000);
  });

  it('refuses the token of another tenant', async () => {
    const accessToken = jwt({ tid: otherTenant });
    const wrong = { code: 'azWrongTenant', expected: tenant, actual: otherTenant };
    assert.deepEqual(await problemOf(() => read({ accessToken, tenant })), wrong);
    assert.deepEqual(await problemOf(() => read({ accessToken: 'opaque', tenant: otherTenant })), wrong);
    assert.equal(read({ accessToken: jwt({ tid: tenant.toUpperCase() }) }).claims?.tenantId, tenant);
  });

  it('refuses what is not the documented answer', async () => {
    for (const stdout of ['', 'null', '[]', '"x"', `hello\n${answer}`, `${answer}x`]) {
      assert.deepEqual(await problemOf(() => readAzAnswer(stdout, target, now)), {
        code: 'azUnreadable',
        reason: 'notJson',
      });
    }
    for (const accessToken of [undefined, null, '', 7, 'a b', 'a\r\nX-Header: b', 'é']) {
      assert.deepEqual(await problemOf(() => read({ accessToken })), {
        code: 'azUnreadable',
        reason: 'noToken',
      });
    }
    assert.equal(readAzAnswer(`\uFEFF${answer}\r\n`, target, now).token, token);
  });
});

describe('explainAzError', () => {
  const explain = (stderr: string): ConnectionProblem => explainAzError(stderr, 1, target);
  const signIn = 'Interactive authentication is needed. Please run:\naz login --scope x/.default';

  it('knows when signing in again helps', () => {
    for (const aadsts of ['AADSTS50078', 'AADSTS50076', 'AADSTS70043', 'AADSTS700082']) {
      assert.deepEqual(explain(`ERROR: ${aadsts}: The token has expired.\n${signIn}`), {
        code: 'azNotSignedIn',
        tenantId: tenant,
        scope: `${resource}/.default`,
        aadsts,
      });
    }
    for (const stderr of ["Please run 'az login'.", 'ERROR: x\nTo re-authenticate, please run:\naz login']) {
      assert.equal(explain(stderr).code, 'azNotSignedIn');
    }
  });

  it('does not send anybody to sign in again when that changes nothing', () => {
    const refusal = 'AADSTS65002: Consent between first party applications must be configured.';
    assert.deepEqual(explain(`ERROR: ${refusal}\n${signIn}`), {
      code: 'azRefused',
      tenantId: tenant,
      aadsts: 'AADSTS65002',
      detail: `ERROR: ${refusal}`,
    });
  });

  it('shows the line that matters', () => {
    const detail = (stderr: string): unknown => (explain(stderr) as { detail?: string }).detail;
    assert.equal(detail('WARNING: w\ntrace\nERROR: e\nmore'), 'ERROR: e');
    assert.equal(detail('\n\nWARNING: w\n  usage: az\n'), 'usage: az');
    assert.equal(detail('WARNING: w'), 'WARNING: w');
    assert.equal(detail(''), '');
  });

  it('lets no token and no control character through', () => {
    const problem = JSON.stringify(
      explain(
        `ERROR: \u001b[31mred\u001b[0m\u0007 \u202Ea ${token} "${refreshToken}" Bearer abc client_secret=s3`,
      ),
    );
    assert.match(problem, /ERROR: red a <token>/);
    assert.doesNotMatch(problem, /eyJ|aB3_|abc|s3|\\u00|\u202e/);
    const split = explain(`ERROR: x${token.slice(0, 20)}\u200b${token.slice(20)}`);
    assert.doesNotMatch(JSON.stringify(split), /eyJ|c2lnbmF0dXJl/, 'an invisible character hides nothing');
  });

  it('is bounded', () => {
    const problem = explain(`ERROR: ${'word '.repeat(1000)}`);
    assert.ok(problem.code === 'azFailed');
    assert.equal(problem.detail.length, 300);
  });
});
