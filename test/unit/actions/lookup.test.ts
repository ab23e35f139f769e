import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { ActionLookup } from '../../../src/actions/lookup';
import { RecentActions } from '../../../src/actions/recentActions';
import { Failure } from '../../../src/http/failure';
import { createGeneratedTenant, generatedId } from '../../../src/demo/tenant/generated';
import { never } from '../../support/failures';
import { simulatedClient, simulatedStart } from '../../support/simulatedClient';

const unknown = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

function setUp() {
  const tenant = createGeneratedTenant({ actions: 50, start: simulatedStart });
  const { client, clock, asked } = simulatedClient({ tenant, quota: null });
  const actions = new RecentActions(client, () => clock.now());
  return { lookup: new ActionLookup(actions, () => clock.now()), actions, asked, clock };
}

describe('looking up IDs that nobody has listed', () => {
  it('costs at most one call for each, however often and at once they are asked for', async () => {
    const { lookup, asked } = setUp();
    const all = Array.from({ length: 1_000 }, (_, n) => lookup.find(unknown(n % 100)));
    assert.deepEqual(new Set(await Promise.all(all)), new Set([undefined]));
    assert.equal(asked.length, 100);
    await Promise.all(Array.from({ length: 1_000 }, (_, n) => lookup.find(unknown(n % 100))));
    assert.equal(asked.length, 100);
  });

  it('finds those that are actions, and none costs a call that is known', async () => {
    const { lookup, actions, asked } = setUp();
    assert.equal((await lookup.find(generatedId(3)))?.id, generatedId(3));
    assert.equal(asked.length, 1);
    await actions.load({ lookbackDays: 30, pageSize: 200 }, { signal: never, urgency: 'view' });
    const before = asked.length;
    for (let n = 0; n < 1_000; n += 1) {
      assert.equal((await lookup.find(generatedId(n % 50)))?.id, generatedId(n % 50));
    }
    assert.equal(asked.length, before);
  });

  it('asks in the background, and knows what it has found', async () => {
    const { lookup, actions } = setUp();
    const urgencies: string[] = [];
    const get = actions.get.bind(actions);
    actions.get = (id, call) => {
      urgencies.push(call.urgency);
      return get(id, call);
    };
    await lookup.find(unknown(1));
    assert.deepEqual(urgencies, ['background']);
    assert.equal(lookup.known(generatedId(1)), undefined);
    await lookup.find(generatedId(1));
    assert.equal(lookup.known(generatedId(1))?.id, generatedId(1));
  });

  it('asks for nothing in the minute after another failure, and for the same again after it', async () => {
    const { lookup, actions, clock, asked } = setUp();
    const get = actions.get.bind(actions);
    actions.get = () => Promise.reject(new Error('no sign-in'));
    assert.equal(await lookup.find(generatedId(1)), undefined);
    actions.get = get;
    await clock.advance(59_999);
    assert.equal(await lookup.find(generatedId(2)), undefined);
    assert.equal(await lookup.find(generatedId(1)), undefined);
    assert.equal(asked.length, 0);
    await clock.advance(1);
    assert.equal((await lookup.find(generatedId(1)))?.id, generatedId(1));
    assert.equal(asked.length, 1);
  });

  it('does not remember what only a gateway says is none', async () => {
    const { lookup, actions, clock } = setUp();
    const get = actions.get.bind(actions);
    actions.get = () =>
      Promise.reject(
        new Failure({ code: 'notFound', call: 'getAction', error: { message: 'No such page' } }),
      );
    assert.equal(await lookup.find(generatedId(1)), undefined);
    actions.get = get;
    await clock.advance(60_000);
    assert.equal((await lookup.find(generatedId(1)))?.id, generatedId(1));
  });

  it('goes on with others after an ID that is none', async () => {
    const { lookup, asked } = setUp();
    await lookup.find(unknown(1));
    assert.equal((await lookup.find(generatedId(1)))?.id, generatedId(1));
    assert.equal(asked.length, 2);
  });
});
