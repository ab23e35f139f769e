import { strict as assert } from 'node:assert';
import { gzipSync } from 'node:zlib';
import { describe, it } from 'mocha';
import type { MachineAction } from '../../../src/defender/machineAction';
import { detailsOf, headline, type ResultDetails } from '../../../src/messages/resultDetails';
import type { DocumentKind } from '../../../src/results/address';
import { StoredResult } from '../../../src/results/download/storedResult';
import { readResult } from '../../../src/results/reading/reading';
import { zipOf } from '../../support/zip';
import { decodedAction } from '../../support/decodedActions';
import { blanks, inFrench } from './readers';

interface Source {
  readonly bytes: string | Uint8Array;
  readonly kind?: DocumentKind;
  readonly auth?: string;
  readonly type?: string;
  readonly action?: Partial<MachineAction>;
}

async function details({
  bytes,
  kind = 'output',
  auth = 'azureCli',
  type,
  action,
}: Source): Promise<ResultDetails> {
  const body = typeof bytes === 'string' ? Buffer.from(bytes) : bytes;
  const made = decodedAction(7, { computerDnsName: 'dc01.contoso.example' }, action);
  const [first] = made.commands;
  const command = first && { ...first, ...(type !== undefined && { type, subject: 'C:\\Temp\\x.log' }) };
  const reading = await readResult({ bytes: body, commandType: type ?? 'RunScript' });
  return detailsOf(
    {
      tenant: { connection: { auth, name: 'Contoso' } },
      action: made,
      command,
      result: new StoredResult(body, reading, 0),
    },
    kind,
  );
}

const transcript = (more: object = {}): string =>
  JSON.stringify({ script_name: 's.ps1', exit_code: 0, script_output: 'x', script_errors: '', ...more });

/** A transcript, and beside it files that are none. */
function zipWith(others: number): Uint8Array {
  const more = Array.from({ length: others }, (_, n) => ({ name: `${n}.bin`, data: Buffer.from('no JSON') }));
  return zipOf([{ name: 'transcript.json', data: Buffer.from(transcript()) }, ...more]);
}

describe('the details of a result: the outcome', () => {
  const table: readonly (readonly [string, Source, string])[] = [
    ['an exit code', { bytes: transcript() }, 'exit code 0'],
    ['an exit code of another kind', { bytes: transcript({ exit_code: 'n/a' }) }, 'exit code n/a'],
    ['no exit code', { bytes: transcript({ exit_code: null }) }, 'no exit code'],
    ['an empty body', { bytes: '', kind: 'body' }, 'not a transcript: the body is empty'],
    ['a text', { bytes: 'oops', kind: 'body' }, 'not a transcript: the body is not JSON'],
    [
      'half of a JSON',
      { bytes: transcript().slice(0, -9), kind: 'body' },
      'not a transcript: the JSON is truncated',
    ],
    ['another JSON', { bytes: '{"a":1}', kind: 'body' }, 'not a transcript: the JSON has no script output'],
    ['a list', { bytes: '[1]', kind: 'body' }, 'not a transcript: the JSON has no script output'],
    [
      'a damaged archive',
      { bytes: gzipSync(transcript()).subarray(0, 30), kind: 'body' },
      'not a transcript: the archive is damaged',
    ],
    ['a collected file', { bytes: 'log', type: 'GetFile', kind: 'collected' }, 'collected file, succeeded'],
    [
      'a file collected by an action that failed',
      { bytes: 'log', type: 'GetFile', kind: 'collected', action: { status: 'Failed' } },
      'collected file, failed',
    ],
  ];
  for (const [name, source, expected] of table) {
    it(`of ${name}`, async () => assert.equal((await details(source)).outcome, expected));
  }
});

describe('the details of a result: the size', () => {
  for (const [bytes, expected] of [
    ['x', '1 byte'],
    ['xy', '2 bytes'],
    ['x'.repeat(1_234_567), '1,234,567 bytes'],
  ] as const) {
    it(expected, async () => assert.equal((await details({ bytes, kind: 'body' })).size, expected));
  }

  it('is written as in the display language', async () => {
    const source: Source = { bytes: 'x'.repeat(1_234_567), kind: 'body' };
    const made = await details(source);
    assert.equal(made.size, '1,234,567 bytes');
    const body = Buffer.alloc(1_234_567);
    const reading = await readResult({ bytes: body, commandType: 'RunScript' });
    const action = decodedAction(7);
    const french = inFrench(() =>
      detailsOf(
        {
          tenant: { connection: { auth: 'demo', name: 'x' } },
          action,
          command: undefined,
          result: new StoredResult(body, reading, 0),
        },
        'body',
      ),
    );
    assert.equal(blanks(french.size), '1 234 567 octets');
  });
});

