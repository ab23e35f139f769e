import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import type { ActionsChange } from '../../../src/actions/listing';
import { RecentActions, type RecentActionsOptions } from '../../../src/actions/recentActions';
import type { ActionPage } from '../../../src/defender/client';
import { decodeAction } from '../../../src/defender/decode';
import type { ActionFilter } from '../../../src/defender/filter';
import { isFinal, type MachineAction, type WireMachineAction } from '../../../src/defender/machineAction';
import type { SimulatorOptions } from '../../../src/demo';
import {
  createGeneratedTenant,
  generatedId,
  generatedMachineId,
  type GeneratedOptions,
  type GeneratedTenant,
} from '../../../src/demo/tenant/generated';
import { dotNetTime } from '../../../src/demo/tenant/time';
import { Failure } from '../../../src/http/failure';
import { problemOf } from '../../support/failures';
import { type SimulatedClient, simulatedClient, simulatedStart } from '../../support/simulatedClient';

const ids = ['a', 'b', 'c'].map((letter) => `${letter.repeat(8)}-7a8f-4b28-ab65-54970c5d5018`);
const call = { signal: new AbortController().signal, urgency: 'view' as const };
const options = { lookbackDays: 30, pageSize: 200 };
const now = Date.parse('2026-11-20T12:00:00Z');

function action(n: number, minutesAgo: number, status = 'Succeeded'): MachineAction {
  const created = new Date(now - minutesAgo * 60_000).toISOString();
  return (
    decodeAction({ id: ids[n], type: 'LiveResponse', status, creationDateTimeUtc: created }) ?? assert.fail()
  );
}

const unused = (): never => assert.fail('nobody asked for this');

class Service {
  nextActions = unused;
  changedSince = unused;
  cancelAction = unused;

  pages: (() => Promise<ActionPage>)[] = [];
  gets: string[] = [];
  status = 'Succeeded';

  listActions(): Promise<ActionPage> {
    return this.pages.shift()?.() ?? assert.fail('one list too many');
  }

  getAction(id: string): Promise<MachineAction> {
    this.gets.push(id);
    return Promise.resolve(action(ids.indexOf(id), 1, this.status));
  }
}

const page = (...actions: MachineAction[]): ActionPage => ({ actions, unreadable: 0 });

describe('the recent actions', () => {
  it('are listed newest first and once, however they came', async () => {
    const service = new Service();
    service.pages = [() => Promise.resolve(page(action(0, 30), action(1, 10), action(0, 30), action(2, 20)))];
    const recent = new RecentActions(service, () => now);
    await recent.load(options, call);
    assert.deepEqual(
      recent.listed.map(({ id }) => id),
      [ids[1], ids[2], ids[0]],
    );
  });

  it('drop an answer that a later load has overtaken', async () => {
    const service = new Service();
    let late: (page: ActionPage) => void = () => undefined;
    service.pages = [
      () => new Promise((resolve) => (late = resolve)),
      () => Promise.resolve(page(action(1, 1))),
    ];
    const recent = new RecentActions(service, () => now);
    const first = recent.load(options, call);
    await recent.load(options, call);
    late(page(action(0, 5)));
    await first;
    assert.deepEqual(
      recent.listed.map(({ id }) => id),
      [ids[1]],
    );
  });

  it('cost no call to find again once they are final', async () => {
    const service = new Service();
    service.pages = [() => Promise.resolve(page(action(0, 5)))];
    const recent = new RecentActions(service, () => now);
    await recent.load(options, call);
    await recent.get(ids[0] ?? '', call);
    await recent.get(ids[1] ?? '', call);
    await recent.get(ids[1] ?? '', call);
    assert.deepEqual(service.gets, [ids[1]]);
  });

  it('are asked for again while they are unfinished, and updated in the list', async () => {
    const service = new Service();
    service.pages = [() => Promise.resolve(page(action(0, 5, 'Pending')))];
    const recent = new RecentActions(service, () => now);
    await recent.load(options, call);
    await recent.get(ids[0] ?? '', call);
    assert.equal(recent.listed[0]?.status, 'Succeeded');
    await recent.get(ids[0] ?? '', call);
    assert.equal(service.gets.length, 1);
  });
});

