import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const tenantId = '00000000-0000-4000-8000-00000000da7a';

/** A real program named `az` that answers as it is told. */
export interface FakeAz {
  /** To be put first on the PATH. */
  readonly folder: string;
  /** The token that it gives. */
  readonly token: string;
  /** Says that nobody is signed in. */
  signOut(): void;
  /** Gives its token again. */
  signIn(): void;
  /** How often it was run. */
  runs(): number;
  remove(): void;
}

/** A JWT that nobody signed: the simulator looks at none. `n` makes each one different. */
export function jwt(claims: object): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'none' })}.${part({ tid: tenantId, ...claims })}.c2lnbmF0dXJl`;
}

export function createFakeAz(): FakeAz {
  const folder = mkdtempSync(join(tmpdir(), 'lr-az-'));
  const answer = join(folder, 'answer.json');
  const program = join(folder, 'az');
  const runs = join(folder, 'runs');
  writeFileSync(runs, '');
  writeFileSync(
    program,
    `#!${process.execPath}\nrequire('fs').appendFileSync(${JSON.stringify(runs)}, '.');\nconst { claims, error } = JSON.parse(require('fs').readFileSync(${JSON.stringify(answer)}, 'utf8'));\n` +
      `if (error) { console.error(error); process.exit(1); }\n` +
      `const tid = process.argv[process.argv.indexOf('--tenant') + 1];\n` +
      `const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');\n` +
      `const accessToken = part({ alg: 'none' }) + '.' + part({ tid, ...claims }) + '.c2lnbmF0dXJl';\n` +
      `console.log(JSON.stringify({ accessToken, expires_on: Math.floor(Date.now() / 1000) + 3600, tokenType: 'Bearer' }));\n`,
  );
  chmodSync(program, 0o755);
  const claims = { roles: ['Machine.ReadWrite.All', 'Machine.LiveResponse'], jti: String(Math.random()) };
  const token = jwt(claims);
  const signIn = (): void => {
    writeFileSync(answer, JSON.stringify({ claims }));
  };
  signIn();
  return {
    folder,
    token,
    signIn,
    runs: () => statSync(runs).size,
    signOut: () =>
      writeFileSync(answer, JSON.stringify({ error: "ERROR: Please run 'az login' to setup account." })),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
