/** `npm run simulator`: the simulated Defender service on loopback, for trying things out and for other clients. */
import { startSimulator } from './simulatorServer';

const at = process.argv.indexOf('--port');
const port = at < 0 ? 0 : Number(process.argv[at + 1]);
const server = await startSimulator({ port });
const connection = {
  id: 'simulator',
  name: 'Simulator',
  tenantId: '00000000-0000-4000-8000-00000000da7a',
  auth: 'azureCli',
  apiUrl: server.apiUrl,
};
console.log(`The simulated Defender API is at ${server.apiUrl}, its result blobs are at ${server.blobUrl}.`);
console.log('Any bearer token is accepted:\n');
console.log(`  curl -H "Authorization: Bearer x" "${server.apiUrl}/api/machineactions?\\$top=3"\n`);
console.log('As a connection in the user settings (the Azure CLI must give some token):\n');
console.log(`  "liveResponse.connections": ${JSON.stringify([connection])}\n`);
console.log('Ctrl+C stops it.');