describe('a long page', () => {
  const count = 5_000;
  const long = Array.from({ length: count }, (_, n) => ({ ...action(0, 10 + n), id: generatedId(n) }));

  async function firstPage(
    next: readonly MachineAction[] = long,
    filter: ActionFilter = {},
  ): Promise<{ service: Service; recent: RecentActions }> {
    const service = new Service();
    const first = action(1, 5, filter.statuses?.[0]);
    service.pages = [() => Promise.resolve(page(first)), () => Promise.resolve(page(...next))];
    const recent = new RecentActions(service, () => now);
    await recent.load({ ...options, pageSize: 1, filter }, call);
    return { service, recent };
  }

  /** Calls back once, between two slices of the page that is being loaded. */
  function betweenSlices(recent: RecentActions, act: () => void): void {
    const listed = recent.listed.length;
    const look = (): void => {
      if (recent.listed.length > listed) {
        act();
      } else {
        setImmediate(look);
      }
    };
    setImmediate(look);
  }

  it('is taken over in slices, everything else runs between them, and it is told of once', async () => {
    const { recent } = await firstPage();
    const told: number[] = [];
    recent.onDidChange(({ added }) => told.push(added.length));
    let between = 0;
    betweenSlices(recent, () => (between = recent.listed.length));
    assert.equal(await recent.loadMore(call), count);
    assert.equal(recent.listed.length, count + 1);
    assert.ok(between > 1 && between < count, String(between));
    assert.deepEqual(told, [count]);
  });

  it('ends between two slices when another list takes its place', async () => {
    const { service, recent } = await firstPage();
    let loading: Promise<boolean> | undefined;
    betweenSlices(recent, () => {
      service.pages = [() => Promise.resolve(page(action(2, 1)))];
      loading = recent.load({ ...options, filter: { types: ['LiveResponse'] } }, call);
    });
    const added = await recent.loadMore(call);
    await loading;
    assert.ok(added > 0 && added < count, String(added));
    assert.deepEqual(
      recent.listed.map(({ id }) => id),
      [ids[2]],
    );
  });

  it('lists nothing of which something newer was heard between two slices', async () => {
    const pending = long.map((each) => ({ ...each, status: 'Pending' }));
    const { recent } = await firstPage(pending, { statuses: ['Pending'] });
    const last = pending.at(-1) ?? assert.fail();
    betweenSlices(recent, () => recent.learn({ ...last, status: 'Succeeded' }));
    await recent.loadMore(call);
    assert.equal(recent.find(last.id)?.status, 'Succeeded');
    assert.deepEqual(
      recent.listed.filter(({ status }) => status !== 'Pending').map(({ id }) => id),
      [],
    );
    assert.equal(recent.listed.length, count);
  });
});

interface Setup extends SimulatedClient {
  readonly tenant: GeneratedTenant;
  readonly recent: RecentActions;
  readonly changes: ActionsChange[];
}

function setUp(
  tenantOptions: Omit<GeneratedOptions, 'start'>,
  options: Partial<SimulatorOptions> = {},
): Setup {
  const tenant = createGeneratedTenant({ start: simulatedStart - 1_000, ...tenantOptions });
  const simulated = simulatedClient({ tenant, ...options });
  const recent = new RecentActions(simulated.client, () => simulated.clock.now());
  const changes: ActionsChange[] = [];
  recent.onDidChange((change) => changes.push(change));
  return Object.assign(simulated, { tenant, recent, changes });
}

const all: RecentActionsOptions = { lookbackDays: 365, pageSize: 200 };
const idsOf = (actions: readonly { readonly id: string }[]): string[] => actions.map(({ id }) => id);
const noProgress = (): void => undefined;

/** An action that arrives `n`th after the tenant was made. */
function arrival(tenant: GeneratedTenant, n: number): WireMachineAction {
  const [newest] = tenant.list;
  assert.ok(newest);
  return {
    ...newest,
    id: generatedId(1_000_000 + n),
    creationDateTimeUtc: dotNetTime(simulatedStart + n),
    lastUpdateDateTimeUtc: dotNetTime(simulatedStart + n),
  };
}

/** The action, a while after it was created. */
function ended(action: WireMachineAction | undefined, status = 'Succeeded', ms = 0): WireMachineAction {
  assert.ok(action);
  return { ...action, status, lastUpdateDateTimeUtc: dotNetTime(simulatedStart + ms) };
}

