import * as l10n from '@vscode/l10n';
import type { Machine } from '../defender/machine';
import { hash8 } from '../library/pinnedVersion';
import { machineLine } from '../runs/arguments';
import type { PlanDocument } from '../runs/planDocument';
import { commentFor, type LeftOutReason, type LibraryStep, startsPerMinute } from '../runs/runPlan';
import { countText } from './quantities';
import { markdownCell, markdownCode } from './sanitize';
import { duration } from './times';

/**
 * The plan document: Markdown that names everything that will be sent. What machines, people and
 * the service wrote stands in inline code, where it can't become a link or a heading.
 */
export function runPlanText(document: PlanDocument): string {
  const { plan, leftOut, sample } = document;
  return [
    `# ${titleText(document)}`,
    ...(sample
      ? [l10n.t('**SAMPLE**: this plan is for the sample tenant. No real machine is involved.')]
      : []),
    l10n.t('Nothing has been sent. Review the plan, then confirm the run.'),
    `## ${l10n.t('Script')}`,
    scriptText(document),
    `## ${l10n.t('Machines ({0})', countText(plan.machines.length))}`,
    machinesText(document),
    ...(leftOut.length === 0
      ? []
      : [`## ${l10n.t('Left out ({0})', countText(leftOut.length))}`, leftOutText(document)]),
    `## ${l10n.t('Expected time')}`,
    timeText(document),
    `## ${l10n.t('Audit log')}`,
    auditText(document),
  ]
    .map((part) => `${part}\n`)
    .join('\n');
}

function titleText({ plan, tenant }: PlanDocument): string {
  const script = markdownCode(plan.script.name);
  return plan.machines.length === 1
    ? l10n.t('Run plan: {0} on 1 machine of {1}', script, markdownCode(tenant))
    : l10n.t(
        'Run plan: {0} on {1} machines of {2}',
        script,
        countText(plan.machines.length),
        markdownCode(tenant),
      );
}

function scriptText({ plan, library }: PlanDocument): string {
  const { script, args } = plan;
  const rows: (readonly [string, string])[] = [
    [l10n.t('Script'), markdownCell(script.name)],
    [l10n.t('Name in the library'), markdownCell(script.libraryName)],
    ['SHA-256', markdownCell(script.sha256)],
    [l10n.t('Library'), libraryText(library)],
    [l10n.t('Arguments'), args === '' ? l10n.t('none') : markdownCell(args, Infinity)],
    [
      l10n.t('Command on the machine'),
      markdownCell(machineLine(script.libraryName, args, script.language), Infinity),
    ],
    [l10n.t('Run ID'), markdownCell(plan.id)],
    ...(plan.parent === undefined ? [] : [[l10n.t('Retries run'), markdownCell(plan.parent)] as const]),
  ];
  return tableText([l10n.t('Item'), l10n.t('Value')], rows);
}

function libraryText(step: LibraryStep): string {
  switch (step.kind) {
    case 'inSync':
      return l10n.t('The library contains exactly this script.');
    case 'upload':
      return l10n.t('This script will be uploaded under a new name.');
    case 'replace':
      return l10n.t(
        'This script will replace another version: SHA-256 {0}, changed by {1} on {2}.',
        markdownCell(step.sha256 === undefined ? '?' : hash8(step.sha256)),
        markdownCell(step.by ?? '?'),
        utcText(step.at) || '?',
      );
  }
}

function machinesText({ plan }: PlanDocument): string {
  return tableText(
    ['#', l10n.t('Machine'), l10n.t('ID'), l10n.t('System'), l10n.t('Health'), l10n.t('Last report')],
    plan.machines.map(({ n, id, name, osPlatform, healthStatus, lastSeen }) => [
      String(n),
      textCell(name),
      textCell(id),
      textCell(osPlatform),
      textCell(healthStatus),
      utcText(lastSeen),
    ]),
  );
}

function leftOutText({ leftOut }: PlanDocument): string {
  return tableText(
    [l10n.t('Machine'), l10n.t('ID'), l10n.t('System'), l10n.t('Last report'), l10n.t('Reason')],
    leftOut.map(({ machine, why }) => [
      textCell(machine.name),
      textCell(machine.id),
      textCell(machine.osPlatform),
      utcText(machine.lastSeen),
      leftOutReason(why, machine),
    ]),
  );
}

/** Why a machine is left out, in a sentence without a full stop. */
export function leftOutReason(why: LeftOutReason, { osPlatform }: Pick<Machine, 'osPlatform'>): string {
  switch (why) {
    case 'wrongSystem':
      return osPlatform === undefined
        ? l10n.t('its operating system isn’t known')
        : l10n.t('its operating system doesn’t run this kind of script');
    case 'inactive':
      return l10n.t('inactive: no report for 7 days');
    case 'excluded':
      return l10n.t('excluded');
    case 'busy':
      return l10n.t('another live response action is unfinished');
    case 'sameName':
      return l10n.t('another machine with this name has reported more recently');
    case 'duplicate':
      return l10n.t('selected twice');
  }
}

function timeText({ plan, time, sessions, actionMs }: PlanDocument): string {
  if (plan.machines.length === 0) {
    return l10n.t('There is no machine to run on.');
  }
  return time.boundBy === 'starts'
    ? l10n.t(
        'At least {0}, if each action takes {1}. Defender allows {2} starts per minute.',
        duration(time.ms),
        duration(actionMs),
        countText(startsPerMinute),
      )
    : l10n.t(
        'At least {0}, if each action takes {1}. The run uses at most {2} sessions at a time.',
        duration(time.ms),
        duration(actionMs),
        countText(sessions),
      );
}

function auditText({ plan }: PlanDocument): string {
  return [
    l10n.t(
      'The audit log of your tenant records each action with your name, the machine, the script, the arguments and the comment. Don’t put secrets in arguments or comments.',
    ),
    ...(plan.machines.length === 0
      ? []
      : ['', l10n.t('Comment of the first action: {0}', markdownCode(commentFor(plan, 1), Infinity))]),
  ].join('\n');
}

function tableText(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function textCell(text: string | undefined): string {
  return text === undefined ? '' : markdownCell(text);
}

/** A plan is read by others, too, so its times are in UTC. */
function utcText(ms: number | undefined): string {
  return ms === undefined ? '' : `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
