import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { DefenderClient } from '../../../src/defender/client';
import { RequestQuota } from '../../../src/http/quota';
import { FakeClock } from '../../support/fakeClock';
import { problemOf } from '../../support/failures';
import { type Answer, ScriptedPort } from '../../support/scriptedPort';

const id = '988cc94e-7a8f-4b28-ab65-54970c5d5018';
const action = { id, type: 'LiveResponse', status: 'Succeeded', commands: [] };
const link = 'https://x.blob.core.windows.net/c/b?sig=a/b%2Bc%3D';

function setUp(answers: readonly Answer[] | ((url: string, count: number) => Answer)) {
  const clock = new FakeClock();
  const port = new ScriptedPort(
    typeof answers === 'function' ? (request, count) => answers(request.url, count) : answers,
  );
  const quota = new RequestQuota(clock);
  const tokens = { given: 0, dropped: [] as string[] };
  const lines: string[] = [];
  const client = new DefenderClient('https://api.example', {
    fetch: port.fetch,
    clock,
    random: () => 0.5,
    quota,
    log: (line) => lines.push(line),
    tokens: {
      getToken: () => {
        tokens.given += 1;
        const grants = { roles: ['Machine.LiveResponse'], scopes: undefined };
        return Promise.resolve({ token: `token-${tokens.given}`, grants });
      },
      invalidate: (token) => tokens.dropped.push(token),
    },
  });
  return { client, clock, port, quota, tokens, lines };
}

const call = { signal: new AbortController().signal, urgency: 'interactive' as const };
const json = (value: unknown): Answer => ({ body: JSON.stringify(value) });
const error = (code: string, message: string): string =>
  JSON.stringify({ error: { code, message, target: 'corr' } });

/** Advances the clock until the promise has settled. */
async function within<T>(clock: FakeClock, promise: Promise<T>, ms = 120_000): Promise<T> {
  promise.catch(() => undefined);
  await clock.advance(ms);
  return promise;
}

