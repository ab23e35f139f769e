/** An identity provider as a process of its own, for the benchmark: prints where it is and what to sign in with, and stays up. */
import { writeFileSync } from 'node:fs';
import { startOidcServer } from './oidcServer';

const [caFile = ''] = process.argv.slice(2);
const client = { clientId: '0a0b0c0d-0000-4000-8000-000000000001', secret: 'bench-secret', roles: [] };
const resource = 'https://api.securitycenter.microsoft.com';
const server = await startOidcServer({ resource, clients: [client] });
writeFileSync(caFile, server.ca);
console.log(
  JSON.stringify({
    authorityUrl: server.authorityUrl,
    tenantId: server.tenantId,
    clientId: client.clientId,
    secret: client.secret,
    scope: `${resource}/.default`,
  }),
);
