import { gzipSync } from 'node:zlib';
import type { StoredBlob } from '../blobs';
import type { ScriptOutcome, ScriptRun } from '../scriptOutcome';

/** The bodies of the sample tenant's results: what such scripts really print. */

const header = (id: string): string =>
  `Transcript started, output file is C:\\ProgramData\\Microsoft\\Windows Defender Advanced Threat Protection\\Temp\\PSScriptOutputs\\PSScript_Transcript_{${id}}.txt\n`;

interface TranscriptParts {
  readonly script: string;
  readonly exitCode?: number;
  readonly output: string;
  readonly errors?: string;
  /** Names the transcript's file; one that is always the same when missing. */
  readonly guid?: string;
}

/**
 * A transcript as the service writes it today: `script_errors`, and the output padded with a NUL.
 */
export function transcript({ script, exitCode = 0, output, errors = '' }: TranscriptParts): StoredBlob {
  return jsonBlob(
    JSON.stringify({
      script_name: script,
      exit_code: exitCode,
      script_output: `${output}\n\0`,
      script_errors: errors,
    }),
  );
}

/** A PowerShell transcript, with the line that the agent's wrapper prints first. */
export function powershell(parts: TranscriptParts): StoredBlob {
  const { guid = 'B6C1C9B0-8F1E-4E0B-9E0F-3D2A5C7E9F11' } = parts;
  return transcript({ ...parts, output: header(guid) + parts.output });
}

/** As documentation of 2021 has it: `name` and `script_error`. */
export function olderTranscript({ script, exitCode = 0, output, errors = '' }: TranscriptParts): StoredBlob {
  return jsonBlob(
    JSON.stringify({ name: script, exit_code: exitCode, script_output: output, script_error: errors }),
  );
}

export function textBlob(text: string): StoredBlob {
  return { bytes: Buffer.from(text), contentType: 'text/plain' };
}

function jsonBlob(text: string): StoredBlob {
  return { bytes: Buffer.from(text), contentType: 'application/json' };
}

/** A collected file: gzip, with its name in the header. */
export function collected(name: string, bytes: Buffer): StoredBlob {
  const packed = gzipSync(bytes);
  const fileName = Buffer.from(`${name}\0`, 'latin1');
  packed[3] = 0x08;
  const withName = Buffer.concat([packed.subarray(0, 10), fileName, packed.subarray(10)]);
  return { bytes: withName, contentType: 'application/octet-stream' };
}

/**
 * The file content printed in "Get live response results": the raw line break inside the string
 * makes it invalid JSON.
 */
export const documentationSample: StoredBlob = jsonBlob(`{
    "script_name": "minidump.ps1",
    "exit_code": 0,
    "script_output": "Transcript started, output file is C:\\\\ProgramData\\\\Microsoft\\\\Windows Defender Advanced Threat Protection\\\\Temp\\\\PSScriptOutputs\\\\PSScript_Transcript_{TRANSCRIPT_ID}.txt
C:\\\\windows\\\\TEMP\\\\OfficeClickToRun.dmp.zip\\n51 MB\\n\\u0000\\u0000\\u0000",
    "script_error":""
}`);

const processes: readonly (readonly [number, number, number, string, string])[] = [
  [412, 18.4, 2.1, 'svchost', 'C:\\Windows\\System32\\svchost.exe'],
  [1088, 96.2, 31.7, 'MsMpEng', 'C:\\ProgramData\\Microsoft\\Windows Defender\\Platform\\MsMpEng.exe'],
  [2264, 61.0, 8.9, 'explorer', 'C:\\Windows\\explorer.exe'],
  [3712, 143.8, 44.2, 'OUTLOOK', 'C:\\Program Files\\Microsoft Office\\root\\Office16\\OUTLOOK.EXE'],
  [4920, 212.5, 63.0, 'EXCEL', 'C:\\Program Files\\Microsoft Office\\root\\Office16\\EXCEL.EXE'],
  [
    6184,
    37.3,
    812.4,
    'OfficeClickToRun',
    'C:\\Users\\m.jäger\\AppData\\Roaming\\Microsoft\\OfficeClickToRun.exe',
  ],
  [6420, 22.7, 3.3, 'rundll32', 'C:\\Windows\\System32\\rundll32.exe'],
  [7016, 54.1, 5.8, 'powershell', 'C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe'],
];

