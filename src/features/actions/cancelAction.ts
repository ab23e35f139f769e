import * as vscode from 'vscode';
import { isFinal, type MachineAction } from '../../defender/machineAction';
import { Failure } from '../../http/failure';
import { actionTypeName, hostName, statusName } from '../../messages/formatNames';
import { notificationText, sanitize } from '../../messages/sanitize';
import type { TargetProblem } from '../../messages/problem';
import type { Reporter } from '../../platform/errorReporter';
import type { Progress } from '../../platform/progress';
import type { ConnectedTenant } from '../connections';
import { actionLabel } from '../../messages/actionLabel';
import type { Watches } from './watches';

const { l10n } = vscode;

export interface CancelPorts {
  readonly progress: Progress;
  readonly reporter: Reporter;
  readonly watches: Watches;
}

/**
 * Cancels an action after the person gave a reason and confirmed it. What Defender answers is said,
 * and looked at again until it is final, because a cancelled action may still be pending for a
 * while.
 * @throws Failure<Problem>
 */
export async function cancelAction(
  tenant: ConnectedTenant,
  action: MachineAction,
  ports: CancelPorts,
): Promise<void> {
  if (isFinal(action)) {
    throw new Failure<TargetProblem>({ code: 'alreadyFinal', status: action.status });
  }
  const comment = await askComment(action);
  if (comment === undefined || !(await confirms(tenant, action, comment))) {
    return;
  }
  const title = l10n.t('Canceling {0} on {1}', actionLabel(action), hostName(action));
  // Nobody can take back what was sent, so the progress is not one that a person cancels.
  const answer = await ports.progress.run(title, () =>
    tenant.actions.cancel(action.id, comment, {
      signal: new AbortController().signal,
      urgency: 'interactive',
    }),
  );
  ports.reporter.notify('info', await answerWords(answer, tenant, ports.watches));
}

/** What Defender answered. An action that has not ended is watched, where that is possible. */
async function answerWords(
  answer: MachineAction,
  tenant: ConnectedTenant,
  watches: Watches,
): Promise<string> {
  const watch = { connection: tenant.connection.id, actionId: answer.id };
  const what = [actionLabel(answer), hostName(answer), statusName(answer.status)] as const;
  if (isFinal(answer)) {
    await watches.remove(watch);
    return l10n.t('Defender accepted the cancellation. {0} on {1}: {2}.', ...what);
  }
  return (await watches.add(watch))
    ? l10n.t(
        'Defender accepted the cancellation, but the action hasn’t ended yet. You’ll be notified when it ends. {0} on {1}: {2}.',
        ...what,
      )
    : l10n.t(
        'Defender accepted the cancellation, but the action hasn’t ended yet. {0} on {1}: {2}.',
        ...what,
      );
}

/** Characters; no page names a limit. */
const maxCommentLength = 500;

function askComment(action: MachineAction): Thenable<string | undefined> {
  return vscode.window.showInputBox({
    title: l10n.t('Cancel {0} on {1}', actionLabel(action), hostName(action)),
    prompt: l10n.t('Enter a reason for the cancellation. Defender stores this comment with the action.'),
    ignoreFocusOut: true,
    validateInput: (value) => {
      const length = value.trim().length;
      return length === 0
        ? l10n.t('Enter a comment.')
        : length > maxCommentLength
          ? l10n.t('Enter at most {0} characters.', maxCommentLength)
          : undefined;
    },
  });
}

async function confirms(tenant: ConnectedTenant, action: MachineAction, comment: string): Promise<boolean> {
  const cancel = { title: l10n.t('Cancel Action') };
  // Beside that, VS Code's own button "Cancel" would be a riddle.
  const keep = { title: l10n.t('Don’t Cancel'), isCloseAffordance: true };
  const facts = [
    l10n.t('Tenant: {0}', sanitize(tenant.connection.name, 60)),
    l10n.t('Machine: {0}', hostName(action)),
    l10n.t('Action: {0}, {1}', actionTypeName(action.type), statusName(action.status)),
    l10n.t('Action ID: {0}', action.id),
    l10n.t('Requestor: {0}', sanitize(action.requestor ?? '?', 80)),
    l10n.t('Comment: {0}', sanitize(comment, maxCommentLength)),
  ];
  const chosen = await vscode.window.showWarningMessage(
    notificationText(l10n.t('Cancel {0} on {1}?', actionLabel(action), hostName(action))),
    { modal: true, detail: facts.join('\n') },
    cancel,
    keep,
  );
  return chosen === cancel;
}
