import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { DefenderClient, type LiveResponseCommand, type TokenSource } from '../../../src/defender/client';
import { Failure, sentBy } from '../../../src/http/failure';
import { RequestQuota } from '../../../src/http/quota';
import { FakeClock } from '../../support/fakeClock';
import { type Answer, ScriptedPort } from '../../support/scriptedPort';

const id = '988cc94e-7a8f-4b28-ab65-54970c5d5018';
const machineId = '5dac36e4fcf187b1d924e3050617280d9e0f1213';
const call = { signal: new AbortController().signal, urgency: 'interactive' as const };
const created: Answer = { status: 201, body: JSON.stringify({ id: id.toUpperCase(), status: 'Pending' }) };
const request = { commands: [{ type: 'RunScript', scriptName: 'a.ps1' }], comment: 'c' } as const;

function error(code: string, message: string): string {
  return JSON.stringify({ error: { code, message, target: 'corr' } });
}

function setUp(answers: readonly Answer[], getToken?: TokenSource['getToken']) {
  const clock = new FakeClock();
  const port = new ScriptedPort(answers);
  const quota = new RequestQuota(clock);
  const tokens = { given: 0, dropped: 0 };
  const client = new DefenderClient('https://api.example', {
    fetch: port.fetch,
    clock,
    random: () => 0.5,
    quota,
    log: () => undefined,
    tokens: {
      getToken:
        getToken ??
        (() => {
          tokens.given += 1;
          return Promise.resolve({ token: `token-${tokens.given}`, grants: undefined });
        }),
      invalidate: () => (tokens.dropped += 1),
    },
  });
  return { client, clock, port, quota, tokens };
}

/** What a call fails with, once ten minutes have passed; the test fails when it succeeds. */
async function failureOf(clock: FakeClock, promise: Promise<unknown>): Promise<Failure<{ code: string }>> {
  const settled = promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  await clock.advance(600_000);
  const failure = await settled;
  assert.ok(failure instanceof Failure, `expected a Failure, got ${String(failure)}`);
  return failure;
}

const network = (cause: string): Answer => ({
  error: new Failure({ code: 'network', host: 'api.example', cause }),
});

/** What may go wrong with a request, and whether it may have been carried out. */
const faults: readonly (readonly [name: string, answer: Answer, code: string, sent: 'no' | 'unknown'])[] = [
  ['a time-out', { hang: true }, 'timedOut', 'unknown'],
  ['a time-out within the answer', { ...created, stallAfter: 5 }, 'timedOut', 'unknown'],
  ['a cut answer', { ...created, cutAfter: 5 }, 'cut', 'unknown'],
  [
    'an answer that is shorter than it says',
    { ...created, headers: { 'content-length': '999' } },
    'cut',
    'unknown',
  ],
  ['a reset connection', network('ECONNRESET'), 'network', 'unknown'],
  ['no route', network('ETIMEDOUT'), 'network', 'unknown'],
  ['a refused connection', network('ECONNREFUSED'), 'network', 'no'],
  ['an unknown host', network('ENOTFOUND'), 'network', 'no'],
  ['a bad certificate', network('SELF_SIGNED_CERT_IN_CHAIN'), 'network', 'no'],
  ['500', { status: 500 }, 'serverError', 'unknown'],
  ['502', { status: 502, body: '<html></html>' }, 'serverError', 'unknown'],
  ['503', { status: 503 }, 'serverError', 'unknown'],
  ['503 with a wait', { status: 503, headers: { 'retry-after': '1' } }, 'throttled', 'unknown'],
  ['504', { status: 504 }, 'serverError', 'unknown'],
  ['408', { status: 408 }, 'refused', 'unknown'],
  ['499', { status: 499 }, 'refused', 'unknown'],
  ['431', { status: 431 }, 'refused', 'no'],
  ['400', { status: 400, body: error('InvalidInput', 'no') }, 'refused', 'no'],
  ['403', { status: 403 }, 'forbidden', 'no'],
  ['404', { status: 404 }, 'notFound', 'no'],
  ['429', { status: 429, headers: { 'retry-after': '1' } }, 'throttled', 'no'],
  ['a temporary redirect', { status: 307, headers: { location: '/api/v1.0/x' } }, 'redirected', 'no'],
  ['a permanent redirect', { status: 308, headers: { location: 'https://x.example/' } }, 'redirected', 'no'],
  ['a redirect to what was made', { status: 303, headers: { location: '/api/x' } }, 'redirected', 'unknown'],
];

