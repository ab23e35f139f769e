import type { WireMachine, WireMachineAction } from '../../defender/machineAction';
import type { SampleTenant } from '../service';
import { wireMachine } from './machines';
import { dotNetTime } from './time';

export interface GeneratedOptions {
  readonly actions: number;
  /** When the newest was created, in milliseconds since the epoch. */
  readonly start: number;
  /** Milliseconds between two of them; 20 seconds when missing. */
  readonly everyMs?: number;
  readonly machines?: number;
  /** How many of the newest are unfinished. */
  readonly unfinished?: number;
}

/** A tenant of any size whose actions a test can change. */
export interface GeneratedTenant extends SampleTenant {
  /** Newest first. */
  readonly list: readonly WireMachineAction[];
  /** Adds an action, or replaces the one of the same ID. */
  put(action: WireMachineAction): void;
}

/** Many actions, none like the other, as a large tenant has them: the same ones every time. */
export function createGeneratedTenant(options: GeneratedOptions): GeneratedTenant {
  const list = Array.from({ length: options.actions }, (_, n) => generatedAction(n, options));
  return {
    list,
    actions: () => list,
    machines: (now) => Array.from({ length: machineCount(options) }, (_, n) => generatedMachine(n, now)),
    result: () => undefined,
    put: (action) => {
      const at = list.findIndex(({ id }) => id === action.id);
      if (at < 0) {
        list.unshift(action);
      } else {
        list[at] = action;
      }
    },
  };
}

const machineCount = ({ machines = 500 }: GeneratedOptions): number => machines;

/** The ID of the action that is the `n`th from the newest. */
export function generatedId(n: number): string {
  return `9e4e7a7e-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;
}

/** The ID of a machine. */
export function generatedMachineId(n: number): string {
  return n.toString(16).padStart(40, 'a');
}

function machineName(n: number): string {
  return `host-${n}.contoso.example`;
}

function generatedMachine(n: number, now: number): WireMachine {
  const [id, name, ip] = [generatedMachineId(n), machineName(n), `192.0.2.${n % 254}`];
  return wireMachine({ id, name, ip, osPlatform: 'Windows11', group: 'Generated', health: 'Active' }, now);
}

const types = ['LiveResponse', 'LiveResponse', 'LiveResponse', 'RunAntiVirusScan', 'Isolate', 'Unisolate'];
const endings = ['Succeeded', 'Succeeded', 'Succeeded', 'Failed', 'TimeOut', 'Cancelled'];

function pick(values: readonly string[], n: number): string {
  return values[n % values.length] ?? '';
}

function generatedAction(n: number, options: GeneratedOptions): WireMachineAction {
  const { start, everyMs = 20_000, unfinished = 0 } = options;
  const created = start - n * everyMs;
  const open = n < unfinished;
  const type = open ? 'LiveResponse' : pick(types, n);
  const machine = (n * 7) % machineCount(options);
  return {
    id: generatedId(n),
    type,
    title: null,
    requestor: `analyst-${n % 12}@contoso.example`,
    requestorComment: `INC-${4_700 + (n % 900)} batch ${Math.floor(n / 40)}`,
    status: open ? pick(['Pending', 'InProgress'], n) : pick(endings, Math.floor(n / 5)),
    machineId: generatedMachineId(machine),
    computerDnsName: machineName(machine),
    creationDateTimeUtc: dotNetTime(created, n % 10_000),
    lastUpdateDateTimeUtc: dotNetTime(open ? created : created + 15_000, n % 10_000),
    cancellationRequestor: null,
    cancellationComment: null,
    cancellationDateTimeUtc: null,
    errorHResult: 0,
    scope: null,
    externalId: null,
    requestSource: 'PublicApi',
    relatedFileInfo: null,
    commands: type === 'LiveResponse' ? [generatedCommand(n, created, open)] : [],
    troubleshootInfo: null,
  };
}

function generatedCommand(n: number, created: number, open: boolean): WireMachineAction['commands'][number] {
  const params = [
    { key: 'ScriptName', value: `script-${n % 60}.ps1` },
    { key: 'Args', value: `-Case INC-${4_700 + (n % 900)} -Depth ${n % 5}` },
  ];
  return {
    index: 0,
    startTime: null,
    endTime: open ? null : dotNetTime(created + 14_000, n % 10_000),
    commandStatus: open ? 'Created' : 'Completed',
    errors: [],
    command: { type: 'RunScript', params },
  };
}
