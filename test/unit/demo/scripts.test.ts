import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { demoMachines, DemoService, type DemoTranscript } from '../../support/demoService';

const { windows, german, linux } = demoMachines;

/** Runs a script of its own text. */
function run(machineId: string, lines: readonly string[], args?: string): Promise<DemoTranscript> {
  const name = machineId === linux ? 'a.sh' : 'a.ps1';
  return new DemoService().run(machineId, name, lines.join('\n'), args);
}

/** Runs a script of the sample tenant. */
async function known(machineId: string, name: string, args?: string): Promise<DemoTranscript> {
  const service = new DemoService();
  const { status, body } = await service.startScript(machineId, name, args);
  assert.equal(status, 201, JSON.stringify(body));
  service.now += 3_600_000;
  return JSON.parse((await service.result(body['id'])).toString()) as DemoTranscript;
}

/** The lines without the line that the agent prints, and without what it pads with. */
function linesOf({ script_output: output }: DemoTranscript): readonly string[] {
  return output
    .replace(/\n\0$/, '')
    .split(/\r?\n/)
    .filter((line) => !line.startsWith('Transcript started'));
}

const position = String.raw`C:\ProgramData\Microsoft\Windows Defender Advanced Threat Protection\Downloads\PSScript_{GUID}.ps1`;
const withoutGuid = (text: string): string =>
  text.replaceAll(/_\{[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}\}/g, '_{GUID}');

describe('a script of PowerShell', () => {
  it('tells host and arguments, and writes its literals', async () => {
    const transcript = await run(
      windows,
      [
        '<# of',
        'Write-Output "no" #>',
        'param(',
        '  [string]$A = \'Write-Output "no"\'',
        ')',
        '# Write-Output "no"',
        'Write-Output "one on $env:COMPUTERNAME"',
        'if ($A) {',
        "  Write-Output 'two'",
        '}',
        'Get-Process | Out-Null',
        'ipconfig.exe /all',
        'function Get-It { $A }',
        'Get-It',
      ],
      '-A b',
    );
    assert.deepEqual(linesOf(transcript), [
      'Host: SRV-FILE01',
      'Arguments: -A b',
      'one on SRV-FILE01',
      'two',
    ]);
    assert.deepEqual(
      [transcript.exit_code, transcript.script_errors, transcript.script_name],
      [0, '', 'a.ps1'],
    );
    assert.match(
      transcript.script_output,
      /^Transcript started, output file is .+PSScript_Transcript_\{[0-9A-F-]{36}\}\.txt\n/,
    );
    assert.match(transcript.script_output, /\n\0$/);
  });

  it('that throws ends there, and says where', async () => {
    const transcript = await run(windows, ['Write-Output "a"', '', '  throw "no disk"', 'Write-Output "b"']);
    assert.deepEqual(linesOf(transcript).slice(2), ['a']);
    assert.equal(transcript.exit_code, 1);
    assert.deepEqual(withoutGuid(transcript.script_errors).split('\r\n'), [
      'no disk',
      `At ${position}:3 char:1`,
      '+ throw "no disk"',
      '+ ~~~~~~~~~~~~~~~',
      '    + CategoryInfo          : OperationStopped: (no disk:String) [], RuntimeException',
      '    + FullyQualifiedErrorId : no disk',
      ' ',
    ]);
  });

  it('goes on after a command that is not known', async () => {
    const transcript = await run(windows, ['Foo-Bar -X 1', 'Write-Output "b"']);
    assert.deepEqual([linesOf(transcript).at(-1), transcript.exit_code], ['b', 0]);
    assert.deepEqual(withoutGuid(transcript.script_errors).split('\r\n').slice(0, 4), [
      "Foo-Bar : The term 'Foo-Bar' is not recognized as the name of a cmdlet, function, script file, or operable program. Check the spelling of the name, or if a path was included, verify that the path is correct and try again.",
      `At ${position}:1 char:1`,
      '+ Foo-Bar -X 1',
      '+ ~~~~~~~',
    ]);
    assert.equal((await run(windows, ['Foo-Bar'])).exit_code, 1);
  });

  it('names errors in German on a German machine', async () => {
    const { script_errors: errors } = await run(german, ['', '', 'nosuchtool', 'throw "weg"']);
    const lines = withoutGuid(errors).split('\r\n');
    assert.match(
      lines[0] ?? '',
      /^nosuchtool : Die Benennung "nosuchtool" wurde nicht als Name eines Cmdlet/,
    );
    assert.equal(lines[1], `In ${position}:3 Zeichen:1`);
    assert.ok(lines.includes(`In ${position}:4 Zeichen:1`));
    assert.ok(!errors.includes('At C:'));
  });

  it('names a file of the same GUID as its transcript, another one each time', async () => {
    const guids = async (): Promise<(string | undefined)[]> => {
      const { script_output: output, script_errors: errors } = await run(windows, ['throw "x"']);
      return [/Transcript_\{(.+?)\}/.exec(output)?.[1], /PSScript_\{(.+?)\}\.ps1/.exec(errors)?.[1]];
    };
    const [first, second] = [await guids(), await guids()];
    assert.equal(first[0], first[1]);
    assert.notEqual(first[0], second[0]);
  });

  it('writes an error of its own, and leaves with a code', async () => {
    const transcript = await run(windows, ['Write-Error "half"', 'exit 7', 'Write-Output "b"']);
    assert.match(transcript.script_errors, /^half\r\nAt .+:1 char:1\r\n/);
    assert.deepEqual([transcript.exit_code, linesOf(transcript).length], [7, 2]);
  });

  it('has long lines of errors broken where the console ends, if told', async () => {
    const service = new DemoService({ wrapErrorsAt: 80 });
    const { script_errors: errors } = await service.run(windows, 'a.ps1', 'throw "x"');
    const lines = errors.split('\r\n');
    assert.ok(lines.every(({ length }) => length <= 80));
    assert.match(withoutGuid(lines.join('')), /xAt C:.+PSScript_\{GUID\}\.ps1:1 char:1\+ throw/);
  });
});

