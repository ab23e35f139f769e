import { strict as assert } from 'node:assert';
import { createHash } from 'node:crypto';
import { describe, it } from 'mocha';
import { demoError, demoMachines, DemoService } from '../../support/demoService';

const sha256 = (content: string): string => createHash('sha256').update(content).digest('hex');

async function fileOf(
  service: DemoService,
  name: string,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  return (await service.value('libraryfiles')).find(({ fileName }) => fileName === name);
}

describe('the library of the sample tenant', () => {
  it('has scripts for Windows and Linux, with what the documentation names', async () => {
    const { body } = await new DemoService().call('libraryfiles');
    assert.match(String(body['@odata.context']), /#LibraryFiles$/);
    const files = body['value'] as readonly Readonly<Record<string, unknown>>[];
    assert.deepEqual(
      files.map(({ fileName }) => fileName),
      [
        'Get-Processes.ps1',
        'Get-ScheduledTasks.ps1',
        'Get-Autoruns.ps1',
        'Get-Hotfixes.ps1',
        'Get-Logons.ps1',
        'triage.sh',
        'triage-tools.zip',
      ],
    );
    for (const file of files) {
      assert.deepEqual(Object.keys(file), [
        'fileName',
        'sha256',
        'description',
        'creationTime',
        'lastUpdatedTime',
        'createdBy',
        'hasParameters',
        'parametersDescription',
      ]);
      assert.match(String(file['sha256']), /^[0-9a-f]{64}$/);
      assert.equal(file['hasParameters'], file['parametersDescription'] !== null);
    }
  });
});

describe('an upload', () => {
  it('is answered with what it has made, and stands in the list', async () => {
    const service = new DemoService();
    const fields = { Description: 'A test', ParametersDescription: '-X', HasParameters: 'True' };
    const { status, body } = await service.upload('My_script-1.0.ps1', 'Write-Output "ä"\n', fields);
    const { '@odata.context': context, ...file } = body;
    assert.equal(status, 200);
    assert.match(String(context), /#LibraryFiles\/\$entity$/);
    assert.deepEqual(file, {
      fileName: 'My_script-1.0.ps1',
      sha256: sha256('Write-Output "ä"\n'),
      description: 'A test',
      creationTime: '2026-11-20T15:00:00Z',
      lastUpdatedTime: '2026-11-20T15:00:00Z',
      createdBy: 'analyst@contoso.example',
      hasParameters: true,
      parametersDescription: '-X',
    });
    assert.deepEqual(await fileOf(service, 'My_script-1.0.ps1'), file);
  });

  it('keeps every byte', async () => {
    const bytes = Uint8Array.from({ length: 1_000 }, (_, n) => (n * 7) % 256);
    const { body } = await new DemoService().upload('a.bin', bytes);
    assert.equal(body['sha256'], createHash('sha256').update(bytes).digest('hex'));
  });

  it('replaces nothing unless it says so, and then keeps the time of the first', async () => {
    const service = new DemoService();
    await service.upload('a.ps1', 'one');
    service.now += 60_000;
    for (const fields of [{}, { OverrideIfExists: 'false' }, { OverrideIfExists: 'False' }]) {
      const [status, code, message] = demoError(await service.upload('a.ps1', 'two', fields));
      assert.deepEqual([status, code], [400, 'BadRequest']);
      assert.match(message, /already exists/);
    }
    assert.equal((await fileOf(service, 'a.ps1'))?.['sha256'], sha256('one'));
    assert.equal((await service.upload('a.ps1', 'two', { OverrideIfExists: 'true' })).status, 200);
    const file = await fileOf(service, 'a.ps1');
    assert.deepEqual(
      [file?.['sha256'], file?.['creationTime'], file?.['lastUpdatedTime']],
      [sha256('two'), '2026-11-20T15:00:00Z', '2026-11-20T15:01:00Z'],
    );
  });

  it('of one name by two at once succeeds for one', async () => {
    const service = new DemoService();
    const answers = await Promise.all([service.upload('a.ps1', 'one'), service.upload('a.ps1', 'two')]);
    assert.deepEqual(answers.map(({ status }) => status).toSorted(), [200, 400]);
  });

  for (const name of ['a b.ps1', 'ä.ps1', 'a/b.ps1', 'a(1).ps1', 'a;b']) {
    it(`may not be named ${name}`, async () => {
      const service = new DemoService();
      assert.deepEqual(demoError(await service.upload(name, 'x')).slice(0, 2), [400, 'InvalidInput']);
    });
  }

  it('has 20 MB at the most', async () => {
    const service = new DemoService();
    const most = new Uint8Array(20 * 1024 * 1024);
    assert.equal((await service.upload('most.bin', most)).status, 200);
    const more = await service.upload('more.bin', new Uint8Array(most.length + 1));
    assert.deepEqual(demoError(more).slice(0, 2), [400, 'BadRequest']);
    assert.match(demoError(more)[2], /20 MB/);
    assert.equal(await fileOf(service, 'more.bin'), undefined);
  });

  it('has its file in the part "file", in this case', async () => {
    const service = new DemoService();
    const answer = await service.upload('a.ps1', 'x', {}, 'File');
    assert.deepEqual(demoError(answer).slice(0, 2), [400, 'MissingRequiredParameter']);
    const text = await service.upload('a.ps1', 'x', { file: 'x' }, 'other');
    assert.deepEqual(demoError(text).slice(0, 2), [400, 'MissingRequiredParameter']);
    const json = await service.call('libraryfiles', { method: 'POST', body: '{}' });
    assert.deepEqual(demoError(json).slice(0, 2), [400, 'InvalidRequestBody']);
    const odd = await service.upload('a.ps1', 'x', { OverrideIfExists: 'yes' });
    assert.deepEqual(demoError(odd).slice(0, 2), [400, 'InvalidInput']);
  });

  it('may be late in the list, where a run finds it at once', async () => {
    const service = new DemoService({ late: { libraryMs: 5_000 } });
    await service.upload('a.ps1', 'x');
    service.now += 4_999;
    assert.equal(await fileOf(service, 'a.ps1'), undefined);
    assert.equal((await service.startScript(demoMachines.windows, 'a.ps1')).status, 201);
    service.now += 1;
    assert.ok(await fileOf(service, 'a.ps1'));
  });
});

describe('a file of the library', () => {
  it('is deleted by its name, once', async () => {
    const service = new DemoService();
    await service.upload('a.ps1', 'x');
    const gone = await service.call('libraryfiles/a.ps1', { method: 'DELETE' });
    assert.deepEqual([gone.status, gone.body], [204, {}]);
    assert.equal(await fileOf(service, 'a.ps1'), undefined);
    const again = await service.call('libraryfiles/a.ps1', { method: 'DELETE' });
    assert.deepEqual(demoError(again).slice(0, 2), [404, 'ResourceNotFound']);
    assert.equal((await service.upload('a.ps1', 'y')).status, 200);
  });

  it('may be overwritten by a colleague', async () => {
    const service = new DemoService();
    await service.upload('a.ps1', 'mine', { Description: 'Mine' });
    service.now += 1_000;
    service.simulator.library.overwrite('a.ps1', 'theirs');
    const file = await fileOf(service, 'a.ps1');
    assert.deepEqual(
      [file?.['sha256'], file?.['createdBy'], file?.['description'], file?.['lastUpdatedTime']],
      [sha256('theirs'), 'r.patel@contoso.example', 'Mine', '2026-11-20T15:00:01Z'],
    );
  });
});