describe('loading everything', () => {
  it('ends on a short page, and says how far it came', async () => {
    const { recent, tenant, asked } = setUp({ actions: 25_000 });
    await recent.load(all, call);
    assert.equal(recent.listed.length, 200);
    assert.equal(recent.complete, false);
    const progress: unknown[] = [];
    await recent.loadEverything(call, (sofar) => progress.push(sofar));
    assert.deepEqual(idsOf(recent.listed), idsOf(tenant.list));
    assert.equal(recent.complete, true);
    assert.equal(asked.length, 4);
    assert.deepEqual(
      progress.map((each) => (each as { calls: number }).calls),
      [1, 2, 3],
    );
    assert.equal((progress.at(-1) as { listed: number }).listed, 25_000);
    assert.equal(await recent.loadMore(call), 0);
    assert.equal(asked.length, 4);
  }).timeout(20_000);

  it('follows the links of the service, to the end and beyond the page that was asked for', async () => {
    const { recent, tenant, asked } = setUp({ actions: 1_000 }, { pageLimit: 90 });
    await recent.load(all, call);
    assert.equal(recent.listed.length, 90);
    while (!recent.complete) {
      await recent.loadMore(call, 300);
    }
    assert.deepEqual(idsOf(recent.listed), idsOf(tenant.list));
    assert.equal(asked[1]?.['$skiptoken'], '90');
    assert.ok(asked.some((each) => each['$top'] === '300' && each['$skiptoken'] === '270'));
  });

  for (const next of [
    'https://api-eu.sample.invalid/api/machineactions?$skiptoken=5',
    'http://api.sample.invalid/api/machineactions?$skiptoken=5',
    'https://api.sample.invalid:80/api/machineactions?$skiptoken=5',
    'https://user:word@api.sample.invalid/api/machineactions',
    'https://[',
    'data:,x',
  ]) {
    it(`takes the token nowhere else, and goes on by time instead of ${next}`, async () => {
      const setup = setUp({ actions: 12 }, { pageLimit: 5 });
      const { recent, client, tenant, asked } = setup;
      const page = client.listActions.bind(client);
      client.listActions = async (query, options) => {
        const answer = await page(query, options);
        return { ...answer, next: answer.next && next };
      };
      await recent.load(all, call);
      assert.equal(recent.listed.length, 5);
      await recent.loadEverything(call, noProgress);
      assert.deepEqual(idsOf(recent.listed), idsOf(tenant.list));
      assert.ok(asked.every((each) => each['$skiptoken'] === undefined));
      assert.ok(asked.length <= 5, String(asked.length));
    });
  }

  it('goes on by time when a link has expired or leads in circles', async () => {
    for (const link of [
      '/api/machineactions/gone',
      '/api/machineactions?$top=5&$orderby=creationDateTimeUtc desc',
    ]) {
      const { recent, tenant, client } = setUp({ actions: 500 });
      const page = client.listActions.bind(client);
      let first = true;
      client.listActions = async (query, options) => {
        const next = first ? link : undefined;
        first = false;
        return { ...(await page(query, options)), next };
      };
      await recent.load(all, call);
      await recent.loadEverything(call, noProgress);
      assert.deepEqual(idsOf(recent.listed), idsOf(tenant.list));
    }
  });

  for (const problem of [
    { code: 'forbidden', call: 'listActions', need: {}, grants: undefined, error: {} },
    { code: 'serverError', status: 500, error: {} },
    { code: 'unreadable', call: 'listActions', detail: 'a web page' },
  ]) {
    it(`goes on by time when a link alone fails: ${problem.code}`, async () => {
      const { recent, tenant, client } = setUp({ actions: 500 });
      const page = client.listActions.bind(client);
      client.listActions = async (query, options) => ({ ...(await page(query, options)), next: '/n' });
      client.nextActions = () => Promise.reject(new Failure(problem));
      await recent.load(all, call);
      await recent.loadEverything(call, noProgress);
      assert.deepEqual(idsOf(recent.listed), idsOf(tenant.list));
    });
  }

  for (const pageLimit of [undefined, 70]) {
    it(`loses nothing while actions arrive between pages${pageLimit === undefined ? '' : ', behind links'}`, async () => {
      const setup = setUp({ actions: 2_000 }, pageLimit === undefined ? {} : { pageLimit });
      const { recent, tenant } = setup;
      const before = idsOf(tenant.list);
      let arrivals = 0;
      setup.before = (): void => {
        for (let n = 0; n < 37; n += 1) {
          tenant.put(arrival(tenant, (arrivals += 1)));
        }
      };
      await recent.load(all, call);
      while (!recent.complete) {
        await recent.loadMore(call, 300);
      }
      const listed = idsOf(recent.listed);
      assert.equal(new Set(listed).size, listed.length);
      assert.deepEqual(
        before.filter((id) => !listed.includes(id)),
        [],
      );
    });
  }

  it('loses nothing while actions leave the filter between pages', async () => {
    const setup = setUp({ actions: 1_000, unfinished: 900 });
    const { recent, tenant } = setup;
    const pending = idsOf(tenant.list.filter(({ status }) => status === 'Pending'));
    let gone = 0;
    setup.before = (asked): void => {
      // The newest ones, which were on earlier pages: with $skip, as many others would never be listed.
      for (const end = gone + (asked > 1 ? 30 : 0); gone < end; gone += 1) {
        tenant.put(ended(tenant.list[gone]));
      }
    };
    await recent.load({ ...all, filter: { statuses: ['Pending'] }, pageSize: 100 }, call);
    while (!recent.complete) {
      await recent.loadMore(call, 100);
    }
    assert.deepEqual(idsOf(recent.listed), pending);
  });

  it('gets through a millisecond that has more actions than a page', async () => {
    const { recent, tenant } = setUp({ actions: 1_000, everyMs: 0 });
    await recent.load({ ...all, pageSize: 100 }, call);
    while (!recent.complete) {
      await recent.loadMore(call, 100);
    }
    assert.deepEqual(idsOf(recent.listed).sort(), idsOf(tenant.list).sort());
  });

  it('gets everything from a service that orders as it likes', async () => {
    const { recent, tenant, client } = setUp({ actions: 2_000 });
    const shuffled = tenant.list.toSorted((a, b) => (a.id.slice(-2) < b.id.slice(-2) ? -1 : 1));
    client.listActions = ({ top, skip = 0, until = Infinity }) => {
      const rows = shuffled.filter(({ creationDateTimeUtc }) => Date.parse(creationDateTimeUtc) <= until);
      const actions = rows.slice(skip, skip + top).map((each) => decodeAction(each) ?? assert.fail());
      return Promise.resolve({ actions, unreadable: 0 });
    };
    await recent.load(all, call);
    while (!recent.complete) {
      await recent.loadMore(call, 300);
    }
    assert.deepEqual(idsOf(recent.listed), idsOf(tenant.list));
  });

  it('is one call for all who ask at once', async () => {
    const { recent, asked } = setUp({ actions: 500 });
    await recent.load(all, call);
    const controller = new AbortController();
    const left = recent.loadMore({ ...call, signal: controller.signal });
    const stayed = recent.loadMore(call);
    controller.abort();
    await assert.rejects(left, { name: 'AbortError' });
    assert.equal(await stayed, 300);
    assert.equal(asked.length, 2);
  });

  it('can be tried again after a failure', async () => {
    const { recent, client, tenant } = setUp({ actions: 500 });
    await recent.load(all, call);
    const real = client.listActions.bind(client);
    client.listActions = () => Promise.reject(new Error('broken'));
    await assert.rejects(recent.loadMore(call), /broken/);
    client.listActions = real;
    await recent.loadMore(call);
    assert.deepEqual(idsOf(recent.listed), idsOf(tenant.list));
  });

  it('says beforehand how many calls it takes', async () => {
    const { recent } = setUp({ actions: 25_000 });
    assert.equal(await recent.estimate(call), undefined);
    await recent.load(all, call);
    assert.deepEqual(await recent.estimate(call), { total: 25_000, calls: 3 });
  });

  it('stops when another list takes its place', async () => {
    const setup = setUp({ actions: 30_000 });
    await setup.recent.load(all, call);
    setup.before = async (asked): Promise<void> => {
      if (asked === 2) {
        await setup.recent.load({ ...all, filter: { statuses: ['Failed'] } }, call);
      }
    };
    await setup.recent.loadEverything(call, noProgress);
    assert.equal(setup.recent.listed.length, 200);
    assert.ok(setup.recent.listed.every(({ status }) => status === 'Failed'));
  });
});