describe('the Defender client', () => {
  it('lists the actions of a period, newest first, and counts what it cannot read', async () => {
    const { client, port } = setUp([json({ value: [action, { id: 'none' }, null, 7] })]);
    const page = await client.listActions({ since: Date.parse('2026-10-21T12:00:00Z'), top: 200 }, call);
    assert.deepEqual(
      page.actions.map((each) => each.id),
      [id],
    );
    assert.equal(page.unreadable, 3);
    const url = new URL(port.requests[0]?.url ?? '');
    assert.equal(url.origin + url.pathname, 'https://api.example/api/machineactions');
    assert.deepEqual(Object.fromEntries(url.searchParams), {
      $filter: 'creationDateTimeUtc ge 2026-10-21T12:00:00.000Z',
      $orderby: 'creationDateTimeUtc desc',
      $top: '200',
    });
  });

  for (const answer of [{ status: 204 }, { status: 204, body: '' }, { body: '' }, { body: ' \r\n' }]) {
    it(`takes no content for an empty list: ${JSON.stringify(answer)}`, async () => {
      const { client } = setUp([answer]);
      const { actions, unreadable, next } = await client.listActions({ top: 5 }, call);
      assert.deepEqual([actions, unreadable, next], [[], 0, undefined]);
      assert.deepEqual(await client.findMachines('host', call), []);
    });
  }

  it('takes no content for nothing but a list', async () => {
    const { client } = setUp([{ status: 204 }]);
    assert.equal((await problemOf(client.getAction(id, call)))['code'], 'unreadable');
  });

  it('does not tell the signature of a link that comes in XML', async () => {
    const { client } = setUp([{ body: `<string xmlns="x">${link}</string>` }]);
    const problem = await problemOf(client.resultLink(id, 0, call));
    assert.equal(problem['page'], 'https://x.blob.core.windows.net/c/b?sig=<redacted>');
  });

  it('asks for the link of the command at an index', async () => {
    const { client, port } = setUp([json({ value: link })]);
    assert.equal(await client.resultLink(id, 2, call), link);
    assert.equal(
      port.requests[0]?.url,
      `https://api.example/api/machineactions/${id}/GetLiveResponseResultDownloadLink(index=2)`,
    );
    assert.equal(port.requests[0].headers?.['Authorization'], 'Bearer token-1');
  });

  it('gets a fresh token once when the first one is refused', async () => {
    const { client, port, tokens } = setUp([{ status: 401, body: error('Unauthorized', 'x') }, json(action)]);
    await client.getAction(id, call);
    assert.deepEqual(tokens.dropped, ['token-1']);
    assert.deepEqual(
      port.requests.map((each) => each.headers?.['Authorization']),
      ['Bearer token-1', 'Bearer token-2'],
    );
  });

  it('gives up when the fresh token is refused too', async () => {
    const { client, port } = setUp([{ status: 401, body: error('Unauthorized', 'expired') }]);
    const problem = await problemOf(client.getAction(id, call));
    assert.equal(problem['code'], 'unauthorized');
    assert.equal(port.requests.length, 2);
  });

  it('says of a 403 what it takes and what the token has', async () => {
    const { client, port } = setUp([{ status: 403, body: error('Forbidden', 'no') }]);
    const problem = await problemOf(client.resultLink(id, 0, call));
    assert.deepEqual(problem, {
      code: 'forbidden',
      call: 'resultLink',
      need: {
        application: ['Machine.ReadWrite.All', 'Machine.Read.All'],
        delegated: ['Machine.LiveResponse'],
      },
      grants: { roles: ['Machine.LiveResponse'], scopes: undefined },
      error: { code: 'Forbidden', message: 'no', target: 'corr' },
    });
    assert.equal(port.requests.length, 1);
  });

  for (const [name, headers, message] of [
    ['Retry-After', { 'Retry-After': '8' }, 'quota'],
    ['the message', {}, 'You can send requests again in 8 seconds.'],
  ] as const) {
    it(`waits after a 429 as long as ${name} says, then goes on`, async () => {
      const { client, clock, port } = setUp([
        { status: 429, headers, body: error('429', message) },
        json(action),
      ]);
      const got = client.getAction(id, call);
      await clock.advance(7_999);
      assert.equal(port.requests.length, 1);
      await clock.advance(1);
      assert.equal((await got).id, id);
      assert.equal(port.requests.length, 2);
    });
  }

  for (const [name, headers, ms] of [
    ['seconds', { 'retry-after': '20' }, 20_000],
    ['a date', { 'retry-after': 'Fri, 20 Nov 2026 12:00:40 GMT' }, 40_000],
    [
      'a date by the clock of the service',
      { 'retry-after': 'Mon, 01 Jan 2035 00:00:30 GMT', date: 'Mon, 01 Jan 2035 00:00:00 GMT' },
      30_000,
    ],
  ] as const) {
    it(`waits as long as a 503 says, and everybody with it: ${name}`, async () => {
      const { client, clock, quota } = setUp([{ status: 503, headers }, json(action)]);
      const told: number[] = [];
      quota.onDidThrottle((until) => told.push(until));
      const until = clock.now() + ms;
      let done = false;
      const asking = client.getAction(id, call).then(() => (done = true));
      await clock.advance(ms - 1);
      assert.deepEqual([done, told], [false, [until]]);
      await clock.advance(1);
      await asking;
    });
  }

  it('tells at once when a 503 asks for more than a minute, and caps what nobody can mean', async () => {
    for (const [value, ms] of [
      ['61', 61_000],
      ['99999999999', 3_600_000],
      ['Fri, 31 Dec 9999 23:59:59 GMT', 3_600_000],
    ] as const) {
      const { client, clock, port } = setUp([{ status: 503, headers: { 'retry-after': value } }]);
      const until = clock.now() + ms;
      const problem = await problemOf(within(clock, client.getAction(id, call)));
      assert.deepEqual([problem['code'], problem['until']], ['throttled', until]);
      assert.equal(port.requests.length, 1);
    }
  });

  it('tries again by itself when a 503 or a 500 names no wait', async () => {
    for (const status of [503, 500]) {
      const { client, clock, quota } = setUp([{ status }, json(action)]);
      quota.onDidThrottle(() => assert.fail('nobody asked to wait'));
      assert.equal((await within(clock, client.getAction(id, call))).id, id);
    }
    // Only the two that mean it.
    const { client, clock, quota } = setUp([
      { status: 500, headers: { 'retry-after': '600' } },
      json(action),
    ]);
    quota.onDidThrottle(() => assert.fail('nobody asked to wait'));
    assert.equal((await within(clock, client.getAction(id, call))).id, id);
  });

  it('waits a while of its own after a 429 that names no wait', async () => {
    const body = '{"error":{"code":"TooManyRequests","message":"Too many requests.","innerError":{}}}';
    const { client, clock, port } = setUp([{ status: 429, body }, json({ value: link })]);
    const asking = client.resultLink(id, 0, call);
    await clock.advance(9_000);
    assert.equal(port.requests.length, 1);
    await clock.advance(2_000);
    assert.equal(await asking, link);
  });

  it('refuses an answer that is larger than any list, before it is read', async () => {
    const limit = 64 * 1024 * 1024;
    const { client, port } = setUp([{ headers: { 'content-length': String(limit + 1) } }]);
    assert.deepEqual(await problemOf(client.getAction(id, call)), {
      code: 'tooLarge',
      host: 'api.example',
      limit,
      size: limit + 1,
    });
    assert.equal(port.pulled, 0);
  });

  it('takes an answer that is shorter than announced for cut, and tries again', async () => {
    const short = { ...json(action), headers: { 'content-length': '9999' } };
    const { client, clock, port } = setUp([short, json(action)]);
    assert.equal((await within(clock, client.getAction(id, call))).id, id);
    assert.equal(port.requests.length, 2);
  });

  it('does not wait at a screen when the service says a long time, and keeps everybody else back', async () => {
    const { client, clock, port } = setUp([{ status: 429, headers: { 'Retry-After': '600' }, body: '' }]);
    const until = clock.now() + 600_000;
    for (let click = 0; click < 2; click += 1) {
      const problem = await problemOf(within(clock, client.getAction(id, call), 1_000));
      assert.equal(problem['code'], 'throttled');
      assert.equal(problem['until'], until);
    }
    assert.equal(port.requests.length, 1);
  });

  it('repeats after an error of the server, and says what it was in the end', async () => {
    const { client, clock, port } = setUp([{ status: 500, body: '<html><title>Bad day</title></html>' }]);
    const problem = await problemOf(within(clock, client.getAction(id, call)));
    assert.deepEqual(problem, {
      code: 'serverError',
      status: 500,
      error: { code: undefined, message: 'Bad day', target: undefined },
    });
    assert.equal(port.requests.length, 4);
  });

  it('repeats a cut answer', async () => {
    const { client, clock, port } = setUp([{ ...json(action), cutAfter: 5 }, json(action)]);
    assert.equal((await within(clock, client.getAction(id, call))).id, id);
    assert.equal(port.requests.length, 2);
  });

  it('gives an answer 30 seconds', async () => {
    const { client, clock, port } = setUp((_, count) => (count === 0 ? { hang: true } : json(action)));
    const got = client.getAction(id, call);
    await clock.advance(29_999);
    assert.equal(port.requests.length, 1);
    await clock.advance(10_000);
    assert.equal((await got).id, id);
  });

  it('follows a redirect within the API, and never takes the token to another host', async () => {
    const same = setUp([{ status: 307, headers: { Location: '/api/v1.0/x' } }, json(action)]);
    await same.client.getAction(id, call);
    assert.equal(same.port.requests[1]?.url, 'https://api.example/api/v1.0/x');

    for (const elsewhere of [
      'https://evil.example/',
      'http://api.example/',
      '//evil.example/x',
      'https://[',
      'http://:80',
      'https://a b/',
      // fetch would take it for a bug of ours.
      'https://user:word@api.example/',
    ]) {
      const other = setUp([{ status: 302, headers: { Location: elsewhere } }, json(action)]);
      const problem = await problemOf(other.client.getAction(id, call));
      assert.equal(problem['code'], 'redirected');
      assert.equal(other.port.requests.length, 1);
    }
  });

  it('does not go round in circles', async () => {
    const { client, port } = setUp([{ status: 302, headers: { Location: '/api/again' } }]);
    assert.equal((await problemOf(client.getAction(id, call)))['code'], 'redirected');
    assert.equal(port.requests.length, 4);
  });

  for (const [name, body] of [
    ['HTML', '<html>'],
    ['nothing', ''],
    ['an empty object', '{}'],
    ['another action', JSON.stringify({ ...action, id: id.replace('988', '000') })],
  ] as const) {
    it(`says that an answer of 200 with ${name} cannot be read`, async () => {
      const { client } = setUp([{ body }]);
      assert.equal((await problemOf(client.getAction(id, call)))['code'], 'unreadable');
    });
  }

  for (const [body, page] of [
    ['\r\n<!DOCTYPE html><title lang="de">Anmeldung &amp; Proxy</title>', 'Anmeldung & Proxy'],
    ['<html></html>', ''],
    ['{"value":', undefined],
  ] as const) {
    it(`says whether a web page came instead of the answer: ${body.slice(0, 20)}`, async () => {
      const calls = [
        (client: DefenderClient) => client.getAction(id, call),
        (client: DefenderClient) => client.listActions({ top: 1 }, call),
      ];
      for (const ask of calls) {
        const problem = await problemOf(ask(setUp([{ body }]).client));
        assert.equal(problem['code'], 'unreadable');
        assert.equal(problem['page'], page);
      }
    });
  }

  it('takes an answer without content for an empty list, and for no action', async () => {
    const empty = setUp([{ status: 204 }]);
    const page = await empty.client.listActions({ top: 1 }, call);
    assert.deepEqual([page.actions, page.unreadable, page.next], [[], 0, undefined]);
    assert.deepEqual(await empty.client.findMachines('x', call), []);
    const problem = await problemOf(empty.client.getAction(id, call));
    assert.deepEqual([problem['code'], problem['detail']], ['unreadable', 'an empty answer']);
  });

  it('tells a gateway that knows no address from a service that knows no machine', async () => {
    for (const body of [error('ResourceNotFound', 'x'), '']) {
      assert.deepEqual(await setUp([{ status: 404, body }]).client.findMachines('x', call), []);
    }
    for (const body of ['{"statusCode":404,"message":"Resource not found"}', '<title>404</title>']) {
      const problem = await problemOf(setUp([{ status: 404, body }]).client.findMachines('x', call));
      assert.deepEqual([problem['code'], problem['call']], ['notFound', 'findMachines']);
    }
  });

  for (const value of ['', 'not a link', 7, null]) {
    it(`takes ${JSON.stringify(value)} for no link`, async () => {
      const { client } = setUp([json({ value })]);
      assert.equal((await problemOf(client.resultLink(id, 0, call)))['code'], 'unreadable');
    });
  }

  it('stops when it is cancelled', async () => {
    const { client } = setUp([{ hang: true }]);
    const controller = new AbortController();
    const got = client.getAction(id, { ...call, signal: controller.signal });
    setImmediate(() => controller.abort());
    await assert.rejects(got, { name: 'AbortError' });
  });

  it('logs paths and statuses, never a token or a query', async () => {
    const { client, lines } = setUp([json({ value: [] })]);
    await client.listActions({ since: 0, top: 1 }, call);
    assert.deepEqual(lines, ['GET /api/machineactions 200']);
  });
});

