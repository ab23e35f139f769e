/** Many results at once, as a table. A chunk of its own, loaded with the first use. */

import * as vscode from 'vscode';
import { actionsByIds } from '../../actions/byIds';
import type { ActionCommand, MachineAction } from '../../defender/machineAction';
import { Failure, isAbort } from '../../http/failure';
import { utf8 } from '../../http/utf8';
import { findIds } from '../../links/scan';
import { csv } from '../../links/table';
import { isTranscriptLine } from '../../results/structure/powershellTranscript';
import { hostName, statusName } from '../../messages/formatNames';
import { sanitize } from '../../messages/sanitize';
import type { TargetProblem } from '../../messages/problem';
import type { Progress, Report } from '../../platform/progress';
import type { Reporter } from '../../platform/errorReporter';
import { idsInEditor, type LoadedResult, type ResultLoader } from '../documents';
import type { ConnectedTenant, ConnectionRegistry } from '../connections';
import { isNode } from '../actionsTree';
import { linkTo } from '../links';
import { showReadOnly } from './tableDocuments';

const { l10n } = vscode;

export interface BulkPorts {
  readonly registry: ConnectionRegistry;
  readonly loader: ResultLoader;
  readonly progress: Progress;
  readonly reporter: Reporter;
}

/** Results that are fetched at once; the quota holds back what is more than it allows. */
const maxAtOnce = 4;
/** Characters of the first line of an output. */
const maxLineLength = 200;

/**
 * `liveResponse.openResults`: all results of the actions that are selected (in the tree, or as IDs
 * in the editor, or in all of its text), as a table in CSV.
 */
export async function openResults(ports: BulkPorts, target?: unknown, selection?: unknown): Promise<void> {
  const { registry, progress } = ports;
  const tenant = isNode(target) ? target.tenant : registry.active;
  if (tenant === undefined) {
    throw new Failure<TargetProblem>({ code: 'noConnection' });
  }
  const ids = isNode(target) ? idsOf(target, selection) : idsInText();
  if (ids.length === 0) {
    throw new Failure<TargetProblem>({ code: 'noIds' });
  }
  if (!(await agreesToFetch(tenant, ids.length))) {
    return;
  }
  const rows: Row[] = [];
  let cancelled = false;
  try {
    const title =
      ids.length === 1
        ? l10n.t('Opening the results of 1 action')
        : l10n.t('Opening the results of {0} actions', ids.length);
    await progress.run(title, (signal, report) => fetchAll(ports, tenant, { ids, rows, signal, report }));
  } catch (error) {
    // What was fetched so far is worth something, also when somebody has had enough.
    if (rows.length === 0 || !isAbort(error)) {
      throw error;
    }
    cancelled = true;
  }
  await showTable(tenant, rows, { asked: ids.length, cancelled });
}

/**
 * Actions whose results are fetched without a question: about what a minute's calls are enough for.
 */
const maxUnasked = 100;

async function agreesToFetch({ connection }: ConnectedTenant, count: number): Promise<boolean> {
  if (count <= maxUnasked || connection.auth === 'demo') {
    return true;
  }
  const open = l10n.t('Open Results');
  const question = l10n.t(
    'Open the results of {0} actions? Each result that isn’t cached takes one call. Defender allows 100 calls a minute and 1,500 calls an hour.',
    count,
  );
  return (await vscode.window.showWarningMessage(question, { modal: true }, open)) === open;
}

function idsOf(target: unknown, selection: unknown): string[] {
  const nodes = Array.isArray(selection) ? selection.filter(isNode) : [];
  const chosen = nodes.length > 0 ? nodes : [target].filter(isNode);
  return [...new Set(chosen.map(({ action }) => action.id))];
}

function idsInText(): readonly string[] {
  const selected = idsInEditor();
  if (selected.length > 1) {
    return selected;
  }
  const text = vscode.window.activeTextEditor?.document.getText() ?? '';
  return [...new Set([...findIds(text)].map(({ id }) => id))];
}

interface Row {
  /** Where it stands among what was asked for. */
  readonly order: number;
  readonly cells: readonly string[];
}

interface Work {
  readonly ids: readonly string[];
  readonly rows: Row[];
  readonly signal: AbortSignal;
  readonly report: Report;
}