describe('starting a run', () => {
  it('sends commands and comment as documented, and gives the action', async () => {
    const { client, port } = setUp([created]);
    const commands: readonly LiveResponseCommand[] = [
      { type: 'PutFile', fileName: 'tool.exe' },
      { type: 'RunScript', scriptName: 'a.ps1', args: "-A 'b c'" },
      { type: 'RunScript', scriptName: 'b.ps1', args: '' },
      { type: 'RunScript', scriptName: 'c.ps1' },
      { type: 'GetFile', path: 'C:\\a.txt' },
    ];
    const action = await client.startLiveResponse(machineId, { commands, comment: 'INC-1' }, call);
    assert.deepEqual([action.id, action.status], [id, 'Pending']);
    const [sent] = port.requests;
    assert.equal(sent?.method, 'POST');
    assert.equal(sent.url, `https://api.example/api/machines/${machineId}/runliveresponse`);
    assert.equal(sent.headers?.['Content-Type'], 'application/json');
    const param = (key: string, value: string) => ({ key, value });
    assert.deepEqual(JSON.parse(String(sent.body)), {
      Commands: [
        { type: 'PutFile', params: [param('FileName', 'tool.exe')] },
        { type: 'RunScript', params: [param('ScriptName', 'a.ps1'), param('Args', "-A 'b c'")] },
        { type: 'RunScript', params: [param('ScriptName', 'b.ps1')] },
        { type: 'RunScript', params: [param('ScriptName', 'c.ps1')] },
        { type: 'GetFile', params: [param('Path', 'C:\\a.txt')] },
      ],
      Comment: 'INC-1',
    });
  });

  for (const status of [200, 201]) {
    it(`takes ${status} for success`, async () => {
      const { client } = setUp([{ ...created, status }]);
      assert.equal((await client.startLiveResponse('m', request, call)).id, id);
    });
  }

  for (const [name, answer, code, sent] of faults) {
    it(`is sent exactly once, and says whether an action may exist: ${name}`, async () => {
      const { client, clock, port } = setUp([answer, created]);
      const failure = await failureOf(clock, client.startLiveResponse(machineId, request, call));
      assert.deepEqual([failure.problem.code, failure.sent, sentBy(failure)], [code, sent, sent]);
      assert.equal(port.requests.length, 1);
    });
  }

  for (const body of ['', '{}', '[', '<html></html>', '{"id":"none"}']) {
    it(`may have been carried out where the answer cannot be read: ${body}`, async () => {
      const { client, clock, port } = setUp([{ status: 201, body }]);
      const failure = await failureOf(clock, client.startLiveResponse(machineId, request, call));
      assert.deepEqual([failure.problem.code, failure.sent], ['unreadable', 'unknown']);
      assert.equal(port.requests.length, 1);
    });
  }

  it('gets a fresh token once, and was not carried out when that is refused, too', async () => {
    const again = setUp([{ status: 401 }, created]);
    assert.equal((await again.client.startLiveResponse('m', request, call)).id, id);
    assert.deepEqual([again.port.requests.length, again.tokens.dropped], [2, 1]);
    const refused = setUp([{ status: 401 }]);
    const failure = await failureOf(refused.clock, refused.client.startLiveResponse('m', request, call));
    assert.deepEqual([failure.problem.code, failure.sent], ['unauthorized', 'no']);
    assert.equal(refused.port.requests.length, 2);
    const lost = setUp([{ status: 401 }, { status: 504 }, created]);
    assert.equal(
      (await failureOf(lost.clock, lost.client.startLiveResponse('m', request, call))).sent,
      'unknown',
    );
    assert.equal(lost.port.requests.length, 2);
  });

  it('was not carried out without a token', async () => {
    const noToken = (): Promise<never> => Promise.reject(new Failure({ code: 'signInNeeded' }));
    const { client, clock, port } = setUp([created], noToken);
    const failure = await failureOf(clock, client.startLiveResponse('m', request, call));
    assert.deepEqual([failure.problem.code, failure.sent, port.requests.length], ['signInNeeded', 'no', 0]);
  });

  it('was not carried out when the first token was refused and there is no other', async () => {
    let asked = 0;
    const once: TokenSource['getToken'] = () => {
      asked += 1;
      return asked === 1
        ? Promise.resolve({ token: 't', grants: undefined })
        : Promise.reject(new Failure({ code: 'signInNeeded' }));
    };
    const { client, clock, port } = setUp([{ status: 401 }, created], once);
    const failure = await failureOf(clock, client.startLiveResponse('m', request, call));
    assert.deepEqual([failure.problem.code, failure.sent, port.requests.length], ['signInNeeded', 'no', 1]);
  });

  it('that is left before it was sent is an abort, and afterwards may have been carried out', async () => {
    const early = setUp([created]);
    const gone = { ...call, signal: AbortSignal.abort() };
    const reason: unknown = await early.client
      .startLiveResponse('m', request, gone)
      .catch((each: unknown) => each);
    assert.equal((reason as Error).name, 'AbortError');
    assert.deepEqual([sentBy(reason), early.port.requests.length], ['no', 0]);
    const late = setUp([{ hang: true }]);
    const leaver = new AbortController();
    const starting = late.client.startLiveResponse('m', request, { ...call, signal: leaver.signal });
    starting.catch(() => undefined);
    await late.clock.advance(1_000);
    assert.equal(late.port.requests.length, 1);
    leaver.abort();
    const failure = await failureOf(late.clock, starting);
    assert.deepEqual(
      [failure.problem, failure.sent],
      [{ code: 'abandoned', host: 'api.example' }, 'unknown'],
    );
  });

  it('that is left while it waits for its turn was not carried out', async () => {
    const { client, clock, port } = setUp([created]);
    for (let n = 0; n < 10; n += 1) {
      await client.startLiveResponse('m', request, call);
    }
    const leaver = new AbortController();
    const eleventh = client.startLiveResponse('m', request, { ...call, signal: leaver.signal });
    eleventh.catch(() => undefined);
    await clock.advance(1_000);
    leaver.abort();
    const reason: unknown = await eleventh.catch((each: unknown) => each);
    assert.deepEqual([sentBy(reason), port.requests.length], ['no', 10]);
  });

  it('happens ten times a minute, and holds up nobody else', async () => {
    const { client, clock, port } = setUp([created]);
    for (let n = 0; n < 10; n += 1) {
      await client.startLiveResponse('m', request, call);
    }
    const eleventh = client.startLiveResponse('m', request, call);
    await clock.advance(1_000);
    assert.equal(port.requests.length, 10);
    await client.getAction(id, call);
    assert.equal(port.requests.length, 11);
    await clock.advance(59_000);
    await eleventh;
    assert.equal(port.requests.length, 12);
  });

  it('says until when it is throttled, which holds up nobody else', async () => {
    const body = error(
      '429',
      'API calls quota exceeded! Maximum allowed 10 per 00:01:00 for the key x. You can send requests again in 40 seconds.',
    );
    const { client, clock, port, quota } = setUp([
      { status: 429, body },
      { status: 200, body: JSON.stringify({ id }) },
    ]);
    quota.onDidThrottle(() => assert.fail('only starts have to wait'));
    const until = clock.now() + 40_000;
    const failing: unknown = await client
      .startLiveResponse('m', request, call)
      .catch((each: unknown) => each);
    assert.deepEqual((failing as Failure).problem, {
      code: 'throttled',
      until,
      message: (JSON.parse(body) as { error: { message: string } }).error.message,
    });
    await client.getAction(id, call);
    assert.equal(port.requests.length, 2);
  });
});

