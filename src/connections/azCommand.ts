import path from 'node:path';

/** How to start the Azure CLI that was found. */
export type InstalledAz =
  /** POSIX `az`, or an `az.exe`: started as it is. */
  | { readonly kind: 'program'; readonly file: string }
  /** Windows: the Python that was installed with the CLI. */
  | { readonly kind: 'python'; readonly file: string }
  /**
   * Windows: an `az.cmd` or `az.bat` without a Python of its own (pip, shims of package managers).
   */
  | { readonly kind: 'batch'; readonly file: string };

/** What `child_process.spawn` needs. It is never given a shell string. */
export interface Invocation {
  readonly file: string;
  readonly args: readonly string[];
  /**
   * Windows: `args` are quoted already, for cmd.exe, whose rules are not those that Node quotes by.
   */
  readonly verbatim: boolean;
  readonly env: NodeJS.ProcessEnv;
}

/** A variable of the environment; on Windows their names know no case (`Path`). */
export function readEnv(env: NodeJS.ProcessEnv, name: string, platform: NodeJS.Platform): string | undefined {
  if (platform !== 'win32') {
    return env[name];
  }
  const key = Object.keys(env).find((one) => one.toUpperCase() === name.toUpperCase());
  return key === undefined ? undefined : env[key];
}

/**
 * The directories of the PATH that mean the same from everywhere. Relative and empty entries are
 * left out: they stand for the current directory, and a repository that somebody opened must not be
 * able to bring its own `az`.
 */
export function pathDirectories(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): readonly string[] {
  const value = readEnv(env, 'PATH', platform) ?? '';
  if (platform !== 'win32') {
    return value.split(':').filter((entry) => entry.startsWith('/'));
  }
  return (
    value
      .split(';')
      .map((entry) => entry.trim().replace(/^"(.*)"$/, '$1'))
      // path.win32.isAbsolute also accepts `\tools`, which depends on the current drive.
      .filter((entry) => /^(?:[a-z]:[\\/]|\\\\[^\\])/i.test(entry))
  );
}

/**
 * Finds the Azure CLI by hand, because the search of the system also looks in the current directory
 * (Windows) and in relative entries.
 *
 * @param isProgram whether this file exists and may be executed
 */
export async function findAz(
  env: NodeJS.ProcessEnv,
  platform: NodeJS.Platform,
  isProgram: (file: string) => Promise<boolean>,
): Promise<InstalledAz | undefined> {
  for (const directory of pathDirectories(env, platform)) {
    if (platform !== 'win32') {
      const file = path.posix.join(directory, 'az');
      if (await isProgram(file)) {
        return { kind: 'program', file };
      }
      continue;
    }
    const found = await findInWindowsDirectory(directory, isProgram);
    if (found !== undefined) {
      return found;
    }
  }
  return undefined;
}

async function findInWindowsDirectory(
  directory: string,
  isProgram: (file: string) => Promise<boolean>,
): Promise<InstalledAz | undefined> {
  const program = path.win32.join(directory, 'az.exe');
  if (await isProgram(program)) {
    return { kind: 'program', file: program };
  }
  for (const name of ['az.cmd', 'az.bat']) {
    const batch = path.win32.join(directory, name);
    if (!(await isProgram(batch))) {
      continue;
    }
    // This is all that the installer's az.cmd does: it looks for this file and calls it
    // (build_scripts/windows/scripts/az_msi.cmd).
    const python = path.win32.join(directory, '..', 'python.exe');
    if (name === 'az.cmd' && (await isProgram(python))) {
      return { kind: 'python', file: python };
    }
    // cmd.exe replaces %NAME% even between quotes, so such a path cannot be handed to it.
    if (!/["%]/.test(batch)) {
      return { kind: 'batch', file: batch };
    }
  }
  return undefined;
}

/**
 * The arguments that ask for a token:
 * https://learn.microsoft.com/cli/azure/account#az-account-get-access-token
 */
export function tokenArguments(tenantId: string, resource: string): readonly string[] {
  return ['account', 'get-access-token', '--tenant', tenantId, '--resource', resource, '-o', 'json'];
}

/**
 * How to start `az` with these arguments and no shell in between.
 *
 * On Windows `az` is a batch file, which Node refuses to start without a shell (CVE-2024-27980)
 * because cmd.exe parses its command line again. So the CLI's own Python is called, exactly as the
 * batch file would: no second parser sees the arguments. Where there is no such Python, cmd.exe is
 * called by its full path with a line quoted here; that is safe because every argument is of a
 * harmless alphabet, which is checked.
 *
 * Throws a RangeError for an argument outside of that alphabet: whoever passes one forgot to
 * validate it.
 */
export function azInvocation(
  az: InstalledAz,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  platform: NodeJS.Platform,
): Invocation {
  if (!args.every((arg) => /^[A-Za-z0-9:/._-]+$/.test(arg))) {
    throw new RangeError('An argument for az was not validated.');
  }
  switch (az.kind) {
    case 'program':
      return { file: az.file, args, verbatim: false, env };
    case 'python':
      // -I: neither PYTHON… variables nor the current directory decide which code runs.
      return { file: az.file, args: ['-IBm', 'azure.cli', ...args], verbatim: false, env };
    case 'batch':
      return {
        file: path.win32.join(windowsDirectory(env, platform), 'System32', 'cmd.exe'),
        // With /s the first and the last quote go and the rest stays as it is; /d: no AutoRun
        // commands; /v:off: no !NAME!.
        args: ['/d', '/v:off', '/s', '/c', `"${[az.file, ...args].map((arg) => `"${arg}"`).join(' ')}"`],
        verbatim: true,
        // The batch file may call `python` by its bare name, which cmd.exe would look for in the
        // current directory first.
        env: { ...env, NoDefaultCurrentDirectoryInExePath: '1' },
      };
  }
}

/** The directory of Windows itself. */
export function windowsDirectory(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): string {
  const root = readEnv(env, 'SystemRoot', platform);
  return root !== undefined && /^[a-z]:\\/i.test(root) ? root : 'C:\\Windows';
}
