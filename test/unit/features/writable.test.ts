import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { type Connection, demoConnection } from '../../../src/connections/connectionSettings';
import type { ApiCalls } from '../../../src/defender/client';
import { guardedCalls } from '../../../src/features/connections/writable';

describe('changes in a tenant', () => {
  const done: string[] = [];
  const calls = {
    cancelAction: (id: string) => Promise.resolve(done.push(`cancel ${id}`)),
    getAction: (id: string) => Promise.resolve(done.push(`get ${id}`)),
  } as unknown as ApiCalls;
  const options = { signal: new AbortController().signal, urgency: 'interactive' } as const;

  it('are refused unless the settings allow them at that moment', async () => {
    let connection: Connection = demoConnection;
    const guarded = guardedCalls(calls, () => connection);
    await guarded.cancelAction('a', 'test', options);
    connection = { ...demoConnection, readOnly: true };
    await assert.rejects(guarded.cancelAction('b', 'test', options), {
      problem: { code: 'readOnlyConnection', id: 'demo', name: 'Sample tenant' },
    });
    await guarded.getAction('c', options);
    assert.deepEqual(done, ['cancel a', 'get c']);
  });
});