const query = (url: string | undefined): Record<string, string> =>
  Object.fromEntries(new URL(url ?? '').searchParams);
const list = (...value: unknown[]): Answer => json({ value });

describe('lists of the Defender client', () => {
  it('carry the filter, the page and the wish to be counted', async () => {
    const { client, port } = setUp([json({ value: [action], '@odata.count': 12, '@odata.nextLink': '/n' })]);
    const page = await client.listActions(
      { statuses: ['Failed'], top: 10_000, skip: 200, count: true },
      call,
    );
    assert.deepEqual(query(port.requests[0]?.url), {
      $filter: "status eq 'Failed'",
      $orderby: 'creationDateTimeUtc desc',
      $top: '10000',
      $skip: '200',
      $count: 'true',
    });
    assert.equal(page.total, 12);
    assert.equal(page.next, '/n');
  });

  it('have the link to the next page by any of its names', async () => {
    for (const name of ['@odata.nextLink', 'odata.nextLink', '@nextLink', 'nextLink']) {
      const { client } = setUp([json({ [name]: '/n', value: [] })]);
      assert.equal((await client.listActions({ top: 1 }, call)).next, '/n', name);
    }
    const { client } = setUp([json({ '@odata.nextLink': null, next: '/n', value: [] })]);
    assert.equal((await client.listActions({ top: 1 }, call)).next, undefined);
  });

  it('go on where the service says, within the API only', async () => {
    const { client, port } = setUp([list(action)]);
    const next = 'https://api.example/api/machineactions?$skiptoken=a%2Bb';
    assert.equal((await client.nextActions(next, call)).actions.length, 1);
    assert.equal(port.requests[0]?.url, next);
    await client.nextActions('/api/machineactions?$skiptoken=2', call);
    assert.equal(port.requests[1]?.url, 'https://api.example/api/machineactions?$skiptoken=2');
    for (const relative of ['machineactions?$skiptoken=3', '?$skiptoken=3']) {
      await client.nextActions(relative, call);
      assert.equal(port.requests.at(-1)?.url, 'https://api.example/api/machineactions?$skiptoken=3');
    }
    for (const elsewhere of [
      'https://evil.example/api',
      'http://api.example/',
      '//evil.example/x',
      'http://[',
    ]) {
      const problem = await problemOf(client.nextActions(elsewhere, call));
      assert.equal(problem['code'], 'redirected');
    }
    assert.equal(port.requests.length, 4);
  });

  it('are read in slices: others get their turn while a long one is decoded', async () => {
    const entry = (n: number): object => ({
      ...action,
      id: `988cc94e-7a8f-4b28-ab65-${n.toString(16).padStart(12, '0')}`,
      requestorComment: 'x'.repeat(400),
    });
    const { client } = setUp([list(...Array.from({ length: 3_000 }, (_, n) => entry(n)))]);
    let turns = 0;
    let listening = true;
    const turn = (): void => {
      turns += 1;
      if (listening) {
        setImmediate(turn);
      }
    };
    setImmediate(turn);
    const page = await client.listActions({ top: 10_000 }, call);
    listening = false;
    assert.deepEqual(
      page.actions.map((each) => each.id),
      Array.from({ length: 3_000 }, (_, n) => (entry(n) as { id: string }).id),
    );
    assert.ok(turns >= 4, `${turns} turns`);
  });
});

