import { strict as assert } from 'node:assert';
import { createHash } from 'node:crypto';
import { describe, it } from 'mocha';
import { createSampleTenant } from '../../../src/demo';
import { Failure } from '../../../src/http/failure';
import { codeAndSent, never, problemOf } from '../../support/failures';
import { simulatedClient, simulatedStart } from '../../support/simulatedClient';

const call = { signal: never, urgency: 'interactive' as const };
const machine = {
  windows: '5dac36e4fcf187b1d924e3050617280d9e0f1213',
  busy: '2a7f03b1c9de54e8a6f1b0d2c3e4f5a6b7c8d9e0',
};
const tenant = createSampleTenant(simulatedStart);
const upload = { fileName: 'a.ps1', bytes: Buffer.from('Write-Output "ä"\r\n'), override: false };

describe('the library', () => {
  it('is listed, over its pages', async () => {
    const { client, asked } = simulatedClient({ tenant, pageLimit: 3 });
    const files = await client.listLibraryFiles(call);
    assert.equal(files.length, 7);
    assert.equal(asked.length, 3);
    const [, , autoruns] = files;
    assert.deepEqual(
      { ...autoruns, sha256: autoruns?.sha256?.length },
      {
        fileName: 'Get-Autoruns.ps1',
        sha256: 64,
        description: 'Programs that start by themselves',
        createdBy: 'a.keller@contoso.example',
        createdAt: simulatedStart - 38 * 86_400_000,
        updatedAt: simulatedStart - 38 * 86_400_000,
        hasParameters: true,
        parametersDescription: '-Format csv|json',
      },
    );
  });

  it('takes a file, byte by byte, and says what it has', async () => {
    const { client, simulator } = simulatedClient({ tenant });
    const bytes = Uint8Array.from({ length: 100_000 }, (_, n) => (n * 31) % 256);
    const file = await client.uploadLibraryFile(
      {
        fileName: 'a-b_c.bin',
        bytes,
        description: 'Ä "quoted"',
        parametersDescription: '-A',
        override: false,
      },
      call,
    );
    assert.equal(file?.sha256, createHash('sha256').update(bytes).digest('hex'));
    assert.deepEqual(
      [file.description, file.parametersDescription, file.hasParameters, file.updatedAt],
      ['Ä "quoted"', '-A', true, simulatedStart],
    );
    assert.deepEqual(Buffer.from(simulator.library.bytesAt('a-b_c.bin') ?? []), Buffer.from(bytes));
    const plain = await client.uploadLibraryFile(upload, call);
    assert.deepEqual([plain?.description, plain?.hasParameters], [undefined, false]);
  });

  it('replaces a file only when told so', async () => {
    const { client, simulator } = simulatedClient({ tenant });
    await client.uploadLibraryFile(upload, call);
    const other = { ...upload, bytes: Buffer.from('other') };
    const failure: unknown = await client.uploadLibraryFile(other, call).catch((each: unknown) => each);
    assert.deepEqual(codeAndSent(failure), ['libraryFileExists', 'no']);
    assert.deepEqual(Buffer.from(simulator.library.bytesAt('a.ps1') ?? []), upload.bytes);
    await client.uploadLibraryFile({ ...other, override: true }, call);
    assert.deepEqual(Buffer.from(simulator.library.bytesAt('a.ps1') ?? []), other.bytes);
  });

  it('says in Defender’s words why a name or a size is refused', async () => {
    const { client } = simulatedClient({ tenant });
    const named = await problemOf(client.uploadLibraryFile({ ...upload, fileName: 'ä b.ps1' }, call));
    assert.deepEqual([named['code'], named['status']], ['refused', 400]);
    const huge = { ...upload, bytes: new Uint8Array(20 * 1024 * 1024 + 1) };
    assert.match(JSON.stringify(await problemOf(client.uploadLibraryFile(huge, call))), /20 MB/);
  });

  it('loses a file, once', async () => {
    const { client, asked } = simulatedClient({ tenant });
    await client.uploadLibraryFile(upload, call);
    await client.deleteLibraryFile('a.ps1', call);
    assert.equal(asked.at(-1)?.['path'], '/api/libraryfiles/a.ps1');
    const files = await client.listLibraryFiles(call);
    assert.ok(!files.some(({ fileName }) => fileName === 'a.ps1'));
    assert.equal((await problemOf(client.deleteLibraryFile('a.ps1', call)))['code'], 'notInLibrary');
  });

  it('names the permission that it takes', async () => {
    const { client } = simulatedClient({
      tenant,
      authorize: () => ({ status: 403, code: 'Forbidden', message: 'no' }),
    });
    const needs = [
      client.listLibraryFiles(call),
      client.uploadLibraryFile(upload, call),
      client.deleteLibraryFile('a', call),
      client.startLiveResponse(machine.windows, { commands: [], comment: 'c' }, call),
    ].map(async (asking) => (await problemOf(asking))['need']);
    const library = { application: ['Library.Manage'], delegated: ['Library.Manage'] };
    const run = { application: ['Machine.LiveResponse'], delegated: ['Machine.LiveResponse'] };
    assert.deepEqual(await Promise.all(needs), [library, library, library, run]);
  });

  it('is not asked again for what may have been carried out', async () => {
    for (const change of ['upload', 'delete'] as const) {
      const simulated = simulatedClient({ tenant });
      simulated.before = () => {
        throw new Failure({ code: 'cut', host: 'h', received: 0, expected: 1 });
      };
      const { client, asked, clock } = simulated;
      const changing =
        change === 'upload'
          ? client.uploadLibraryFile(upload, call)
          : client.deleteLibraryFile('a.ps1', call);
      const failing = changing.then(
        () => assert.fail('nothing was cut'),
        (error: unknown) => error as Failure,
      );
      await clock.advance(60_000);
      assert.deepEqual([(await failing).problem.code, (await failing).sent], ['cut', 'unknown']);
      assert.equal(asked.length, 1);
    }
  });
});

