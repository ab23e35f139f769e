import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { type Invocation, windowsDirectory } from './azCommand';

export type ProcessOutcome =
  /** `exitCode` is undefined when a signal ended it. */
  | {
      readonly kind: 'ended';
      readonly exitCode: number | undefined;
      readonly stdout: string;
      readonly stderr: string;
    }
  /** It wrote more than the limit and was killed. */
  | { readonly kind: 'tooLarge' }
  /** `errorCode` is the system's: ENOENT, EACCES… */
  | { readonly kind: 'notStarted'; readonly errorCode: string };

export interface ProcessOptions {
  readonly cwd: string;
  readonly platform: NodeJS.Platform;
  /** Of stdout and of stderr, in bytes. What stderr has beyond it is dropped. */
  readonly maxOutputSize: number;
  /** Kills the process with all that it started. */
  readonly signal: AbortSignal;
}

/**
 * Runs a program without a shell and without stdin. Rejects with the signal's reason, at once, when
 * that is aborted.
 */
export function runProcess(invocation: Invocation, options: ProcessOptions): Promise<ProcessOutcome> {
  const { signal, maxOutputSize, platform } = options;
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const child = spawn(invocation.file, invocation.args, {
      cwd: options.cwd,
      env: invocation.env,
      // A group of its own, so that killing it reaches the Python behind the shell script that `az`
      // is on POSIX.
      detached: platform !== 'win32',
      shell: false,
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
      windowsVerbatimArguments: invocation.verbatim,
    });
    const abort = (): void => {
      killTree(child, invocation.env, platform);
      settle(() => reject(signal.reason as Error));
    };
    const settle = (how: () => void): void => {
      signal.removeEventListener('abort', abort);
      how();
    };
    signal.addEventListener('abort', abort, { once: true });
    const output: Buffer[] = [];
    const errors: Buffer[] = [];
    let outputSize = 0;
    let errorSize = 0;
    child.stdout.on('data', (chunk: Buffer) => {
      outputSize += chunk.length;
      if (outputSize <= maxOutputSize) {
        output.push(chunk);
      } else {
        killTree(child, invocation.env, platform);
        settle(() => resolve({ kind: 'tooLarge' }));
      }
    });
    child.stderr.on('data', (chunk: Buffer) => {
      // Read on even when nothing is kept any more: a full pipe would block the process.
      if (errorSize < maxOutputSize) {
        errors.push(chunk.subarray(0, maxOutputSize - errorSize));
        errorSize += chunk.length;
      }
    });
    child.once('error', (error: NodeJS.ErrnoException) =>
      settle(() => resolve({ kind: 'notStarted', errorCode: error.code ?? '' })),
    );
    // 'close' and not 'exit': only then is the output complete.
    child.once('close', (exitCode) => {
      const stdout = Buffer.concat(output).toString('utf8');
      const stderr = Buffer.concat(errors).toString('utf8');
      settle(() => resolve({ kind: 'ended', exitCode: exitCode ?? undefined, stdout, stderr }));
    });
  });
}

/**
 * Ends a process and its descendants for good. No gentle signal first: the Azure CLI has no handler
 * for one, so it would end no more gently, and a CLI that hangs must not outlive the one who asked.
 */
function killTree(child: ChildProcess, env: NodeJS.ProcessEnv, platform: NodeJS.Platform): void {
  if (child.pid === undefined) {
    return;
  }
  if (platform === 'win32') {
    const taskkill = path.win32.join(windowsDirectory(env, platform), 'System32', 'taskkill.exe');
    spawn(taskkill, ['/pid', String(child.pid), '/t', '/f'], { stdio: 'ignore', windowsHide: true }).once(
      'error',
      () => child.kill(),
    );
    return;
  }
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // The group is gone already.
  }
}
