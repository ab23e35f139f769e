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

/**
 * A time of the service in milliseconds since the epoch. .NET writes up to 7 fractional digits and, in some fields, no zone:
 * the field names say UTC.
 */
export function time(value: unknown): number | undefined {
  if (typeof value !== 'string' || value === '') {
    return undefined;
  }
  const zoned = /(?:Z|[+-]\d\d:?\d\d)$/i.test(value) ? value : `${value}Z`;
  const ms = Date.parse(zoned);
  return Number.isNaN(ms) ? undefined : ms;
}

const guid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** The GUID in lower case, the one spelling this project uses; undefined when it is none. */
export function normalizeGuid(value: unknown): string | undefined {
  return typeof value === 'string' && guid.test(value) ? value.toLowerCase() : undefined;
}

/** Undefined when there is no usable ID: everything else can be missing. */
export function decodeAction(value: unknown): MachineAction | undefined {
  if (!isObject(value)) {
    return undefined;
  }
  const id = normalizeGuid(value['id']);
  if (id === undefined) {
    return undefined;
  }
  return {
    id,
    type: text(value['type']) ?? 'Unknown',
    status: text(value['status']) ?? 'Unknown',
    requestor: text(value['requestor']),
    requestorComment: text(value['requestorComment']),
    machineId: text(value['machineId']),
    computerDnsName: text(value['computerDnsName']),
    createdAt: time(value['creationDateTimeUtc']),
    // Documentation samples print lastUpdateTimeUtc; recorded answers never do.
    updatedAt: time(value['lastUpdateDateTimeUtc'] ?? value['lastUpdateTimeUtc']),
    errorHResult: typeof value['errorHResult'] === 'number' ? value['errorHResult'] : 0,
    scope: text(value['scope']),
    requestSource: text(value['requestSource']),
    commands: decodeCommands(value['commands']),
  };
}

const noCommands: readonly ActionCommand[] = [];

function decodeCommands(value: unknown): readonly ActionCommand[] {
  if (!Array.isArray(value) || value.length === 0) {
    return noCommands;
  }
  return value.filter(isObject).map(decodeCommand);
}

function decodeCommand(value: Json, position: number): ActionCommand {
  const command = isObject(value['command']) ? value['command'] : {};
  const params = new Map<string, string>();
  for (const param of Array.isArray(command['params']) ? (command['params'] as unknown[]) : []) {
    if (isObject(param) && typeof param['key'] === 'string' && typeof param['value'] === 'string') {
      params.set(param['key'].toLowerCase(), param['value']);
    }
  }
  const index = value['index'];
  return {
    index: typeof index === 'number' && Number.isSafeInteger(index) && index >= 0 ? index : position,
    type: text(command['type']) ?? 'Unknown',
    status: text(value['commandStatus']) ?? 'Unknown',
    errors: Array.isArray(value['errors']) ? (value['errors'] as unknown[]).map(errorText) : [],
    startedAt: time(value['startTime']),
    endedAt: time(value['endTime']),
    subject: params.get('scriptname') ?? params.get('path') ?? params.get('filename'),
    args: params.get('args'),
  };
}

/** Errors are taken as strings, which no recorded answer confirms; anything else is shown as the JSON it is. */
function errorText(error: unknown): string {
  return typeof error === 'string' ? error : JSON.stringify(error);
}
