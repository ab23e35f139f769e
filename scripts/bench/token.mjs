// How long the first token takes, from loading MSAL to the token in hand, as a ratio to MSAL alone with its own network client. Each round
// is two fresh processes, because a second token in the same one would find everything loaded.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../lib/install.mjs';
import { spawnOwned } from '../lib/processes.mjs';

const rounds = 7;
const outdir = join(root, 'out', 'bench', 'token');

const ours = `
  import { appCredential } from './src/connections/appCredential';
  import { systemClock } from './src/http/clock';
  import { nodeFetchPort } from './src/http/nodeFetch';
  const { authorityUrl, tenantId, clientId, secret, scope } = JSON.parse(process.argv[2]);
  const endpoints = { authorityUrl, tokenResource: scope.replace('/.default', '') };
  const start = performance.now();
  const proof = () => Promise.resolve({ kind: 'secret', secret });
  const credential = appCredential({ tenantId, clientId, endpoints }, proof, { clock: systemClock, fetch: nodeFetchPort });
  const { token } = await credential.getToken({ interactive: false, signal: new AbortController().signal });
  console.log(JSON.stringify({ ms: performance.now() - start, length: token.length }));
`;

const bare = `
  const { authorityUrl, tenantId, clientId, secret, scope } = JSON.parse(process.argv[2]);
  const start = performance.now();
  const { ConfidentialClientApplication, ProtocolMode } = await import('@azure/msal-node');
  const authority = authorityUrl + '/' + tenantId + '/v2.0';
  const app = new ConfidentialClientApplication({
    auth: { clientId, clientSecret: secret, authority, knownAuthorities: [new URL(authorityUrl).host] },
    system: { protocolMode: ProtocolMode.OIDC },
  });
  const { accessToken } = await app.acquireTokenByClientCredential({ scopes: [scope] });
  console.log(JSON.stringify({ ms: performance.now() - start, length: accessToken.length }));
`;

/** Both bundled in the same way, so that neither pays for files that the other has in one piece. */
async function bundle(extensionOptions) {
  const esbuild = await import('esbuild');
  for (const [name, contents] of Object.entries({ ours, bare })) {
    await esbuild.build({
      ...extensionOptions({ production: true }),
      entryPoints: undefined,
      stdin: { contents, resolveDir: root, loader: 'ts', sourcefile: `${name}.ts` },
      outdir: join(outdir, name),
      entryNames: name,
    });
  }
}

/** The row of the table. `node` is the extension host's own. */
export async function tokenRow(node, extensionOptions) {
  mkdirSync(outdir, { recursive: true });
  await bundle(extensionOptions);
  const folder = mkdtempSync(join(tmpdir(), 'lr-bench-'));
  const ca = join(folder, 'ca.pem');
  const entry = join(root, 'out', 'test', 'support', 'oidcServer.entry.mjs');
  const server = spawnOwned(process.execPath, [entry, ca], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const described = await new Promise((resolve, reject) => {
      server.stdout.once('data', (data) => resolve(String(data)));
      server.once('exit', () => reject(new Error('The identity provider of the benchmark ended.')));
    });
    const run = (name) => {
      const output = execFileSync(node, [join(outdir, name, `${name}.js`), described], {
        encoding: 'utf8',
        env: { ...process.env, NODE_EXTRA_CA_CERTS: ca },
      });
      return JSON.parse(output).ms;
    };
    const measured = { ours: [], bare: [] };
    for (let round = -1; round < rounds; round += 1) {
      for (const name of round % 2 === 0 ? ['ours', 'bare'] : ['bare', 'ours']) {
        const ms = run(name);
        if (round >= 0) {
          measured[name].push(ms);
        }
      }
    }
    const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
    const [medianMs, baselineMs] = [median(measured.ours), median(measured.bare)];
    return {
      name: 'first token with an app secret',
      value: medianMs / baselineMs,
      bound: 1.1,
      unit: '×',
      medianMs,
      baselineMs,
    };
  } finally {
    server.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}
