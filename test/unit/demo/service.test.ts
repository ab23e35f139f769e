import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import type { WireMachine, WireMachineAction } from '../../../src/defender/machineAction';
import { createSampleTenant, Simulator, type SimulatorOptions } from '../../../src/demo';

const start = Date.UTC(2026, 10, 20, 15, 0, 0);
const api = 'https://api.sample.invalid';
const blobs = 'https://blobs.sample.invalid';
const sampleId = '988cc94e-7a8f-4b28-ab65-54970c5d5018';
const pendingId = '5a3e1e00-1d4c-4c11-9f00-000000000001';
const runningId = '5a3e1e00-1d4c-4c11-9f00-000000000002';
const failedId = '5a3e1e00-1d4c-4c11-9f00-000000000012';

interface ListAnswer<T = WireMachineAction> {
  readonly '@odata.context': string;
  readonly '@odata.count'?: number;
  readonly value: readonly T[];
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Buffer;
}

/** Without a quota, unless one is given. `documented` is what the service counts by when nothing is said. */
type Options = Partial<Omit<SimulatorOptions, 'quota'>> & {
  readonly quota?: { readonly perMinute: number; readonly perHour: number } | 'documented';
};

/** A simulated service whose clock the test moves. */
class Service {
  now = start;
  readonly simulator: Simulator;

  constructor({ quota, ...options }: Options = {}) {
    this.simulator = new Simulator({
      tenant: createSampleTenant(start),
      now: () => this.now,
      random: () => 0.5,
      apiOrigin: api,
      blobOrigin: blobs,
      ...(quota !== 'documented' && { quota: quota ?? null }),
      ...options,
    });
  }

  async send(url: string, init: RequestInit = {}): Promise<Answer> {
    const response = await this.simulator.handle(new Request(url, init));
    const bytes = Buffer.from(await response.arrayBuffer());
    return { status: response.status, headers: response.headers, bytes };
  }

  call(path: string, init: RequestInit = {}): Promise<Answer> {
    return this.send(`${api}/api/${path}`, { headers: { Authorization: 'Bearer t' }, ...init });
  }

  async list(query: Readonly<Record<string, string>> = {}): Promise<ListAnswer> {
    const answer = await this.call(`machineactions?${new URLSearchParams(query).toString()}`);
    assert.equal(answer.status, 200, answer.bytes.toString());
    return JSON.parse(answer.bytes.toString()) as ListAnswer;
  }

  async action(id: string): Promise<WireMachineAction> {
    return JSON.parse((await this.call(`machineactions/${id}`)).bytes.toString()) as WireMachineAction;
  }

  linkAnswer(id: string, index: number | string): Promise<Answer> {
    return this.call(`machineactions/${id}/GetLiveResponseResultDownloadLink(index=${index})`);
  }

  async link(id = sampleId, index = 0): Promise<string> {
    const answer = await this.linkAnswer(id, index);
    assert.equal(answer.status, 200, answer.bytes.toString());
    return (JSON.parse(answer.bytes.toString()) as { value: string }).value;
  }

  cancel(id: string, body: string): Promise<Answer> {
    return this.call(`machineactions/${id}/cancel`, { method: 'POST', body });
  }
}

/** Status and code of an answer that is an error of the API. */
function apiError({ status, bytes }: Answer): [number, string] {
  const { error } = JSON.parse(bytes.toString()) as { error: Record<'code' | 'message' | 'target', string> };
  assert.ok(error.message !== '' && error.target !== '');
  return [status, error.code];
}

/** Status, code and detail of an answer that is an error of the blob store. */
function blobError({ status, headers, bytes }: Answer): [number, string | undefined, string | undefined] {
  const xml = bytes.toString();
  const code = /<Code>(\w+)<\/Code>/.exec(xml)?.[1];
  assert.equal(headers.get('content-type'), 'application/xml');
  assert.equal(headers.get('x-ms-error-code'), code);
  return [status, code, /<AuthenticationErrorDetail>(.*)<\/AuthenticationErrorDetail>/.exec(xml)?.[1]];
}

const idsOf = ({ value }: ListAnswer): string[] => value.map(({ id }) => id);