async function fetchAll(
  ports: BulkPorts,
  tenant: ConnectedTenant,
  { ids, rows, signal, report }: Work,
): Promise<void> {
  const call = { signal, urgency: 'view' } as const;
  const unknown = ids.filter((id) => tenant.actions.find(id) === undefined);
  const found = await actionsByIds(tenant.client, unknown, call);
  tenant.actions.learnAll([...found.values()]);
  const jobs = ids.flatMap((id, order) => {
    const action = tenant.actions.find(id);
    const commands = action?.commands.filter(({ type }) => type !== 'PutFile') ?? [];
    if (action === undefined || commands.length === 0) {
      rows.push({ order: order * commandsPerAction, cells: emptyRow(id, action) });
      return [];
    }
    return commands.map((command) => ({ order: order * commandsPerAction + command.index, action, command }));
  });
  let done = 0;
  const next = async (): Promise<void> => {
    for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) {
      signal.throwIfAborted();
      rows.push({ order: job.order, cells: await rowOf(ports, tenant, job, signal) });
      done += 1;
      report(l10n.t('{0} of {1} results', done, done + jobs.length));
    }
  };
  await Promise.all(Array.from({ length: maxAtOnce }, next));
}

/** More than an action has; only for the order of the rows. */
const commandsPerAction = 1_000_000;

interface Job {
  readonly action: MachineAction;
  readonly command: ActionCommand;
}

async function rowOf(
  { loader, reporter }: BulkPorts,
  tenant: ConnectedTenant,
  { action, command }: Job,
  signal: AbortSignal,
): Promise<string[]> {
  const connection = tenant.connection.id;
  const start = [
    action.id,
    hostName(action),
    sanitize(command.subject ?? command.type, 120),
    String(command.index),
    statusName(action.status),
  ];
  const link = linkTo(tenant, { actionId: action.id, index: command.index, kind: 'result' });
  try {
    const loaded = await loader.load(
      { connection, actionId: action.id, index: command.index },
      { signal, urgency: 'view' },
    );
    return [...start, ...resultCells(loaded), link, ''];
  } catch (error) {
    if (isAbort(error)) {
      throw error;
    }
    return [...start, '', '', '', link, reporter.explain('open a result', error).sentence];
  }
}

function resultCells({ result }: LoadedResult): string[] {
  const { summary, reading } = result;
  const exitCode = summary.kind === 'transcript' ? String(summary.exitCode ?? '') : '';
  const bytes = result.main?.bytes.subarray(0, 16 * 1024) ?? new Uint8Array();
  const lines = utf8(bytes)
    .split('\n')
    .map((line) => line.trim());
  // The line that PowerShell begins with says nothing about the result.
  const first = lines.find((line) => line !== '' && !isTranscriptLine(line));
  return [exitCode, sanitize(first ?? '', maxLineLength), reading.sha256];
}

function emptyRow(id: string, action: MachineAction | undefined): string[] {
  return action === undefined
    ? [id, '', '', '', '', '', '', '', '', l10n.t('action not found in this tenant')]
    : [
        id,
        hostName(action),
        sanitize(action.type, 60),
        '',
        statusName(action.status),
        '',
        '',
        '',
        '',
        l10n.t('no result'),
      ];
}

async function showTable(
  { connection }: ConnectedTenant,
  rows: readonly Row[],
  { asked, cancelled }: { readonly asked: number; readonly cancelled: boolean },
): Promise<void> {
  const header = [
    l10n.t('action ID'),
    l10n.t('machine'),
    l10n.t('script'),
    l10n.t('index'),
    l10n.t('status'),
    l10n.t('exit code'),
    l10n.t('first line'),
    'SHA-256',
    l10n.t('link'),
    l10n.t('problem'),
  ];
  const cells = rows.toSorted((a, b) => a.order - b.order).map((row) => row.cells);
  const told = cancelled ? [[l10n.t('Canceled: the remaining results weren’t downloaded.')]] : [];
  const table = [header, ...cells, ...told];
  const sample = connection.auth === 'demo';
  const marked = sample ? table.map((row) => ['SAMPLE', ...row]) : table;
  const name = tableName(rows.length, asked, cancelled);
  await showReadOnly(`${sample ? 'SAMPLE ' : ''}${name}.csv`, csv(marked));
}

function tableName(count: number, asked: number, cancelled: boolean): string {
  if (cancelled) {
    return count === 1 ? l10n.t('1 result (canceled)') : l10n.t('{0} results (canceled)', count);
  }
  return asked === 1 ? l10n.t('Results of 1 action') : l10n.t('Results of {0} actions', asked);
}
