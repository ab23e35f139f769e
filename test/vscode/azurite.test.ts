import { strict as assert } from 'node:assert';
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { systemClock } from '../../src/http/clock';
import { nodeFetchPort } from '../../src/http/nodeFetch';
import { downloadTo } from '../../src/results/download/download';
import { type Azurite, type BlobType, startAzurite } from '../support/azurite';
import { never } from '../support/failures';
import { type FaultyProxy, startFaultyProxy } from '../support/faultyProxy';
import { hasHostModules } from '../support/host';
import { patiently } from '../support/patience';
import {
  closeEditors,
  eventually,
  openTenant,
  putTranscript,
  scriptAction,
  type Tenant,
  told,
  visible,
} from './setup';

const minute = 60_000;

/** A transcript of about `bytes` bytes, of which no two lines are the same. */
function transcript(bytes: number, seed: string): Buffer {
  const lines = Array.from({ length: Math.ceil(bytes / 66) }, (_, n) =>
    createHash('sha256').update(`${seed}${n}`).digest('hex'),
  );
  return Buffer.from(
    JSON.stringify({
      script_name: `${seed}.ps1`,
      exit_code: 0,
      script_output: lines.join('\n'),
      script_errors: '',
    }),
  );
}

describe('results in a real blob store', function () {
  let azurite: Azurite;
  let proxy: FaultyProxy;
  let tenant: Tenant;
  let n = 1000;
  let id = '';
  let bytes: Uint8Array = new Uint8Array();
  /** The lives of the next links, in milliseconds; half an hour when there are no more. */
  let lives: number[] = [];

  before(async function () {
    if (!hasHostModules) {
      this.skip();
    }
    azurite = await startAzurite();
    proxy = await startFaultyProxy(azurite.origin);
    const links = (actionId: string): string =>
      azurite.link(actionId, lives.shift() ?? 30 * minute, proxy.origin);
    tenant = await openTenant({ links });
  });
  after(async () => {
    await (tenant as Tenant | undefined)?.close();
    await (proxy as FaultyProxy | undefined)?.close();
    await (azurite as Azurite | undefined)?.close();
  });
  beforeEach(async () => {
    n += 1;
    bytes = transcript(600_000, `s${n}`);
    id = putTranscript(tenant, n, '{}');
    await azurite.upload(id, bytes);
    tenant.server.reset();
    proxy.reset();
    lives = [];
    await vscode.commands.executeCommand('notifications.clearAll');
  });
  afterEach(closeEditors);

  async function open(): Promise<void> {
    await vscode.commands.executeCommand('liveResponse.openTranscript', {
      connection: tenant.connection,
      actionId: id,
      index: 0,
    });
  }

  /** The document that holds the bytes as they came. */
  function document(): vscode.Uri {
    const path = `/${tenant.connection}/${id}/0/x.transcript.json`;
    return vscode.Uri.from({ scheme: 'live-response', path });
  }

  /** Opens the transcript, and compares what its document holds with what was uploaded. */
  async function opensWhole(expected: Uint8Array = bytes): Promise<void> {
    await open();
    const [shown] = visible();
    assert.equal(shown?.kind, 'transcript');
    const read = await vscode.workspace.fs.readFile(shown.uri);
    assert.ok(Buffer.from(read).equals(expected), `${read.byteLength} bytes of ${expected.byteLength}`);
  }

  /** The requests to the blob store: the answer's status and the range that was asked for. */
  function asked(): string[] {
    return proxy.seen.map(({ status, headers }) => `${status} ${headers.range ?? 'all'}`);
  }

  function linksAsked(): number {
    return tenant.server.count('api', /LiveResponse/);
  }

  /** What a person was told when nothing was opened. */
  function toldInstead(pattern: RegExp): Promise<string> {
    assert.deepEqual(visible(), []);
    return told(pattern);
  }

  it('open with a link that is really signed, in one request without a token', async () => {
    await opensWhole();
    assert.deepEqual(asked(), ['200 all']);
    assert.equal(proxy.seen[0]?.headers.authorization, undefined);
    assert.equal(proxy.seen[0]?.headers['accept-encoding'], undefined);
  });

  it('get exactly one new link for one that has expired', async () => {
    lives = [-minute];
    await opensWhole();
    assert.deepEqual(asked(), ['403 all', '200 all']);
    assert.equal(linksAsked(), 2);
  });

  it('say so when the new link is refused too', async () => {
    lives = [-minute, -minute, -minute];
    await open();
    await toldInstead(/blocks access from this network \(AuthorizationFailure\)/);
    assert.deepEqual(asked(), ['403 all', '403 all']);
    assert.equal(linksAsked(), 2);
  });

  it('say when the blob is gone, without another try', async () => {
    await azurite.remove(id);
    await open();
    await toldInstead(/the result no longer exists/);
    assert.deepEqual(asked(), ['404 all']);
  });

  it('go on where the connection was cut', async () => {
    proxy.script([{ cutAfter: 100_000 }, { cutAfter: 250_000 }]);
    await opensWhole();
    assert.deepEqual(asked(), ['200 all', '206 bytes=100000-', '206 bytes=350000-']);
    assert.equal(
      proxy.seen.reduce((sum, { sent }) => sum + sent, 0),
      bytes.byteLength,
    );
    assert.equal(linksAsked(), 1);
  });

  it('go on with a new link when it expires in the middle', async () => {
    // Time enough for the first request.
    lives = [patiently(2_000)];
    // The second request is held back until the link has expired: the store counts in whole seconds.
    const expired = async (): Promise<void> => {
      const link = new URL(proxy.seen[0]?.path ?? '', proxy.origin);
      const left = Date.parse(link.searchParams.get('se') ?? '') + 1_500 - Date.now();
      await new Promise((resolve) => setTimeout(resolve, left));
    };
    proxy.script([{ cutAfter: 100_000 }, { first: expired }]);
    await opensWhole();
    assert.deepEqual(asked(), ['200 all', '403 bytes=100000-', '206 bytes=100000-']);
    assert.equal(linksAsked(), 2);
  });

  it('start anew when the blob was replaced in between', async () => {
    const replaced = transcript(500_000, `other${n}`);
    proxy.script([{ cutAfter: 100_000 }, { first: () => azurite.upload(id, replaced) }]);
    await opensWhole(replaced);
    assert.deepEqual(asked(), ['200 all', '412 bytes=100000-', '200 all']);
  });

  for (const [name, headers] of [
    ['another ETag', { ETag: '"0x1"' }],
    ['a Content-Range of another place', { 'Content-Range': 'bytes 5-9/600000' }],
    ['no Content-Range', { 'Content-Range': '' }],
  ] as const) {
    it(`start anew when the rest comes with ${name}`, async () => {
      proxy.script([{ cutAfter: 100_000 }, { headers }]);
      await opensWhole();
      assert.deepEqual(asked(), ['200 all', '206 bytes=100000-', '200 all']);
    });
  }

  it('take the whole blob when something on the way knows no ranges', async () => {
    proxy.script([{ cutAfter: 100_000 }, { noRange: true }]);
    await opensWhole();
    assert.deepEqual(asked(), ['200 all', '200 bytes=100000-']);
  });

  it('wait for a store that is busy or slow', async () => {
    const answer = { status: 503, body: '<Error><Code>ServerBusy</Code></Error>' };
    proxy.script([{ answer }, { slow: { bytes: 50_000, everyMs: 50 }, cutAfter: 300_000 }, { answer }]);
    await opensWhole();
    assert.deepEqual(asked(), ['503 all', '200 all', '503 bytes=300000-', '206 bytes=300000-']);
  });

  it('are received as they are stored, packed or not', async () => {
    const type: BlobType = { contentType: 'application/json', contentEncoding: 'gzip' };
    const packed = gzipSync(bytes);
    await azurite.upload(id, packed, type);
    proxy.script([{ cutAfter: 50_000 }]);
    await open();
    const read = await vscode.workspace.fs.readFile(document());
    assert.ok(Buffer.from(read).equals(packed), `${read.byteLength} bytes of ${packed.byteLength}`);
    assert.deepEqual(asked(), ['200 all', '206 bytes=50000-']);
  });

  it('may be web pages, when the store says that it sends them', async () => {
    const page = Buffer.from('<!DOCTYPE html><html><title>Collected</title></html>');
    await azurite.upload(id, page, { contentType: 'text/html' });
    await opensWhole(page);
    await closeEditors();
    await opensWhole(page);
    assert.deepEqual(asked(), ['200 all']);
  });

  it('are the same bytes when they are large and read on a thread of their own', async () => {
    const large = transcript(5_000_000, `large${n}`);
    await azurite.upload(id, large);
    proxy.script([{ cutAfter: 3_000_000 }]);
    await opensWhole(large);
    await closeEditors();
    await opensWhole(large);
    assert.deepEqual(asked(), ['200 all', '206 bytes=3000000-']);
  });

  it('say the reason of a store that lets nobody in from here, and do not blame the clock', async () => {
    const body = '<?xml version="1.0" encoding="utf-8"?><Error><Code>AuthorizationFailure</Code></Error>';
    const answer = { status: 403, body };
    proxy.script([{ answer }, { answer }]);
    await open();
    const said = await told(/blocks access from this network \(AuthorizationFailure\)/);
    assert.doesNotMatch(said, /clock/);
    assert.equal(linksAsked(), 2);
    proxy.reset();
    await opensWhole();
  });

  it('show nothing and keep nothing when the connection stays cut', async () => {
    proxy.script(Array.from({ length: 20 }, () => ({ cutAfter: 1_000 })));
    await open();
    await toldInstead(/was lost after 4000 bytes/);
    assert.deepEqual(asked(), ['200 all', ...[1, 2, 3].map((part) => `206 bytes=${part}000-`)]);

    proxy.reset();
    await opensWhole();
    assert.deepEqual(asked(), ['200 all']);
  });

  it('are downloaded once for two clicks', async () => {
    proxy.script([{ slow: { bytes: 60_000, everyMs: 50 } }]);
    const first = open();
    await eventually(() => (proxy.seen[0]?.sent ?? 0) > 0);
    await Promise.all([first, open()]);
    await opensWhole();
    assert.deepEqual(asked(), ['200 all']);
    assert.equal(linksAsked(), 1);
  });

  it('of an action that is not final are downloaded anew, whole', async () => {
    const action = scriptAction(n, { status: 'InProgress' });
    tenant.server.put(action, { 0: { bytes: Buffer.from('{}'), contentType: 'application/json' } });
    await opensWhole();
    await closeEditors();
    const grown = transcript(700_000, `grown${n}`);
    await azurite.upload(id, grown);
    await opensWhole(grown);
    assert.deepEqual(asked(), ['200 all', '200 all']);
  });

  describe('and results that are too large for memory', () => {
    const ports = { fetch: nodeFetchPort, clock: systemClock, random: Math.random, log: () => undefined };
    const options = { signal: never };
    const link = (): Promise<string> => Promise.resolve(azurite.link(id, 30 * minute, proxy.origin));

    it('come to a sink in order and once, whatever happens to the connection', async () => {
      const replaced = transcript(650_000, `other${n}`);
      proxy.script([
        { cutAfter: 100_000 },
        { cutAfter: 50_000 },
        { first: () => azurite.upload(id, replaced) },
        { cutAfter: 300_000 },
      ]);
      let pieces: Uint8Array[] = [];
      const sink = {
        write: (piece: Uint8Array) => Promise.resolve(void pieces.push(piece)),
        restart: () => Promise.resolve(void (pieces = [])),
      };
      const saved = await downloadTo(sink, ports, link, options);
      assert.ok(Buffer.concat(pieces).equals(replaced));
      const sha256 = createHash('sha256').update(replaced).digest('hex');
      assert.deepEqual(saved, { size: replaced.byteLength, sha256, contentType: 'application/json' });
      assert.deepEqual(asked(), [
        '200 all',
        '206 bytes=100000-',
        '412 bytes=150000-',
        '200 all',
        '206 bytes=300000-',
      ]);
    });
  });
});
