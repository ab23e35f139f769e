import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  azInvocation,
  findAz,
  type InstalledAz,
  pathDirectories,
  tokenArguments,
} from '../../../src/connections/azCommand';
import { resource, tenant } from './fakes';

const args = tokenArguments(tenant, resource);

function find(
  env: NodeJS.ProcessEnv,
  platform: NodeJS.Platform,
  ...files: string[]
): Promise<InstalledAz | undefined> {
  return findAz(env, platform, (file) => Promise.resolve(files.includes(file)));
}

describe('pathDirectories', () => {
  it('leaves out what depends on the current directory (POSIX)', () => {
    const PATH = '/usr/bin::.:bin:./bin:../bin:/opt/az:';
    assert.deepEqual(pathDirectories({ PATH }, 'linux'), ['/usr/bin', '/opt/az']);
    assert.deepEqual(pathDirectories({}, 'darwin'), []);
    assert.deepEqual(pathDirectories({ Path: '/bin' }, 'linux'), [], 'names know case here');
  });

  it('leaves out what depends on the current directory or drive (Windows)', () => {
    const Path =
      'C:\\Az\\wbin;.;bin;;\\tools;C:tools;"D:\\My Tools";\\\\server\\share;c:/x;%USERPROFILE%\\bin';
    assert.deepEqual(pathDirectories({ Path }, 'win32'), [
      'C:\\Az\\wbin',
      'D:\\My Tools',
      '\\\\server\\share',
      'c:/x',
    ]);
  });
});

describe('findAz', () => {
  it('takes the first az of the PATH (POSIX)', async () => {
    const env = { PATH: '/a:/b:/c' };
    assert.deepEqual(await find(env, 'linux', '/b/az', '/c/az'), { kind: 'program', file: '/b/az' });
    assert.equal(await find(env, 'linux', '/d/az', 'az'), undefined);
  });

  it('takes the Python of the installed CLI, as its az.cmd does', async () => {
    assert.deepEqual(
      await find({ Path: 'C:\\A;C:\\CLI2\\wbin' }, 'win32', 'C:\\CLI2\\wbin\\az.cmd', 'C:\\CLI2\\python.exe'),
      { kind: 'python', file: 'C:\\CLI2\\python.exe' },
    );
  });

  it('takes an az.exe as it is, and a batch file without a Python through cmd.exe', async () => {
    const env = { PATH: 'C:\\A;C:\\B' };
    assert.deepEqual(await find(env, 'win32', 'C:\\A\\az.exe', 'C:\\A\\az.cmd'), {
      kind: 'program',
      file: 'C:\\A\\az.exe',
    });
    assert.deepEqual(await find(env, 'win32', 'C:\\B\\az.bat', 'C:\\python.exe'), {
      kind: 'batch',
      file: 'C:\\B\\az.bat',
    });
  });

  it('does not hand a path to cmd.exe that it would change', async () => {
    assert.equal(await find({ PATH: 'C:\\%TEMP%' }, 'win32', 'C:\\%TEMP%\\az.cmd'), undefined);
  });
});

describe('azInvocation', () => {
  it('asks for a token of this tenant and resource', () => {
    assert.deepEqual(azInvocation({ kind: 'program', file: '/usr/bin/az' }, args, { A: '1' }, 'linux'), {
      file: '/usr/bin/az',
      args: ['account', 'get-access-token', '--tenant', tenant, '--resource', resource, '-o', 'json'],
      verbatim: false,
      env: { A: '1' },
    });
  });

  it('calls the CLI’s Python isolated from the environment and the current directory', () => {
    const invocation = azInvocation({ kind: 'python', file: 'C:\\CLI2\\python.exe' }, args, {}, 'win32');
    assert.equal(invocation.file, 'C:\\CLI2\\python.exe');
    assert.deepEqual(invocation.args, ['-IBm', 'azure.cli', ...args]);
    assert.equal(invocation.verbatim, false);
  });

  it('quotes a batch file and its arguments for the cmd.exe of Windows itself', () => {
    const env = { SYSTEMROOT: 'D:\\Windows', ComSpec: 'C:\\evil\\cmd.exe' };
    const invocation = azInvocation({ kind: 'batch', file: 'C:\\A & B\\az.cmd' }, args, env, 'win32');
    assert.equal(invocation.file, 'D:\\Windows\\System32\\cmd.exe');
    assert.equal(invocation.verbatim, true);
    assert.deepEqual(invocation.args, [
      '/d',
      '/v:off',
      '/s',
      '/c',
      `""C:\\A & B\\az.cmd" "account" "get-access-token" "--tenant" "${tenant}" "--resource" "${resource}" "-o" "json""`,
    ]);
    assert.equal(invocation.env['NoDefaultCurrentDirectoryInExePath'], '1');
  });

  it('refuses an argument that was not validated, on every platform', () => {
    for (const bad of ['a b', 'a"b', 'a&b', '%PATH%', 'a^b', "a'b", '', 'a\nb', '$(x)', '!x!']) {
      for (const kind of ['program', 'python', 'batch'] as const) {
        assert.throws(() => azInvocation({ kind, file: 'C:\\az.cmd' }, [bad], {}, 'win32'), RangeError, bad);
      }
    }
  });
});