describe('a poll of the Defender client', () => {
  const changes = {
    filter: { machineId: 'm1', since: Date.parse('2026-11-01T00:00:00Z') },
    updatedSince: Date.parse('2026-11-20T11:58:00Z'),
    createdSince: Date.parse('2026-11-19T00:00:00Z'),
    top: 10_000,
  };

  it('asks for what was updated since', async () => {
    const { client, port } = setUp([list(action)]);
    assert.equal((await client.changedSince(changes, call)).by, 'lastUpdate');
    assert.deepEqual(query(port.requests[0]?.url), {
      $filter:
        "machineId eq 'm1' and creationDateTimeUtc ge 2026-11-01T00:00:00.000Z and lastUpdateDateTimeUtc ge 2026-11-20T11:58:00.000Z",
      $orderby: 'lastUpdateDateTimeUtc asc',
      $top: '10000',
    });
  });

  it('leaves out rows of one time that it had', async () => {
    const { client, port } = setUp([list(action)]);
    await client.changedSince({ ...changes, skip: 10_000 }, call);
    await client.changedSince({ ...changes, skip: 0 }, call);
    assert.deepEqual(
      port.requests.map(({ url }) => query(url)['$skip']),
      ['10000', undefined],
    );
  });

  it('asks by creation where that is refused, and remembers it', async () => {
    const { client, port } = setUp((url) =>
      url.includes('lastUpdate') ? { status: 400, body: error('ODataError', 'no') } : list(action),
    );
    assert.equal((await client.changedSince(changes, call)).by, 'creation');
    assert.equal((await client.changedSince(changes, call)).by, 'creation');
    assert.equal(port.requests.length, 3);
    assert.deepEqual(query(port.requests[2]?.url), {
      $filter: "machineId eq 'm1' and creationDateTimeUtc ge 2026-11-19T00:00:00.000Z",
      $orderby: 'creationDateTimeUtc asc',
      $top: '10000',
    });
  });

  it('remembers nothing when the other way is refused too, or for another reason', async () => {
    const refused = setUp([{ status: 400, body: error('BadRequest', 'no') }]);
    assert.equal((await problemOf(refused.client.changedSince(changes, call)))['code'], 'refused');
    await problemOf(refused.client.changedSince(changes, call));
    assert.equal(refused.port.requests.length, 4);
    const forbidden = setUp([{ status: 403 }]);
    assert.equal((await problemOf(forbidden.client.changedSince(changes, call)))['code'], 'forbidden');
    assert.equal(forbidden.port.requests.length, 1);
  });
});

