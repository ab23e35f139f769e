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

    for (const elsewhere of ['https://evil.example/', 'http://api.example/', '//evil.example/x']) {
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