describe('the list of actions', () => {
  it('is everything, with its context', async () => {
    const list = await new Service().list();
    assert.equal(list['@odata.context'], `${api}/api/$metadata#MachineActions`);
    assert.equal(list['@odata.count'], undefined);
    assert.deepEqual(list.value, createSampleTenant(start).actions(start));
  });

  it('comes in pages that fit together', async () => {
    const service = new Service();
    const all = idsOf(await service.list());
    const pages: string[] = [];
    for (let skip = 0; ; skip += 70) {
      const page = idsOf(await service.list({ $top: '70', $skip: String(skip) }));
      pages.push(...page);
      if (page.length < 70) {
        break;
      }
    }
    assert.deepEqual(pages, all);
    assert.deepEqual(idsOf(await service.list({ $top: '0' })), []);
    assert.deepEqual(idsOf(await service.list({ $top: '10000' })), all);
    assert.deepEqual(idsOf(await service.list({ $skip: '100000' })), []);
  });

  it('is counted before it is cut', async () => {
    const service = new Service();
    const list = await service.list({ $count: 'true', $top: '1', $filter: "status eq 'Succeeded'" });
    const all = await service.list({ $filter: "status eq 'Succeeded'" });
    assert.equal(list.value.length, 1);
    assert.equal(list['@odata.count'], all.value.length);
    assert.ok(all.value.length > 50);
  });

  it('is ordered before it is cut', async () => {
    const service = new Service();
    const newest = await service.list({ $orderby: 'lastUpdateDateTimeUtc desc', $top: '5' });
    const all = (await service.list()).value.map(({ lastUpdateDateTimeUtc }) =>
      Date.parse(lastUpdateDateTimeUtc ?? ''),
    );
    assert.deepEqual(
      newest.value.map(({ lastUpdateDateTimeUtc }) => Date.parse(lastUpdateDateTimeUtc ?? '')),
      all.toSorted((a, b) => b - a).slice(0, 5),
    );
    const oldest = await service.list({ $orderby: 'creationDateTimeUtc asc', $top: '1' });
    assert.equal(oldest.value[0]?.id, (await service.list()).value.at(-1)?.id);
  });

  it('is filtered by what the documentation names, with plus signs or escapes in the query', async () => {
    const service = new Service();
    const finance = "machineId eq '1e5bc9d7e413ddd7902c2932e418702b84d0cc07' and type eq 'LiveResponse'";
    const expected = (await service.list()).value
      .filter(
        ({ machineId, type }) =>
          machineId === '1e5bc9d7e413ddd7902c2932e418702b84d0cc07' && type === 'LiveResponse',
      )
      .map(({ id }) => id);
    assert.ok(expected.includes(sampleId));
    assert.deepEqual(idsOf(await service.list({ $filter: finance })), expected);
    const escaped = await service.call(`machineactions?$filter=${encodeURIComponent(finance)}`);
    assert.deepEqual(idsOf(JSON.parse(escaped.bytes.toString()) as ListAnswer), expected);
    const byId = await service.list({ $filter: `id in ('${sampleId}','${failedId}')` });
    assert.deepEqual(idsOf(byId), [sampleId, failedId]);
  });

  it('can be polled by the time of the last update', async () => {
    const service = new Service();
    service.now = start + 60_000;
    const changed = await service.list({ $filter: 'lastUpdateDateTimeUtc ge 2026-11-20T15:00:00Z' });
    assert.deepEqual(idsOf(changed).toSorted(), [pendingId, runningId]);
  });

  it('refuses that filter when told so, and no other', async () => {
    const service = new Service({ refuseLastUpdateFilter: true });
    const refused = await service.call(
      'machineactions?$filter=lastUpdateDateTimeUtc+ge+2026-11-20T15:00:00Z',
    );
    assert.deepEqual(apiError(refused), [400, 'ODataError']);
    const fallback = await service.list({ $filter: 'creationDateTimeUtc ge 2026-11-20T14:59:00Z' });
    assert.deepEqual(idsOf(fallback), []);
    await service.list({ $orderby: 'lastUpdateDateTimeUtc desc' });
  });

  for (const query of [
    '$top=10001',
    '$top=99999999999999999999',
    '$top=-1',
    '$top=x',
    '$top=',
    '$top=1.5',
    '$skip=-1',
    '$skip=x',
    '$orderby=title',
    '$filter=',
    '$filter=title eq null',
    "$filter=status eq 'Pending",
  ]) {
    it(`refuses ${query}`, async () => {
      assert.deepEqual(apiError(await new Service().call(`machineactions?${query}`)), [400, 'ODataError']);
    });
  }
});

