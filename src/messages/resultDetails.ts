import * as l10n from '@vscode/l10n';
import type { ActionCommand, MachineAction } from '../defender/machineAction';
import type { DocumentKind } from '../results/address';
import type { StoredResult } from '../results/download/storedResult';
import type { TextChanges } from '../results/reading/text';
import type { NotATranscript, Repair } from '../results/transcript/transcript';
import { onMachine } from './actionLabel';
import { exitCodeWords } from './hresultWords';
import { baseName, hostName, shortHostName, statusName } from './formatNames';
import { sanitize } from './sanitize';
import { countText, megabytesText } from './quantities';
import { textChangeWords } from './textChangeWords';

/** A result, and where it comes from. */
export interface ResultSource {
  readonly tenant: { readonly connection: { readonly auth: string; readonly name: string } };
  readonly action: MachineAction;
  readonly command: ActionCommand | undefined;
  readonly result: Pick<StoredResult, 'summary' | 'main' | 'document' | 'content' | 'reading' | 'bytes'>;
}

/**
 * What stands above a result and in its status item: details about it, none of which is part of its
 * text.
 */
export interface ResultDetails {
  /** "exit code 0", or why there is none. */
  readonly outcome: string;
  /** Script or file, and host. */
  readonly subject: string;
  /** The name of the connection. */
  readonly tenant: string;
  /** When the command ran, in UTC. */
  readonly times: string;
  readonly size: string;
  /** Of the bytes as they were received: its beginning, for the lens. */
  readonly hash: string;
  /** How the text differs from the bytes; undefined when it does not. */
  readonly changes: string | undefined;
  /** The body was damaged, so what is shown deserves a second look; undefined when it was whole. */
  readonly damage: string | undefined;
  /** SAMPLE for what is made up. */
  readonly sample: string | undefined;
  /** The name of the machine without its domain. */
  readonly host: string;
  /** When the command ended, in UTC. */
  readonly ended: string;
  /**
   * Keys of the transcript that are not documented, with their values; undefined when there are
   * none.
   */
  readonly extra: string | undefined;
}

/** The details of one document of a result. */
export function detailsOf(loaded: ResultSource, kind: DocumentKind): ResultDetails {
  const { tenant, result } = loaded;
  const sample = tenant.connection.auth === 'demo';
  return {
    outcome: [...partWords(loaded, kind), outcome(loaded)].join(' · '),
    subject: resultName(loaded),
    tenant: sanitize(tenant.connection.name, 60),
    times: times(loaded),
    size: sizeText(result.bytes.byteLength),
    hash: result.reading.sha256,
    changes: changes((result.document(kind) ?? result.main)?.changes, loaded),
    damage: result.summary.repairs.some(isDamage) ? l10n.t('the JSON was repaired') : undefined,
    sample: sample ? 'SAMPLE' : undefined,
    host: shortHostName(loaded.action),
    ended: utc(loaded.command?.endedAt ?? loaded.action.updatedAt),
    extra: extra(loaded),
  };
}

/** What matters most, the most important first: a narrow editor cuts off the end. */
export function headline({ outcome, sample, damage, tenant, host, ended }: ResultDetails): string {
  return [outcome, sample, damage, tenant, host, ended].filter(Boolean).join(' · ');
}

/** "<script> on <host>", with the machine's whole name. */
export function resultName(source: ResultSource): string {
  return onMachine(subjectName(source), hostName(source.action));
}

/**
 * The script or file of a result. Of a path only the file's name: the rest is in the tooltip of the
 * row.
 */
export function subjectName({ action, command, result }: Omit<ResultSource, 'tenant'>): string {
  const script = result.summary.kind === 'transcript' ? result.summary.scriptName : undefined;
  return sanitize(baseName(command?.subject ?? script ?? command?.type ?? action.type), 60);
}

function sizeText(bytes: number): string {
  return bytes === 1 ? l10n.t('1 byte') : l10n.t('{0} bytes', countText(bytes));
}

/** What a head or a tail is. */
function partWords({ result }: ResultSource, kind: DocumentKind): string[] {
  const [all, part] = [result.main?.bytes.byteLength ?? 0, result.content(kind)?.byteLength ?? 0];
  if (kind === 'head') {
    return [l10n.t('ONLY THE FIRST {0} OF {1} MB', megabytesText(part), megabytesText(all))];
  }
  return kind === 'tail'
    ? [l10n.t('ONLY THE LAST {0} OF {1} MB', megabytesText(part), megabytesText(all))]
    : [];
}