describe('a script of bash', () => {
  it('tells host and arguments, and writes its literals', async () => {
    const transcript = await run(
      linux,
      [
        '#!/bin/bash',
        'set -eu',
        'X=1',
        'echo "on $(hostname): $1 and $2"',
        "echo 'not $1'",
        'echo bare',
        'if true; then',
        '  echo "in"',
        'fi',
      ],
      'a b',
    );
    assert.deepEqual(
      transcript.script_output,
      'Host: build-lnx02\nArguments: a b\non build-lnx02: a and b\nnot $1\nbare\nin\n\0',
    );
    assert.deepEqual([transcript.exit_code, transcript.script_errors], [0, '']);
  });

  it('names the line of a command that is not known, and "main" within a function', async () => {
    const transcript = await run(linux, [
      'collect() {',
      '  nosuch -x',
      '  echo "c"',
      '}',
      'never() {',
      '  other',
      '}',
      'missing',
      'collect',
      'gone',
    ]);
    assert.equal(
      transcript.script_errors,
      '/bin/bash: line 8: missing: command not found\nmain: line 2: nosuch: command not found\n/bin/bash: line 10: gone: command not found\n',
    );
    assert.equal(transcript.exit_code, 127);
    assert.ok(transcript.script_output.includes('\nc\n'));
  });

  it('writes to its errors, and leaves with a code', async () => {
    const transcript = await run(linux, ['echo "half" >&2', 'exit 4', 'echo "b"']);
    assert.deepEqual([transcript.script_errors, transcript.exit_code], ['half\n', 4]);
    assert.ok(!transcript.script_output.includes('\nb\n'));
  });

  it('may call itself', async () => {
    const transcript = await run(linux, ['f() {', '  echo "f"', '  f', '}', 'f']);
    assert.equal(transcript.exit_code, 0);
  });
});

describe('a script of the sample tenant', () => {
  it('depends on the machine', async () => {
    const [here, there, elsewhere] = [
      await known('1e5bc9d7e413ddd7902c2932e418702b84d0cc07', 'Get-Processes.ps1'),
      await known(windows, 'Get-Processes.ps1'),
      await known(german, 'Get-Processes.ps1'),
    ];
    assert.ok(here.script_output.includes('OfficeClickToRun'));
    assert.ok(!there.script_output.includes('OfficeClickToRun'));
    assert.deepEqual(linesOf(there), linesOf(elsewhere));
    const [hotfixes] = [await known(german, 'Get-Hotfixes.ps1')];
    assert.ok(hotfixes.script_output.includes('KB5046698,Security Update,2026-11-18,pc-berlin01'));
    assert.ok(
      (await known('91e07a283035cbf51d68274940516c4313245657', 'triage.sh')).script_output.includes(
        'kworkerd',
      ),
    );
    assert.ok(!(await known(linux, 'triage.sh')).script_output.includes('kworkerd'));
  });

  it('depends on its arguments', async () => {
    const without = await known(german, 'Get-Logons.ps1');
    assert.equal(without.exit_code, 1);
    assert.match(without.script_errors, /obligatorischer Parameter fehlt: Account\./);
    const given = await known(windows, 'Get-Logons.ps1', '-Account svc-backup');
    assert.deepEqual([given.exit_code, given.script_errors], [0, '']);
    assert.ok(given.script_output.includes('svc-backup'));
  });

  it('is another one once somebody has replaced it, and fails on another system', async () => {
    const replaced = await new DemoService().run(windows, 'Get-Processes.ps1', 'Write-Output "new"');
    assert.deepEqual(linesOf(replaced).slice(2), ['new']);
    const failed = await known(linux, 'Get-Hotfixes.ps1');
    assert.match(failed.script_errors, /^\/bin\/bash: line 1: Get-HotFix: command not found/);
    assert.equal(failed.exit_code, 127);
  });
});
