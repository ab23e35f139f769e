import { strict as assert } from 'node:assert';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, it } from 'mocha';
import { RecentActions } from '../../../src/actions/recentActions';
import { createGeneratedTenant } from '../../../src/demo/tenant/generated';
import { never } from '../../support/failures';
import { simulatedClient, simulatedStart } from '../../support/simulatedClient';

const count = 20_000;

/** Bytes in use after a collection. */
function heap(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}

describe('the memory that the model takes', () => {
  it('is at most 1.3 times that of the parsed JSON', async () => {
    const tenant = createGeneratedTenant({ actions: count, start: simulatedStart });
    const { client, clock } = simulatedClient({ tenant });
    const recent = new RecentActions(client, () => clock.now());
    const body = JSON.stringify(tenant.list);

    const empty = heap();
    let parsed: unknown = JSON.parse(body);
    const json = heap() - empty;
    assert.ok(Array.isArray(parsed));
    parsed = undefined;

    const before = heap();
    const call = { signal: never, urgency: 'view' } as const;
    await recent.load({ lookbackDays: 3_650, pageSize: 200 }, call);
    await recent.loadEverything(call, () => undefined);
    const model = heap() - before;
    assert.equal(recent.listed.length, count);
    assert.ok(model <= 1.3 * json, `${model} bytes, JSON ${json}`);
  }).timeout(30_000);
});
