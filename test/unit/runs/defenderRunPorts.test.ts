import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import type { ActionPage } from '../../../src/defender/client';
import type { LibraryFile } from '../../../src/defender/libraryFile';
import type { MachineAction } from '../../../src/defender/machineAction';
import { permissionNeeds } from '../../../src/defender/permissions';
import { Failure, type Sent } from '../../../src/http/failure';
import { defenderRunPorts, type RunClient } from '../../../src/runs/defenderRunPorts';
import { decodedAction } from '../../support/decodedActions';
import { VirtualClock } from '../../support/virtualClock';

const clock = new VirtualClock();
const now = clock.now();
const { signal } = new AbortController();
const error = { code: 'X', message: 'what Defender says', target: undefined };
const unused = (): never => assert.fail('not asked for');

function portsOf(calls: Partial<RunClient>): ReturnType<typeof defenderRunPorts> {
  const none = {
    listActions: unused,
    nextActions: unused,
    cancelAction: unused,
    getMachine: unused,
    startLiveResponse: unused,
    listLibraryFiles: unused,
  };
  return defenderRunPorts({ ...none, ...calls }, clock);
}

describe('a start that gave no action', () => {
  const need = permissionNeeds.startLiveResponse;
  const cases: readonly (readonly [problem: { code: string }, sent: Sent, answer: object])[] = [
    [{ code: 'machineBusy', until: undefined, error } as never, 'no', { kind: 'busy' }],
    [
      { code: 'throttled', until: now + 5_000, message: undefined } as never,
      'no',
      { kind: 'throttled', retryAfterMs: 5_000 },
    ],
    [
      { code: 'throttled', until: now - 5_000, message: undefined } as never,
      'no',
      { kind: 'throttled', retryAfterMs: 0 },
    ],
    // 503 with Retry-After: a gateway may have passed the request on.
    [
      { code: 'throttled', until: now + 5_000, message: undefined } as never,
      'unknown',
      { kind: 'perhapsCreated' },
    ],
    [
      { code: 'tooManySessions', limit: 50, until: undefined, error } as never,
      'no',
      { kind: 'throttled', retryAfterMs: undefined, sessions: 50 },
    ],
    ...(['noAutomationLevel', 'liveResponseOff', 'forbiddenCharacters', 'notInLibrary'] as const).map(
      (code) =>
        [
          { code, error } as never,
          'no' as const,
          { kind: 'refused', reason: code, message: error.message },
        ] as const,
    ),
    [
      { code: 'forbidden', call: 'startLiveResponse', need, grants: undefined, error } as never,
      'no',
      { kind: 'refused', reason: 'forbidden', message: error.message },
    ],
    [{ code: 'unauthorized', error, challenge: undefined } as never, 'no', { kind: 'notSent' }],
    [{ code: 'signInNeeded' }, 'no', { kind: 'notSent' }],
    [{ code: 'network', host: 'x', cause: 'ECONNREFUSED' } as never, 'no', { kind: 'notSent' }],
    [{ code: 'network', host: 'x', cause: 'ECONNRESET' } as never, 'unknown', { kind: 'perhapsCreated' }],
    [{ code: 'timedOut', host: 'x', seconds: 30 } as never, 'unknown', { kind: 'perhapsCreated' }],
    [{ code: 'serverError', status: 504, error } as never, 'unknown', { kind: 'perhapsCreated' }],
  ];
  for (const [problem, sent, expected] of cases) {
    it(`because of ${problem.code}, sent: ${sent}`, async () => {
      const calls = { startLiveResponse: () => Promise.reject(new Failure(problem, { sent })) };
      const request = { commands: [], comment: 'c' };
      assert.deepEqual(await portsOf(calls).start('m', request, signal), expected);
    });
  }

  it('because of something that nobody foresaw', async () => {
    const calls = { startLiveResponse: () => Promise.reject(new TypeError('a bug')) };
    const answer = await portsOf(calls).start('m', { commands: [], comment: 'c' }, signal);
    assert.deepEqual(answer, { kind: 'perhapsCreated' });
  });
});

describe('what a list tells a run', () => {
  const action = (id: string, more: Partial<MachineAction> = {}): MachineAction => ({
    ...decodedAction(1),
    id,
    machineId: 'm',
    requestorComment: undefined,
    ...more,
  });
  const pages: readonly ActionPage[] = [
    {
      actions: [
        action('mine', { requestorComment: 'Collect [lr:1f2e3d4c:1]', status: 'Succeeded' }),
        action('theirs', { status: 'Pending' }),
      ],
      unreadable: 0,
      next: 'next',
    },
    {
      actions: [
        action('ended', { status: 'Failed' }),
        action('known', { status: 'InProgress' }),
        action('elsewhere', { machineId: 'n', requestorComment: '[lr:1f2e3d4c:1]' }),
      ],
      unreadable: 0,
      // A link that leads back to its own page.
      next: 'next',
    },
  ];
  const calls = {
    listActions: () => Promise.resolve(pages[0] ?? assert.fail()),
    nextActions: () => Promise.resolve(pages[1] ?? assert.fail()),
  };

  it('is its own actions, and how many others take a session', async () => {
    const wanted = { ids: ['known'], run: '[lr:1f2e3d4c:', since: now };
    const { actions, others } = await portsOf(calls).changed(wanted, signal);
    assert.deepEqual(
      actions.map(({ id }) => id),
      ['mine', 'known', 'elsewhere'],
    );
    assert.equal(others, 1);
  });

  it('is the action of a machine with a mark', async () => {
    const find = (machineId: string, mark: string): Promise<MachineAction | undefined> =>
      portsOf(calls).findByMark({ machineId, mark, since: now }, signal);
    assert.equal((await find('m', '[lr:1f2e3d4c:1]'))?.id, 'mine');
    assert.equal((await find('n', '[lr:1f2e3d4c:1]'))?.id, 'elsewhere');
    assert.equal(await find('m', '[lr:1f2e3d4c:2]'), undefined);
  });
});

describe('the script of a run in the library', () => {
  const file = (more: Partial<LibraryFile>): LibraryFile => ({
    fileName: 'a.ps1',
    sha256: 'ABCD',
    description: undefined,
    createdBy: 'r.patel@contoso.example',
    createdAt: 1,
    updatedAt: 2,
    hasParameters: false,
    parametersDescription: undefined,
    ...more,
  });
  const check = (...files: LibraryFile[]): Promise<object> =>
    portsOf({ listLibraryFiles: () => Promise.resolve(files) }).checkScript('a.ps1', 'abcd', signal);

  it('is the same, whatever the case of its hash', async () => {
    assert.deepEqual(await check(file({})), { kind: 'same' });
  });

  it('is another, with who uploaded it and when', async () => {
    const by = 'r.patel@contoso.example';
    assert.deepEqual(await check(file({ sha256: 'ef01' })), { kind: 'changed', sha256: 'ef01', by, at: 2 });
    assert.deepEqual(await check(file({ sha256: undefined })), {
      kind: 'changed',
      sha256: undefined,
      by,
      at: 2,
    });
  });

  it('is missing', async () => {
    assert.deepEqual(await check(file({ fileName: 'b.ps1' })), { kind: 'missing' });
  });
});
