import type { WireMachine } from '../defender/machineAction';
import type { StoredBlob } from './blobs';
import { guidOf, type ScriptMachine, type ScriptOutcome, type ScriptRun } from './scriptOutcome';
import { runBash } from './simulatedBash';
import { runPowerShell } from './simulatedPowerShell';
import type { MachineTraits } from './tenant/machines';
import { collected, powershell, transcript } from './tenant/outputs';

/** A command of a start, as its body has it. */
export interface RequestedCommand {
  readonly type: 'PutFile' | 'RunScript' | 'GetFile';
  readonly params: readonly { readonly key: string; readonly value: string }[];
}

/** What becomes of a command. The first that fails is the last. */
export interface Step {
  readonly status: 'Completed' | 'Failed';
  readonly timedOut: boolean;
  readonly errors: readonly string[];
  /** Milliseconds that it takes. */
  readonly ms: number;
  readonly blob?: StoredBlob;
}

/** What the commands of one action run with. */
export interface StepContext {
  readonly actionId: string;
  readonly machine: WireMachine;
  readonly traits: MachineTraits;
  /** The library as the machine finds it. */
  readonly bytesOf: (fileName: string) => Uint8Array | undefined;
  /** What a known script leaves. */
  readonly outcome?: ((run: ScriptRun) => ScriptOutcome | undefined) | undefined;
  /** Milliseconds that each command takes beside what its script sleeps. */
  readonly commandMs: number;
  /** Columns after which Windows PowerShell breaks a line of an error; never when missing. */
  readonly wrapErrorsAt?: number | undefined;
}

/** Milliseconds: the documented limit of a script, run-live-response.md. */
const maxScriptMs = 600_000;

export function paramOf(command: RequestedCommand, key: string): string | undefined {
  return command.params.find((each) => each.key === key)?.value;
}

/** What becomes of the commands, one after another, until one fails. */
export function stepsOf(commands: readonly RequestedCommand[], context: StepContext): readonly Step[] {
  const steps: Step[] = [];
  for (const [index, command] of commands.entries()) {
    const step = stepOf(command, index, context);
    steps.push(step);
    if (step.status === 'Failed') {
      break;
    }
  }
  return steps;
}

function stepOf(command: RequestedCommand, index: number, context: StepContext): Step {
  const done = { status: 'Completed', timedOut: false, errors: [], ms: context.commandMs } as const;
  const failed = (reason: string): Step => ({ ...done, status: 'Failed', errors: [reason] });
  if (command.type === 'GetFile') {
    const blob = fileOf(paramOf(command, 'Path') ?? '', context);
    return blob === undefined ? failed('The system cannot find the path specified.') : { ...done, blob };
  }
  const name = paramOf(command, command.type === 'PutFile' ? 'FileName' : 'ScriptName') ?? '';
  const bytes = context.bytesOf(name);
  if (bytes === undefined) {
    return failed(`The file ${name} was not found in the library.`);
  }
  return command.type === 'PutFile' ? done : scriptStep(scriptRun(command, index, bytes, context), context);
}

function scriptRun(
  command: RequestedCommand,
  index: number,
  bytes: Uint8Array,
  { actionId, machine, traits }: StepContext,
): ScriptRun {
  return {
    scriptName: paramOf(command, 'ScriptName') ?? '',
    text: new TextDecoder().decode(bytes),
    args: paramOf(command, 'Args') ?? '',
    machine: scriptMachine(machine, traits),
    guid: guidOf(`${actionId}/${index}`),
  };
}

function scriptMachine(
  { id, computerDnsName, osPlatform }: WireMachine,
  traits: MachineTraits,
): ScriptMachine {
  const short = computerDnsName?.split('.')[0] ?? id;
  const windows = osPlatform.startsWith('Windows');
  return { id, host: windows ? short.toUpperCase() : short, windows, language: traits.language };
}

function scriptStep(run: ScriptRun, context: StepContext): Step {
  const { windows } = run.machine;
  const outcome = context.outcome?.(run) ?? (windows ? runPowerShell(run) : runBash(run));
  const ms = context.commandMs + 1000 * (outcome.sleptSeconds ?? 0);
  const timedOut = ms > maxScriptMs;
  const late = 'Script execution timed out after 600 seconds\r\n';
  const exitCode = timedOut ? -1 : outcome.exitCode;
  const errors = timedOut ? outcome.errors + late : outcome.errors;
  const parts = {
    script: run.scriptName,
    exitCode,
    output: outcome.output,
    errors: windows ? wrapped(errors, context.wrapErrorsAt) : errors,
    guid: run.guid,
  };
  return {
    status: exitCode === 0 ? 'Completed' : 'Failed',
    timedOut,
    errors: exitCode === 0 ? [] : [`Script exited with code ${exitCode}`],
    ms: Math.min(ms, maxScriptMs),
    blob: windows ? powershell(parts) : transcript(parts),
  };
}

/** Lines that are longer than a console is wide, broken where it ends. */
function wrapped(text: string, columns: number | undefined): string {
  if (columns === undefined) {
    return text;
  }
  const pieces = (line: string): string[] =>
    Array.from({ length: Math.max(1, Math.ceil(line.length / columns)) }, (_, n) =>
      line.slice(n * columns, (n + 1) * columns),
    );
  return text.split('\r\n').flatMap(pieces).join('\r\n');
}

/** A file of the machine; none for a path of another system. */
function fileOf(path: string, { machine }: StepContext): StoredBlob | undefined {
  const windows = machine.osPlatform.startsWith('Windows');
  const fits = windows ? /^[a-z]:\\/i.test(path) : path.startsWith('/');
  const name = path.split(/[\\/]/).at(-1) ?? '';
  return fits && name !== ''
    ? collected(name, Buffer.from(`SAMPLE\n${path} of ${machine.computerDnsName ?? machine.id}\n`))
    : undefined;
}
