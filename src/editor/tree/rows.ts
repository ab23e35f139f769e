import * as vscode from 'vscode';
import { type ActionCommand, isFinal, type MachineAction } from '../../defender/machineAction';
import { markdownCode, plain } from '../plain';
import { actionTypeName, baseName, hostName, shortHostName, shortTime, statusName } from '../names';
import { groupName } from './groups';
import type { ActionNode, CommandNode, GroupNode, TargetNode, TreeNode } from './nodes';

const { l10n } = vscode;

/** The row of a node. Cheap: VS Code asks for one row per child; the tooltip comes later, for the row under the mouse. */
export function rowFor(node: TreeNode): vscode.TreeItem {
  switch (node.kind) {
    case 'action':
      return actionRow(node);
    case 'command':
      return commandRow(node);
    case 'group':
      return groupRow(node);
  }
}

function groupRow({ session, grouping, group, first }: GroupNode): vscode.TreeItem {
  const { Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
  const row = new vscode.TreeItem(groupName(group, grouping), first ? Expanded : Collapsed);
  const total = group.actions.length + group.more;
  row.id = `${session.connection.id}/${grouping}/${group.key}`;
  row.description = [
    group.more > 0 ? l10n.t('first {0} of {1}', group.actions.length, total) : String(total),
    // A heading that is a status says that itself.
    ...(group.unfinished > 0 && grouping !== 'status' ? [l10n.t('{0} unfinished', group.unfinished)] : []),
    ...(group.failed > 0 && grouping !== 'status' ? [l10n.t('{0} failed', group.failed)] : []),
  ].join(' · ');
  row.contextValue = 'group';
  return row;
}

function actionRow({ session, action }: ActionNode): vscode.TreeItem {
  const expandable = action.commands.length > 0;
  const row = new vscode.TreeItem(
    actionLabel(action),
    expandable ? vscode.TreeItemCollapsibleState.Collapsed : vscode.TreeItemCollapsibleState.None,
  );
  row.id = `${session.connection.id}/${action.id}`;
  row.description = [shortHostName(action), shortTime(action.createdAt)].filter(Boolean).join(' · ');
  row.iconPath = statusIcon(action.status, isFinal(action));
  row.contextValue = expandable ? 'liveResponseAction' : 'otherAction';
  row.accessibilityInformation = {
    label: [actionLabel(action), statusName(action.status), row.description].join(', '),
  };
  return row;
}

function commandRow(node: CommandNode): vscode.TreeItem {
  const { session, action, command } = node;
  const row = new vscode.TreeItem(`${command.index}: ${commandLabel(command)}`);
  row.id = `${session.connection.id}/${action.id}/${action.commands.indexOf(command)}`;
  row.description = [plain(command.args ?? '', 60), statusName(command.status)].filter(Boolean).join(' · ');
  row.iconPath = commandIcon(command, action);
  row.contextValue = command.type === 'PutFile' ? 'commandWithoutResult' : 'command';
  row.accessibilityInformation = {
    label: l10n.t(
      'Command {0}, {1} {2}, {3}',
      command.index,
      command.type,
      plain(command.subject ?? ''),
      statusName(command.status),
    ),
  };
  row.command = {
    command: 'liveResponse.openResult',
    title: l10n.t('Open Result'),
    arguments: [node],
  };
  return row;
}

function commandLabel(command: ActionCommand): string {
  return plain(`${command.type} ${baseName(command.subject ?? '')}`, 80);
}

/** What an action is called: its script, else what its first command is about, else its type. */
export function actionLabel(action: MachineAction): string {
  const main = action.commands.find((each) => each.type === 'RunScript') ?? action.commands[0];
  if (main?.subject === undefined) {
    return actionTypeName(action.type);
  }
  const more = action.commands.length - 1;
  const label = main.type === 'RunScript' ? plain(baseName(main.subject), 80) : commandLabel(main);
  return more > 0 ? `${label} +${more}` : label;
}

/** The facts of a row, for its tooltip. Everything from outside goes in as code, never as Markdown. */
export function tooltipFor(node: TargetNode): vscode.MarkdownString {
  const { action } = node;
  const tooltip = new vscode.MarkdownString();
  const fact = (name: string, value: string | undefined): void => {
    if (value !== undefined && value !== '') {
      tooltip.appendMarkdown(`**${name}** ${markdownCode(value)}  \n`);
    }
  };
  if (node.kind === 'command') {
    fact(l10n.t('Command'), `${node.command.index}: ${node.command.type} ${node.command.subject ?? ''}`);
    fact(l10n.t('Arguments'), node.command.args);
    fact(l10n.t('Status'), statusName(node.command.status));
    fact(l10n.t('Errors'), node.command.errors.join('; '));
  }
  fact(l10n.t('Action'), `${actionTypeName(action.type)}, ${statusName(action.status)}`);
  fact(l10n.t('Machine'), hostName(action));
  fact(l10n.t('Requestor'), action.requestor);
  fact(l10n.t('Comment'), action.requestorComment);
  fact(l10n.t('Created'), utc(action.createdAt));
  fact(l10n.t('Updated'), utc(action.updatedAt));
  fact(l10n.t('Action ID'), action.id);
  return tooltip;
}

function utc(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : new Date(ms).toISOString();
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
