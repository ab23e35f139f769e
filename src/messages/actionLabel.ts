import * as l10n from '@vscode/l10n';
import type { ActionCommand, MachineAction } from '../defender/machineAction';
import { actionTypeName, baseName } from './formatNames';
import { sanitize } from './sanitize';

/** What an action is called: its script, else what its first command is about, else its type. */
export function actionLabel(action: MachineAction): string {
  const main = action.commands.find((each) => each.type === 'RunScript') ?? action.commands[0];
  if (main?.subject === undefined) {
    return actionTypeName(action.type);
  }
  const more = action.commands.length - 1;
  const script = sanitize(baseName(main.subject), 80) || actionTypeName(action.type);
  const label = main.type === 'RunScript' ? script : commandLabel(main);
  return more > 0 ? `${label} +${more}` : label;
}

/** What a command does, and with what. */
export function commandLabel(command: ActionCommand): string {
  return sanitize(`${command.type} ${baseName(command.subject ?? '')}`, 80);
}

/** What ran, and where. */
export function onMachine(what: string, machine: string): string {
  return l10n.t({
    message: '{0} on {1}',
    args: [what, machine],
    comment: ['{0} is a script, a file or an action; {1} is the machine that it ran on'],
  });
}

/** Why a command has no result and never will. */
export function neverRanWords(failedIndex: number | undefined): string {
  return failedIndex === undefined
    ? l10n.t('the action ended before this command’s turn')
    : l10n.t('command {0} failed first', failedIndex);
}
