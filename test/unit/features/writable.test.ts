import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { type Connection, demoConnection } from '../../../src/connections/connectionSettings';
import { sentBy } from '../../../src/http/failure';
import { type ConnectionCalls, guardedCalls } from '../../../src/features/connections/writable';

const options = { signal: new AbortController().signal, urgency: 'interactive' } as const;
/** Each call that changes something. */
const changes: Readonly<Record<string, (calls: ConnectionCalls) => Promise<unknown>>> = {
  cancelAction: (calls) => calls.cancelAction('a', 'test', options),
  startLiveResponse: (calls) => calls.startLiveResponse('m', { commands: [], comment: 'test' }, options),
  uploadLibraryFile: (calls) =>
    calls.uploadLibraryFile({ fileName: 'a.ps1', bytes: new Uint8Array(), override: false }, options),
  deleteLibraryFile: (calls) => calls.deleteLibraryFile('a.ps1', options),
};

describe('changes in a tenant', () => {
  const done: string[] = [];
  const record = (name: string) => () => Promise.resolve(done.push(name));
  const calls = Object.fromEntries(
    [...Object.keys(changes), 'getAction'].map((name) => [name, record(name)]),
  ) as unknown as ConnectionCalls;

  it('are refused unless the settings allow them at that moment', async () => {
    let connection: Connection = demoConnection;
    const guarded = guardedCalls(calls, () => connection);
    for (const [name, change] of Object.entries(changes)) {
      done.length = 0;
      connection = demoConnection;
      await change(guarded);
      connection = { ...demoConnection, readOnly: true };
      const error = await change(guarded).catch((thrown: unknown) => thrown);
      assert.deepEqual((error as { problem?: unknown }).problem, {
        code: 'readOnlyConnection',
        id: 'demo',
        name: 'Sample tenant',
      });
      assert.equal(sentBy(error), 'no');
      await guarded.getAction('c', options);
      assert.deepEqual(done, [name, 'getAction']);
    }
  });
});