describe('filters', () => {
  it('are the part of the question that the service answers', async () => {
    const { recent, asked, changes } = setUp({ actions: 1_000 });
    await recent.load({ ...all, filter: { types: ['Isolate'], machineId: generatedMachineId(28) } }, call);
    assert.match(
      asked[0]?.['$filter'] ?? '',
      /^type eq 'Isolate' and machineId eq '.+' and creationDateTimeUtc ge /,
    );
    assert.ok(recent.listed.length > 0);
    assert.ok(recent.listed.every(({ type }) => type === 'Isolate'));
    assert.deepEqual(recent.filter?.types, ['Isolate']);
    assert.deepEqual(changes, [{ reset: true, added: [], changed: [], removed: [], finished: [] }]);
  });

  it('keep what is listed when the service refuses the next one', async () => {
    const { recent, client } = setUp({ actions: 20 });
    await recent.load(all, call);
    client.listActions = () => Promise.reject(new Error('refused'));
    await assert.rejects(recent.load({ ...all, filter: { statuses: ['Failed'] } }, call));
    assert.equal(recent.listed.length, 20);
    assert.equal(recent.filter?.statuses, undefined);
  });

  it('in memory hide and show again, and say how many', async () => {
    const { recent, changes } = setUp({ actions: 5_000 });
    await recent.load({ ...all, pageSize: 5_000 }, call);
    await recent.setText('SCRIPT-7.ps1 analyst-7');
    const expected = recent.listed.filter(
      ({ requestor, commands }) =>
        requestor?.startsWith('analyst-7@') === true && commands[0]?.subject === 'script-7.ps1',
    );
    assert.ok(expected.length > 20);
    assert.deepEqual(recent.shown, expected);
    assert.equal(recent.hidden, 5_000 - expected.length);
    assert.equal(recent.shown, recent.shown);
    await recent.setText('');
    assert.equal(recent.shown, recent.listed);
    assert.equal(recent.hidden, 0);
    assert.deepEqual(
      changes.map(({ reset }) => reset),
      [true, true, true],
    );
  });

  it('in memory hold the last text when two were set at once', async () => {
    const { recent, changes } = setUp({ actions: 5_000 });
    await recent.load({ ...all, pageSize: 5_000 }, call);
    await Promise.all([recent.setText('nobody says this'), recent.setText('script-7.ps1')]);
    assert.ok(recent.shown.length > 0);
    assert.equal(recent.text, 'script-7.ps1');
    assert.equal(changes.length, 2);
  });

  it('in memory are asked of later pages too', async () => {
    const { recent } = setUp({ actions: 1_000 });
    await recent.load(all, call);
    await recent.setText('Isolate');
    const before = recent.shown.length;
    await recent.loadMore(call);
    assert.ok(recent.shown.length > before);
    assert.ok(recent.shown.every(({ type }) => /isolate/i.test(type)));
  });
});

