import * as vscode from 'vscode';
import { encodedCommand } from '../../actions/encodedCommand';
import { commandDurationOf, durationOf, neverRan, queueLimitsMs, whyWaiting } from '../../actions/explain';
import type { Machine } from '../../defender/machine';
import type { ActionCommand, MachineAction } from '../../defender/machineAction';
import { actionTypeName, hostName, statusName } from '../../messages/formatNames';
import { duration } from '../../messages/times';
import { markdownCell, sanitize } from '../../messages/sanitize';
import { exitCodeWords, hresultWords } from '../../messages/hresultWords';
import type { TargetNode } from './nodes';
import { actionLabel, neverRanWords } from '../../messages/actionLabel';

const { l10n } = vscode;

/** What a tooltip tells beside the action itself. */
export interface TooltipFacts {
  /** What a script ended with, when its result was opened. */
  readonly exitCode: (index: number) => number | string | undefined;
  /** The other actions that are not finished. */
  readonly unfinished: readonly MachineAction[];
  /** Asked for once, and only for an action that is not finished. */
  readonly machine: Machine | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** The facts of a row as a table. Everything from outside goes in as code, never as Markdown. */
export function tooltipFor(node: TargetNode, facts: TooltipFacts): vscode.MarkdownString {
  const { action } = node;
  const rows = [
    ...(node.kind === 'command' ? commandFacts(action, node.command, facts) : []),
    ...actionFacts(action),
    ...(node.kind === 'action' ? errorFacts(action, facts) : []),
    ...waitingFacts(action, facts),
    fact(l10n.t('Action ID'), action.id),
  ].filter((row) => row !== undefined);
  const tooltip = new vscode.MarkdownString();
  tooltip.appendMarkdown(`| | |\n|---|---|\n${rows.join('\n')}\n\n`);
  const commands = node.kind === 'command' ? [node.command] : action.commands;
  commands.forEach((command) => appendArguments(tooltip, command));
  return tooltip;
}

function fact(name: string, value: string | undefined): string | undefined {
  return value === undefined || value === '' ? undefined : `| **${name}** | ${markdownCell(value)} |`;
}

type Facts = (string | undefined)[];

function commandFacts(action: MachineAction, command: ActionCommand, { exitCode }: TooltipFacts): Facts {
  const took = commandDurationOf(command);
  const skipped = neverRan(action, command);
  return [
    fact(l10n.t('Command'), `${command.index}: ${command.type} ${command.subject ?? ''}`),
    fact(l10n.t('Command status'), statusName(command.status)),
    fact(l10n.t('Never ran'), skipped && neverRanWords(skipped.failed?.index)),
    exitCodeFact(l10n.t('Exit code'), exitCode(command.index), command),
    fact(l10n.t('Errors'), command.errors.join('; ')),
    fact(l10n.t('Command duration'), took === undefined ? undefined : duration(took)),
    command.type === 'PutFile'
      ? fact(l10n.t('Result'), l10n.t('PutFile copies a file to the machine, so it has no result to open.'))
      : undefined,
  ];
}

function exitCodeFact(
  name: string,
  code: number | string | undefined,
  { subject }: ActionCommand,
): string | undefined {
  return fact(name, code === undefined ? undefined : exitCodeWords(code, subject));
}

function actionFacts(action: MachineAction): Facts {
  const took = durationOf(action);
  return [
    fact(l10n.t('Action'), `${actionTypeName(action.type)}, ${statusName(action.status)}`),
    fact(l10n.t('Machine'), hostName(action)),
    fact(l10n.t('Machine ID'), action.machineId),
    fact(l10n.t('Requestor'), action.requestor),
    fact(l10n.t('Comment'), action.requestorComment),
    fact(l10n.t('Scope'), action.scope),
    fact(l10n.t('Request source'), action.requestSource),
    fact(l10n.t('Created'), utc(action.createdAt)),
    fact(l10n.t('Updated'), utc(action.updatedAt)),
    fact(l10n.t('Duration'), took === undefined ? undefined : duration(took)),
    fact(l10n.t('Error'), hresultWords(action.errorHResult)),
  ];
}

function errorFacts(action: MachineAction, { exitCode }: TooltipFacts): Facts {
  return action.commands.flatMap((command) => {
    const name = `${command.index}: ${command.type}`;
    return [
      fact(l10n.t('Errors of {0}', name), command.errors.join('; ')),
      exitCodeFact(l10n.t('Exit code of {0}', name), exitCode(command.index), command),
    ];
  });
}

function waitingFacts(action: MachineAction, { unfinished, machine, now }: TooltipFacts): Facts {
  const waiting = whyWaiting(action, unfinished, now);
  if (waiting === undefined) {
    return [];
  }
  const { ageMs, blockedBy, outlived } = waiting;
  const limits = l10n.t(
    '{0} ({1} in older documentation)',
    duration(queueLimitsMs.newest),
    duration(queueLimitsMs.older),
  );
  return [
    fact(l10n.t('Unfinished for'), ageMs === undefined ? undefined : duration(ageMs)),
    outlived === undefined
      ? undefined
      : fact(
          l10n.t('Wait for an offline machine'),
          outlived === 'none'
            ? l10n.t('documented maximum: {0}', limits)
            : l10n.t('longer than the documented maximum: {0}', limits),
        ),
    fact(l10n.t('Blocked by'), blockedBy && blockerWords(blockedBy, now)),
    fact(l10n.t('Machine health'), machine?.healthStatus),
    fact(
      l10n.t('Last full report'),
      machine?.lastSeen === undefined
        ? undefined
        : l10n.t('{0} ({1} ago)', utc(machine.lastSeen) ?? '', duration(Math.max(0, now - machine.lastSeen))),
    ),
  ];
}

function blockerWords(action: MachineAction, now: number): string {
  const since = action.createdAt === undefined ? '' : duration(Math.max(0, now - action.createdAt));
  return l10n.t(
    '{0} requested by {1} ({2} for {3}). A machine runs one action at a time.',
    actionLabel(action),
    sanitize(action.requestor ?? '?', 80),
    statusName(action.status),
    since,
  );
}

/**
 * What a script was called with, exactly; a command in Base64 is also shown readable, beside the
 * original.
 */
function appendArguments(tooltip: vscode.MarkdownString, command: ActionCommand): void {
  if (command.args === undefined || command.args === '') {
    return;
  }
  tooltip.appendText(l10n.t('Arguments of {0}', sanitize(`${command.index}: ${command.type}`, 60)));
  appendText(tooltip, command.args);
  const decoded = encodedCommand(command.args);
  if (decoded !== undefined) {
    tooltip.appendText(l10n.t('Decoded Base64 command'));
    appendText(tooltip, decoded.text);
  }
}

/** Characters of an argument that a tooltip shows. */
const maxTextLength = 2_000;

function appendText(tooltip: vscode.MarkdownString, text: string): void {
  const lines = text.split(/\r\n|\r|\n/).map((line) => sanitize(line, maxTextLength));
  const shown = lines.join('\n');
  tooltip.appendCodeblock(shown.length > maxTextLength ? `${shown.slice(0, maxTextLength)}…` : shown, 'text');
}

function utc(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : new Date(ms).toISOString();
}
