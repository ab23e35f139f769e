/**
 * The machine action, as the service sends it (`Wire…`) and as the rest of the project reads it.
 *
 * Source: "machineAction resource type" of the Defender for Endpoint API documentation
 * (machineaction.md), with the names and nulls of recorded answers where the two differ.
 */

/** A machine action on the wire. Every field that was ever seen null or missing is typed so. */
export interface WireMachineAction {
  id: string;
  type: string;
  title: string | null;
  requestor: string | null;
  requestorComment: string | null;
  status: string;
  machineId: string;
  computerDnsName: string | null;
  /** .NET style: up to 7 fractional digits, trailing zeros trimmed. */
  creationDateTimeUtc: string;
  lastUpdateDateTimeUtc: string | null;
  cancellationRequestor: string | null;
  cancellationComment: string | null;
  cancellationDateTimeUtc: string | null;
  /** A signed 32-bit HRESULT; 0 when all is well. */
  errorHResult: number;
  scope: string | null;
  externalId: string | null;
  requestSource: string | null;
  relatedFileInfo: { fileIdentifier: string; fileIdentifierType: string } | null;
  commands: WireCommand[];
  troubleshootInfo: unknown;
}

export interface WireCommand {
  index: number;
  startTime: string | null;
  endTime: string | null;
  commandStatus: string;
  errors: string[];
  command: { type: string; params: { key: string; value: string }[] };
}

/** A machine on the wire; the fields that this project reads or filters by. */
export interface WireMachine {
  id: string;
  computerDnsName: string | null;
  firstSeen: string;
  lastSeen: string;
  osPlatform: string;
  osVersion: string | null;
  osProcessor: string;
  osArchitecture: string;
  version: string | null;
  osBuild: number | null;
  lastIpAddress: string | null;
  lastExternalIpAddress: string | null;
  agentVersion: string | null;
  healthStatus: string;
  onboardingStatus: string;
  rbacGroupId: number;
  rbacGroupName: string | null;
  riskScore: string;
  exposureLevel: string;
  deviceValue: string;
  isAadJoined: boolean | null;
  aadDeviceId: string | null;
  machineTags: string[];
  /** The machine that goes on in the place of this one; of a reinstalled machine. */
  mergedIntoMachineId: string | null;
  isPotentialDuplication: boolean;
  /** The machine was taken out of vulnerability management. */
  isExcluded: boolean;
  exclusionReason: string | null;
}

/**
 * Statuses after which an action does not change any more. "Completed" and "Canceled" are mistakes
 * of older pages.
 */
const finalStatuses: ReadonlySet<string> = new Set(['Succeeded', 'Failed', 'TimeOut', 'Cancelled']);

export type CommandType = 'RunScript' | 'GetFile' | 'PutFile' | (string & {});

/** One command of a live-response action. */
export interface ActionCommand {
  /** 0-based; what the result link is asked for by. */
  readonly index: number;
  readonly type: CommandType;
  /** Created, Completed, Failed; anything else is kept and shown as it is. */
  readonly status: string;
  readonly errors: readonly string[];
  /** Milliseconds since the epoch. */
  readonly startedAt: number | undefined;
  readonly endedAt: number | undefined;
  /** Script, library file or path: what the command is about. */
  readonly subject: string | undefined;
  /** One string, as it was passed to the script. */
  readonly args: string | undefined;
}

/**
 * A machine action, decoded. All texts are as the endpoint or the service wrote them: hostile until
 * shown with care.
 */
export interface MachineAction {
  /** Lower-case GUID. */
  readonly id: string;
  /** Open set: LiveResponse, RunAntiVirusScan, Isolate… An unknown type is kept and shown. */
  readonly type: string;
  /** Open set: Pending, InProgress, Succeeded, Failed, TimeOut, Cancelled. */
  readonly status: string;
  readonly requestor: string | undefined;
  readonly requestorComment: string | undefined;
  readonly machineId: string | undefined;
  readonly computerDnsName: string | undefined;
  /** Milliseconds since the epoch, like every time here. */
  readonly createdAt: number | undefined;
  readonly updatedAt: number | undefined;
  readonly errorHResult: number;
  readonly scope: string | undefined;
  readonly requestSource: string | undefined;
  readonly commands: readonly ActionCommand[];
}

/** True once the action cannot change any more. An unknown status counts as unfinished. */
export function isFinal(action: Pick<MachineAction, 'status'>): boolean {
  return finalStatuses.has(action.status);
}