describe('loading again', () => {
  it('keeps what was loaded behind the first page, and the same objects', async () => {
    const { recent, tenant, changes, asked } = setUp({ actions: 1_000 });
    await recent.load(all, call);
    await recent.loadEverything(call, noProgress);
    const before = new Map(recent.listed.map((action) => [action.id, action]));
    tenant.put(arrival(tenant, 1));
    tenant.put(ended(tenant.list[5], 'Failed', 2));
    changes.length = 0;
    await recent.load(all, call);
    assert.equal(asked.length, 3);
    assert.equal(recent.listed.length, 1_001);
    assert.deepEqual(changes, [
      {
        reset: false,
        added: [arrival(tenant, 1).id],
        changed: [tenant.list[5]?.id],
        removed: [],
        finished: [],
      },
    ]);
    const same = recent.listed.filter((action) => before.get(action.id) === action);
    assert.equal(same.length, 999);
  });

  it('polls once for what is unfinished behind it', async () => {
    const { recent, tenant, asked } = setUp({ actions: 1_000, unfinished: 500 });
    await recent.load(all, call);
    await recent.loadEverything(call, noProgress);
    tenant.put(ended(tenant.list[450]));
    await recent.load(all, call);
    assert.equal(asked.length, 4);
    assert.match(asked[3]?.['$filter'] ?? '', /lastUpdateDateTimeUtc ge/);
    assert.equal(recent.find(generatedId(450))?.status, 'Succeeded');
    assert.equal(recent.unfinished.length, 499);
  });

  it('begins anew when more has arrived than a page holds', async () => {
    const { recent, tenant } = setUp({ actions: 1_000 });
    await recent.load(all, call);
    await recent.loadEverything(call, noProgress);
    for (let n = 1; n <= 300; n += 1) {
      tenant.put(arrival(tenant, n));
    }
    await recent.load(all, call);
    assert.equal(recent.listed.length, 200);
    assert.equal(recent.complete, false);
    await recent.loadEverything(call, noProgress);
    assert.deepEqual(idsOf(recent.listed), idsOf(tenant.list));
  });
});

