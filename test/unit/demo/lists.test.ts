import { strict as assert } from 'node:assert';
import { text } from 'node:stream/consumers';
import { describe, it } from 'mocha';
import { fromBufferPromise } from 'yauzl';
import type { WireMachineAction } from '../../../src/defender/machineAction';
import { createSampleTenant, Simulator, type SimulatorOptions } from '../../../src/demo';
import { createGeneratedTenant, generatedId, generatedMachineId } from '../../../src/demo/tenant/generated';

const start = Date.UTC(2026, 10, 20, 15, 0, 0);
const api = 'https://api.sample.invalid';

interface ListAnswer {
  readonly value: readonly WireMachineAction[];
  readonly '@odata.nextLink'?: string;
}

/** A simulated service on a clock that the test moves. */
function setUp(options: Partial<SimulatorOptions> = {}) {
  const time = { now: start };
  const simulator = new Simulator({
    tenant: createSampleTenant(start),
    now: () => time.now,
    random: () => 0.5,
    apiOrigin: api,
    blobOrigin: 'https://blobs.sample.invalid',
    ...options,
  });
  const get = (url: string): Promise<Response> =>
    simulator.handle(new Request(url, { headers: { Authorization: 'Bearer t' } }));
  const list = async (url: string): Promise<ListAnswer> => (await (await get(url)).json()) as ListAnswer;
  return { simulator, time, get, list };
}

describe('the links between pages', () => {
  it('lead through all that was asked for, and no further', async () => {
    const { list } = setUp({ pageLimit: 50 });
    const query = new URLSearchParams({ $filter: "status eq 'Succeeded'", $top: '110', $skip: '3' });
    const pages: ListAnswer[] = [];
    for (let url: string | undefined = `${api}/api/machineactions?${query.toString()}`; url !== undefined;) {
      const page: ListAnswer = await list(url);
      pages.push(page);
      url = page['@odata.nextLink'];
    }
    const whole = await setUp().list(`${api}/api/machineactions?${query.toString()}`);
    assert.deepEqual(
      pages.flatMap(({ value }) => value),
      whole.value,
    );
    assert.equal(whole['@odata.nextLink'], undefined);
    assert.deepEqual(
      pages.map(({ value }) => value.length),
      whole.value.length === 110 ? [50, 50, 10] : assert.fail(String(whole.value.length)),
    );
  });
});

describe('the link to an investigation package', () => {
  const collected = createSampleTenant(start)
    .actions(start)
    .filter(({ type, status }) => type === 'CollectInvestigationPackage' && status === 'Succeeded');
  const uri = (id: string): string => `${api}/api/machineactions/${id}/getPackageUri`;
  const linkOf = async (answer: Response): Promise<string> =>
    ((await answer.json()) as { value: string }).value;

  it('stands in quotes, and leads to an archive', async () => {
    const { get, simulator } = setUp();
    const link = await linkOf(await get(uri(collected[0]?.id ?? '')));
    assert.match(link, /^"https:\/\/blobs\.sample\.invalid\/.+"$/);
    const answer = await simulator.handle(new Request(link.slice(1, -1)));
    assert.equal(answer.status, 200);
    assert.match(answer.headers.get('content-disposition') ?? '', /WDATP_Investigation_Package\.zip/);
    const zip = await fromBufferPromise(Buffer.from(await answer.arrayBuffer()), {
      lazyEntries: true,
      autoClose: false,
    });
    const files: [name: string, text: string][] = [];
    for await (const entry of zip.eachEntry()) {
      // Checks sizes and checksum on the way.
      files.push([entry.fileName, await text(await zip.openReadStreamPromise(entry))]);
    }
    const machine = collected[0]?.computerDnsName ?? '';
    const content = `SAMPLE\r\nInvestigation package of ${machine}\r\n`;
    assert.deepEqual(files, [['Forensics Collection Summary.txt', content]]);
  });

  it('is not there for any other action', async () => {
    const { get } = setUp({ quota: null });
    assert.equal((await get(uri('988cc94e-7a8f-4b28-ab65-54970c5d5018'))).status, 404);
    assert.equal((await get(uri('00000000-0000-0000-0000-000000000000'))).status, 404);
  });

  it('is given twice a minute', async () => {
    const { get, time } = setUp();
    const id = collected[0]?.id ?? '';
    const statuses: number[] = [];
    for (let n = 0; n < 3; n += 1) {
      statuses.push((await get(uri(id))).status);
    }
    assert.deepEqual(statuses, [200, 200, 429]);
    assert.equal((await get(`${api}/api/machineactions/${id}`)).status, 200);
    time.now += 60_001;
    assert.equal((await get(uri(id))).status, 200);
  });

  it('dies after a minute', async () => {
    const { get, time, simulator } = setUp();
    const link = (await linkOf(await get(uri(collected[0]?.id ?? '')))).slice(1, -1);
    time.now += 60_001;
    assert.equal((await simulator.handle(new Request(link))).status, 403);
  });
});

describe('what a cancelled action ends as', () => {
  for (const cancelledAs of [undefined, 'Cancelled', 'Failed'] as const) {
    it(`can be told: ${cancelledAs ?? 'nothing'}`, async () => {
      const { simulator } = setUp(cancelledAs && { cancelledAs });
      const url = `${api}/api/machineactions/5a3e1e00-1d4c-4c11-9f00-000000000001/cancel`;
      const headers = { Authorization: 'Bearer t' };
      const answer = await simulator.handle(
        new Request(url, { method: 'POST', headers, body: '{"Comment":"c"}' }),
      );
      assert.equal(((await answer.json()) as WireMachineAction).status, cancelledAs ?? 'Cancelled');
    });
  }
});

describe('a generated tenant', () => {
  const tenant = createGeneratedTenant({ actions: 500, start, unfinished: 7, machines: 20 });

  it('has as many actions as it is told, newest first, and none twice', () => {
    const actions = tenant.actions(start);
    assert.equal(new Set(actions.map(({ id }) => id)).size, 500);
    const times = actions.map(({ creationDateTimeUtc }) => Date.parse(creationDateTimeUtc));
    assert.deepEqual(
      times,
      times.toSorted((a, b) => b - a),
    );
    const open = actions.filter(({ status }) => status === 'Pending' || status === 'InProgress');
    assert.deepEqual(
      open.map(({ id }) => id),
      Array.from({ length: 7 }, (_, n) => generatedId(n)),
    );
  });

  it('has the machines that its actions name', () => {
    const machines = new Map(tenant.machines(start).map((machine) => [machine.id, machine.computerDnsName]));
    assert.equal(machines.size, 20);
    assert.ok(machines.has(generatedMachineId(0)));
    for (const { machineId, computerDnsName } of tenant.list) {
      assert.equal(machines.get(machineId), computerDnsName);
    }
  });

  it('can be changed', () => {
    const [first] = tenant.list;
    assert.ok(first);
    tenant.put({ ...first, status: 'Failed' });
    assert.equal(tenant.list[0]?.status, 'Failed');
    tenant.put({ ...first, id: generatedId(9_999) });
    assert.equal(tenant.list[0].id, generatedId(9_999));
    assert.equal(tenant.list.length, 501);
  });
});
