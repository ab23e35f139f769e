import type { HandlersOf } from '../../platform/commandIds';
import type { ActionCommands } from './actionCommands';
import { copyActionId } from './copyActionId';

export { ActionCommands } from './actionCommands';
export { Watches, type watchesKey } from './watches';

/** The commands on one machine action. */
export function register(
  actions: ActionCommands,
): HandlersOf<
  | 'openAction'
  | 'revealAction'
  | 'watchAction'
  | 'unwatchAction'
  | 'cancelAction'
  | 'downloadPackage'
  | 'openInPortal'
  | 'copyActionId'
> {
  return {
    'liveResponse.openAction': (target, _, row) => actions.openAction(target, row),
    'liveResponse.revealAction': (target) => actions.revealAction(target),
    'liveResponse.watchAction': (target) => actions.watchAction(target),
    'liveResponse.unwatchAction': (target) => actions.unwatchAction(target),
    'liveResponse.cancelAction': (target) => actions.cancelAction(target),
    'liveResponse.downloadPackage': (target) => actions.downloadPackage(target),
    'liveResponse.openInPortal': (target) => actions.openInPortal(target),
    'liveResponse.copyActionId': (target) => copyActionId(target),
  };
}