describe('a poll', () => {
  const everything: RecentActionsOptions = { ...all, pageSize: 10_000 };

  it('tells of exactly the one action in 10,000 that has changed', async () => {
    const { recent, tenant, changes } = setUp({ actions: 10_000, unfinished: 3 });
    await recent.load(everything, call);
    const before = recent.listed;
    tenant.put(ended(tenant.list[2]));
    changes.length = 0;
    const change = await recent.poll(call);
    const id = generatedId(2);
    assert.deepEqual(change, { reset: false, added: [], changed: [id], removed: [], finished: [id] });
    assert.deepEqual(changes, [change]);
    assert.deepEqual(
      recent.listed.filter((action, at) => action !== before[at]),
      [recent.find(id)],
    );
    assert.deepEqual(idsOf(recent.unfinished), [generatedId(0), generatedId(1)]);
    changes.length = 0;
    await recent.poll(call);
    assert.deepEqual(changes, []);
  }).timeout(20_000);

  for (const refuseLastUpdateFilter of [false, true]) {
    it(`of 500 unfinished actions is one call a round${refuseLastUpdateFilter ? ', also by creation' : ''}`, async () => {
      const { recent, tenant, asked } = setUp(
        { actions: 2_000, unfinished: 500 },
        { refuseLastUpdateFilter },
      );
      await recent.load(everything, call);
      await recent.poll(call);
      const first = refuseLastUpdateFilter ? 3 : 2;
      assert.equal(asked.length, first);
      for (let round = 1; round <= 5; round += 1) {
        tenant.put(ended(tenant.list[round * 90], 'Succeeded', round * 1_000));
        const { changed } = await recent.poll(call);
        assert.deepEqual(changed, [generatedId(round * 90)]);
        assert.equal(asked.length, first + round);
      }
      assert.equal(recent.unfinished.length, 495);
    });
  }

  it('looks two minutes behind the newest update that was seen', async () => {
    const { recent, asked } = setUp({ actions: 100 });
    await recent.load(everything, call);
    await recent.poll(call);
    const newest = Math.max(...recent.listed.map(({ updatedAt = 0 }) => updatedAt));
    assert.equal(
      asked[1]?.['$filter'],
      `lastUpdateDateTimeUtc ge ${new Date(newest - 120_000).toISOString()}`,
    );
  });

  it('by creation begins with the oldest unfinished action', async () => {
    const { recent, tenant, asked } = setUp({ actions: 100 }, { refuseLastUpdateFilter: true });
    tenant.put({ ...(tenant.list[60] ?? assert.fail()), status: 'Pending' });
    await recent.load(everything, call);
    await recent.poll(call);
    const oldest = new Date(recent.find(generatedId(60))?.createdAt ?? 0).toISOString();
    assert.equal(asked[2]?.['$filter'], `creationDateTimeUtc ge ${oldest}`);
  });

  it('by creation takes turns when there are more than a page', async () => {
    const { recent, tenant, asked } = setUp(
      { actions: 12_000, everyMs: 1_000, unfinished: 1 },
      { refuseLastUpdateFilter: true },
    );
    tenant.put({ ...(tenant.list[11_999] ?? assert.fail()), status: 'Pending' });
    await recent.load(everything, call);
    await recent.loadEverything(call, noProgress);
    tenant.put(ended(tenant.list[0]));
    await recent.poll(call);
    const before = asked.length;
    assert.equal(recent.find(generatedId(0))?.status, 'Pending');
    await recent.poll(call);
    assert.equal(recent.find(generatedId(0))?.status, 'Succeeded');
    assert.equal(asked.length, before + 1);
    tenant.put(ended(tenant.list[11_999]));
    await recent.poll(call);
    assert.equal(recent.find(generatedId(11_999))?.status, 'Succeeded');
  }).timeout(20_000);

  it('catches up when more has changed than a page holds', async () => {
    const { recent, tenant } = setUp({ actions: 12_000, everyMs: 0, unfinished: 12_000 });
    await recent.load({ ...everything, pageSize: 100 }, call);
    await recent.loadEverything(call, noProgress);
    tenant.list.forEach((action, n) => tenant.put(ended(action, 'Succeeded', 1_000 + n)));
    await recent.poll(call);
    assert.ok(recent.unfinished.length > 0);
    await recent.poll(call);
    assert.equal(recent.unfinished.length, 0);
  }).timeout(60_000);

  it('adds what is new, and not what lies behind the last page', async () => {
    const { recent, tenant } = setUp({ actions: 1_000 });
    await recent.load(all, call);
    tenant.put(arrival(tenant, 1));
    tenant.put(ended(tenant.list[900], 'Failed', 5));
    const { added } = await recent.poll(call);
    assert.deepEqual(added, [arrival(tenant, 1).id]);
    assert.equal(recent.listed.length, 201);
    assert.equal(recent.listed[0]?.id, added[0]);
    await recent.loadEverything(call, noProgress);
    assert.deepEqual(idsOf(recent.listed), idsOf(tenant.list));
  });

  it('takes from a list by status what has left it, and says so', async () => {
    const { recent, tenant, asked } = setUp({ actions: 100, unfinished: 10 });
    await recent.load(
      { ...all, filter: { statuses: ['Pending'], requestors: ['analyst-4@contoso.example'] } },
      call,
    );
    assert.deepEqual(idsOf(recent.listed), [generatedId(4)]);
    tenant.put(ended(tenant.list[4]));
    const change = await recent.poll(call);
    assert.match(
      asked[1]?.['$filter'] ?? '',
      /^requestor eq 'analyst-4@contoso.example' and lastUpdateDateTimeUtc ge /,
    );
    assert.deepEqual(change.removed, [generatedId(4)]);
    assert.deepEqual(change.finished, [generatedId(4)]);
    assert.deepEqual(recent.listed, []);
    assert.equal(recent.find(generatedId(4))?.status, 'Succeeded');
  });

  it('tells of what comes to be shown, and of what is hidden, by a text', async () => {
    const { recent, tenant } = setUp({ actions: 100, unfinished: 10 });
    await recent.load(all, call);
    await recent.setText('pending');
    tenant.put(ended(tenant.list[0]));
    tenant.put(ended(tenant.list[1], 'Pending'));
    const { added, changed, removed, finished } = await recent.poll(call);
    assert.deepEqual(
      [added, changed, removed, finished],
      [[generatedId(1)], [], [generatedId(0)], [generatedId(0)]],
    );
    assert.equal(recent.listed.length, 100);
  });

  it('never takes an older state for a newer one', async () => {
    const { recent, tenant, client } = setUp({ actions: 10, unfinished: 2 });
    await recent.load(all, call);
    const old = recent.listed[0] ?? assert.fail();
    tenant.put(ended(tenant.list[0], 'Failed', 5_000));
    await recent.poll(call);
    client.changedSince = () =>
      Promise.resolve({
        actions: [
          { ...old, updatedAt: simulatedStart + 90_000 },
          { ...old, status: 'Cancelled', updatedAt: simulatedStart },
          { ...old, status: 'Failed', updatedAt: simulatedStart + 5_000, commands: [] },
        ],
        unreadable: 0,
        by: 'lastUpdate',
      });
    const { changed } = await recent.poll(call);
    assert.deepEqual(changed, []);
    assert.equal(recent.listed[0]?.status, 'Failed');
    assert.equal(recent.listed[0].commands.length, 1);
  });

  it('is dropped when another list has taken the place of what it was for', async () => {
    const setup = setUp({ actions: 100, unfinished: 10 });
    const { recent, tenant } = setup;
    await recent.load(all, call);
    setup.before = async (asked): Promise<void> => {
      if (asked === 2) {
        await recent.load({ ...all, filter: { statuses: ['Failed'] } }, call);
        tenant.put(ended(tenant.list[0]));
      }
    };
    const change = await recent.poll(call);
    assert.deepEqual(change.changed, []);
    assert.ok(recent.listed.every(({ status }) => status === 'Failed'));
  });

  it('does nothing before there is a list', async () => {
    const { recent, asked } = setUp({ actions: 10 });
    assert.deepEqual((await recent.poll(call)).added, []);
    assert.equal(asked.length, 0);
  });
});

