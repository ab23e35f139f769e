/** The other side of the opening benchmark, in a process of its own: a tenant with results of one size. Prints what it has as JSON. */
import { scriptAction } from './actions';
import { startSimulator } from './simulatorServer';

const count = 88;
const line = '2026-11-20 14:43:45  C:\\Users\\m.jäger\\AppData\\Local\\Temp\\setup.log  "51 MB"\r\n';
const server = await startSimulator({ quota: null });
const size = Number(process.argv[2]);
const output = line.repeat(Math.ceil(size / line.length));
const ids = Array.from({ length: count }, (_, n) => {
  const action = scriptAction(n);
  const body = JSON.stringify({ script_name: 'x', exit_code: 0, script_output: output, script_errors: '' });
  server.put(action, { 0: { bytes: Buffer.from(body), contentType: 'application/json' } });
  return action.id;
});
console.log(JSON.stringify({ apiUrl: server.apiUrl, ids, textLength: output.length }));
