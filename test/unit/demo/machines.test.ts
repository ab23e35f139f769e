import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { createGeneratedTenant } from '../../../src/demo/tenant/generated';
import { demoError, demoMachines, DemoService, demoStart } from '../../support/demoService';

const names = (machines: readonly { readonly computerDnsName: string | null }[]): (string | undefined)[] =>
  machines.map(({ computerDnsName }) => computerDnsName?.split('.')[0]);

describe('the list of machines', () => {
  for (const [filter, expected] of [
    ["startswith(computerDnsName,'pc-berlin')", ['pc-berlin01', 'pc-berlin02']],
    ["machineTags/any(tag: tag eq 'INC-4711')", ['desktop-39g9tgl', 'DESKTOP-FIN02']],
    ["version eq '23H2' and startswith(computerDnsName,'pc-b')", ['pc-berlin01', 'pc-berlin02']],
    ["osPlatform eq 'Ubuntu'", ['web-lnx01']],
    ["healthStatus eq 'Inactive' and osPlatform eq 'Windows10'", ['laptop-sales3', 'NOTEBOOK-OPS11']],
    ["riskScore eq 'High'", ['desktop-39g9tgl', 'DESKTOP-FIN02']],
    ['lastSeen lt 2026-11-15T00:00:00Z', ['NOTEBOOK-OPS11']],
  ] as const) {
    it(`is filtered: ${filter}`, async () => {
      const service = new DemoService();
      const query = new URLSearchParams({ $filter: filter }).toString();
      assert.deepEqual(names(await service.machines(`machines?${query}`)), expected);
    });
  }

  it('is filtered by the ID of a group, as a number and as a text, and not by its name', async () => {
    const service = new DemoService();
    const berlin = (await service.machines('machines')).filter(
      ({ rbacGroupName }) => rbacGroupName === 'Berlin',
    );
    const id = berlin[0]?.rbacGroupId ?? 0;
    assert.equal(berlin.length, 2);
    for (const literal of [String(id), `'${id}'`]) {
      assert.deepEqual(await service.machines(`machines?$filter=rbacGroupId eq ${literal}`), berlin);
    }
    const byName = await service.call("machines?$filter=rbacGroupName eq 'Berlin'");
    assert.deepEqual(demoError(byName).slice(0, 2), [400, 'ODataError']);
  });

  it('comes in pages that are asked for, without a link to the next', async () => {
    const service = new DemoService();
    const all = await service.machines('machines');
    const { body } = await service.call('machines?$top=5&$skip=3');
    assert.deepEqual(body['value'], all.slice(3, 8));
    assert.equal(body['@odata.nextLink'], undefined);
    const many = new DemoService({
      tenant: createGeneratedTenant({ actions: 0, start: demoStart, machines: 10_001 }),
    });
    const page = await many.call('machines');
    assert.equal((page.body['value'] as unknown[]).length, 10_000);
    assert.ok(page.body['@odata.nextLink']);
  });

  it('is 404 when there is none', async () => {
    const service = new DemoService();
    for (const path of ["machines?$filter=computerDnsName eq 'nobody'", 'machines/findbytag?tag=nothing']) {
      assert.deepEqual(demoError(await service.call(path)).slice(0, 2), [404, 'ResourceNotFound']);
    }
    assert.deepEqual((await service.call('machines?$skip=1000')).body['value'], []);
  });

  it('tells which machine goes on in the place of another, and which is excluded', async () => {
    const service = new DemoService();
    const twins = await service.machines("machines?$filter=startswith(computerDnsName,'notebook-ops11')");
    assert.deepEqual(
      twins.map(({ healthStatus, isPotentialDuplication, mergedIntoMachineId }) => [
        healthStatus,
        isPotentialDuplication,
        mergedIntoMachineId,
      ]),
      [
        ['Active', false, null],
        ['Inactive', true, twins[0]?.id],
      ],
    );
    const excluded = (await service.machines('machines')).filter(({ isExcluded }) => isExcluded);
    assert.deepEqual(
      excluded.map(({ computerDnsName, exclusionReason }) => [computerDnsName, exclusionReason]),
      [['pc-display09.contoso.example', 'OutOfScope']],
    );
  });

  it('does not tell that a machine is offline: it is still active', async () => {
    const { body } = await new DemoService().call(`machines/${demoMachines.offline}`);
    assert.equal(body['healthStatus'], 'Active');
  });
});

describe('machines by their tag', () => {
  const byTag = async (query: string): Promise<unknown> =>
    names(await new DemoService().machines(`machines/findbytag?${query}`));
  const wave1 = ['notebook-ops11', 'NOTEBOOK-OPS11', 'pc-berlin01'];
  const wave2 = ['pc-berlin02', 'notebook-field05', 'notebook-help06'];

  it('have this one, in any case', async () => {
    assert.deepEqual(await byTag('tag=wave-1'), wave1);
    assert.deepEqual(await byTag('tag=Wave-2&useStartsWithFilter=false'), wave2);
  });

  it('have one that begins with it', async () => {
    assert.deepEqual(
      new Set((await byTag('tag=Wave&useStartsWithFilter=true')) as string[]),
      new Set([...wave1, ...wave2]),
    );
    const service = new DemoService();
    assert.equal((await service.call('machines/findbytag?tag=Wave&useStartsWithFilter=false')).status, 404);
  });

  it('need one', async () => {
    const answer = await new DemoService().call('machines/findbytag');
    assert.deepEqual(demoError(answer).slice(0, 2), [400, 'MissingRequiredParameter']);
  });
});