describe('what leaves the list on refreshing', () => {
  /** The service forgets an action. */
  const forget = (tenant: GeneratedTenant, id: string): void => {
    (tenant.list as WireMachineAction[]).splice(
      tenant.list.findIndex((each) => each.id === id),
      1,
    );
  };

  it('is what a page with all there is does not have', async () => {
    const { recent, tenant, changes } = setUp({ actions: 50 });
    await recent.load(all, call);
    const gone = [generatedId(3), generatedId(49)];
    gone.forEach((id) => forget(tenant, id));
    changes.length = 0;
    await recent.load(all, call);
    assert.deepEqual(idsOf(recent.listed), idsOf(tenant.list));
    assert.deepEqual(changes, [{ reset: false, added: [], changed: [], removed: gone, finished: [] }]);
    await recent.load(all, call);
    assert.equal(changes.length, 1);
  });

  it('is with a filter by status what the page would have', async () => {
    const { recent, tenant } = setUp({ actions: 1_000, unfinished: 900 });
    const pending = { ...all, pageSize: 100, filter: { statuses: ['Pending'] } };
    await recent.load(pending, call);
    await recent.loadMore(call, 100);
    const before = recent.listed.length;
    const [inPage, behind] = [recent.listed[40], recent.listed[150]];
    assert.ok(inPage && behind);
    [inPage, behind].forEach(({ id }) => forget(tenant, id));
    await recent.load(pending, call);
    assert.equal(recent.listed.length, before - 1);
    assert.ok(!recent.listed.includes(inPage));
    assert.ok(recent.listed.includes(behind));
    assert.equal(recent.include(inPage.id), true, 'it can be listed again');
  });

  it('is nothing where a page without such a filter says nothing about it', async () => {
    const { recent, tenant } = setUp({ actions: 1_000 });
    await recent.load(all, call);
    await recent.loadMore(call, 100);
    const before = recent.listed;
    [generatedId(40), generatedId(250)].forEach((id) => forget(tenant, id));
    await recent.load(all, call);
    assert.deepEqual(recent.listed, before);
  });
});

