import { isObject, text } from './decode';
import { time } from './serviceTime';

/**
 * A machine, decoded. All texts are as the machine or the service wrote them: hostile until shown
 * with care.
 *
 * Source: "Machine resource type", machine.md; every field but the ID is often null or missing.
 */
export interface Machine {
  /** In lower case; 40 hexadecimal digits in every recorded answer. */
  readonly id: string;
  /** Its case varies on the wire. */
  readonly name: string | undefined;
  readonly osPlatform: string | undefined;
  /**
   * Open set: Active, Inactive, ImpairedCommunication, NoSensorData,
   * NoSensorDataImpairedCommunication, Unknown.
   */
  readonly healthStatus: string | undefined;
  /**
   * The last full report, in milliseconds since the epoch. The portal's "last seen" is another,
   * later time.
   */
  readonly lastSeen: number | undefined;
  readonly lastIpAddress: string | undefined;
  readonly rbacGroupId: string | undefined;
  readonly rbacGroupName: string | undefined;
  readonly tags: readonly string[];
  /** In lower case: the machine that goes on in the place of this one. */
  readonly mergedIntoId: string | undefined;
  readonly isPotentialDuplicate: boolean;
  /** Taken out of vulnerability management; `exclusionReason` says why, as an open set. */
  readonly isExcluded: boolean;
  readonly exclusionReason: string | undefined;
}

/** Undefined when there is no ID. */
export function decodeMachine(value: unknown): Machine | undefined {
  const id = isObject(value) ? text(value['id'])?.toLowerCase() : undefined;
  if (!isObject(value) || id === undefined) {
    return undefined;
  }
  return {
    id,
    name: text(value['computerDnsName']),
    osPlatform: text(value['osPlatform']),
    healthStatus: text(value['healthStatus']),
    lastSeen: time(value['lastSeen']),
    lastIpAddress: text(value['lastIpAddress']),
    rbacGroupId: groupId(value['rbacGroupId']),
    rbacGroupName: text(value['rbacGroupName']),
    tags: strings(value['machineTags']),
    mergedIntoId: text(value['mergedIntoMachineId'])?.toLowerCase(),
    isPotentialDuplicate: value['isPotentialDuplication'] === true,
    isExcluded: value['isExcluded'] === true,
    exclusionReason: text(value['exclusionReason']),
  };
}

/** A text in the documentation, a number on the wire. */
function groupId(value: unknown): string | undefined {
  return typeof value === 'number' ? String(value) : text(value);
}

function strings(value: unknown): readonly string[] {
  const list = Array.isArray(value) ? (value as unknown[]) : [];
  return list.map(text).filter((each) => each !== undefined);
}
