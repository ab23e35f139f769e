import * as vscode from 'vscode';
import { neverRan } from '../../actions/explain';
import { type ActionCommand, isFinal, type MachineAction } from '../../defender/machineAction';
import { statusName } from '../../messages/formatNames';
import { actionRowText } from '../../messages/rowText';
import { commandLabel, neverRanWords } from '../../messages/actionLabel';
import { settings } from '../../platform/userSettings';
import { sanitize } from '../../messages/sanitize';
import { groupName } from './groups';
import type { ActionNode, CommandNode, GroupNode, TreeNode } from './nodes';

const { l10n } = vscode;

/** What a row shows beside its action. */
export interface RowFacts {
  /** What the script ended with, when its result was opened. */
  readonly exitCode: (
    connection: string,
    action: MachineAction,
    index: number,
  ) => number | string | undefined;
  readonly watched: (connection: string, action: MachineAction) => boolean;
}

/**
 * The row of a node. Cheap: VS Code asks for one row per child; the tooltip comes later, for the
 * row under the mouse.
 */
export function rowFor(node: TreeNode, facts: RowFacts): vscode.TreeItem {
  switch (node.kind) {
    case 'action':
      return actionRow(node, facts);
    case 'command':
      return commandRow(node, facts);
    case 'group':
      return groupRow(node);
  }
}

function groupRow({ tenant, grouping, group, first }: GroupNode): vscode.TreeItem {
  const { Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
  const row = new vscode.TreeItem(groupName(group, grouping), first ? Expanded : Collapsed);
  const total = group.actions.length + group.more;
  row.id = `${tenant.connection.id}/${grouping}/${group.key}`;
  row.description = [
    group.more > 0 ? l10n.t('first {0} of {1}', group.actions.length, total) : String(total),
    // A heading that is a status says that itself.
    ...(group.unfinished > 0 && grouping !== 'status' ? [l10n.t('{0} unfinished', group.unfinished)] : []),
    ...(group.failed > 0 && grouping !== 'status' ? [l10n.t('{0} failed', group.failed)] : []),
  ].join(' · ');
  row.contextValue = 'group';
  return row;
}

function actionRow({ tenant, action }: ActionNode, facts: RowFacts): vscode.TreeItem {
  const expandable = action.commands.length > 0;
  const watched = facts.watched(tenant.connection.id, action);
  const exitCodes = action.commands
    .map(({ index }) => facts.exitCode(tenant.connection.id, action, index))
    .filter((code) => code !== undefined);
  const text = actionRowText(action, settings.rowLabel(), { exitCodes, watched });
  const row = new vscode.TreeItem(
    text.label,
    expandable ? vscode.TreeItemCollapsibleState.Collapsed : vscode.TreeItemCollapsibleState.None,
  );
  row.id = `${tenant.connection.id}/${action.id}`;
  row.description = text.description;
  row.iconPath = statusIcon(action.status, isFinal(action));
  row.contextValue = actionContext(action, watched);
  row.accessibilityInformation = { label: text.accessible };
  if (!expandable) {
    row.command = {
      command: action.type === 'LiveResponse' ? 'liveResponse.openResult' : 'liveResponse.openAction',
      title: l10n.t('Open'),
      arguments: [{ connection: tenant.connection.id, actionId: action.id, index: 0 }, undefined, row.id],
    };
  }
  return row;
}

/** What menus go by: the kind of row, then what can be done with it, each a word of its own. */
function actionContext(action: MachineAction, watched: boolean): string {
  return [
    action.type === 'LiveResponse' ? 'liveResponseAction' : 'otherAction',
    ...(isFinal(action) ? [] : ['unfinished']),
    ...(watched ? ['watched'] : []),
    ...(action.type === 'CollectInvestigationPackage' && action.status === 'Succeeded' ? ['package'] : []),
  ].join(' ');
}

/** Greys the name of a row; the URI stands for nothing else. */
export const greyed = vscode.Uri.from({ scheme: 'live-response-row', path: '/never-ran' });

function commandRow(node: CommandNode, facts: RowFacts): vscode.TreeItem {
  const { tenant, action, command } = node;
  const row = new vscode.TreeItem(`${command.index}: ${commandLabel(command)}`);
  row.id = `${tenant.connection.id}/${action.id}/${action.commands.indexOf(command)}`;
  const outcome = commandOutcome(node, facts);
  row.description = [sanitize(command.args ?? '', 60), outcome].filter(Boolean).join(' · ');
  row.iconPath = commandIcon(command, action);
  row.contextValue = contextOf(command);
  if (neverRan(action, command) !== undefined) {
    row.resourceUri = greyed;
  }
  row.accessibilityInformation = {
    label: l10n.t(
      'Command {0}, {1} {2}, {3}',
      command.index,
      command.type,
      sanitize(command.subject ?? ''),
      outcome,
    ),
  };
  row.command = {
    command: 'liveResponse.openResult',
    title: l10n.t('Open Result'),
    arguments: [node, undefined, row.id],
  };
  return row;
}

/**
 * What menus go by: a script has streams and a transcript, a collected file has neither, and a file
 * that was put there no result.
 */
function contextOf({ type }: ActionCommand): string {
  return type === 'PutFile' ? 'commandWithoutResult' : type === 'GetFile' ? 'commandWithFile' : 'command';
}

function commandOutcome({ tenant, action, command }: CommandNode, { exitCode }: RowFacts): string {
  const skipped = neverRan(action, command);
  if (skipped !== undefined) {
    return l10n.t('never ran: {0}', neverRanWords(skipped.failed?.index));
  }
  const code = exitCode(tenant.connection.id, action, command.index);
  return [
    statusName(command.status),
    ...(code === undefined ? [] : [l10n.t('exit code {0}', sanitize(String(code), 40))]),
    ...(command.type === 'PutFile' ? [l10n.t('no result')] : []),
  ].join(' · ');
}

function statusIcon(status: string, final: boolean): vscode.ThemeIcon {
  switch (status) {
    case 'Succeeded':
    case 'Completed':
      return new vscode.ThemeIcon('pass', new vscode.ThemeColor('testing.iconPassed'));
    case 'Failed':
      return new vscode.ThemeIcon('error', new vscode.ThemeColor('testing.iconFailed'));
    case 'TimeOut':
      return new vscode.ThemeIcon('watch', new vscode.ThemeColor('testing.iconFailed'));
    case 'Cancelled':
      return new vscode.ThemeIcon('circle-slash', new vscode.ThemeColor('testing.iconSkipped'));
    case 'InProgress':
      return new vscode.ThemeIcon('play-circle', new vscode.ThemeColor('testing.iconQueued'));
    case 'Pending':
    case 'Created':
      return new vscode.ThemeIcon('clock', new vscode.ThemeColor('testing.iconQueued'));
    default:
      return new vscode.ThemeIcon(final ? 'circle-outline' : 'question');
  }
}

function commandIcon(command: ActionCommand, action: MachineAction): vscode.ThemeIcon {
  // A command that was still waiting when its action ended never ran.
  return command.status === 'Created' && isFinal(action)
    ? new vscode.ThemeIcon('dash', new vscode.ThemeColor('disabledForeground'))
    : statusIcon(command.status, false);
}