describe('single actions and machines', () => {
  it('are found by ID in any case, at every spelling of the path', async () => {
    const service = new Service();
    const expected = {
      '@odata.context': `${api}/api/$metadata#MachineActions/$entity`,
      ...(await service.list()).value.find(({ id }) => id === sampleId),
    };
    for (const path of [
      `/api/machineactions/${sampleId}`,
      `/API/MachineActions/${sampleId.toUpperCase()}`,
      `/api/v1.0/machineactions/${sampleId}`,
    ]) {
      const { status, bytes } = await service.send(api + path, { headers: { authorization: 'bearer t' } });
      assert.equal(status, 200);
      assert.deepEqual(JSON.parse(bytes.toString()), expected);
    }
  });

  it('that do not exist are 404, and so is every other call', async () => {
    const service = new Service();
    assert.deepEqual(apiError(await service.call('machineactions/00000000-0000-0000-0000-000000000000')), [
      404,
      'ResourceNotFound',
    ]);
    assert.deepEqual(apiError(await service.linkAnswer('00000000-0000-0000-0000-000000000000', 0)), [
      404,
      'ResourceNotFound',
    ]);
    assert.deepEqual(apiError(await service.call('machines/x')), [404, 'ResourceNotFound']);
    assert.deepEqual(apiError(await service.call('libraryfile')), [404, 'NotFound']);
    assert.deepEqual(apiError(await service.call(`machineactions/${sampleId}/cancel`)), [404, 'NotFound']);
    assert.deepEqual(apiError(await service.call('machineactions', { method: 'POST' })), [404, 'NotFound']);
  });

  it('of machines are listed, filtered and found', async () => {
    const service = new Service();
    const all = JSON.parse((await service.call('machines')).bytes.toString()) as ListAnswer<WireMachine>;
    assert.equal(all.value.length, 20);
    assert.equal(all['@odata.context'], `${api}/api/$metadata#Machines`);
    const { bytes } = await service.call("machines?$filter=startswith(computerDnsName,'srv-')");
    const servers = JSON.parse(bytes.toString()) as ListAnswer<WireMachine>;
    assert.deepEqual(
      servers.value.map(({ computerDnsName }) => computerDnsName?.split('.')[0]),
      ['srv-file01', 'srv-sql02', 'srv-jump01'],
    );
    const one = await service.call(`machines/${servers.value[0]?.id.toUpperCase() ?? ''}`);
    assert.deepEqual(JSON.parse(one.bytes.toString()), servers.value[0]);
  });
});

describe('who may ask', () => {
  it('is who has a token', async () => {
    const service = new Service();
    for (const headers of [{}, { Authorization: 'Bearer ' }, { Authorization: 'Basic dDp0' }] as Record<
      string,
      string
    >[]) {
      const answer = await service.call('machineactions', { headers });
      assert.deepEqual(apiError(answer), [401, 'Unauthorized']);
    }
  });

  it('can be decided for each call', async () => {
    const calls: string[] = [];
    const service = new Service({
      authorize: (token, call) => {
        calls.push(`${token ?? ''} ${call}`);
        return call.includes('DownloadLink')
          ? { status: 403, code: 'Forbidden', message: 'Missing role' }
          : undefined;
      },
    });
    assert.equal((await service.call(`machineactions/${sampleId}`)).status, 200);
    assert.deepEqual(apiError(await service.linkAnswer(sampleId, 0)), [403, 'Forbidden']);
    assert.deepEqual(calls, [
      `t machineactions/${sampleId}`,
      `t machineactions/${sampleId}/GetLiveResponseResultDownloadLink(index=0)`,
    ]);
  });
});

