import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { RecentActions } from '../../../src/actions/recentActions';
import type { ActionPage } from '../../../src/defender/client';
import { decodeAction } from '../../../src/defender/decode';
import type { MachineAction } from '../../../src/defender/machineAction';

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

class Service {
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
