import type { WireMachineAction } from '../../defender/machineAction';
import { machines, type SampleMachine } from './machines';
import { dotNetTime } from './time';

const hourMs = 3_600_000;
const count = 180;
/** A machine that is offline is waited for so long. */
const timeOutHours = 72.2;
/** Less than the age of the youngest: nothing ends in the future. */
const maxHours = 0.6;

/**
 * What containment of the incident and a month of routine leave in the list: actions of all other
 * types and of every status.
 */
export function routineActions(start: number): readonly WireMachineAction[] {
  const random = generator(4711);
  return Array.from({ length: count }, (_, n) => {
    const machine = machines[Math.floor(random() * machines.length)] ?? machines[0];
    const kind = kinds[n < containment.length ? (containment[n] ?? 0) : Math.floor(random() * kinds.length)];
    if (machine === undefined || kind === undefined) {
      throw new Error('the tables are empty');
    }
    const hoursAgo = n < containment.length ? 0.7 + n * 0.4 : 5 + random() * 24 * 28;
    return routineAction(n, machine, kind, { start, hoursAgo, random });
  });
}

interface Kind {
  readonly type: string;
  readonly scope: string | null;
  readonly comment: string;
}

const kinds: readonly Kind[] = [
  { type: 'RunAntiVirusScan', scope: 'Quick', comment: 'Weekly quick scan' },
  { type: 'RunAntiVirusScan', scope: 'Full', comment: 'Full scan after alert' },
  { type: 'Isolate', scope: 'Full', comment: 'INC-4711 contain' },
  { type: 'Unisolate', scope: null, comment: 'INC-4711 released after clean-up' },
  { type: 'CollectInvestigationPackage', scope: null, comment: 'INC-4711 package for forensics' },
  { type: 'StopAndQuarantineFile', scope: null, comment: 'INC-4711 OfficeClickToRun.exe impostor' },
  { type: 'RestrictCodeExecution', scope: null, comment: 'INC-4711 only signed code' },
  { type: 'UnrestrictCodeExecution', scope: null, comment: 'INC-4711 restriction lifted' },
  { type: 'Offboard', scope: null, comment: 'Decommissioned' },
];

/** Indexes of {@link kinds}: what was done on the day of the incident. */
const containment = [2, 2, 5, 6, 4, 1, 3, 7];
const requestors = [
  'a.keller@contoso.example',
  'r.patel@contoso.example',
  'SOC-Playbook',
  '3f1c0f9e-6a52-4a57-8a8e-0d5a1c6e7b21',
];
const outcomes = [
  'Succeeded',
  'Succeeded',
  'Succeeded',
  'Succeeded',
  'Succeeded',
  'Failed',
  'TimeOut',
  'Cancelled',
] as const;

function routineAction(
  n: number,
  machine: SampleMachine,
  kind: Kind,
  { start, hoursAgo, random }: { start: number; hoursAgo: number; random: () => number },
): WireMachineAction {
  const created = start - hoursAgo * hourMs;
  const drawn = outcomes[n < containment.length ? 0 : Math.floor(random() * outcomes.length)] ?? 'Succeeded';
  // What would time out in the future has failed already.
  const status = drawn === 'TimeOut' && hoursAgo < timeOutHours ? 'Failed' : drawn;
  const ended = created + (status === 'TimeOut' ? timeOutHours : random() * maxHours) * hourMs;
  const requestor = requestors[Math.floor(random() * requestors.length)] ?? null;
  const cancelled = status === 'Cancelled';
  const quarantine = kind.type === 'StopAndQuarantineFile';
  const ticks = Math.floor(random() * 10_000);
  return {
    id: `c0ffee00-0000-4000-8000-${(n + 1).toString(16).padStart(12, '0')}`,
    type: kind.type,
    title: null,
    requestor,
    requestorComment: kind.comment,
    status,
    machineId: machine.id,
    computerDnsName: machine.name,
    creationDateTimeUtc: dotNetTime(Math.floor(created), ticks),
    lastUpdateDateTimeUtc: dotNetTime(Math.floor(ended), ticks),
    cancellationRequestor: cancelled ? requestor : null,
    cancellationComment: cancelled ? 'Not needed any more' : null,
    cancellationDateTimeUtc: cancelled ? dotNetTime(Math.floor(ended), ticks) : null,
    errorHResult:
      status === 'TimeOut' ? -2145844840 : cancelled ? -2147467260 : status === 'Failed' ? -2147024891 : 0,
    scope: kind.scope,
    externalId: null,
    requestSource: random() < 0.5 ? 'Portal' : 'PublicApi',
    relatedFileInfo: quarantine
      ? { fileIdentifier: 'da39a3ee5e6b4b0d3255bfef95601890afd80709', fileIdentifierType: 'Sha1' }
      : null,
    commands: [],
    troubleshootInfo: null,
  };
}

/** A small generator of repeatable numbers (mulberry32): the same tenant every time. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
