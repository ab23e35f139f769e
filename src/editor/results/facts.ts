import * as vscode from 'vscode';
import type { TextChanges } from '../../results/text';
import type { DocumentKind } from '../../results/address';
import { baseName, hostName } from '../names';
import { plain } from '../plain';
import type { LoadedResult } from './loader';

const { l10n } = vscode;

/** What stands above a result and in its status item: facts about it, none of which is part of its text. */
export interface ResultFacts {
  /** "exit code 0", or why there is none. */
  readonly outcome: string;
  /** Script or file, and host. */
  readonly subject: string;
  /** Connection; says SAMPLE for the sample tenant. */
  readonly tenant: string;
  /** When the command ran, in UTC. */
  readonly times: string;
  readonly size: string;
  /** How the text differs from the bytes; undefined when it does not. */
  readonly changes: string | undefined;
}

export function factsOf(loaded: LoadedResult, kind: DocumentKind): ResultFacts {
  const { session, result } = loaded;
  const sample = session.connection.auth === 'demo';
  return {
    outcome: outcome(loaded),
    subject: resultName(loaded),
    tenant: sample ? `SAMPLE · ${session.connection.name}` : plain(session.connection.name, 60),
    times: times(loaded),
    size: l10n.t('{0} bytes', result.bytes.byteLength.toLocaleString('en')),
    changes: changes(result.text(kind)?.changes, loaded),
  };
}

/** "<script> on <host>", the person's part of a document's name. */
export function resultName({ action, command, result }: LoadedResult): string {
  const script = result.content.kind === 'transcript' ? result.content.transcript.scriptName : undefined;
  const subject = command?.subject ?? script ?? command?.type ?? action.type;
  // Of a path only the file's name: the rest is in the tooltip of the row.
  return l10n.t('{0} on {1}', plain(baseName(subject), 60), hostName(action));
}

function outcome({ result, action }: LoadedResult): string {
  const { content } = result;
  switch (content.kind) {
    case 'transcript':
      return content.transcript.exitCode === undefined
        ? l10n.t('no exit code')
        : l10n.t('exit code {0}', plain(String(content.transcript.exitCode), 40));
    case 'body':
      return l10n.t('not a transcript: {0}', reasonText(content.reason.code));
    case 'collected':
    case 'binary':
      return l10n.t('collected file, {0}', plain(action.status, 40));
  }
}

function reasonText(code: string): string {
  switch (code) {
    case 'empty':
      return l10n.t('the body is empty');
    case 'truncated':
      return l10n.t('the JSON ends early');
    case 'notJson':
      return l10n.t('the body is not JSON');
    case 'binary':
      return l10n.t('the body is binary');
    default:
      return l10n.t('the JSON has no output of a script');
  }
}

function times({ action, command }: LoadedResult): string {
  const from = command?.startedAt ?? action.createdAt;
  const to = command?.endedAt ?? action.updatedAt;
  return [from, to]
    .filter((each) => each !== undefined)
    .map((ms) => `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')}Z`)
    .join(' → ');
}

function changes(made: TextChanges | undefined, { result }: LoadedResult): string | undefined {
  const parts: string[] = [];
  const count = (n: number, words: (n: number) => string): void => {
    if (n > 0) {
      parts.push(words(n));
    }
  };
  if (result.content.kind === 'transcript' && result.content.transcript.repairs.length > 0) {
    parts.push(l10n.t('the JSON was repaired'));
  }
  if (made !== undefined) {
    count(made.trailingNuls, (n) => l10n.t('{0} NULs dropped at the end', n));
    count(made.nuls, (n) => l10n.t('{0} NULs shown as ␀', n));
    count(made.controls, (n) => l10n.t('{0} control characters shown as symbols', n));
    count(made.escapeSequences, (n) => l10n.t('{0} escape sequences removed', n));
    count(made.loneCarriageReturns, (n) => l10n.t('{0} lone carriage returns shown as line breaks', n));
    count(made.invisibles, (n) => l10n.t('{0} invisible characters shown as <U+…>', n));
  }
  return parts.length === 0 ? undefined : l10n.t('text differs from the bytes: {0}', parts.join(', '));
}
