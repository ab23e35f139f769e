import { strict as assert } from 'node:assert';
import { after, before, beforeEach, describe, it } from 'mocha';
import { DefenderClient } from '../../../src/defender/client';
import { systemClock } from '../../../src/http/clock';
import { nodeFetchPort } from '../../../src/http/nodeFetch';
import { RequestQuota } from '../../../src/http/quota';
import { demoMachines } from '../../support/demoService';
import { codeAndSent, never } from '../../support/failures';
import { type Fault, type SimulatorServer, startSimulator } from '../../support/simulatorServer';

const call = { signal: never, urgency: 'interactive' as const };
const commands = [{ type: 'RunScript', scriptName: 'Get-Hotfixes.ps1' }] as const;

/** Real connections: what the library repeats by itself, and how it sends a form, shows only there. */
describe('changes over HTTP', () => {
  let server: SimulatorServer;
  let client: DefenderClient;

  before(async () => {
    server = await startSimulator({ quota: null, runTimes: { startsAfterMs: 0, commandMs: 0 } });
  });

  beforeEach(() => {
    server.reset();
    client = clientOf(server.apiUrl);
  });

  after(() => server.close());

  it('upload, replace and delete a file', async () => {
    const bytes = Uint8Array.from({ length: 300_000 }, (_, n) => (n * 31) % 256);
    const upload = { fileName: 'a.bin', bytes, description: 'ä', override: false };
    assert.equal((await client.uploadLibraryFile(upload, call))?.description, 'ä');
    assert.deepEqual(Buffer.from(server.simulator.library.bytesAt('a.bin') ?? []), Buffer.from(bytes));
    server.simulator.library.overwrite('a.bin', 'theirs');
    await client.uploadLibraryFile({ ...upload, override: true }, call);
    await client.deleteLibraryFile('a.bin', call);
    assert.equal(server.simulator.library.bytesAt('a.bin'), undefined);
  });

  it('run a script to its end', async () => {
    const request = { commands, comment: 'INC-1' };
    const action = await client.startLiveResponse(demoMachines.german, request, call);
    assert.equal((await client.getAction(action.id, call)).status, 'Succeeded');
    const link = await client.resultLink(action.id, 0, call);
    assert.match(await (await fetch(link)).text(), /KB5046698/);
  });

  for (const [name, fault, code] of [
    ['a connection that is reset', { reset: true }, 'network'],
    ['an answer that is cut', { cutAfterBytes: 10 }, 'cut'],
    ['502', { answer: { status: 502, body: '' } }, 'serverError'],
    ['504', { answer: { status: 504, body: '' } }, 'serverError'],
  ] as const) {
    for (const change of ['run', 'upload'] as const) {
      it(`are sent exactly once: ${change}, ${name}`, async () => {
        const on: Fault = { on: 'api', ...fault, times: 1 };
        // A connection that is kept alive must not hide that it was lost.
        await client.listLibraryFiles(call);
        server.reset();
        server.fault(on);
        const failure: unknown = await changed(client, change).catch((error: unknown) => error);
        assert.deepEqual(codeAndSent(failure), [code, 'unknown']);
        assert.equal(server.count('api'), 1);
      });
    }
  }

  it('are certain not to have been sent where nothing listens', async () => {
    const gone = await startSimulator();
    await gone.close();
    const failure: unknown = await changed(clientOf(gone.apiUrl), 'run').catch((error: unknown) => error);
    assert.deepEqual(codeAndSent(failure), ['network', 'no']);
  });
});

function changed(client: DefenderClient, change: 'run' | 'upload'): Promise<unknown> {
  switch (change) {
    case 'run':
      return client.startLiveResponse(demoMachines.windows, { commands, comment: 'c' }, call);
    case 'upload':
      return client.uploadLibraryFile({ fileName: 'b.ps1', bytes: Buffer.from('x'), override: true }, call);
  }
}

function clientOf(apiUrl: string): DefenderClient {
  return new DefenderClient(apiUrl, {
    fetch: nodeFetchPort,
    clock: systemClock,
    random: Math.random,
    quota: new RequestQuota(systemClock),
    tokens: {
      getToken: () => Promise.resolve({ token: 't', grants: undefined }),
      invalidate: () => undefined,
    },
    log: () => undefined,
  });
}