describe('machines to run scripts on', () => {
  const { client, asked } = simulatedClient({ tenant });

  it('are found by the beginning of their name', async () => {
    const twins = await client.machinesByPrefix(' Notebook-OPS ', call);
    assert.deepEqual(
      twins.map(({ name, isPotentialDuplicate, mergedIntoId, isExcluded, tags }) => ({
        name,
        isPotentialDuplicate,
        mergedIntoId,
        isExcluded,
        tags,
      })),
      [
        {
          name: 'notebook-ops11.contoso.example',
          isPotentialDuplicate: false,
          mergedIntoId: undefined,
          isExcluded: false,
          tags: ['Wave-1'],
        },
        {
          name: 'NOTEBOOK-OPS11.contoso.example',
          isPotentialDuplicate: true,
          mergedIntoId: twins[0]?.id,
          isExcluded: false,
          tags: ['Wave-1'],
        },
      ],
    );
    assert.deepEqual(asked.at(-1), {
      path: '/api/machines',
      $filter: "startswith(computerDnsName,'notebook-ops')",
      $top: '10000',
    });
    const [excluded] = await client.machinesByPrefix('pc-display', call);
    assert.deepEqual([excluded?.isExcluded, excluded?.exclusionReason], [true, 'OutOfScope']);
  });

  it('are found by their tag, or by its beginning', async () => {
    const names = async (tag: string, startsWith?: boolean): Promise<unknown> =>
      (await client.machinesByTag(tag, startsWith === undefined ? {} : { startsWith }, call)).length;
    assert.deepEqual([await names('wave-1'), await names('wave', true), await names('wave')], [3, 6, 0]);
    assert.deepEqual(asked.at(-1), {
      path: '/api/machines/findbytag',
      tag: 'wave',
      useStartsWithFilter: 'false',
    });
  });

  it('are none for no name and no tag, without a request', async () => {
    const before = asked.length;
    assert.deepEqual(
      [await client.machinesByPrefix(' ', call), await client.machinesByTag('', {}, call)],
      [[], []],
    );
    assert.equal(asked.length, before);
  });

  it('run what they are told, and refuse what the service refuses', async () => {
    const simulated = simulatedClient({ tenant });
    const commands = [{ type: 'RunScript', scriptName: 'Get-Processes.ps1' }] as const;
    const action = await simulated.client.startLiveResponse(
      machine.windows,
      { commands, comment: 'c' },
      call,
    );
    assert.deepEqual([action.status, action.machineId], ['Pending', machine.windows]);
    await simulated.clock.advance(3_600_000);
    assert.equal((await simulated.client.getAction(action.id, call)).status, 'Succeeded');
    const refusing = simulatedClient({ tenant }).client;
    const refused: [LiveResponseScript, string][] = [
      [{ machineId: machine.busy }, 'machineBusy'],
      [{ scriptName: 'none.ps1' }, 'notInLibrary'],
      [{ args: 'a;b' }, 'forbiddenCharacters'],
      [{ machineId: '3b8a14c2dadf549fb7e2c1e9eafb60edbdc45ef1' }, 'noAutomationLevel'],
      [{ machineId: 'x' }, 'notFound'],
    ];
    for (const [{ machineId = machine.windows, scriptName = 'Get-Processes.ps1', args }, code] of refused) {
      const script = { type: 'RunScript', scriptName, ...(args !== undefined && { args }) } as const;
      const request = { commands: [script], comment: 'c' };
      assert.equal((await problemOf(refusing.startLiveResponse(machineId, request, call)))['code'], code);
    }
    for (const [options, code] of [
      [{ sessionLimit: 1 }, 'tooManySessions'],
      [{ signedScriptsOnly: true }, 'unsignedScript'],
      [{ liveResponse: 'off' }, 'liveResponseOff'],
    ] as const) {
      const { client: other } = simulatedClient({ tenant, ...options });
      const starting = other.startLiveResponse(machine.windows, { commands, comment: 'c' }, call);
      assert.equal((await problemOf(starting))['code'], code);
    }
  });
});

interface LiveResponseScript {
  readonly machineId?: string;
  readonly scriptName?: string;
  readonly args?: string;
}
