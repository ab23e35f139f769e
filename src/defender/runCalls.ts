import { utf8WithoutMark } from '../http/utf8';
import { afterwards, parsed, unreadable } from './answerBody';
import type { ApiTransport, CallOptions } from './apiTransport';
import { decodeAction } from './decode';
import type { MachineAction } from './machineAction';

/** A command of a run. */
export type LiveResponseCommand =
  /** Copies a file of the library to the machine. */
  | { readonly type: 'PutFile'; readonly fileName: string }
  /** `args` is one string that the machine's shell parses; none when missing or empty. */
  | { readonly type: 'RunScript'; readonly scriptName: string; readonly args?: string }
  /** Collects a file; `path` is absolute. */
  | { readonly type: 'GetFile'; readonly path: string };

export interface LiveResponseRequest {
  /** In the order PutFile, RunScript, GetFile: the service refuses another. */
  readonly commands: readonly LiveResponseCommand[];
  /** Stands in the action and in the tenant's audit log. The service refuses an empty one. */
  readonly comment: string;
}

/**
 * The call that runs scripts. Throws Failure<ApiProblem>, whose `sent` says whether an action may
 * exist.
 */
export class RunCalls {
  readonly #transport: ApiTransport;

  constructor(transport: ApiTransport) {
    this.#transport = transport;
  }

  /**
   * Starts commands on a machine, and gives the new action. Sent once: what got no answer may run,
   * and is looked for in the list. Only a token that was refused is replaced, once. Source: "Run
   * live response commands on a device", run-live-response.md.
   * @throws Failure with a code of `RefusedChange`, `throttled`, `notFound` for the machine,
   * `forbidden`
   */
  async startLiveResponse(
    machineId: string,
    { commands, comment }: LiveResponseRequest,
    options: CallOptions,
  ): Promise<MachineAction> {
    const call = 'startLiveResponse';
    const url = this.#transport.url(`machines/${encodeURIComponent(machineId)}/runliveresponse`);
    const body = JSON.stringify({ Commands: commands.map(wireCommand), Comment: comment });
    const answer = await this.#transport.post(call, url, body, options);
    return afterwards(() => {
      const action = decodeAction(parsed(call, utf8WithoutMark(answer)));
      if (action === undefined) {
        throw unreadable(call, 'no machine action');
      }
      return action;
    });
  }
}

/** Names are case-sensitive: `Commands` and `Comment`, but `type`, `params`, `key` and `value`. */
function wireCommand(command: LiveResponseCommand): object {
  const params = Object.entries(paramsOf(command)).map(([key, value]) => ({ key, value }));
  return { type: command.type, params };
}

function paramsOf(command: LiveResponseCommand): Readonly<Record<string, string>> {
  switch (command.type) {
    case 'PutFile':
      return { FileName: command.fileName };
    case 'RunScript': {
      const { scriptName, args = '' } = command;
      return { ScriptName: scriptName, ...(args !== '' && { Args: args }) };
    }
    case 'GetFile':
      return { Path: command.path };
  }
}