describe('the link to a result', () => {
  it('leads to the bytes, without a token', async () => {
    const service = new Service();
    const link = await service.link();
    assert.match(
      link,
      /^https:\/\/blobs\.sample\.invalid\/investigation-actions-data\/[0-9a-f-]{36}\/CustomPlaybookCommandOutput\/[0-9a-f]{32}\?se=2026-11-20T15%3A30%3A00Z&sp=rt&/,
    );
    const { status, headers, bytes } = await service.send(link);
    assert.equal(status, 200);
    assert.deepEqual(
      bytes,
      Buffer.from(createSampleTenant(start).result(await service.action(sampleId), 0)?.bytes ?? []),
    );
    assert.equal(headers.get('content-length'), String(bytes.byteLength));
    assert.equal(headers.get('content-type'), 'application/json');
    assert.equal(headers.get('content-disposition'), `attachment; filename=output_${sampleId}_0.json`);
    assert.equal(headers.get('accept-ranges'), 'bytes');
    assert.match(headers.get('etag') ?? '', /^"0x[0-9A-F]{16}"$/);
  });

  it('keeps its raw slashes, and no other character that must be escaped', async () => {
    const sigs: string[] = [];
    for (let n = 0; n < 100; n += 1) {
      const service = new Service({ random: () => n / 100 });
      const link = await service.link();
      const sig = /&sig=(.*)$/.exec(link)?.[1] ?? '';
      assert.match(sig, /^(?:[\w/]|%2B)+%3D$/);
      assert.equal((await service.send(link)).status, 200);
      sigs.push(sig);
    }
    assert.ok(sigs.some((sig) => sig.includes('/')) && sigs.some((sig) => sig.includes('%2B')));
  });

  it('is one for every index, of failed commands too', async () => {
    const service = new Service();
    const links = await Promise.all([
      service.link(sampleId, 0),
      service.link(sampleId, 1),
      service.link(failedId, 1),
    ]);
    const bodies = await Promise.all(links.map((link) => service.send(link)));
    assert.equal(new Set(links.map((link) => new URL(link).pathname)).size, 3);
    assert.deepEqual(bodies[1]?.bytes.subarray(0, 2), Buffer.from([0x1f, 0x8b]));
    assert.match(bodies[2]?.bytes.toString() ?? '', /"exit_code":2/);
  });

  for (const [name, id, index, code] of [
    ['of a command that is not there', sampleId, 2, 'InvalidInput'],
    ['of an index that is none', sampleId, 'x', 'InvalidInput'],
    ['of an index that is spelled otherwise', sampleId, '00', 'InvalidInput'],
    ['of an action without commands', 'c0ffee00-0000-4000-8000-000000000001', 0, 'InvalidInput'],
    ['of PutFile', failedId, 0, 'BadRequest'],
    ['of a command behind one that failed', failedId, 2, 'BadRequest'],
    ['of an action that is not done', pendingId, 0, 'BadRequest'],
  ] as const) {
    it(`${name} is refused`, async () => {
      assert.deepEqual(apiError(await new Service().linkAnswer(id, index)), [400, code]);
    });
  }

  it('is given once the action is done', async () => {
    const service = new Service();
    service.now = start + 239_999;
    assert.equal((await service.linkAnswer(pendingId, 0)).status, 400);
    service.now = start + 240_000;
    assert.match((await service.send(await service.link(pendingId))).bytes.toString(), /Get-Processes\.ps1/);
  });

  it('dies after 30 minutes, or as many as it is told', async () => {
    for (const [options, life] of [
      [{}, 30 * 60_000],
      [{ linkLifeMs: 5_000 }, 5_000],
    ] as const) {
      const service = new Service(options);
      const link = await service.link();
      service.now = start + life;
      assert.equal((await service.send(link)).status, 200);
      service.now = start + life + 1;
      const [status, code, detail] = blobError(await service.send(link));
      assert.deepEqual([status, code], [403, 'AuthenticationFailed']);
      assert.match(
        detail ?? '',
        /^Signature not valid in the specified time frame: Start \[.+Z\] - Expiry \[.+Z\] - Current \[.+Z\]$/,
      );
      assert.equal((await service.send(await service.link())).status, 200);
    }
  });

  it('dies when all do, and one that is asked for at the same moment lives', async () => {
    const service = new Service();
    const link = await service.link();
    service.simulator.blobs.expireLinks();
    assert.match(
      blobError(await service.send(link))[2] ?? '',
      /^Signature not valid in the specified time frame/,
    );
    assert.equal((await service.send(await service.link())).status, 200);
    service.now += 10;
    assert.equal((await service.send(await service.link())).status, 200);
    assert.equal((await service.send(link)).status, 403);
  });

  it('is no use when somebody changed it', async () => {
    const service = new Service();
    const link = await service.link();
    const other = new URL(await service.link(sampleId, 1)).pathname;
    for (const changed of [
      link.replace('15%3A30', '23%3A30'),
      link.replace(/st=\d+/, 'st=9999999999999'),
      link.replace(new URL(link).pathname, other),
      link.replace(/sig=..../, 'sig=AAAA'),
      link.replace(/&sig=.*$/, ''),
      link.replace(/sig=.*$/, 'sig=x'),
      link.split('?')[0] ?? '',
    ]) {
      assert.notEqual(changed, link);
      const [status, code, detail] = blobError(await service.send(changed));
      assert.deepEqual([status, code], [403, 'AuthenticationFailed'], changed);
      assert.match(detail ?? '', /^Signature did not match\. String to sign used was /);
    }
    assert.equal((await new Service({ random: () => 0.1 }).send(link)).status, 403);
  });

  it('takes no Authorization beside it', async () => {
    const service = new Service();
    const answer = await service.send(await service.link(), { headers: { Authorization: 'Bearer t' } });
    assert.deepEqual(blobError(answer), [400, 'InvalidAuthenticationInfo', undefined]);
  });
});