function outcome({ result, action, command }: ResultSource): string {
  const { summary } = result;
  switch (summary.kind) {
    case 'transcript':
      return summary.exitCode === undefined
        ? l10n.t('no exit code')
        : l10n.t('exit code {0}', exitCodeWords(summary.exitCode, command?.subject ?? summary.scriptName));
    case 'body':
      return l10n.t('not a transcript: {0}', reasonText(summary.reason.code));
    case 'collected':
    case 'binary':
      return l10n.t('collected file, {0}', statusName(action.status));
  }
}

function reasonText(code: NotATranscript['code']): string {
  switch (code) {
    case 'empty':
      return l10n.t('the body is empty');
    case 'truncated':
      return l10n.t('the JSON is truncated');
    case 'notJson':
      return l10n.t('the body is not JSON');
    case 'tooComplex':
      return l10n.t('the JSON is nested too deeply or has too many values');
    case 'archiveDamaged':
      return l10n.t('the archive is damaged');
    case 'archiveEncrypted':
      return l10n.t('the archive is encrypted');
    case 'archiveTooLarge':
      return l10n.t('the archive is too large to unpack');
    case 'archiveUnfit':
      return l10n.t('the archive doesn’t contain exactly one identifiable transcript');
    case 'archiveUnsafe':
      return l10n.t('the archive has unsafe file names');
    case 'notAnObject':
    case 'noOutput':
      return l10n.t('the JSON has no script output');
  }
}

function times({ action, command }: ResultSource): string {
  // The action's creation beside an end of the command would be a span that nothing took.
  const from = command?.startedAt ?? (command?.endedAt === undefined ? action.createdAt : undefined);
  const to = command?.endedAt ?? action.updatedAt;
  return [from, to]
    .filter((each) => each !== undefined)
    .map(utc)
    .join(' → ');
}

function utc(ms: number | undefined): string {
  return ms === undefined ? '' : `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')}Z`;
}

function changes(made: TextChanges | undefined, { result }: ResultSource): string | undefined {
  const parts = [...repairs(result.summary.repairs), ...(made === undefined ? [] : textChangeWords(made))];
  return parts.length === 0
    ? undefined
    : l10n.t('differences from the received bytes: {0}', parts.join(', '));
}

/** What was done to the bytes, in the order in which it was done. */
function repairs(made: readonly Repair[]): string[] {
  const ways = made.flatMap((repair) => repairText(repair) ?? []);
  return made.some(isDamage) ? [...ways, l10n.t('the JSON was repaired')] : ways;
}

/** Whether a repair means that the JSON itself was not as it should be. */
function isDamage({ kind }: Repair): boolean {
  return kind === 'trailingNuls' || kind === 'rawControlCharacters';
}

function repairText(repair: Repair): string | undefined {
  switch (repair.kind) {
    case 'unpacked':
      return unpackedWords(repair);
    case 'decodedAs':
      return l10n.t('decoded as {0}', sanitize(repair.encoding, 40));
    case 'utf16':
      return l10n.t('decoded from UTF-16');
    case 'invalidUtf8':
      return l10n.t('invalid UTF-8 shown as � (count: {0})', countText(repair.count));
    case 'invalidUtf16':
      return l10n.t('incomplete UTF-16 characters shown as � (count: {0})', countText(repair.count));
    case 'bytesBehindArchive':
      return l10n.t('data after the end of the archive ignored (bytes: {0})', countText(repair.count));
    case 'repeatedKey':
      return l10n.t('the JSON repeats the key {0}; its last value is shown', sanitize(repair.key, 60));
    case 'keySpelling':
      return l10n.t('the key {0} was read as {1}', sanitize(repair.key, 60), repair.meant);
    case 'notAString':
      return l10n.t('{0} isn’t a string; its JSON is shown as received', sanitize(repair.key, 60));
    case 'byteOrderMark':
    case 'trailingNuls':
    case 'rawControlCharacters':
      return undefined;
  }
}

function unpackedWords({ format, others }: Extract<Repair, { readonly kind: 'unpacked' }>): string {
  switch (others) {
    case 0:
      return l10n.t('unpacked ({0})', format);
    case 1:
      return l10n.t('unpacked ({0}, 1 other file not shown)', format);
    default:
      return l10n.t('unpacked ({0}, {1} other files not shown)', format, others);
  }
}

function extra({ result: { summary } }: ResultSource): string | undefined {
  if (summary.kind !== 'transcript' || summary.extra.length === 0) {
    return undefined;
  }
  const keys = summary.extra.map(({ key, value }) => `${sanitize(key, 60)}: ${sanitize(value, 80)}`);
  const shown = keys.slice(0, 10);
  return keys.length > shown.length ? [...shown, '…'].join(', ') : shown.join(', ');
}
