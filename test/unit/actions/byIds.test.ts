import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { actionsByIds } from '../../../src/actions/byIds';
import { createGeneratedTenant, generatedId } from '../../../src/demo/tenant/generated';
import { Failure } from '../../../src/http/failure';
import { never } from '../../support/failures';
import { simulatedClient, simulatedStart } from '../../support/simulatedClient';

const call = { signal: never, urgency: 'view' } as const;
const ids = Array.from({ length: 90 }, (_, n) => generatedId(n * 2));
const unknown = '00000000-0000-4000-8000-000000000000';

describe('many actions by their IDs', () => {
  const setUp = () =>
    simulatedClient({ tenant: createGeneratedTenant({ actions: 300, start: simulatedStart }) });

  it('take one call for 50 of them, and what is none is missing', async () => {
    const { client, asked } = setUp();
    const found = await actionsByIds(client, [...ids, unknown], call);
    assert.deepEqual([...found.keys()].sort(), [...ids].sort());
    assert.equal(asked.length, 2);
  });

  it('are asked for one by one where the service refuses that', async () => {
    const { client, asked } = setUp();
    const refusing = {
      getAction: client.getAction.bind(client),
      listActions: () =>
        Promise.reject(new Failure({ code: 'refused', call: 'listActions', status: 400, error: {} })),
    };
    const found = await actionsByIds(refusing, [...ids.slice(0, 10), unknown], call);
    assert.equal(found.size, 10);
    assert.equal(asked.length, 11);
  });

  for (const pageLimit of [1, 7, 49]) {
    it(`are all found when a page has ${pageLimit} at most`, async () => {
      const tenant = createGeneratedTenant({ actions: 300, start: simulatedStart });
      const { client } = simulatedClient({ tenant, pageLimit });
      const found = await actionsByIds(client, [...ids, unknown], call);
      assert.deepEqual([...found.keys()].sort(), [...ids].sort());
    });
  }

  it('are asked for one by one when a page with a link has none of them', async () => {
    const { client, asked } = setUp();
    const got = {
      getAction: client.getAction.bind(client),
      listActions: () => Promise.resolve({ actions: [], unreadable: 0, next: 'https://else.example/' }),
    };
    const found = await actionsByIds(got, [...ids.slice(0, 3), unknown], call);
    assert.equal(found.size, 3);
    assert.equal(asked.length, 4);
  });

  it('fail when the list or one of them fails otherwise', async () => {
    const { client } = setUp();
    const fails = () => Promise.reject(new Failure({ code: 'serverError', status: 500, error: {} }));
    const refuses = () =>
      Promise.reject(new Failure({ code: 'refused', call: 'listActions', status: 400, error: {} }));
    const notOfTheApi = () =>
      Promise.reject(
        new Failure({ code: 'notFound', call: 'getAction', error: { message: 'No such page' } }),
      );
    const getAction = client.getAction.bind(client);
    await assert.rejects(actionsByIds({ listActions: fails, getAction }, ids, call), Failure);
    await assert.rejects(actionsByIds({ listActions: refuses, getAction: fails }, ids, call), Failure);
    await assert.rejects(
      actionsByIds({ listActions: refuses, getAction: notOfTheApi }, ids, call),
      Failure,
      'a gateway that does not know the address says nothing about an action',
    );
    await assert.rejects(
      actionsByIds({ listActions: () => Promise.reject(new Error('x')), getAction }, ids, call),
      /x/,
    );
  });
});
