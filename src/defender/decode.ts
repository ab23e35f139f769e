import type { ActionCommand, MachineAction } from './machineAction';

/**
 * Decoding of what the service sends, at the boundary and once. By hand, because schema libraries cost more than `JSON.parse`
 * itself on a page of 10,000 actions (docs/dependencies.md). Tolerant: a missing or odd field is undefined, never a lost action;
 * only a thing without a usable ID is not an action.
 */
export type Json = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A non-empty string, or undefined. */
export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

const zone = /(?:Z|[+-]\d\d:?\d\d)$/i;

/**
 * A time of the service in milliseconds since the epoch. .NET writes up to 7 fractional digits and, in some fields, no zone:
 * the field names say UTC.
 */
export function time(value: unknown): number | undefined {
  if (typeof value !== 'string' || value === '') {
    return undefined;
  }
  const known = recordedTime(value);
  if (known !== undefined) {
    return known;
  }
  const ms = Date.parse(zone.test(value) ? value : `${value}Z`);
  return Number.isNaN(ms) ? undefined : ms;
}

/**
 * A time as recorded answers have it, `2026-11-20T14:43:45.6187124Z`; undefined for anything else, and for the last days of a month,
 * which Date.parse knows. Several times faster than it, and most of what decoding a list of 10,000 actions takes.
 */
function recordedTime(value: string): number | undefined {
  const end = value.length - 1;
  const date = value.charAt(4) === '-' && value.charAt(7) === '-' && value.charAt(10) === 'T';
  const clock = value.charAt(13) === ':' && value.charAt(16) === ':' && value.charAt(end) === 'Z';
  if (!date || !clock || (end !== 19 && (value.charAt(19) !== '.' || end < 21 || end > 27))) {
    return undefined;
  }
  const month = digits(value, 5, 7);
  const day = digits(value, 8, 10);
  const hour = digits(value, 11, 13);
  const minute = digits(value, 14, 16);
  const second = digits(value, 17, 19);
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= 28 && hour < 24 && minute < 60 && second < 60)) {
    return undefined;
  }
  const fraction = end === 19 ? 0 : Math.floor(digits(value, 20, end) / (perMs[end - 20] ?? 1));
  const ms = Date.UTC(digits(value, 0, 4), month - 1, day, hour, minute, second, fraction);
  return Number.isNaN(ms) ? undefined : ms;
}

/** What a fraction of a second with so many digits is divided by to give milliseconds. */
const perMs = [1, 0.01, 0.1, 1, 10, 100, 1_000, 10_000];

/** The number that these digits write; NaN when one of them is none. */
function digits(value: string, from: number, to: number): number {
  let number = 0;
  for (let at = from; at < to; at += 1) {
    const digit = value.charCodeAt(at) - 0x30;
    number = digit >= 0 && digit <= 9 ? number * 10 + digit : NaN;
  }
  return number;
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
    errorHResult: typeof value['errorHResult'] === 'number' ? value['errorHResult'] : 0,
    scope: sharedText(value['scope'], share),
    requestSource: sharedText(value['requestSource'], share),
    commands: decodeCommands(value['commands'], share),
  };
}

function sharedText(value: unknown, share: Share): string | undefined {
  const found = text(value);
  return found === undefined ? undefined : share(found);
}

const noCommands: readonly ActionCommand[] = [];
const noErrors: readonly string[] = [];

function decodeCommands(value: unknown, share: Share): readonly ActionCommand[] {
  if (!Array.isArray(value) || value.length === 0) {
    return noCommands;
  }
  return value.filter(isObject).map((command, position) => decodeCommand(command, position, share));
}

function decodeCommand(value: Json, position: number, share: Share): ActionCommand {
  const command = isObject(value['command']) ? value['command'] : {};
  const params = paramsOf(command['params'], share);
  const index = value['index'];
  return {
    index: typeof index === 'number' && Number.isSafeInteger(index) && index >= 0 ? index : position,
    type: share(text(command['type']) ?? 'Unknown'),
    status: share(text(value['commandStatus']) ?? 'Unknown'),
    errors: decodeErrors(value['errors']),
    startedAt: time(value['startTime']),
    endedAt: time(value['endTime']),
    subject: params.scriptname ?? params.path ?? params.filename,
    args: params.args,
  };
}

/** Errors are taken as strings, which no recorded answer confirms; anything else is shown as the JSON it is. */
function decodeErrors(value: unknown): readonly string[] {
  return Array.isArray(value) && value.length > 0
    ? (value as unknown[]).map((error) => (typeof error === 'string' ? error : JSON.stringify(error)))
    : noErrors;
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
    if (isObject(param) && typeof param['key'] === 'string' && typeof param['value'] === 'string') {
      const key = param['key'].toLowerCase();
      if (key === 'scriptname' || key === 'path' || key === 'filename' || key === 'args') {
        params[key] = share(param['value']);
      }
    }
  }
  return params;
}
