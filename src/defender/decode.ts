import type { ActionCommand, MachineAction } from './machineAction';
import { time } from './serviceTime';

/**
 * Decoding of what the service sends, at the boundary and once. By hand, because schema libraries
 * cost more than `JSON.parse` itself on a page of 10,000 actions (docs/dependencies.md). Tolerant:
 * a missing or odd field is undefined, never a lost action; only a thing without a usable ID is not
 * an action.
 */
export type Json = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A non-empty string, or undefined. */
export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

const guid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** The GUID in lower case, the one spelling this project uses; undefined when it is none. */
export function normalizeGuid(value: unknown): string | undefined {
  return typeof value === 'string' && guid.test(value) ? value.toLowerCase() : undefined;
}

/** Gives equal strings one object; see `stringPool.ts`. */
export type Share = (value: string) => string;

const asItIs: Share = (value) => value;

/** Undefined when there is no usable ID: everything else can be missing. */
export function decodeAction(value: unknown): MachineAction | undefined {
  return decodeSharing(value, asItIs);
}

/** As {@link decodeAction}, for many: what repeats from one action to the next is kept once. */
export function actionDecoder(share: Share): (value: unknown) => MachineAction | undefined {
  return (value) => decodeSharing(value, share);
}

function decodeSharing(value: unknown, share: Share): MachineAction | undefined {
  if (!isObject(value)) {
    return undefined;
  }
  const id = normalizeGuid(value['id']);
  if (id === undefined) {
    return undefined;
  }
  return {
    id,
    type: share(text(value['type']) ?? 'Unknown'),
    status: share(text(value['status']) ?? 'Unknown'),
    requestor: sharedText(value['requestor'], share),
    requestorComment: sharedText(value['requestorComment'], share),
    machineId: sharedText(value['machineId'], share),
    computerDnsName: sharedText(value['computerDnsName'], share),
    createdAt: time(value['creationDateTimeUtc']),
    // Documentation samples print lastUpdateTimeUtc; recorded answers never do.
    updatedAt: time(value['lastUpdateDateTimeUtc'] ?? value['lastUpdateTimeUtc']),
    errorHResult: hresultOf(value['errorHResult']),
    scope: sharedText(value['scope'], share),
    requestSource: sharedText(value['requestSource'], share),
    commands: decodeCommands(value['commands'], share),
  };
}

function sharedText(value: unknown, share: Share): string | undefined {
  const found = text(value);
  return found === undefined ? undefined : share(found);
}

/**
 * A signed 32-bit number, which may come unsigned, as its digits or in hexadecimal; 0 for anything
 * else.
 */
function hresultOf(value: unknown): number {
  const written = typeof value === 'string' ? value.trim() : '';
  const isNumber = /^(?:[+-]?\d{1,10}|0x[0-9a-f]{1,8})$/i.test(written);
  const number = typeof value === 'number' ? value : isNumber ? Number(written) : 0;
  return Number.isInteger(number) && number >= -0x8000_0000 && number <= 0xffff_ffff ? number | 0 : 0;
}

const noCommands: readonly ActionCommand[] = [];
const noErrors: readonly string[] = [];

function decodeCommands(value: unknown, share: Share): readonly ActionCommand[] {
  if (!Array.isArray(value) || value.length === 0) {
    return noCommands;
  }
  return (value as unknown[]).flatMap((command, position) =>
    isObject(command) ? [decodeCommand(command, position, share)] : [],
  );
}

function decodeCommand(value: Json, position: number, share: Share): ActionCommand {
  const command = isObject(value['command']) ? value['command'] : {};
  const params = paramsOf(command['params'], share);
  return {
    index: indexOf(value['index']) ?? position,
    type: share(text(command['type']) ?? 'Unknown'),
    status: share(text(value['commandStatus']) ?? 'Unknown'),
    errors: decodeErrors(value['errors']),
    startedAt: time(value['startTime']),
    endedAt: time(value['endTime']),
    subject: params.scriptname ?? params.path ?? params.filename,
    args: params.args,
  };
}

function indexOf(value: unknown): number | undefined {
  const index = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value;
  return typeof index === 'number' && Number.isSafeInteger(index) && index >= 0 ? index : undefined;
}

/**
 * Errors are taken as a list of strings, which no recorded answer confirms; anything else is shown
 * as the JSON it is.
 */
function decodeErrors(value: unknown): readonly string[] {
  const errors = Array.isArray(value) ? (value as unknown[]) : isGiven(value) ? [value] : [];
  return errors.length > 0
    ? errors.map((error) => (typeof error === 'string' ? error : JSON.stringify(error)))
    : noErrors;
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}

interface Params {
  scriptname?: string;
  path?: string;
  filename?: string;
  args?: string;
}

/** The parameters that this project reads, by their names in lower case. */
function paramsOf(value: unknown, share: Share): Params {
  const params: Params = {};
  for (const param of Array.isArray(value) ? (value as unknown[]) : []) {
    if (isObject(param) && typeof param['key'] === 'string') {
      const key = param['key'].toLowerCase();
      const given = textOfParameter(param['value']);
      if (
        given !== undefined &&
        (key === 'scriptname' || key === 'path' || key === 'filename' || key === 'args')
      ) {
        params[key] = share(given);
      }
    }
  }
  return params;
}

/**
 * What a script was given, as text: a number or a truth value may have lost its quotes on the way,
 * and a list is shown as its JSON.
 */
function textOfParameter(value: unknown): string | undefined {
  return typeof value === 'string' ? value : isGiven(value) ? JSON.stringify(value) : undefined;
}
