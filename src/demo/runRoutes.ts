import type { WireMachine, WireMachineAction } from '../defender/machineAction';
import { ApiFailure, failure, isRecord, json, objectOf, type Route } from './answers';
import { type CallCounter } from './callLimits';
import { paramOf, type RequestedCommand } from './commandSteps';
import type { MachineTraits } from './tenant/machines';

/** What goes wrong with a start, beside what the service itself refuses. */
export interface StartFault {
  /** Before the action is created, or after: the caller cannot tell which. */
  readonly when: 'before' | 'after';
  /** A status of a gateway, or the connection breaks within the answer. */
  readonly how: 500 | 502 | 503 | 504 | 'cut';
}

export interface RunOptions {
  /** Live response actions that may be unfinished at once; 25 when missing. Newer pages say 50. */
  readonly sessionLimit?: number;
  /** What goes wrong with the `n`th start that is sent, the first being 1. */
  readonly startFault?: (n: number) => StartFault | undefined;
  /** The tenant's switch "Live Response unsigned script execution" is off. */
  readonly signedScriptsOnly?: boolean;
  /** The tenant's switches for live response; on when missing. */
  readonly liveResponse?: 'on' | 'off' | 'offForServers';
}

/** What the service knows when a run is to start. */
export interface RunSource extends RunOptions {
  readonly now: () => number;
  /** 10 calls a minute: run-live-response.md. */
  readonly counter: CallCounter | undefined;
  readonly machine: (id: string) => WireMachine;
  readonly traits: (machineId: string) => MachineTraits;
  /** The live response actions that are not finished. */
  readonly unfinished: () => readonly WireMachineAction[];
  readonly bytesOf: (fileName: string) => Uint8Array | undefined;
  readonly start: (
    machine: WireMachine,
    commands: readonly RequestedCommand[],
    comment: string,
  ) => WireMachineAction;
  readonly entity: (action: WireMachineAction) => object;
}

const documentedSessionLimit = 25;

/** "Run live response commands on a device", run-live-response.md. */
export function runRoutes(source: RunSource): readonly Route[] {
  let starts = 0;
  return [
    {
      method: 'POST',
      pattern: /^machines\/([^/]+)\/runliveresponse$/i,
      answer: async (_url, id, _, request) => {
        starts += 1;
        const fault = source.startFault?.(starts);
        if (fault?.when === 'before') {
          return faulty(fault, json({}, 201));
        }
        const answer = await startRun(source, id, request);
        return fault === undefined ? answer : faulty(fault, answer);
      },
    },
  ];
}

async function startRun(source: RunSource, id: string, request: Request): Promise<Response> {
  const wait = source.counter?.count(source.now());
  if (wait !== undefined) {
    throw new ApiFailure(429, '429', wait.message, { 'Retry-After': String(wait.seconds) });
  }
  const body = await objectOf(request);
  const machine = source.machine(id);
  const { commands, comment } = startOf(body);
  checkScripts(source, commands);
  checkMachine(source, machine);
  return json(source.entity(source.start(machine, commands, comment)), 201);
}

/** A gateway's page, or an answer whose second half never comes. */
async function faulty({ how }: StartFault, answer: Response): Promise<Response> {
  if (how !== 'cut') {
    return how === 500
      ? failure(500, 'InternalServerError', 'Something went wrong')
      : new Response(`<html><head><title>${how} from the gateway</title></head></html>`, {
          status: how,
          headers: { 'Content-Type': 'text/html' },
        });
  }
  const bytes = new Uint8Array(await answer.arrayBuffer());
  const half = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.error(new Error('The connection was cut')),
    start: (controller) => controller.enqueue(bytes.subarray(0, bytes.length / 2)),
  });
  return new Response(half, { status: 201, headers: { 'Content-Length': String(bytes.length) } });
}

/** Parameters of each command, and whether it must be there. */
const parameters: Readonly<
  Record<RequestedCommand['type'], Readonly<Record<string, 'required' | 'optional'>>>
> = {
  PutFile: { FileName: 'required' },
  RunScript: { ScriptName: 'required', Args: 'optional' },
  GetFile: { Path: 'required' },
};
const order: readonly string[] = ['PutFile', 'RunScript', 'GetFile'];

/**
 * The commands and the comment of a body. Names are case-sensitive: `Commands` and `Comment`, but
 * `type`, `params`, `key` and `value`.
 * @throws ApiFailure 400
 */
