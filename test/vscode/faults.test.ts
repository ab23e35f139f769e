import { strict as assert } from 'node:assert';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { control } from './control';
import {
  closeEditors,
  eventually,
  openTenant,
  putTranscript,
  type Tenant,
  textOf,
  told as toldOf,
  toldNothing,
  visible,
} from './setup';

const body = { script_name: 'f.ps1', exit_code: 0, script_output: 'whole', script_errors: '' };

describe('when something goes wrong', () => {
  let tenant: Tenant;
  let n = 100;
  let id = '';

  before(async () => {
    tenant = await openTenant();
  });
  after(() => tenant.close());
  beforeEach(async () => {
    n += 1;
    id = putTranscript(tenant, n, body);
    tenant.server.reset();
    tenant.az.signIn();
    await vscode.commands.executeCommand('notifications.clearAll');
  });
  afterEach(closeEditors);

  /** Waits for a notification that matches, after the command has come back without a document. */
  async function told(pattern: RegExp): Promise<string> {
    assert.deepEqual(visible(), []);
    return toldOf(pattern);
  }

  it('gets a new link for one that has expired', async () => {
    tenant.server.fault({
      on: 'blob',
      answer: { status: 403, body: '<Error><Code>AuthenticationFailed</Code></Error>' },
    });
    assert.deepEqual(await tenant.cost(() => tenant.open(id)), { api: 3, blob: 2 });
    assert.equal(textOf('script_output'), 'whole');
  });

  for (const [name, headers, message] of [
    ['Retry-After', { 'Retry-After': '1' }, 'quota'],
    ['only the message', {}, 'You can send requests again in 1 seconds.'],
  ] as const) {
    it(`waits after a 429 with ${name}, then opens`, async () => {
      const error = JSON.stringify({ error: { code: '429', message } });
      tenant.server.fault({
        on: 'api',
        match: /LiveResponse/,
        answer: { status: 429, headers, body: error },
      });
      await tenant.open(id);
      assert.equal(textOf('script_output'), 'whole');
      assert.equal(tenant.server.count('api', /LiveResponse/), 2);
    });
  }

  it('says until when, when the service closes for long', async function () {
    const other = await openTenant();
    try {
      const answer = { status: 429, headers: { 'Retry-After': '600' }, body: '' };
      other.server.fault({ on: 'api', times: 9, answer });
      await other.open('988cc94e-7a8f-4b28-ab65-54970c5d5018');
      await told(/next call to Defender is allowed at/);
      assert.equal(other.server.count('api'), 1);
    } finally {
      await other.close();
      tenant = await reopen(tenant);
    }
  });

  it('gets a fresh token once after a 401', async () => {
    tenant.server.fault({ on: 'api', answer: { status: 401, body: '{"error":{"code":"Unauthorized"}}' } });
    await tenant.open(id);
    assert.equal(textOf('script_output'), 'whole');
  });

  it('says that the sign-in was refused when that does not help', async () => {
    tenant.server.fault({
      on: 'api',
      times: 9,
      answer: { status: 401, body: '{"error":{"code":"Unauthorized","message":"expired"}}' },
    });
    await tenant.open(id);
    await told(/rejected your sign-in: Unauthorized: expired/);
  });

  it('names the permission that a 403 lacks, and what the token has', async () => {
    tenant.server.fault({
      on: 'api',
      match: /LiveResponse/,
      answer: { status: 403, body: '{"error":{"code":"Forbidden","message":"no"}}' },
    });
    await tenant.open(id);
    const said = await told(/read results.*Machine\.ReadWrite\.All or Machine\.Read\.All/);
    if (control) {
      assert.match(said, /Your token has: Machine\.ReadWrite\.All, Machine\.LiveResponse/);
    }
  });

  it('says that there is no such action', async () => {
    await tenant.open('00000000-0000-4000-8000-000000000404');
    await told(/no such machine action/);
  });

  it('tells the reason that a gateway or a proxy gives', async () => {
    for (const [status, body, words] of [
      [
        403,
        '\r\n<!DOCTYPE html><title lang="en">Access Denied</title>',
        /Defender’s response: Access Denied/,
      ],
      [400, '{"title":"Bad Request","detail":"The filter is wrong."}', /Bad Request: The filter is wrong/],
      [407, '{"Message":"Who are you?"}', /proxy requires authentication \(status 407\): Who are you\?/],
      [
        200,
        '<html><title>Proxy sign-in</title>',
        /web page was returned instead of Defender’s response.*Proxy sign-in/,
      ],
      [200, '<html><body></body></html>', /web page was returned instead of Defender’s response[^:]*$/],
    ] as const) {
      tenant.server.fault({ on: 'api', match: /LiveResponse/, answer: { status, body } });
      await tenant.open(id);
      await told(words);
      tenant.server.reset();
    }
  });

  it('goes on with a cut download, and shows nothing when it stays cut', async () => {
    tenant.server.fault({ on: 'blob', times: 2, cutAfterBytes: 20 });
    await tenant.open(id);
    assert.equal(textOf('script_output'), 'whole');
    await closeEditors();

    const other = putTranscript(tenant, n + 500, body);
    tenant.server.fault({ on: 'blob', times: 9, cutAfterBytes: 10 });
    await tenant.open(other);
    await told(/was lost after 40 bytes/);
  });

  for (const [name, answer, sentence] of [
    [
      'a page with 200',
      {
        status: 200,
        headers: { 'Content-Type': 'text/html' },
        body: '<!DOCTYPE html><html><head><title>Welcome To Directory Authentication</title></head></html>',
      },
      /A web page, “Welcome To Directory Authentication”, was returned instead of the response from .* It was discarded/,
    ],
    [
      'a page with 403',
      { status: 403, headers: { 'Content-Type': 'text/html' }, body: '<html>Access denied</html>' },
      /A proxy or a network sign-in page responded instead of .*status 403/,
    ],
    [
      'a redirect to a sign-in page',
      { status: 302, headers: { Location: 'https://login.proxy.example/?sig=secret' }, body: '' },
      /was redirected to login\.proxy\.example, which isn’t the result store/,
    ],
  ] as const) {
    it(`says that a proxy has answered, keeps nothing, and asks anew: ${name}`, async () => {
      tenant.server.fault({ on: 'blob', answer });
      assert.deepEqual(await tenant.cost(() => tenant.open(id)), { api: 2, blob: 1 });
      const said = await told(sentence);
      assert.doesNotMatch(said, /sig=/);
      // The action is known by now.
      assert.deepEqual(await tenant.cost(() => tenant.open(id)), { api: 1, blob: 1 });
      assert.equal(textOf('script_output'), 'whole');
    });
  }

  it('names the clock when the store refuses links because of the time', async () => {
    const body =
      '<Error><Code>AuthenticationFailed</Code><AuthenticationErrorDetail>Signature not valid in the specified time frame: Start [x] - Expiry [y] - Current [z]</AuthenticationErrorDetail></Error>';
    tenant.server.fault({ on: 'blob', times: 2, answer: { status: 403, body } });
    await tenant.open(id);
    await told(/AuthenticationFailed.*Check this computer’s clock/);
  });

  it('waits as long as a busy service or a busy store says, then opens', async () => {
    const answer = { status: 503, headers: { 'Retry-After': '1' }, body: '' };
    tenant.server.fault({ on: 'api', match: /LiveResponse/, answer });
    tenant.server.fault({ on: 'blob', answer });
    assert.deepEqual(await tenant.cost(() => tenant.open(id)), { api: 3, blob: 2 });
    assert.equal(textOf('script_output'), 'whole');
  });

  it('says until when a store is busy that does not want to be asked for long', async () => {
    const answer = { status: 503, headers: { 'Retry-After': '600' }, body: '' };
    tenant.server.fault({ on: 'blob', answer });
    await tenant.open(id);
    await told(/result store is busy until .*Try again after that/);
    assert.equal(tenant.server.count('blob'), 1);
  });

  it('says that Defender does not answer in a way that can be read', async () => {
    tenant.server.fault({ on: 'api', match: /LiveResponse/, answer: { status: 200, body: '{"value": ' } });
    await tenant.open(id);
    await told(/couldn’t be read/);
  });

  it('says how to sign in when nobody is', async () => {
    const other = await openTenant();
    try {
      other.az.signOut();
      await other.open('988cc94e-7a8f-4b28-ab65-54970c5d5018');
      await told(/az login --tenant/);
      assert.equal(other.server.count(), 0);
    } finally {
      await other.close();
      tenant = await reopen(tenant);
    }
  });

  it('says that PutFile has no result, and that an unfinished command has none yet', async () => {
    await tenant.open('5a3e1e00-1d4c-4c11-9f00-000000000012', 0);
    await told(/PutFile/);
    await vscode.commands.executeCommand('notifications.clearAll');
    await tenant.open('5a3e1e00-1d4c-4c11-9f00-000000000003');
    await told(/no result yet\. Action status: pending/);
  });

  describe('and somebody cancels', () => {
    it('shows nothing, says nothing, and stops the download', async () => {
      tenant.server.fault({ on: 'blob', hang: true });
      const opening = tenant.open(id);
      await eventually(() => tenant.server.count('blob') === 1);
      await vscode.commands.executeCommand('liveResponse.cancelLoading');
      await opening;
      assert.deepEqual(visible(), []);
      await toldNothing();
      await tenant.open(id);
      assert.equal(textOf('script_output'), 'whole');
    });

    it('goes on for another who waits for the same result', async () => {
      let answer = (): void => undefined;
      tenant.server.fault({ on: 'blob', until: new Promise<void>((resolve) => (answer = resolve)) });
      const path = `/${tenant.connection}/${id}/0/restored by hand.script_output.txt`;
      const other = vscode.workspace.openTextDocument(vscode.Uri.from({ scheme: 'live-response', path }));
      // It has the download before somebody else comes and goes: otherwise that one may have begun it, and ends it.
      await eventually(() => tenant.server.count('blob') === 1);
      let ended = false;
      const opening = tenant.open(id).finally(() => (ended = true));
      await eventually(async () => {
        await vscode.commands.executeCommand('liveResponse.cancelLoading');
        return ended;
      });
      await opening;
      assert.deepEqual(visible(), []);
      answer();
      assert.equal((await other).getText(), 'whole');
      assert.equal(tenant.server.count('blob'), 1);
    });
  });

  describe('and the arguments are hostile', () => {
    const listed = { actionId: '988cc94e-7a8f-4b28-ab65-54970c5d5018', index: 0 };
    const noId = /action ID isn’t valid: it must be a GUID\. Nothing was sent/;
    const noIndex = /command index isn’t valid: it must be a whole number, 0 or greater\. Nothing was sent/;
    const noConnection = /connection ID isn’t valid\. Nothing was sent/;
    const unknown = /settings have no connection with the ID “nobody”/;
    const noTarget = /requires an action ID and a command index\. Nothing was sent/;

    before(async () => {
      tenant.server.reset();
      // The good twin of what follows opens: what is refused is refused for the one thing that is odd about it.
      assert.deepEqual(await tenant.cost(() => tenant.open(listed.actionId)), { api: 2, blob: 1 });
      assert.equal(visible().length, 1);
      await closeEditors();
    });

    for (const [name, target, refusal] of [
      ['a path', { ...listed, actionId: '../machines' }, noId],
      ['an ID with a path behind it', { ...listed, actionId: `${listed.actionId}/../x` }, noId],
      ['a number for an ID', { ...listed, actionId: 7 }, noId],
      ['a list for an ID', { ...listed, actionId: [listed.actionId] }, noId],
      ['a negative index', { ...listed, index: -1 }, noIndex],
      ['half an index', { ...listed, index: 0.5 }, noIndex],
      ['an index that closes the parenthesis', { ...listed, index: '0)/x' }, noIndex],
      ['an index as text', { ...listed, index: '0' }, noIndex],
      ['no index', { actionId: listed.actionId }, noIndex],
      ['no number', { ...listed, index: Number.NaN }, noIndex],
      ['a huge index', { ...listed, index: 1e15 }, noIndex],
      ['a connection that is a path', { ...listed, connection: '../demo' }, noConnection],
      ['a connection that is a number', { ...listed, connection: 1 }, noConnection],
      ['a connection that is not there', { ...listed, connection: 'nobody' }, unknown],
      ['a text', listed.actionId, noTarget],
      ['a number', 0, noTarget],
      ['null', null, noTarget],
      ['a list', [listed], noTarget],
      ['what looks like a row', { kind: 'command', action: { id: '../x' }, command: { index: 0 } }, noId],
    ] as const) {
      it(`${name}: nothing is sent, and it is said why`, async () => {
        const cost = await tenant.cost(() =>
          vscode.commands.executeCommand('liveResponse.openResult', target),
        );
        assert.deepEqual(cost, { api: 0, blob: 0 });
        await told(refusal);
      });
    }
  });

  describe('the token', () => {
    it('goes to the API and nowhere else', async () => {
      await tenant.open(id);
      const [link] = tenant.server.requests.filter(({ path }) => path.includes('LiveResponse'));
      assert.equal(link?.headers.authorization, `Bearer ${tenant.az.token}`);
      const blobs = tenant.server.requests.filter(({ origin }) => origin === 'blob');
      assert.equal(blobs.length, 1);
      assert.equal(blobs[0]?.headers.authorization, undefined);
      assert.ok(!JSON.stringify(blobs).includes(tenant.az.token));
      assert.equal(blobs[0]?.headers['accept-encoding'], undefined);
    });

    it('does not follow a redirect to another host', async () => {
      const headers = { Location: `${tenant.server.blobUrl}/api/steal` };
      tenant.server.fault({ on: 'api', times: 9, answer: { status: 302, headers, body: '' } });
      await tenant.open(id);
      await told(/points to another host/);
      assert.equal(tenant.server.count('blob'), 0);
    });
  });
});

/** Another tenant's settings replaced ours: takes a new one. */
async function reopen(old: Tenant): Promise<Tenant> {
  await old.close();
  return openTenant();
}
