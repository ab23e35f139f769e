import type { LibrarySeed } from '../libraryRoutes';
import type { ScriptOutcome, ScriptRun } from '../scriptOutcome';
import { host } from './machines';
import * as outputs from './outputs';

interface SampleScript {
  readonly fileName: string;
  readonly description: string;
  readonly parametersDescription?: string;
  readonly lines: readonly string[];
  /** What it writes where it can run. */
  readonly outcome?: (run: ScriptRun) => string | ScriptOutcome;
}

const ofMachine = ({ machine }: ScriptRun, { id }: { readonly id: string }): boolean => machine.id === id;

const scripts: readonly SampleScript[] = [
  {
    fileName: 'Get-Processes.ps1',
    description: 'Running processes with their paths',
    lines: ['Get-Process | Sort-Object Id |', '  Format-Table Id, WS, CPU, ProcessName, Path -AutoSize'],
    outcome: (run) => outputs.processList(!ofMachine(run, host.finance1)),
  },
  {
    fileName: 'Get-ScheduledTasks.ps1',
    description: 'Scheduled tasks outside \\Microsoft\\',
    lines: ["Get-ScheduledTask | Where-Object TaskPath -notlike '\\Microsoft\\*'"],
    outcome: (run) => (ofMachine(run, host.finance1) ? outputs.scheduledTasks : outputs.cleanScheduledTasks),
  },
  {
    fileName: 'Get-Autoruns.ps1',
    description: 'Programs that start by themselves',
    parametersDescription: '-Format csv|json',
    lines: [
      "param([ValidateSet('csv', 'json')][string]$Format = 'csv')",
      'Get-CimInstance Win32_StartupCommand',
    ],
    outcome: (run) => (ofMachine(run, host.finance1) ? outputs.autoruns : outputs.cleanAutoruns),
  },
  {
    fileName: 'Get-Hotfixes.ps1',
    description: 'Installed updates',
    lines: ['Get-HotFix | Sort-Object InstalledOn -Descending | ConvertTo-Csv -NoTypeInformation'],
    outcome: (run) => outputs.inventory(run.machine.host.toLowerCase(), !ofMachine(run, host.hr)),
  },
  {
    fileName: 'Get-Logons.ps1',
    description: 'Logons of an account',
    parametersDescription: '-Account <name> [-Days <number>]',
    lines: [
      'param(',
      '  [Parameter(Mandatory)][string]$Account,',
      '  [int]$Days = 1',
      ')',
      "Get-WinEvent -FilterHashtable @{LogName='Security'; Id=4624,4672}",
    ],
    outcome: (run) =>
      /-Account\s+\S/i.test(run.args) ? outputs.logons : outputs.missingParameter('Account', run),
  },
  {
    fileName: 'triage.sh',
    description: 'Logons, processes, cron jobs and journal of a Linux machine',
    lines: ['who', 'ps aux --sort=start_time | tail -n 6', 'crontab -l', 'journalctl -u ssh -n 20'],
    outcome: (run) => (ofMachine(run, host.web) ? outputs.linuxTriage : outputs.cleanLinuxTriage),
  },
  {
    fileName: 'triage-tools.zip',
    description: 'Tools for Invoke-Triage.ps1',
    lines: ['PK\u0003\u0004 SAMPLE'],
  },
];

const textOf = ({ lines }: SampleScript): string => `${lines.join('\n')}\n`;

const dayMs = 86_400_000;

/** The library as it is at `start` (ms since the epoch). */
export function libraryFiles(start: number): readonly LibrarySeed[] {
  return scripts.map((script, n) => ({
    fileName: script.fileName,
    description: script.description,
    ...(script.parametersDescription !== undefined && {
      parametersDescription: script.parametersDescription,
    }),
    text: textOf(script),
    createdBy: n % 2 === 0 ? 'a.keller@contoso.example' : 'r.patel@contoso.example',
    at: start - (20 + 9 * n) * dayMs,
  }));
}

/** What a script of the sample tenant leaves; undefined for any other, and where it cannot run. */
export function outcomeOf(run: ScriptRun): ScriptOutcome | undefined {
  const script = scripts.find(
    (each) => each.fileName.endsWith('.sh') !== run.machine.windows && textOf(each) === run.text,
  );
  const outcome = script?.outcome?.(run);
  return typeof outcome === 'string' ? { exitCode: 0, output: outcome, errors: '' } : outcome;
}
