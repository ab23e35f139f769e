import type { WireCommand, WireMachineAction } from '../../defender/machineAction';
import type { StoredBlob } from '../blobs';
import type { SampleTenant } from '../service';
import { libraryFiles, outcomeOf } from './libraryFiles';
import { allMachines, traitsOf, wireMachine } from './machines';
import { investigationPackage } from './package';
import { routineActions } from './routine';
import { type StoryAction, storyActions } from './story';
import { dotNetTime } from './time';

/**
 * The sample tenant: one incident, told by the actions that responders took, on top of a month of
 * routine. Times are relative to `start`, the moment it is opened (ms since the epoch); what is
 * unfinished then goes on by itself.
 */
export function createSampleTenant(start: number): SampleTenant {
  const bodies = new Map(storyActions.map((action) => [action.id, action]));
  const told = storyActions.map((story) => ({ story, wire: wireAction(story, start) }));
  const routine = routineActions(start).map((wire) => ({ story: undefined, wire }));
  const newestFirst = [...told, ...routine].sort(
    // As times, not as texts: with the fraction trimmed, 45Z would come behind 45.6Z.
    (a, b) => Date.parse(b.wire.creationDateTimeUtc) - Date.parse(a.wire.creationDateTimeUtc),
  );
  return {
    actions: (now) =>
      newestFirst.map(({ story, wire }) =>
        story === undefined ? wire : progressed(story, wire, start, now),
      ),
    machines: (now) => allMachines.map((machine) => wireMachine(machine, now)),
    traits: traitsOf,
    library: libraryFiles(start),
    outcome: outcomeOf,
    result: (action, index) => resultOf(bodies.get(action.id), action, index),
    package: investigationPackage,
  };
}

function resultOf(
  story: StoryAction | undefined,
  action: WireMachineAction,
  index: number,
): StoredBlob | undefined {
  const command = action.commands.find((each) => each.index === index);
  const ran = command?.commandStatus === 'Completed' || command?.commandStatus === 'Failed';
  return ran ? story?.commands[index]?.result?.() : undefined;
}

function wireAction(action: StoryAction, start: number): WireMachineAction {
  const created = start - action.minutesAgo * 60_000 - 14_321;
  const unfinished = action.status === 'Pending' || action.status === 'InProgress';
  const ended = created + (unfinished ? 0 : (action.tookSeconds ?? 95) * 1000);
  const cancelled = action.status === 'Cancelled';
  return {
    id: action.id,
    type: 'LiveResponse',
    title: null,
    requestor: action.requestor,
    requestorComment: action.comment,
    status: action.status,
    machineId: action.machine.id,
    computerDnsName: action.unnamed === true ? null : action.machine.name,
    creationDateTimeUtc: dotNetTime(created, 7124),
    lastUpdateDateTimeUtc: unfinished ? dotNetTime(created, 7124) : dotNetTime(ended, 3160),
    cancellationRequestor: cancelled ? action.requestor : null,
    cancellationComment: cancelled ? 'Wrong machine' : null,
    cancellationDateTimeUtc: cancelled ? dotNetTime(ended, 10) : null,
    errorHResult: cancelled ? -2147467260 : action.status === 'TimeOut' ? -2145844840 : 0,
    scope: null,
    externalId: null,
    requestSource: 'PublicApi',
    relatedFileInfo: null,
    commands: action.commands.map((command, index) => ({
      index,
      // Recorded answers have the first command's start missing.
      startTime: index === 0 || command.status === 'Created' ? null : dotNetTime(created + 9_010),
      endTime: command.status === 'Created' ? null : dotNetTime(ended - 1_000, 8480),
      commandStatus: command.status,
      errors: [...(command.errors ?? [])],
      command: {
        type: command.type,
        params: Object.entries(command.params).map(([key, value]) => ({ key, value })),
      },
    })),
    troubleshootInfo: null,
  };
}

/** What has become of an action that was unfinished when the tenant was opened. */
function progressed(
  action: StoryAction,
  wire: WireMachineAction,
  start: number,
  now: number,
): WireMachineAction {
  const { goesOn } = action;
  if (goesOn === undefined) {
    return wire;
  }
  const begins = start + goesOn.startsAfterSeconds * 1000;
  const ends = start + goesOn.endsAfterSeconds * 1000;
  if (now < begins) {
    return wire;
  }
  const done = now >= ends;
  const commands = wire.commands.map((command): WireCommand =>
    done
      ? { ...command, commandStatus: 'Completed', startTime: dotNetTime(begins), endTime: dotNetTime(ends) }
      : command,
  );
  return {
    ...wire,
    commands,
    status: done ? 'Succeeded' : 'InProgress',
    computerDnsName: action.machine.name,
    lastUpdateDateTimeUtc: dotNetTime(done ? ends : begins),
  };
}