describe('cancelling', () => {
  it('sends the comment as documented', async () => {
    for (const status of [200, 201]) {
      const { client, port, lines } = setUp([{ ...json({ ...action, status: 'Cancelled' }), status }]);
      assert.equal((await client.cancelAction(id, 'wrong "machine"', call)).status, 'Cancelled');
      const [request] = port.requests;
      assert.equal(request?.method, 'POST');
      assert.equal(request.url, `https://api.example/api/machineactions/${id}/cancel`);
      assert.equal(request.body, String.raw`{"Comment":"wrong \"machine\""}`);
      assert.equal(request.headers?.['Content-Type'], 'application/json');
      assert.deepEqual(lines, [`POST /api/machineactions/${id}/cancel 200`.replace('200', String(status))]);
    }
  });

  for (const [name, answer, code] of [
    ['an unknown action', { status: 404, body: error('ResourceNotFound', 'x') }, 'notFound'],
    ['a final action', { status: 400, body: error('BadRequest', 'x') }, 'refused'],
    ['an error of the server', { status: 500 }, 'serverError'],
    ['a throttled service', { status: 429, headers: { 'Retry-After': '1' } }, 'throttled'],
    ['a broken connection', { ...json(action), cutAfter: 5 }, 'cut'],
    ['a redirect', { status: 307, headers: { Location: '/api/v1.0/x' } }, 'redirected'],
  ] as const) {
    it(`is never repeated: ${name}`, async () => {
      const { client, clock, port } = setUp([answer]);
      const problem = await problemOf(within(clock, client.cancelAction(id, 'c', call)));
      assert.equal(problem['code'], code);
      assert.equal(port.requests.length, 1);
    });
  }

  it('looks at the action when the answer to an accepted one is empty', async () => {
    const { client, port } = setUp([{ status: 204 }, json({ ...action, status: 'Cancelled' })]);
    assert.equal((await client.cancelAction(id, 'c', call)).status, 'Cancelled');
    assert.deepEqual(
      port.requests.map(({ method }) => method),
      ['POST', 'GET'],
    );
  });

  it('names what it takes', async () => {
    const { client } = setUp([{ status: 403 }]);
    const problem = await problemOf(client.cancelAction(id, 'c', call));
    assert.equal((problem['need'] as { delegated: string[] }).delegated[0], 'Machine.LiveResponse');
  });

  it('goes out again with a fresh token when the first one was refused', async () => {
    const { client, port } = setUp([{ status: 401 }, json(action)]);
    await client.cancelAction(id, 'c', call);
    assert.equal(port.requests.length, 2);
  });
});