describe('parts of a result', () => {
  async function part(range: string): Promise<{ answer: Answer; whole: Buffer }> {
    const service = new Service();
    const link = await service.link();
    const { bytes: whole } = await service.send(link);
    return { answer: await service.send(link, { headers: { Range: range } }), whole };
  }

  it('are sent as they were asked for', async () => {
    for (const [range, from, to] of [
      ['bytes=0-9', 0, 10],
      ['bytes=10-', 10, undefined],
      ['bytes=5-999999', 5, undefined],
      ['bytes=0-0', 0, 1],
    ] as const) {
      const { answer, whole } = await part(range);
      const expected = whole.subarray(from, to);
      assert.equal(answer.status, 206);
      assert.deepEqual(answer.bytes, expected);
      assert.equal(answer.headers.get('content-length'), String(expected.byteLength));
      assert.equal(
        answer.headers.get('content-range'),
        `bytes ${from}-${from + expected.byteLength - 1}/${whole.byteLength}`,
      );
    }
  });

  it('behind the end are 416', async () => {
    const { whole } = await part('bytes=0-');
    const { answer } = await part(`bytes=${whole.byteLength}-`);
    assert.deepEqual(blobError(answer), [416, 'InvalidRange', undefined]);
    assert.equal((await part(`bytes=${whole.byteLength - 1}-`)).answer.bytes.byteLength, 1);
  });

  it('in another form are the whole', async () => {
    const { answer, whole } = await part('lines=1-2');
    assert.equal(answer.status, 200);
    assert.deepEqual(answer.bytes, whole);
  });
});