describe('why a run was not started', () => {
  const said = async (answer: Answer): Promise<readonly [Readonly<Record<string, unknown>>, unknown]> => {
    const { client, clock } = setUp([answer]);
    const now = clock.now();
    const { problem, sent } = await failureOf(clock, client.startLiveResponse(machineId, request, call));
    const rest: Record<string, unknown> = { ...problem };
    delete rest['error'];
    return [{ ...rest, ...(rest['until'] !== undefined && { until: Number(rest['until']) - now }) }, sent];
  };

  for (const [status, code, message, expected] of [
    [400, 'ActiveRequestAlreadyExists', 'Action is already in progress', 'machineBusy'],
    [
      403,
      'DisallowedOperation',
      'This device has no automation level assigned to it. Enable a minimum remediation level',
      'noAutomationLevel',
    ],
    [
      400,
      'DisallowedOperation',
      "The device group's protection level doesn't allow this",
      'noAutomationLevel',
    ],
    [403, 'DisallowedOperation', 'Another reason', 'forbidden'],
    [403, 'DisabledFeature', 'The feature is disabled', 'liveResponseOff'],
    [403, 'Forbidden', 'Live response is not enabled for servers', 'liveResponseOff'],
    [403, 'Forbidden', 'Missing role', 'forbidden'],
    [400, 'OsPlatformNotSupported', 'x', 'machineNotSupported'],
    [400, 'ClientVersionNotSupported', 'x', 'machineNotSupported'],
    [
      400,
      'InvalidInput',
      'Parameters contain characters that are not allowed: ; & | ! $ ( )',
      'forbiddenCharacters',
    ],
    [400, 'InvalidInput', 'The name has 300 characters', 'refused'],
    [400, 'InvalidInput', 'Script a.ps1 was not found', 'notInLibrary'],
    [404, 'ResourceNotFound', 'The file a.ps1 does not exist in the library', 'notInLibrary'],
    [404, 'ResourceNotFound', 'Machine x was not found', 'notFound'],
    [400, 'BadRequest', 'The script is not signed', 'unsignedScript'],
    [400, 'BadRequest', 'Unsigned scripts may not run', 'unsignedScript'],
    [400, 'BadRequest', 'Something else', 'refused'],
    [500, 'ActiveRequestAlreadyExists', 'x', 'serverError'],
  ] as const) {
    it(`is told from its answer: ${status} ${code}, ${message}`, async () => {
      const [problem, sent] = await said({ status, body: error(code, message) });
      assert.deepEqual([problem['code'], sent], [expected, status === 500 ? 'unknown' : 'no']);
    });
  }

  it('may come with a time to wait', async () => {
    const headers = { 'Retry-After': '30' };
    const busy = { status: 400, headers, body: error('ActiveRequestAlreadyExists', 'x') };
    assert.deepEqual(await said(busy), [{ code: 'machineBusy', until: 30_000 }, 'no']);
    const full = {
      status: 429,
      headers,
      body: error('429', 'The maximum of 25 concurrent live response sessions'),
    };
    assert.deepEqual(await said(full), [{ code: 'tooManySessions', limit: 25, until: 30_000 }, 'no']);
  });

  it('is the number of sessions, which closes no quota', async () => {
    const full = { status: 429, body: error('TooManyRequests', 'Too many live response sessions') };
    assert.deepEqual(await said(full), [
      { code: 'tooManySessions', limit: undefined, until: undefined },
      'no',
    ]);
    const { client, port } = setUp([full]);
    await client.startLiveResponse('m', request, call).catch(() => undefined);
    await client.startLiveResponse('m', request, call).catch(() => undefined);
    assert.equal(port.requests.length, 2);
  });

  it('is asked of no other call', async () => {
    const { client, clock } = setUp([{ status: 400, body: error('ActiveRequestAlreadyExists', 'x') }]);
    const failure = await failureOf(clock, client.cancelAction(id, 'c', call));
    assert.deepEqual([failure.problem.code, failure.sent], ['refused', 'no']);
    const read = setUp([{ status: 400, body: error('InvalidInput', 'x') }]);
    assert.equal((await failureOf(read.clock, read.client.getAction(id, call))).sent, undefined);
  });
});
