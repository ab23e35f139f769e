import type { StoredBlob } from '../blobs';
import { host, type SampleMachine } from './machines';
import * as outputs from './outputs';

/** A command of the story, and what it left. */
export interface StoryCommand {
  readonly type: 'RunScript' | 'GetFile' | 'PutFile';
  readonly params: Readonly<Record<string, string>>;
  readonly status: 'Created' | 'Completed' | 'Failed';
  readonly errors?: readonly string[];
  readonly result?: () => StoredBlob;
}

export interface StoryAction {
  readonly id: string;
  readonly minutesAgo: number;
  readonly tookSeconds?: number;
  readonly machine: SampleMachine;
  /** The service has not learned the machine's name yet. */
  readonly unnamed?: boolean;
  readonly requestor: string;
  readonly comment: string;
  readonly status: 'Pending' | 'InProgress' | 'Succeeded' | 'Failed' | 'TimeOut' | 'Cancelled';
  readonly goesOn?: { readonly startsAfterSeconds: number; readonly endsAfterSeconds: number };
  readonly commands: readonly StoryCommand[];
}

const anna = 'a.keller@contoso.example';
const ravi = 'r.patel@contoso.example';
const playbook = 'SOC-Playbook';

function run(
  script: string,
  result: (() => StoredBlob) | undefined,
  more: { args?: string; status?: StoryCommand['status'] } = {},
): StoryCommand {
  return {
    type: 'RunScript',
    params: { ScriptName: script, ...(more.args !== undefined && { Args: more.args }) },
    status: more.status ?? (result === undefined ? 'Created' : 'Completed'),
    ...(result && { result }),
  };
}

function getFile(path: string, result?: () => StoredBlob): StoryCommand {
  return {
    type: 'GetFile',
    params: { Path: path },
    status: result ? 'Completed' : 'Created',
    ...(result && { result }),
  };
}

function putFile(name: string): StoryCommand {
  return { type: 'PutFile', params: { FileName: name }, status: 'Completed' };
}

/**
 * Ends in a number of its own, so that the ones that tests and documents name are easy to
 * recognise.
 */
function id(n: number): string {
  return `5a3e1e00-1d4c-4c11-9f00-${n.toString(16).padStart(12, '0')}`;
}

const base = { requestor: anna, comment: 'INC-4711 second look after containment' };

const running: readonly StoryAction[] = [
  {
    ...base,
    id: id(1),
    minutesAgo: 1,
    machine: host.finance2,
    unnamed: true,
    status: 'Pending',
    goesOn: { startsAfterSeconds: 60, endsAfterSeconds: 240 },
    commands: [
      run(
        'Get-Processes.ps1',
        () => outputs.powershell({ script: 'Get-Processes.ps1', output: outputs.processList(true) }),
        { status: 'Created' },
      ),
    ],
  },
  {
    ...base,
    id: id(2),
    minutesAgo: 4,
    machine: host.jump,
    status: 'InProgress',
    goesOn: { startsAfterSeconds: 0, endsAfterSeconds: 120 },
    commands: [
      run(
        'Get-Autoruns.ps1',
        () => outputs.powershell({ script: 'Get-Autoruns.ps1', output: outputs.autoruns }),
        { args: '-Format csv', status: 'Created' },
      ),
    ],
  },
  {
    ...base,
    id: id(3),
    minutesAgo: 75,
    machine: host.sales,
    requestor: playbook,
    comment: 'INC-4711 sweep: waits for the laptop to come online',
    status: 'Pending',
    commands: [run('Get-ScheduledTasks.ps1', undefined)],
  },
];

const finance: readonly StoryAction[] = [
  {
    id: '988cc94e-7a8f-4b28-ab65-54970c5d5018',
    minutesAgo: 9,
    machine: host.finance1,
    requestor: anna,
    comment: 'INC-4711 memory of the suspicious process',
    status: 'Succeeded',
    commands: [
      run('minidump.ps1', () => outputs.documentationSample, { args: 'OfficeClickToRun' }),
      getFile('C:\\windows\\TEMP\\OfficeClickToRun.dmp.zip', () =>
        outputs.collected(
          'OfficeClickToRun.dmp.zip',
          Buffer.concat([Buffer.from('PK\x03\x04'), Buffer.alloc(4096, 0xa5)]),
        ),
      ),
    ],
  },
  {
    id: id(0x10),
    minutesAgo: 31,
    machine: host.finance1,
    requestor: anna,
    comment: 'INC-4711 what is running',
    status: 'Succeeded',
    commands: [
      run('Get-Processes.ps1', () =>
        outputs.powershell({ script: 'Get-Processes.ps1', output: outputs.processList() }),
      ),
      run('Get-ScheduledTasks.ps1', () =>
        outputs.powershell({ script: 'Get-ScheduledTasks.ps1', output: outputs.scheduledTasks }),
      ),
      run(
        'Get-Autoruns.ps1',
        () => outputs.powershell({ script: 'Get-Autoruns.ps1', output: outputs.autoruns }),
        { args: '-Format csv' },
      ),
      run(
        'Get-Connections.ps1',
        () => outputs.transcript({ script: 'Get-Connections.ps1', output: outputs.connections }),
        { args: '-AsJson' },
      ),
    ],
  },
  {
    id: id(0x11),
    minutesAgo: 44,
    machine: host.finance2,
    requestor: ravi,
    comment: 'INC-4711 same check on the second desktop',
    status: 'Succeeded',
    commands: [
      run('Get-Processes.ps1', () =>
        outputs.powershell({
          script: 'Get-Processes.ps1',
          output: outputs.processList(true),
          errors: 'WARNING: access to 2 processes was denied\r\n',
        }),
      ),
    ],
  },
  {
    id: id(0x12),
    minutesAgo: 58,
    machine: host.finance2,
    requestor: ravi,
    comment: 'INC-4711 tools, triage, and the archive',
    status: 'Failed',
    commands: [
      putFile('triage-tools.zip'),
      {
        ...run('Invoke-Triage.ps1', () =>
          outputs.powershell({
            script: 'Invoke-Triage.ps1',
            exitCode: 2,
            output: 'Unpacking triage-tools.zip\r\nCollecting registry hives\r\n',
            errors:
              'Invoke-Triage.ps1 : The disk is full: C:\\Windows\\Temp needs 2.1 GB, 0.3 GB are free\r\n',
          }),
        ),
        status: 'Failed',
        errors: ['Script exited with code 2'],
      },
      getFile('C:\\Windows\\Temp\\triage.zip'),
    ],
  },
  {
    id: id(0x13),
    minutesAgo: 66,
    machine: host.finance1,
    requestor: anna,
    comment: 'INC-4711 hosts file',
    status: 'Succeeded',
    commands: [
      getFile('C:\\Windows\\System32\\drivers\\etc\\hosts', () =>
        outputs.collected(
          'hosts',
          Buffer.from('# hosts\r\n127.0.0.1 localhost\r\n203.0.113.66 update.contoso.example\r\n'),
        ),
      ),
    ],
  },
];