describe('the quota of the service', () => {
  async function statuses(service: Service, calls: number): Promise<Record<number, number>> {
    const counted: Record<number, number> = {};
    for (let n = 0; n < calls; n += 1) {
      const { status } = await service.call(`machineactions/${sampleId}`);
      counted[status] = (counted[status] ?? 0) + 1;
    }
    return counted;
  }

  it('is 100 calls a minute, and says how long to wait in the recorded words', async () => {
    const service = new Service({ quota: 'documented' });
    assert.deepEqual(await statuses(service, 100), { 200: 100 });
    service.now += 51_500;
    const refused = await service.call('machineactions');
    assert.deepEqual(apiError(refused), [429, '429']);
    assert.equal(refused.headers.get('retry-after'), '9');
    const { error } = JSON.parse(refused.bytes.toString()) as { error: { message: string } };
    assert.equal(
      error.message,
      'API calls quota exceeded! Maximum allowed 100 per 00:01:00 for the key Destination+TenantID+AppID. You can send requests again in 9 seconds.',
    );
    service.now += 8_499;
    assert.equal((await service.call('machineactions')).status, 429);
    service.now += 1;
    assert.equal((await service.call('machineactions')).status, 200);
  });

  it('is 1,500 calls an hour', async () => {
    const service = new Service({ quota: 'documented' });
    for (let n = 0; n < 15; n += 1) {
      assert.deepEqual(await statuses(service, 100), { 200: 100 });
      service.now += 60_000;
    }
    const refused = await service.call('machineactions');
    assert.equal(refused.headers.get('retry-after'), String(45 * 60));
    assert.match(refused.bytes.toString(), /Maximum allowed 1500 per 01:00:00 .* in 2700 seconds\./);
    service.now += 45 * 60_000;
    assert.deepEqual(await statuses(service, 101), { 200: 100, 429: 1 });
  });

  it('is not touched by calls that were refused or by the blob store', async () => {
    const service = new Service({ quota: { perMinute: 2, perHour: 10 } });
    const link = await service.link();
    await service.call('machineactions', { headers: {} });
    await service.send(link);
    assert.equal((await service.call('machineactions')).status, 200);
    assert.deepEqual(await statuses(service, 3), { 429: 3 });
    assert.equal((await service.send(link)).status, 200);
    service.now += 60_000;
    assert.deepEqual(await statuses(service, 3), { 200: 2, 429: 1 });
  });
});

describe('cancelling', () => {
  it('ends an action, for good, and says who, when and why', async () => {
    const service = new Service();
    service.now += 1_500;
    const answer = await service.cancel(runningId, '{"Comment":"INC-4711 wrong host"}');
    assert.equal(answer.status, 200);
    const { '@odata.context': context, ...cancelled } = JSON.parse(
      answer.bytes.toString(),
    ) as WireMachineAction & {
      '@odata.context': string;
    };
    assert.match(context, /#MachineActions\/\$entity$/);
    assert.equal(cancelled.status, 'Cancelled');
    assert.equal(cancelled.cancellationComment, 'INC-4711 wrong host');
    assert.equal(cancelled.errorHResult, -2147467260);
    assert.deepEqual(
      [cancelled.cancellationDateTimeUtc, cancelled.lastUpdateDateTimeUtc],
      ['2026-11-20T15:00:01.5Z', '2026-11-20T15:00:01.5Z'],
    );
    service.now += 3_600_000;
    assert.deepEqual((await service.list({ $filter: "id eq '" + runningId + "'" })).value, [cancelled]);
    assert.equal((await service.linkAnswer(runningId, 0)).status, 400);
  });

  for (const [name, body] of [
    ['a key in the wrong case', '{"comment":"x"}'],
    ['no comment', '{}'],
    ['an empty comment', '{"Comment":""}'],
    ['a comment that is no text', '{"Comment":7}'],
    ['null', 'null'],
    ['no JSON', 'Comment=x'],
    ['nothing', ''],
  ] as const) {
    it(`is refused with ${name}`, async () => {
      const service = new Service();
      assert.deepEqual(apiError(await service.cancel(pendingId, body)), [400, 'MissingRequiredParameter']);
      assert.equal((await service.action(pendingId)).status, 'Pending');
    });
  }

  it('is refused for what is final or not there', async () => {
    const service = new Service();
    const body = '{"Comment":"x"}';
    assert.deepEqual(apiError(await service.cancel(sampleId, body)), [400, 'BadRequest']);
    assert.equal((await service.cancel(pendingId, body)).status, 200);
    assert.deepEqual(apiError(await service.cancel(pendingId, body)), [400, 'BadRequest']);
    assert.deepEqual(apiError(await service.cancel('00000000-0000-0000-0000-000000000000', body)), [
      404,
      'ResourceNotFound',
    ]);
  });
});
