import type { ActionCommand, MachineAction } from '../../defender/machineAction';

/** Where a result comes from, for the file that is kept beside its bytes. */
export interface SidecarFacts {
  readonly action: MachineAction;
  /** Undefined when the service listed no commands. */
  readonly command: ActionCommand | undefined;
  readonly index: number;
  readonly tenantId: string;
  readonly connection: string;
  /** It is the sample tenant's, so nothing of it is real. */
  readonly sample: boolean;
  /** Who fetched it: the account or the app; undefined when the sign-in does not tell. */
  readonly fetchedBy: string | undefined;
  /** Milliseconds since the epoch. */
  readonly fetchedAt: number;
  /** Host and path of the link, without what signs it; undefined when it is not known. */
  readonly blob: string | undefined;
  /** Bytes. */
  readonly size: number;
  /** Of the bytes as they were received, in hexadecimal. */
  readonly sha256: string;
  readonly exitCode: number | string | undefined;
  /** Name and version of what wrote this. */
  readonly tool: string;
}

/**
 * The JSON beside a saved result: what it is, where it comes from, and by what it is known again.
 * Always the same order of keys.
 */
export function sidecar(facts: SidecarFacts): string {
  const { action, command } = facts;
  const content = {
    format: 1,
    ...(facts.sample && { sample: 'SAMPLE: made up, not of a real tenant' }),
    action: {
      id: action.id,
      type: action.type,
      status: action.status,
      requestor: action.requestor ?? null,
      comment: action.requestorComment ?? null,
      createdUtc: utc(action.createdAt),
      updatedUtc: utc(action.updatedAt),
    },
    command: {
      index: facts.index,
      type: command?.type ?? null,
      subject: command?.subject ?? null,
      arguments: command?.args ?? null,
      status: command?.status ?? null,
      errors: command?.errors ?? [],
      startedUtc: utc(command?.startedAt),
      endedUtc: utc(command?.endedAt),
      exitCode: facts.exitCode ?? null,
    },
    machine: { id: action.machineId ?? null, name: action.computerDnsName ?? null },
    tenant: { id: facts.tenantId, connection: facts.connection },
    received: {
      bytes: facts.size,
      sha256: facts.sha256,
      blob: facts.blob ?? null,
      atUtc: utc(facts.fetchedAt),
      by: facts.fetchedBy ?? null,
    },
    tool: facts.tool,
  };
  return `${JSON.stringify(content, undefined, 2)}\n`;
}

function utc(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString();
}

/** Host and path of a signed link: what is behind it is its signature. */
export function unsigned(link: string): string | undefined {
  const url = URL.canParse(link) ? new URL(link) : undefined;
  return url && `${url.host}${url.pathname}`;
}
