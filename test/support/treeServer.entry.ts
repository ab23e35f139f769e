/** The other side of the tree's benchmark, in a process of its own: a large tenant and an empty one. Prints their addresses as JSON. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Simulator, type SampleTenant } from '../../src/demo';
import { createGeneratedTenant } from '../../src/demo/tenant/generated';

const tenants = [
  createGeneratedTenant({ actions: Number(process.argv[2]), start: Date.now(), unfinished: 20 }),
  createGeneratedTenant({ actions: 0, start: Date.now() }),
];

/** A list that was asked for is answered again from memory: what is measured is the client, not this service's sorting. */
function serve(tenant: SampleTenant): Promise<string> {
  const answers = new Map<string, { status: number; body: Buffer }>();
  const server = createServer((incoming, outgoing) => {
    const path = incoming.url ?? '/';
    const answer = async (): Promise<void> => {
      // The period begins at another millisecond each time.
      const key = path.replace(/\d{4}-\d\d-\d\dT[\d%A.:]+Z/g, '').slice(0, 4_000);
      const cut = path.includes('le+') || path.includes('lt+') ? path : key;
      let known = answers.get(cut);
      if (known === undefined) {
        const headers = { authorization: String(incoming.headers.authorization) };
        const response = await simulator.handle(new Request(`${origin}${path}`, { headers }));
        known = { status: response.status, body: Buffer.from(await response.arrayBuffer()) };
        answers.set(cut, known);
      }
      outgoing.writeHead(known.status, {
        'Content-Type': 'application/json',
        'Content-Length': known.body.length,
      });
      outgoing.end(known.body);
    };
    answer().catch((error: unknown) => outgoing.destroy(error as Error));
  });
  let origin = '';
  let simulator: Simulator;
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      simulator = new Simulator({
        tenant,
        now: Date.now,
        random: Math.random,
        apiOrigin: origin,
        blobOrigin: 'https://blobs.invalid',
        quota: null,
      });
      resolve(origin);
    });
  });
}

const [large, empty] = await Promise.all(tenants.map(serve));
console.log(JSON.stringify({ large, empty }));