describe('machines', () => {
  const wire = {
    id: '1E5BC9D7E413DDD7902C2932E418702B84D0CC07',
    computerDnsName: 'DESKTOP-1.contoso.example',
    osPlatform: 'Windows11',
    healthStatus: 'Inactive',
    lastSeen: '2026-11-20T10:00:00.1234567Z',
    lastIpAddress: '',
    rbacGroupId: 42,
    rbacGroupName: null,
    machineTags: ['Wave-1', '', 7],
    mergedIntoMachineId: 'ABC',
    isPotentialDuplication: true,
    isExcluded: null,
  };
  const machine = {
    id: '1e5bc9d7e413ddd7902c2932e418702b84d0cc07',
    name: 'DESKTOP-1.contoso.example',
    osPlatform: 'Windows11',
    healthStatus: 'Inactive',
    lastSeen: Date.parse('2026-11-20T10:00:00.123Z'),
    lastIpAddress: undefined,
    rbacGroupId: '42',
    rbacGroupName: undefined,
    tags: ['Wave-1'],
    mergedIntoId: 'abc',
    isPotentialDuplicate: true,
    isExcluded: false,
    exclusionReason: undefined,
  };

  it('are found by ID', async () => {
    const { client, port } = setUp([json(wire)]);
    assert.deepEqual(await client.getMachine('a/b', call), machine);
    assert.equal(port.requests[0]?.url, 'https://api.example/api/machines/a%2Fb');
    assert.equal((await problemOf(setUp([json({})]).client.getMachine('x', call)))['code'], 'unreadable');
    assert.equal(
      (await problemOf(setUp([{ status: 404 }]).client.getMachine('x', call)))['code'],
      'notFound',
    );
  });

  it('are found by their exact name, in lower case', async () => {
    const { client, port } = setUp([list(wire, { id: 7 })]);
    assert.deepEqual(await client.findMachines(" O'Neil-PC ", call), [machine]);
    assert.deepEqual(query(port.requests[0]?.url), {
      $filter: "computerDnsName eq 'o''neil-pc'",
      $top: '100',
    });
    assert.equal(port.requests.length, 1);
  });

  it('are found by the beginning of their name otherwise', async () => {
    const { client, port } = setUp((_, count) => (count === 0 ? { status: 404 } : list(wire)));
    assert.deepEqual(await client.findMachines('DESK', call), [machine]);
    assert.equal(query(port.requests[1]?.url)['$filter'], "startswith(computerDnsName,'desk')");
  });

  it('may not be there, and no name is nobody', async () => {
    const { client, port } = setUp([{ status: 404 }]);
    assert.deepEqual(await client.findMachines('nobody', call), []);
    assert.deepEqual(await client.findMachines('  ', call), []);
    assert.equal(port.requests.length, 2);
    const forbidden = setUp([{ status: 403 }]).client.findMachines('x', call);
    assert.equal((await problemOf(forbidden))['call'], 'findMachines');
  });
});

