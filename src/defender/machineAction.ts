/**
 * The machine action, as the service sends it (`Wire…`) and as the rest of the project reads it.
 *
 * Source: "machineAction resource type" of the Defender for Endpoint API documentation (machineaction.md), with the names and
 * nulls of recorded answers where the two differ.
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
}