/** `Get-Process`, widened by a path; `clean` leaves the impostor out. */
export function processList(clean = false): string {
  const rows = processes
    .filter(([, , , name]) => !clean || name !== 'OfficeClickToRun')
    .map(
      ([pid, memory, cpu, name, path]) =>
        `${String(pid).padStart(6)} ${memory.toFixed(1).padStart(10)} ${cpu.toFixed(2).padStart(10)}  ${name.padEnd(18)} ${path}`,
    );
  return [
    '    Id     WS(MB)     CPU(s)  ProcessName        Path',
    '    --     ------     ------  -----------        ----',
    ...rows,
    '',
  ].join('\r\n');
}

export const scheduledTasks = [
  '=== Scheduled tasks outside \\Microsoft\\ ===',
  '',
  'TaskName                 State  Author              Action',
  '--------                 -----  ------              ------',
  'Adobe Acrobat Update     Ready  Adobe Inc.          C:\\Program Files (x86)\\Common Files\\Adobe\\ARM\\1.0\\AdobeARM.exe',
  'OfficeClickToRun Sync    Ready  CONTOSO\\m.jäger    rundll32.exe C:\\Users\\m.jäger\\AppData\\Roaming\\Microsoft\\sync.dat,Start',
  'OneDrive Standalone      Ready  Microsoft           %localappdata%\\Microsoft\\OneDrive\\OneDriveStandaloneUpdater.exe',
  '',
  '1 task runs from a user-writable path.',
].join('\r\n');

/** Without the task of the impostor. */
export const cleanScheduledTasks = scheduledTasks
  .split('\r\n')
  .filter((line) => !/OfficeClickToRun|user-writable/.test(line))
  .concat('No task runs from a user-writable path.')
  .join('\r\n');

export const autoruns = [
  '"Entry","Location","Signer","Image path","Launch string"',
  '"SecurityHealth","HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run","(Verified) Microsoft Windows","C:\\Windows\\System32\\SecurityHealthSystray.exe","SecurityHealthSystray.exe"',
  '"OneDrive","HKCU\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run","(Verified) Microsoft Corporation","C:\\Program Files\\Microsoft OneDrive\\OneDrive.exe","OneDrive.exe /background"',
  '"OfficeSync","HKCU\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run","(Not verified)","C:\\Users\\m.jäger\\AppData\\Roaming\\Microsoft\\OfficeClickToRun.exe","OfficeClickToRun.exe -s"',
].join('\r\n');

/** Without the impostor. */
export const cleanAutoruns = autoruns
  .split('\r\n')
  .filter((line) => !line.includes('OfficeSync'))
  .join('\r\n');

export const connections = JSON.stringify(
  [
    {
      process: 'OfficeClickToRun',
      pid: 6184,
      local: '192.0.2.21:50112',
      remote: '203.0.113.66:443',
      state: 'ESTABLISHED',
    },
    {
      process: 'OUTLOOK',
      pid: 3712,
      local: '192.0.2.21:49822',
      remote: '198.51.100.40:443',
      state: 'ESTABLISHED',
    },
    { process: 'svchost', pid: 412, local: '0.0.0.0:135', remote: null, state: 'LISTEN' },
  ],
  undefined,
  2,
);

