import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import type { Machine } from '../../../src/defender/machine';
import { Machines } from '../../../src/features/actionsTree/machineHealth';
import type { ConnectedTenant } from '../../../src/features/connections/connectionRegistry';

const minuteMs = 60_000;

/** A tenant whose client answers with the next of `answers`. */
function asking(...answers: (Machine | Error)[]): {
  readonly tenant: ConnectedTenant;
  readonly asked: () => number;
} {
  let asked = 0;
  const getMachine = (): Promise<Machine> => {
    const answer = answers[asked] ?? assert.fail('asked too often');
    asked += 1;
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  };
  return { tenant: { client: { getMachine } } as unknown as ConnectedTenant, asked: () => asked };
}

const machine = (healthStatus: string): Machine => ({ id: 'm', healthStatus }) as unknown as Machine;

describe('the health of a machine', () => {
  it('is asked for once while it is fresh, and again when it is old', async () => {
    let now = 1_000;
    const machines = new Machines(() => now);
    const [sick, well] = [machine('Inactive'), machine('Active')];
    const { tenant, asked } = asking(sick, well);
    assert.equal(await machines.get(tenant, 'm'), sick);
    now += 4 * minuteMs;
    assert.equal(await machines.get(tenant, 'm'), sick);
    assert.equal(asked(), 1);
    now += 2 * minuteMs;
    assert.equal(await machines.get(tenant, 'm'), well);
  });

  it('that could not be had is asked for again after a minute', async () => {
    let now = 1_000;
    const machines = new Machines(() => now);
    const well = machine('Active');
    const { tenant, asked } = asking(new Error('offline'), well);
    assert.equal(await machines.get(tenant, 'm'), undefined);
    now += minuteMs / 2;
    assert.equal(await machines.get(tenant, 'm'), undefined);
    assert.equal(asked(), 1);
    now += minuteMs;
    assert.equal(await machines.get(tenant, 'm'), well);
  });

  it('is asked of each tenant', async () => {
    const machines = new Machines(() => 1_000);
    const [here, there] = [asking(machine('Active')), asking(machine('Active'))];
    await machines.get(here.tenant, 'm');
    await machines.get(there.tenant, 'm');
    assert.deepEqual([here.asked(), there.asked()], [1, 1]);
  });
});
