import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { RecentActions } from '../../../src/actions/recentActions';
import { createGeneratedTenant } from '../../../src/demo/tenant/generated';
import { bytesInUse } from '../../support/memory';
import { never } from '../../support/failures';
import { simulatedClient, simulatedStart } from '../../support/simulatedClient';

const count = 20_000;

describe('the memory that the model takes', () => {
  it('is at most 1.3 times that of the parsed JSON', async () => {
    const tenant = createGeneratedTenant({ actions: count, start: simulatedStart });
    const { client, clock } = simulatedClient({ tenant });
    const recent = new RecentActions(client, () => clock.now());
    const body = JSON.stringify(tenant.list);

    const empty = bytesInUse().heap;
    let parsed: unknown = JSON.parse(body);
    const json = bytesInUse().heap - empty;
    assert.ok(Array.isArray(parsed));
    parsed = undefined;

    const before = bytesInUse().heap;
    const call = { signal: never, urgency: 'view' } as const;
    await recent.load({ lookbackDays: 3_650, pageSize: 200 }, call);
    await recent.loadEverything(call, () => undefined);
    const model = bytesInUse().heap - before;
    assert.equal(recent.listed.length, count);
    assert.ok(model <= 1.3 * json, `${model} bytes, JSON ${json}`);
  }).timeout(30_000);
});