describe('refreshing after an action was included', () => {
  it('loses nothing that arrived in between', async () => {
    const { recent, tenant } = setUp({ actions: 1_000 });
    await recent.load(all, call);
    await recent.loadEverything(call, noProgress);
    for (let n = 1; n <= 500; n += 1) {
      tenant.put(arrival(tenant, n));
    }
    await recent.get(arrival(tenant, 450).id, call);
    assert.equal(recent.include(arrival(tenant, 450).id), true);
    await recent.load(all, call);
    await recent.loadEverything(call, noProgress);
    assert.deepEqual(idsOf(recent.listed), idsOf(tenant.list));
  });

  it('lists an older one that the filter lets through, and no other', async () => {
    const { recent, tenant } = setUp({ actions: 1_000, everyMs: 3_600_000 });
    await recent.load({ ...all, lookbackDays: 1, filter: { types: ['LiveResponse'] } }, call);
    const old = (type: string): string =>
      tenant.list.findLast((each) => (each.type === 'LiveResponse') === (type === 'LiveResponse'))?.id ?? '';
    assert.equal(recent.include(old('LiveResponse')), false);
    await recent.get(old('LiveResponse'), call);
    await recent.get(old('Other'), call);
    const before = recent.listed.length;
    assert.equal(recent.include(old('Other')), false);
    assert.equal(recent.include(old('LiveResponse')), true);
    assert.equal(recent.listed.at(-1)?.id, old('LiveResponse'));
    assert.equal(recent.listed.length, before + 1);
  });
});

describe('an action that is cancelled', () => {
  it('is what the answer says, in the list too', async () => {
    for (const cancelledAs of ['Cancelled', 'Failed'] as const) {
      const { recent, changes } = setUp({ actions: 10, unfinished: 2 }, { cancelledAs });
      await recent.load(all, call);
      changes.length = 0;
      const action = await recent.cancel(generatedId(1), 'wrong machine', call);
      assert.equal(action.status, cancelledAs);
      assert.ok(isFinal(action));
      assert.equal(recent.listed[1], action);
      const id = generatedId(1);
      assert.deepEqual(changes, [{ reset: false, added: [], changed: [id], removed: [], finished: [id] }]);
    }
  });

  it('may be final already', async () => {
    const { recent } = setUp({ actions: 10 });
    await recent.load(all, call);
    assert.equal((await problemOf(recent.cancel(generatedId(1), 'x', call)))['code'], 'refused');
  });
});