const servers: readonly StoryAction[] = [
  {
    id: id(0x20),
    minutesAgo: 97,
    machine: host.dc,
    requestor: anna,
    comment: 'INC-4711 logons of svc-backup',
    status: 'Failed',
    commands: [
      {
        ...run('Get-SecurityEvents.ps1', () =>
          outputs.powershell({
            script: 'Get-SecurityEvents.ps1',
            exitCode: 1,
            output: '',
            errors: outputs.psError,
          }),
        ),
        status: 'Failed',
      },
    ],
  },
  {
    id: id(0x21),
    minutesAgo: 104,
    machine: host.jump,
    requestor: anna,
    comment: 'INC-4711 logons of svc-backup',
    status: 'Succeeded',
    commands: [
      run(
        'Get-Logons.ps1',
        () => outputs.olderTranscript({ script: 'Get-Logons.ps1', output: outputs.logons }),
        { args: '-Account svc-backup -Days 2' },
      ),
    ],
  },
  {
    id: id(0x22),
    minutesAgo: 133,
    tookSeconds: 660,
    machine: host.files,
    requestor: ravi,
    comment: 'INC-4711 hash all executables on the share',
    status: 'TimeOut',
    commands: [
      {
        ...run('Get-FileHashes.ps1', () =>
          outputs.powershell({
            script: 'Get-FileHashes.ps1',
            exitCode: -1,
            output: 'D:\\Shares\\Finance: 1,204 of 18,330 files hashed\r\n',
            errors: 'Script execution timed out after 600 seconds\r\n',
          }),
        ),
        status: 'Failed',
      },
    ],
  },
  {
    id: id(0x23),
    minutesAgo: 151,
    machine: host.web,
    requestor: ravi,
    comment: 'INC-4711 CPU alarm on the web server',
    status: 'Succeeded',
    commands: [
      run('triage.sh', () =>
        outputs.transcript({
          script: 'triage.sh',
          output: outputs.linuxTriage,
          errors: 'crontab: no crontab for www-data\n',
        }),
      ),
      getFile('/tmp/.X11-unix/kworkerd', () =>
        outputs.collected('kworkerd', Buffer.concat([Buffer.from('\x7fELF'), Buffer.alloc(2048)])),
      ),
    ],
  },
  {
    id: id(0x24),
    minutesAgo: 170,
    machine: host.sql,
    requestor: ravi,
    comment: 'Wrong machine, sorry',
    status: 'Cancelled',
    commands: [run('Get-Processes.ps1', undefined)],
  },
  ...[host.finance1, host.finance2, host.hr].map((machine, n): StoryAction => ({
    id: id(0x30 + n),
    minutesAgo: 1_500 + n * 7,
    machine,
    requestor: playbook,
    comment: 'Monthly patch inventory',
    status: 'Succeeded',
    commands: [
      run('Get-Hotfixes.ps1', () =>
        outputs.transcript({
          script: 'Get-Hotfixes.ps1',
          output: outputs.inventory(machine.name.split('.')[0] ?? '', machine !== host.hr),
        }),
      ),
    ],
  })),
];

/** What goes wrong in real tenants, and what an attacker may have written. */
const odd: readonly StoryAction[] = [
  {
    id: id(0x40),
    minutesAgo: 190,
    machine: host.hr,
    requestor: ravi,
    comment: 'INC-4711 [click here](command:workbench.action.closeWindow) $(flame) <b>bold</b>',
    status: 'Succeeded',
    commands: [
      run('[clean](command:workbench.action.closeWindow).ps1', () =>
        outputs.transcript({
          script: '[clean](command:workbench.action.closeWindow).ps1',
          output: outputs.noisy,
        }),
      ),
    ],
  },
  {
    id: id(0x41),
    minutesAgo: 205,
    machine: host.kiosk,
    requestor: ravi,
    comment: 'INC-4711 body that is no transcript',
    status: 'Succeeded',
    commands: [
      run('Get-Browser.ps1', () =>
        outputs.textBlob('The agent could not serialise the output.\nHRESULT 0x80070057\n'),
      ),
    ],
  },
];

/**
 * Incident INC-4711: a phishing mail, an impostor of OfficeClickToRun on two finance desktops, a
 * stolen service account, and a miner on a Linux web server. Newest first.
 */
export const storyActions: readonly StoryAction[] = [...running, ...finance, ...servers, ...odd];