/** An error record as Windows PowerShell writes it to stderr. */
export const psError = [
  'Get-WinEvent : Attempted to perform an unauthorized operation.',
  'At C:\\ProgramData\\Microsoft\\Windows Defender Advanced Threat Protection\\Downloads\\Get-SecurityEvents.ps1:14 char:5',
  "+     Get-WinEvent -FilterHashtable @{LogName='Security'; Id=4624,4625}",
  '+     ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~',
  '    + CategoryInfo          : NotSpecified: (:) [Get-WinEvent], UnauthorizedAccessException',
  '    + FullyQualifiedErrorId : System.UnauthorizedAccessException,Microsoft.PowerShell.Commands.GetWinEventCommand',
  '',
].join('\r\n');

export const logons = [
  'TimeCreated           Id   LogonType  Account              Source',
  '-----------           --   ---------  -------              ------',
  '2026-11-19 21:14:02   4624  3         CONTOSO\\svc-backup   192.0.2.21',
  '2026-11-19 21:14:05   4672  -         CONTOSO\\svc-backup   192.0.2.21',
  '2026-11-19 21:16:47   4624  10        CONTOSO\\svc-backup   198.51.100.30',
  '',
].join('\r\n');

export const linuxTriage = [
  '== who ==',
  'deploy   pts/0        2026-11-19 22:41 (198.51.100.30)',
  '== ps aux (top 6 by start) ==',
  'USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND',
  'root           1  0.0  0.1 168140 11832 ?        Ss   Nov02   0:41 /sbin/init',
  'www-data    2114  0.3  1.2 214532 98120 ?        S    Nov02  12:07 nginx: worker process',
  'deploy     48811  0.0  0.0   7368  3528 pts/0    S+   22:43   0:00 bash -i',
  'deploy     48830 97.4  2.2 712340 181220 ?       Rl   22:44  61:12 /tmp/.X11-unix/kworkerd',
  '== crontab -l (deploy) ==',
  '*/10 * * * * /tmp/.X11-unix/kworkerd --once >/dev/null 2>&1',
  '== journal ==',
  'Nov 19 22:41:09 web-lnx01 sshd[48790]: Accepted publickey for deploy from 198.51.100.30 port 52114 ssh2',
  '',
].join('\n');

/** Without the miner. */
export const cleanLinuxTriage = linuxTriage
  .split('\n')
  .filter((line) => !/kworkerd|deploy/.test(line))
  .join('\n');

/** A script that is started without what it must be given: nothing can ask for it. */
export function missingParameter(name: string, { scriptName, machine, guid }: ScriptRun): ScriptOutcome {
  const file = `PSScript_{${guid}}.ps1`;
  const message =
    machine.language === 'de'
      ? `Der Befehl kann nicht verarbeitet werden, da mindestens ein obligatorischer Parameter fehlt: ${name}.`
      : `Cannot process command because of one or more missing mandatory parameters: ${name}.`;
  const errors = [
    `${file} : ${message}`,
    `    + CategoryInfo          : InvalidArgument: (:) [${file}], ParameterBindingException`,
    `    + FullyQualifiedErrorId : MissingMandatoryParameter,${scriptName}`,
    ' ',
  ].join('\r\n');
  return { exitCode: 1, output: '', errors };
}

/** Colours, a progress line that overwrites itself, and what somebody wrote to be overlooked. */
export const noisy = [
  '\u001b[32m[+]\u001b[0m Scanning C:\\Users …',
  ' 10%\r 55%\r100%',
  '\u001b[31m[!]\u001b[0m invoice_\u202Efdp.exe  (name reads backwards)',
  '\u001b]0;owned\u0007bell\u0007 and a NUL \u0000 in the middle',
  'Prüfung abgeschlossen: 1 Fund – Größe 51 MB',
].join('\n');

export const inventory = (host: string, patched: boolean): string =>
  [
    'HotFixID,Description,InstalledOn,Host',
    `KB5046613,Security Update,2026-11-12,${host}`,
    ...(patched ? [`KB5046698,Security Update,2026-11-18,${host}`] : []),
    `KB5045933,Update,2026-10-21,${host}`,
  ].join('\r\n');