function startOf(body: Readonly<Record<string, unknown>> | undefined): {
  readonly commands: readonly RequestedCommand[];
  readonly comment: string;
} {
  const { Commands: list, Comment: comment } = body ?? {};
  if (body === undefined) {
    throw new ApiFailure(400, 'InvalidRequestBody', 'Request body is incorrect');
  }
  if (!Array.isArray(list) || list.length === 0) {
    throw new ApiFailure(400, 'MissingRequiredParameter', 'Commands is required');
  }
  if (typeof comment !== 'string' || comment.trim() === '') {
    throw new ApiFailure(400, 'MissingRequiredParameter', 'Comment is required');
  }
  const commands = list.map((each: unknown) => commandOf(each));
  const ranks = commands.map(({ type }) => order.indexOf(type));
  if (ranks.some((rank, n) => rank < (ranks[n - 1] ?? 0))) {
    throw new ApiFailure(400, 'InvalidInput', 'Commands must be in the order PutFile, RunScript, GetFile');
  }
  return { commands, comment };
}

function commandOf(value: unknown): RequestedCommand {
  const { type, params } = isRecord(value) ? value : {};
  if ((type !== 'PutFile' && type !== 'RunScript' && type !== 'GetFile') || !Array.isArray(params)) {
    throw new ApiFailure(400, 'InvalidRequestBody', 'A command must have a type and params');
  }
  const command: RequestedCommand = { type, params: params.map((each: unknown) => paramFrom(each)) };
  for (const [key, kind] of Object.entries(parameters[type])) {
    if (kind === 'required' && (paramOf(command, key) ?? '') === '') {
      throw new ApiFailure(400, 'MissingRequiredParameter', `${type} requires the parameter ${key}`);
    }
  }
  if (command.params.some(({ key }) => !Object.hasOwn(parameters[type], key))) {
    throw new ApiFailure(400, 'InvalidInput', `A parameter of ${type} is not known`);
  }
  return command;
}

function paramFrom(value: unknown): { readonly key: string; readonly value: string } {
  const { key, value: given } = isRecord(value) ? value : {};
  if (typeof key !== 'string' || typeof given !== 'string') {
    throw new ApiFailure(400, 'InvalidRequestBody', 'A parameter must have a key and a value');
  }
  return { key, value: given };
}

/** In the arguments of a script: the documentation of 2025 names them. */
const forbidden = /[;&|!$()]/;

function checkScripts(source: RunSource, commands: readonly RequestedCommand[]): void {
  for (const command of commands.filter(({ type }) => type !== 'GetFile')) {
    const name = paramOf(command, command.type === 'PutFile' ? 'FileName' : 'ScriptName') ?? '';
    const bytes = source.bytesOf(name);
    if (bytes === undefined) {
      throw new ApiFailure(
        400,
        'InvalidInput',
        `The file ${name} does not exist in the live response library`,
      );
    }
    if (forbidden.test(paramOf(command, 'Args') ?? '')) {
      throw new ApiFailure(400, 'InvalidInput', 'Args has characters that are not allowed: ; & | ! $ ( )');
    }
    const isUnsigned = /\.ps1$/i.test(name) && !Buffer.from(bytes).includes('# SIG # Begin signature block');
    if (source.signedScriptsOnly === true && command.type === 'RunScript' && isUnsigned) {
      throw new ApiFailure(
        400,
        'BadRequest',
        `The script ${name} is not signed, and unsigned scripts are not allowed`,
      );
    }
  }
}

function checkMachine(source: RunSource, { id, osPlatform, rbacGroupName }: WireMachine): void {
  const { liveResponse = 'on', sessionLimit = documentedSessionLimit } = source;
  if (liveResponse === 'off' || (liveResponse === 'offForServers' && osPlatform.includes('Server'))) {
    throw new ApiFailure(403, 'DisabledFeature', 'Live response is disabled for this device');
  }
  const { noAutomationLevel, portalSession } = source.traits(id);
  if (noAutomationLevel === true) {
    const message = `This device has no automation level assigned to it. Enable a minimum remediation level for the device group ${rbacGroupName ?? ''}`;
    throw new ApiFailure(403, 'DisallowedOperation', message);
  }
  const unfinished = source.unfinished();
  if (portalSession === true || unfinished.some(({ machineId }) => machineId === id)) {
    throw new ApiFailure(400, 'ActiveRequestAlreadyExists', 'Action is already in progress');
  }
  if (unfinished.length >= sessionLimit) {
    const message = `The maximum of ${sessionLimit} concurrent live response sessions has been reached`;
    throw new ApiFailure(429, 'TooManyRequests', message);
  }
}
