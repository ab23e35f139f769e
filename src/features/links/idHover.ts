import * as vscode from 'vscode';
import { isFinal, type MachineAction } from '../../defender/machineAction';
import { actionTypeName, hostName, statusName } from '../../messages/formatNames';
import { age } from '../../messages/times';
import { markdownCell, markdownCode } from '../../messages/sanitize';
import type { ConnectedTenant } from '../connections';
import { actionLabel } from '../../messages/actionLabel';

const { l10n } = vscode;

/** What a hover may run: it opens and shows, and changes nothing. */
const enabledCommands = [
  'liveResponse.openResult',
  'liveResponse.openAction',
  'liveResponse.revealAction',
  'liveResponse.copyLink',
];
/** Commands that get a link of their own. */
const maxLinks = 10;

/** The hover of an action ID. All that comes from outside is code; the links are ours. */
export function idHover({ connection }: ConnectedTenant, action: MachineAction): vscode.MarkdownString {
  const text = new vscode.MarkdownString(undefined, true);
  text.isTrusted = { enabledCommands };
  const facts: [string, string | undefined][] = [
    [l10n.t('Action'), `${actionLabel(action)} · ${statusName(action.status)}`],
    [l10n.t('Type'), actionTypeName(action.type)],
    [l10n.t('Machine'), hostName(action)],
    [l10n.t('Requestor'), action.requestor],
    [l10n.t('Created'), age(action.createdAt)],
    [l10n.t('Tenant'), connection.auth === 'demo' ? `SAMPLE · ${connection.name}` : connection.name],
  ];
  const rows = facts.flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [`| **${name}** | ${markdownCell(value)} |`],
  );
  text.appendMarkdown(`| | |\n|---|---|\n${rows.join('\n')}\n\n`);
  const target = { connection: connection.id, actionId: action.id };
  const links = action.commands
    .filter(({ type }) => type !== 'PutFile')
    .slice(0, maxLinks)
    .map(({ index }) =>
      link('liveResponse.openResult', l10n.t('Open Result {0}', index), { ...target, index }),
    );
  const others = [
    link('liveResponse.openAction', l10n.t('Open Action'), target),
    link('liveResponse.revealAction', l10n.t('Reveal Action in Tree'), target),
    link('liveResponse.copyLink', l10n.t('Copy Link'), target),
  ];
  text.appendMarkdown([...(isFinal(action) || links.length > 0 ? links : []), ...others].join(' · '));
  return text;
}

/** The hover of an ID that only a sign-in can tell about. */
export function lookUpHover({ connection }: ConnectedTenant, id: string): vscode.MarkdownString {
  const text = new vscode.MarkdownString();
  text.isTrusted = { enabledCommands: ['liveResponse.openAction'] };
  const target = { connection: connection.id, actionId: id };
  text.appendMarkdown(
    `${l10n.t('You aren’t signed in to {0}.', markdownCode(connection.name))} ${link('liveResponse.openAction', l10n.t('Sign In and Open Action'), target)}`,
  );
  return text;
}

function link(command: string, title: string, target: object): string {
  return `[${title}](command:${command}?${encodeURIComponent(JSON.stringify([target]))})`;
}

/** What a click on a machine's ID runs. */
export function machineTarget(machineId: string, name: string): { command: string; argument: object } {
  return { command: 'liveResponse.filterOnMachine', argument: { machineId, name } };
}

/** The hover of a machine's ID. The name comes from outside and is code; the link is ours. */
export function machineHover(machineId: string, name: string): vscode.MarkdownString {
  const { command, argument } = machineTarget(machineId, name);
  const text = new vscode.MarkdownString(undefined, true);
  text.isTrusted = { enabledCommands: [command] };
  text.appendMarkdown(
    `${markdownCode(name)}\n\n${link(command, l10n.t('Show Only This Machine'), argument)}`,
  );
  return text;
}