describe('the details of a result: what was changed', () => {
  const table: readonly (readonly [string, Source, string | undefined, string | undefined])[] = [
    ['nothing', { bytes: transcript() }, undefined, undefined],
    [
      'NULs behind the JSON',
      { bytes: `${transcript()}\0\0` },
      'differences from the received bytes: the JSON was repaired',
      'the JSON was repaired',
    ],
    [
      'a packed body',
      { bytes: gzipSync(transcript()) },
      'differences from the received bytes: unpacked (gzip)',
      undefined,
    ],
    ...([0, 1, 2] as const).map(
      (others) =>
        [
          `a zip with ${others} other files`,
          { bytes: zipWith(others) },
          [
            'unpacked (zip)',
            'unpacked (zip, 1 other file not shown)',
            'unpacked (zip, 2 other files not shown)',
          ]
            .slice(others, others + 1)
            .map((words) => `differences from the received bytes: ${words}`)
            .join(),
          undefined,
        ] as const,
    ),
    [
      'UTF-16',
      { bytes: Buffer.from(`\uFEFF${transcript()}`, 'utf16le') },
      'differences from the received bytes: decoded from UTF-16',
      undefined,
    ],
    [
      'a byte that is no UTF-8',
      { bytes: Buffer.from(transcript({ script_output: 'q' }).replace('"q"', '"\xe9"'), 'latin1') },
      'differences from the received bytes: invalid UTF-8 shown as � (count: 1)',
      undefined,
    ],
    [
      'a repeated key',
      { bytes: '{"script_output":"a","script_output":"b"}' },
      'differences from the received bytes: the JSON repeats the key script_output; its last value is shown',
      undefined,
    ],
    [
      'an output that is no text',
      { bytes: '{"script_output":{"a":1}}' },
      'differences from the received bytes: script_output isn’t a string; its JSON is shown as received',
      undefined,
    ],
    [
      'NULs in the output',
      { bytes: transcript({ script_output: 'a\0\0' }) },
      'differences from the received bytes: 2 trailing NULs removed',
      undefined,
    ],
  ];
  for (const [name, source, changes, damage] of table) {
    it(name, async () => {
      const made = await details(source);
      assert.deepEqual([made.changes, made.damage], [changes, damage]);
    });
  }
});

describe('the details of a result: the times', () => {
  const at = (hour: number): number => Date.UTC(2026, 10, 20, hour);
  const command = (startedAt?: number, endedAt?: number): Partial<MachineAction> => ({
    createdAt: at(1),
    updatedAt: at(9),
    commands: decodedAction(7).commands.map((each) => ({ ...each, startedAt, endedAt })),
  });
  for (const [name, action, expected] of [
    ['are those of the command', command(at(2), at(3)), '2026-11-20 02:00:00Z → 2026-11-20 03:00:00Z'],
    ['are the end alone without a start', command(undefined, at(3)), '2026-11-20 03:00:00Z'],
    ['are those of the action without both', command(), '2026-11-20 01:00:00Z → 2026-11-20 09:00:00Z'],
    ['end with the action without an end', command(at(2)), '2026-11-20 02:00:00Z → 2026-11-20 09:00:00Z'],
  ] as const) {
    it(name, async () => assert.equal((await details({ bytes: transcript(), action })).times, expected));
  }
});

describe('the details of a result: keys that are not documented', () => {
  it('stand with their values', async () => {
    assert.equal((await details({ bytes: transcript({ host: 'a', pid: 4 }) })).extra, 'host: "a", pid: 4');
  });

  it('end with dots when there are more than ten', async () => {
    const many = Object.fromEntries(Array.from({ length: 11 }, (_, n) => [`k${n}`, n]));
    assert.match((await details({ bytes: transcript(many) })).extra ?? '', /k9: 9, …$/);
  });

  it('are none for the documented ones', async () => {
    assert.equal((await details({ bytes: transcript() })).extra, undefined);
  });
});

describe('the headline of a result', () => {
  it('begins with the outcome, and with SAMPLE for what is made up', async () => {
    const said = headline(await details({ bytes: `${transcript()}\0`, auth: 'demo' }));
    assert.match(said, /^exit code 0 · SAMPLE · the JSON was repaired · Contoso · dc01 · \d{4}-/);
  });

  it('has nothing of a whole, real one besides tenant, host and time', async () => {
    const said = headline(await details({ bytes: transcript() }));
    assert.match(said, /^exit code 0 · Contoso · dc01 · 2026-11-20 14:43:52Z$/);
  });
});

describe('the name of a result', () => {
  it('is that of the script and the host', async () => {
    assert.equal((await details({ bytes: transcript() })).subject, 'script-7.ps1 on dc01.contoso.example');
  });

  it('has only the file name of a path', async () => {
    const { subject } = await details({ bytes: 'log', type: 'GetFile', kind: 'collected' });
    assert.equal(subject, 'x.log on dc01.contoso.example');
  });
});