describe('the link to a package', () => {
  const packageUri = 'https://userrequests.example:443/safedownload/P.zip?token=a%2Bb';

  it('comes without the quotes around it', async () => {
    for (const value of [packageUri, `"${packageUri}"`]) {
      const { client, port } = setUp([json({ value })]);
      assert.equal(await client.packageLink(id, call), packageUri);
      assert.equal(port.requests[0]?.url, `https://api.example/api/machineactions/${id}/getPackageUri`);
    }
  });

  for (const value of ['', '""', 'file:///etc/passwd', 'command:x', 'http://elsewhere.example/', 7, null]) {
    it(`is not ${JSON.stringify(value)}`, async () => {
      const { client } = setUp([json({ value })]);
      assert.equal((await problemOf(client.packageLink(id, call)))['code'], 'unreadable');
    });
  }

  it('says until when a third one in a minute has to wait', async () => {
    const { client, clock } = setUp([json({ value: link })]);
    const told: number[] = [];
    const onWait = (until: number): unknown => told.push(until);
    const until = clock.now() + 60_000;
    await client.packageLink(id, { ...call, onWait });
    await client.packageLink(id, { ...call, onWait });
    assert.equal(told.length, 0);
    const third = client.packageLink(id, { ...call, onWait });
    await clock.advance(1_000);
    assert.deepEqual([...new Set(told)], [until]);
    await clock.advance(59_000);
    assert.equal(await third, link);
  });

  it('is asked for twice a minute, and holds up nobody else', async () => {
    const { client, clock, port } = setUp((url) =>
      json(url.includes('getPackageUri') ? { value: packageUri } : action),
    );
    await client.packageLink(id, call);
    await client.packageLink(id, call);
    const third = client.packageLink(id, call);
    await clock.advance(59_000);
    assert.equal(port.requests.length, 2);
    await client.getAction(id, call);
    assert.equal(port.requests.length, 3);
    await clock.advance(1_000);
    assert.equal(await third, packageUri);
  });

  it('closes nothing but itself when it is throttled', async () => {
    const { client, clock, port } = setUp((url, count) =>
      url.includes('getPackageUri') && count === 0
        ? { status: 429, headers: { 'Retry-After': '40' } }
        : json(url.includes('getPackageUri') ? { value: packageUri } : action),
    );
    const link = client.packageLink(id, call);
    await clock.advance(10_000);
    await client.getAction(id, call);
    assert.equal(port.requests.length, 2);
    await clock.advance(40_000);
    assert.equal(await link, packageUri);
  });
});
