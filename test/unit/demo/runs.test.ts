import { strict as assert } from 'node:assert';
import { gunzipSync } from 'node:zlib';
import { describe, it } from 'mocha';
import { createSampleTenant, type SimulatorOptions } from '../../../src/demo';
import {
  demoApi,
  demoError,
  demoMachines,
  DemoService,
  demoStart,
  getFile,
  putFile,
  runScript,
} from '../../support/demoService';

const script = 'Get-Processes.ps1';
const timed = { runTimes: { startsAfterMs: 5_000, commandMs: 10_000, queueMs: 600_000 } };

async function statusAt(service: DemoService, id: unknown, ms: number): Promise<string> {
  service.now = demoStart + ms;
  return (await service.action(id)).status;
}

/** A tenant without unfinished actions, and with many machines. */
function idleTenant(): SimulatorOptions['tenant'] {
  const sample = createSampleTenant(demoStart);
  const [first] = sample.machines(demoStart);
  assert.ok(first);
  return {
    ...sample,
    actions: () => [],
    traits: () => ({}),
    machines: () => Array.from({ length: 60 }, (_, n) => ({ ...first, id: machineId(n) })),
  };
}

function machineId(n: number): string {
  return n.toString(16).padStart(40, '0');
}

describe('starting a run', () => {
  it('gives the new action, which is pending', async () => {
    const service = new DemoService();
    const commands = [putFile('triage-tools.zip'), runScript(script, '-A b'), getFile('C:\\a.txt')];
    const { status, body } = await service.start(demoMachines.windows, {
      Commands: commands,
      Comment: 'INC-1',
    });
    assert.equal(status, 201);
    assert.match(String(body['@odata.context']), /#MachineActions\/\$entity$/);
    const { id, commands: started, ...action } = body;
    assert.match(String(id), /^[0-9a-f]{8}-/);
    assert.deepEqual(
      [action['type'], action['status'], action['machineId'], action['requestorComment']],
      ['LiveResponse', 'Pending', demoMachines.windows, 'INC-1'],
    );
    assert.deepEqual([action['requestor'], action['computerDnsName']], ['analyst@contoso.example', null]);
    assert.deepEqual(
      (started as { command: unknown; commandStatus: string }[]).map((each) => [
        each.command,
        each.commandStatus,
      ]),
      commands.map((command) => [command, 'Created']),
    );
    assert.equal((await service.value('machineactions?$top=1'))[0]?.['id'], id);
  });

  for (const [name, body, code] of [
    ['no JSON', 'x', 'InvalidRequestBody'],
    ['a list', '[]', 'InvalidRequestBody'],
    ['no commands', { Comment: 'c' }, 'MissingRequiredParameter'],
    ['an empty list of commands', { Commands: [], Comment: 'c' }, 'MissingRequiredParameter'],
    [
      'commands in the wrong case',
      { commands: [runScript(script)], Comment: 'c' },
      'MissingRequiredParameter',
    ],
    ['no comment', { Commands: [runScript(script)] }, 'MissingRequiredParameter'],
    ['a blank comment', { Commands: [runScript(script)], Comment: ' ' }, 'MissingRequiredParameter'],
    [
      'a comment in the wrong case',
      { Commands: [runScript(script)], comment: 'c' },
      'MissingRequiredParameter',
    ],
    [
      'a type in the wrong case',
      { Commands: [{ type: 'runscript', params: [] }], Comment: 'c' },
      'InvalidRequestBody',
    ],
    ['the name Type', { Commands: [{ Type: 'RunScript', params: [] }], Comment: 'c' }, 'InvalidRequestBody'],
    [
      'parameters as an object',
      { Commands: [{ type: 'RunScript', params: {} }], Comment: 'c' },
      'InvalidRequestBody',
    ],
    [
      'a parameter with the name Key',
      { Commands: [{ type: 'RunScript', params: [{ Key: 'ScriptName', value: script }] }], Comment: 'c' },
      'InvalidRequestBody',
    ],
    [
      'the key scriptname',
      { Commands: [{ type: 'RunScript', params: [{ key: 'scriptname', value: script }] }], Comment: 'c' },
      'MissingRequiredParameter',
    ],
    [
      'a key of another command',
      {
        Commands: [
          {
            type: 'RunScript',
            params: [
              { key: 'ScriptName', value: script },
              { key: 'Path', value: 'C:\\x' },
            ],
          },
        ],
        Comment: 'c',
      },
      'InvalidInput',
    ],
    [
      'a script before a file',
      { Commands: [runScript(script), putFile('triage-tools.zip')], Comment: 'c' },
      'InvalidInput',
    ],
    [
      'a file before a script',
      { Commands: [getFile('C:\\a'), runScript(script)], Comment: 'c' },
      'InvalidInput',
    ],
    ['an unknown script', { Commands: [runScript('none.ps1')], Comment: 'c' }, 'InvalidInput'],
    [
      'a script in another case',
      { Commands: [runScript('get-processes.ps1')], Comment: 'c' },
      'InvalidInput',
    ],
    ['an unknown file', { Commands: [putFile('none.zip')], Comment: 'c' }, 'InvalidInput'],
    ...[';', '&', '|', '!', '$', '(', ')'].map(
      (c) =>
        [
          `the character ${c}`,
          { Commands: [runScript(script, `a${c}b`)], Comment: 'c' },
          'InvalidInput',
        ] as const,
    ),
  ] as const) {
    it(`is refused with ${name}`, async () => {
      const service = new DemoService();
      assert.deepEqual(demoError(await service.start(demoMachines.windows, body)).slice(0, 2), [400, code]);
      assert.equal(
        (await service.value("machineactions?$filter=requestorComment eq 'c'").catch(() => [])).length,
        0,
      );
      assert.equal((await service.startScript(demoMachines.windows, script)).status, 201);
    });
  }

  it('takes commands of one kind again and again', async () => {
    const commands = [runScript(script), runScript('Get-Hotfixes.ps1'), getFile('C:\\a'), getFile('C:\\b')];
    const service = new DemoService();
    assert.equal(
      (await service.start(demoMachines.windows, { Commands: commands, Comment: 'c' })).status,
      201,
    );
  });

  it('is 404 for an unknown machine', async () => {
    const answer = await new DemoService().startScript('x', script);
    assert.deepEqual(demoError(answer), [404, 'ResourceNotFound', 'Machine x was not found']);
  });

  it('is refused while the machine has an unfinished action, and afterwards no more', async () => {
    const service = new DemoService(timed);
    assert.equal((await service.startScript(demoMachines.windows, script)).status, 201);
    for (const machine of [demoMachines.windows, demoMachines.busy]) {
      const [status, code, message] = demoError(await service.startScript(machine, script));
      assert.deepEqual(
        [status, code, message],
        [400, 'ActiveRequestAlreadyExists', 'Action is already in progress'],
      );
    }
    service.now += 15_000;
    assert.equal((await service.startScript(demoMachines.windows, script)).status, 201);
  });

  it('is refused because of a session in the portal that no call shows', async () => {
    const service = new DemoService();
    const refused = [400, 'ActiveRequestAlreadyExists'];
    assert.deepEqual(demoError(await service.startScript(demoMachines.portal, script)).slice(0, 2), refused);
    service.simulator.portalSessions.add(demoMachines.windows);
    assert.deepEqual(demoError(await service.startScript(demoMachines.windows, script)).slice(0, 2), refused);
    const query = new URLSearchParams({ $filter: `machineId eq '${demoMachines.portal}'` }).toString();
    assert.deepEqual(await service.value(`machineactions?${query}`), []);
    service.simulator.portalSessions.delete(demoMachines.windows);
    assert.equal((await service.startScript(demoMachines.windows, script)).status, 201);
  });

  it('is refused in a group without an automation level', async () => {
    const [status, code, message] = demoError(
      await new DemoService().startScript(demoMachines.noAutomation, script),
    );
    assert.deepEqual([status, code], [403, 'DisallowedOperation']);
    assert.match(message, /^This device has no automation level assigned to it/);
  });

  it('is refused where live response is off, or off for servers', async () => {
    const off = [403, 'DisabledFeature'];
    const none = new DemoService({ liveResponse: 'off' });
    assert.deepEqual(demoError(await none.startScript(demoMachines.german, script)).slice(0, 2), off);
    const servers = new DemoService({ liveResponse: 'offForServers' });
    assert.deepEqual(demoError(await servers.startScript(demoMachines.windows, script)).slice(0, 2), off);
    assert.equal((await servers.startScript(demoMachines.german, script)).status, 201);
  });

  it('takes only signed scripts of PowerShell when told so', async () => {
    const service = new DemoService({ signedScriptsOnly: true });
    const [status, , message] = demoError(await service.startScript(demoMachines.windows, script));
    assert.equal(status, 400);
    assert.match(message, /not signed/);
    await service.upload('signed.ps1', '# SIG # Begin signature block\n');
    assert.equal((await service.startScript(demoMachines.windows, 'signed.ps1')).status, 201);
    assert.equal((await service.startScript(demoMachines.linux, 'triage.sh')).status, 201);
  });

  it('is allowed ten times a minute', async () => {
    const service = new DemoService({
      tenant: idleTenant(),
      quota: { perMinute: 100, perHour: 1_000 },
      sessionLimit: 50,
    });
    for (let n = 0; n < 10; n += 1) {
      assert.equal((await service.startScript(machineId(n), script)).status, 201);
      service.now += 1_000;
    }
    const refused = await service.startScript(machineId(10), script);
    assert.equal(refused.headers.get('retry-after'), '50');
    assert.match(
      demoError(refused)[2],
      /^API calls quota exceeded! Maximum allowed 10 per 00:01:00 .* in 50 seconds\./,
    );
    assert.equal((await service.call('machineactions')).status, 200);
    service.now += 50_000;
    assert.equal((await service.startScript(machineId(10), script)).status, 201);
  });

  it('is allowed for 25 sessions at once, or as many as it is told, and pending ones count', async () => {
    for (const [options, limit] of [
      [{}, 25],
      [{ sessionLimit: 3 }, 3],
    ] as const) {
      const tenant = { ...idleTenant(), traits: () => ({ offline: true }) };
      const service = new DemoService({ ...options, ...timed, tenant });
      for (let n = 0; n < limit; n += 1) {
        assert.equal((await service.startScript(machineId(n), script)).status, 201);
      }
      const [status, , message] = demoError(await service.startScript(machineId(limit), script));
      assert.equal(status, 429);
      assert.match(message, new RegExp(`${limit} concurrent live response sessions`));
      service.now += 600_000;
      assert.equal((await service.startScript(machineId(limit), script)).status, 201);
    }
  });

  it('is refused for a role that only reads, and so is the library', async () => {
    const roles: NonNullable<SimulatorOptions['authorize']> = (_, call) => {
      const needed = /runliveresponse$/i.test(call)
        ? 'Machine.LiveResponse'
        : /^libraryfiles/i.test(call)
          ? 'Library.Manage'
          : undefined;
      return needed === undefined
        ? undefined
        : { status: 403, code: 'Forbidden', message: `Missing ${needed}` };
    };
    const service = new DemoService({ authorize: roles });
    assert.deepEqual(demoError(await service.startScript(demoMachines.windows, script)), [
      403,
      'Forbidden',
      'Missing Machine.LiveResponse',
    ]);
    assert.deepEqual(demoError(await service.upload('a.ps1', 'x')), [
      403,
      'Forbidden',
      'Missing Library.Manage',
    ]);
    assert.equal((await service.call('machines')).status, 200);
  });
});

describe('a start whose answer is lost', () => {
  async function outcome(service: DemoService): Promise<number | string> {
    const headers = { Authorization: 'Bearer t' };
    const body = JSON.stringify({ Commands: [runScript(script)], Comment: 'lost' });
    const url = `${demoApi}/api/machines/${demoMachines.windows}/runliveresponse`;
    const response = await service.simulator.handle(new Request(url, { method: 'POST', headers, body }));
    return response.text().then(
      () => response.status,
      () => 'cut',
    );
  }
  const created = async (service: DemoService): Promise<number> =>
    (await service.value('machineactions')).filter((each) => each['requestorComment'] === 'lost').length;

  for (const how of [500, 502, 503, 504, 'cut'] as const) {
    for (const when of ['before', 'after'] as const) {
      it(`may have been carried out: ${how}, ${when}`, async () => {
        const service = new DemoService({ startFault: (n) => (n === 2 ? { when, how } : undefined) });
        assert.equal((await service.startScript(demoMachines.german, script)).status, 201);
        assert.equal(await outcome(service), how);
        assert.equal(await created(service), when === 'after' ? 1 : 0);
        assert.equal(await outcome(service), when === 'after' ? 400 : 201);
      });
    }
  }
});

describe('an action that was started', () => {
  it('goes on by the clock', async () => {
    const service = new DemoService(timed);
    const commands = [runScript(script), getFile('C:\\Windows\\win.ini')];
    const { body } = await service.start(demoMachines.windows, { Commands: commands, Comment: 'c' });
    const { id } = body;
    assert.equal(await statusAt(service, id, 4_999), 'Pending');
    assert.equal(await statusAt(service, id, 5_000), 'InProgress');
    const begun = await service.action(id);
    assert.equal(begun.computerDnsName, 'srv-file01.contoso.example');
    assert.equal(Date.parse(begun.lastUpdateDateTimeUtc ?? ''), demoStart + 5_000);
    assert.equal(await statusAt(service, id, 15_000), 'InProgress');
    const half = await service.action(id);
    assert.deepEqual(
      half.commands.map(({ commandStatus }) => commandStatus),
      ['Completed', 'Created'],
    );
    assert.equal(await statusAt(service, id, 24_999), 'InProgress');
    assert.equal(await statusAt(service, id, 25_000), 'Succeeded');
    const done = await service.action(id);
    assert.deepEqual(
      done.commands.map(({ commandStatus }) => commandStatus),
      ['Completed', 'Completed'],
    );
    assert.equal(Date.parse(done.lastUpdateDateTimeUtc ?? ''), demoStart + 25_000);
    assert.match(
      gunzipSync(await service.result(id, 1)).toString(),
      /^SAMPLE\nC:\\Windows\\win\.ini of srv-file01/,
    );
  });

  it('stops at the command that fails', async () => {
    const service = new DemoService(timed);
    await service.upload('bad.ps1', 'exit 3');
    const commands = [runScript('bad.ps1'), getFile('C:\\a.txt')];
    const { body } = await service.start(demoMachines.windows, { Commands: commands, Comment: 'c' });
    assert.equal(await statusAt(service, body['id'], 3_600_000), 'Failed');
    const { commands: ended } = await service.action(body['id']);
    assert.deepEqual(
      ended.map(({ commandStatus, errors }) => [commandStatus, errors]),
      [
        ['Failed', ['Script exited with code 3']],
        ['Created', []],
      ],
    );
    assert.match((await service.result(body['id'])).toString(), /"exit_code":3/);
  });

  it('times out after ten minutes of its script', async () => {
    const service = new DemoService(timed);
    await service.upload('slow.ps1', 'Start-Sleep -Seconds 900');
    const { body } = await service.startScript(demoMachines.windows, 'slow.ps1');
    assert.equal(await statusAt(service, body['id'], 604_999), 'InProgress');
    assert.equal(await statusAt(service, body['id'], 605_000), 'TimeOut');
    const action = await service.action(body['id']);
    assert.equal(action.errorHResult, -2145844840);
    assert.match((await service.result(body['id'])).toString(), /timed out after 600 seconds/);
  });

  it('takes as long as its script sleeps', async () => {
    const service = new DemoService(timed);
    await service.upload('nap.sh', 'sleep 30\n');
    const { body } = await service.startScript(demoMachines.linux, 'nap.sh');
    assert.equal(await statusAt(service, body['id'], 44_999), 'InProgress');
    assert.equal(await statusAt(service, body['id'], 45_000), 'Succeeded');
  });

  it('waits for a machine that is offline, until it comes or the time is over', async () => {
    let offline = true;
    const tenant = { ...createSampleTenant(demoStart), traits: () => ({ offline }) };
    const service = new DemoService({ ...timed, tenant });
    const first = await service.startScript(demoMachines.windows, script);
    const second = await service.startScript(demoMachines.german, script);
    assert.equal(await statusAt(service, first.body['id'], 599_999), 'Pending');
    offline = false;
    assert.equal(await statusAt(service, first.body['id'], 599_999), 'InProgress');
    assert.equal(await statusAt(service, first.body['id'], 609_999), 'Succeeded');
    assert.equal((await service.action(second.body['id'])).status, 'Succeeded');
    const sample = new DemoService(timed);
    const { body } = await sample.startScript(demoMachines.offline, script);
    assert.equal(await statusAt(sample, body['id'], 599_999), 'Pending');
    assert.equal(await statusAt(sample, body['id'], 600_000), 'TimeOut');
  });

  it('can be cancelled, and keeps what was done before', async () => {
    const service = new DemoService(timed);
    const commands = [runScript(script), runScript('Get-Hotfixes.ps1')];
    const { body } = await service.start(demoMachines.windows, { Commands: commands, Comment: 'c' });
    const id = String(body['id']);
    service.now += 16_000;
    const cancelled = await service.call(`machineactions/${id}/cancel`, {
      method: 'POST',
      body: '{"Comment":"stop"}',
    });
    assert.deepEqual([cancelled.status, cancelled.body['status']], [200, 'Cancelled']);
    assert.equal(await statusAt(service, id, 3_600_000), 'Cancelled');
    assert.match((await service.result(id)).toString(), /ProcessName/);
    const second = await service.call(`machineactions/${id}/GetLiveResponseResultDownloadLink(index=1)`);
    assert.equal(second.status, 400);
    assert.equal((await service.startScript(demoMachines.windows, script)).status, 201);
  });

  it('may be unknown for a while, by its ID and in the list', async () => {
    const service = new DemoService({ late: { actionByIdMs: 60_000, actionInListMs: 20_000 } });
    const { body } = await service.startScript(demoMachines.windows, script);
    const listed = async (): Promise<boolean> =>
      (await service.value('machineactions')).some(({ id }) => id === body['id']);
    const status = async (): Promise<number> =>
      (await service.call(`machineactions/${String(body['id'])}`)).status;
    assert.equal((await service.startScript(demoMachines.windows, script)).status, 400);
    service.now += 19_999;
    assert.deepEqual([await status(), await listed()], [404, false]);
    service.now += 1;
    assert.deepEqual([await status(), await listed()], [404, true]);
    service.now = demoStart + 60_000;
    assert.equal(await status(), 200);
  });

  it('runs what the library has when the machine fetches it', async () => {
    const service = new DemoService(timed);
    await service.upload('a.ps1', "Write-Output 'mine'");
    const [first, second] = [
      await service.startScript(demoMachines.windows, 'a.ps1'),
      await service.startScript(demoMachines.otherWindows, 'a.ps1'),
    ];
    service.now += 4_999;
    service.simulator.library.overwrite('a.ps1', "Write-Output 'theirs'");
    service.now += 1_000;
    service.simulator.library.overwrite('a.ps1', "Write-Output 'later'");
    service.now += 60_000;
    for (const { body } of [first, second]) {
      assert.match((await service.result(body['id'])).toString(), /theirs/);
    }
  });

  it('fails when its script was deleted, or its path is of another system', async () => {
    const service = new DemoService(timed);
    await service.upload('a.ps1', 'x');
    const { body } = await service.startScript(demoMachines.windows, 'a.ps1');
    await service.call('libraryfiles/a.ps1', { method: 'DELETE' });
    assert.equal(await statusAt(service, body['id'], 60_000), 'Failed');
    assert.match((await service.action(body['id'])).commands[0]?.errors[0] ?? '', /not found in the library/);
    const other = await service.start(demoMachines.linux, { Commands: [getFile('C:\\a')], Comment: 'c' });
    assert.equal(await statusAt(service, other.body['id'], 3_600_000), 'Failed');
  });

  it('does not end at the same time everywhere', async () => {
    const service = new DemoService();
    const machines = [demoMachines.windows, demoMachines.otherWindows, demoMachines.german];
    const started = await Promise.all(machines.map((id) => service.startScript(id, script)));
    service.now += 3_600_000;
    const ended = await Promise.all(started.map(({ body }) => service.action(body['id'])));
    assert.equal(new Set(ended.map(({ lastUpdateDateTimeUtc }) => lastUpdateDateTimeUtc)).size, 3);
  });
});
