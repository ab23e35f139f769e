/** What Keep as Evidence and Verify Evidence tell, and the report that can be opened. */

import * as vscode from 'vscode';
import type { EvidenceProblem, Verification } from '../../results/evidence/evidenceVerification';
import { sanitize } from '../../messages/sanitize';
import type { Reporter } from '../../platform/errorReporter';

const { l10n } = vscode;

/** An evidence folder that was checked, or why it could not be. */
export interface Checked {
  readonly root: vscode.Uri;
  readonly found: Verification;
}

/**
 * Copies the SHA-256 of a manifest, because a copy outside of the folder is what proves it later.
 * Gives the sentence that says so.
 */
export async function copyManifestHash(sha256: string): Promise<string> {
  await vscode.env.clipboard.writeText(sha256);
  return l10n.t(
    'The SHA-256 of the manifest was copied to the clipboard: {0}. Store it outside this folder.',
    sha256,
  );
}

/**
 * Tells what was found in one or several folders. Never awaited by whoever calls it for its
 * notification.
 */
export async function tellVerification(
  reporter: Reporter,
  checked: readonly Checked[],
  compare: (older: string) => Promise<void>,
): Promise<void> {
  const said = checked.map(({ root, found }) => summary(root, found)).join(' ');
  const hashes = checked.map(({ found }) => found.sha256).join('\n');
  await vscode.env.clipboard.writeText(hashes);
  const copied =
    checked.length === 1
      ? l10n.t('The SHA-256 of the manifest was copied to the clipboard: {0}.', hashes)
      : l10n.t('The SHA-256 of each manifest was copied to the clipboard.');
  const isWorth = checked.some(({ found }) => found.problems.length + found.unfinished.length > 0);
  const showReport = { title: l10n.t('Show Report'), run: () => openReport(checked) };
  const compareHash = {
    title: l10n.t('Compare with Earlier SHA-256…'),
    run: async () => {
      const older = await askHash();
      await (older === undefined ? undefined : compare(older));
    },
  };
  const kind = checked.some(({ found }) => found.problems.length > 0) ? 'warning' : 'info';
  const buttons = isWorth || checked.length > 1 ? [showReport, compareHash] : [compareHash];
  reporter.notify(kind, `${said} ${copied}`, ...buttons);
}

/** Tells which lines a SHA-256 proves that somebody noted earlier. */
export function tellCoverage(reporter: Reporter, checked: readonly Checked[]): void {
  const match = checked.find(({ found }) => found.coveredLines !== undefined);
  const said =
    match === undefined
      ? l10n.t(
          'The manifest never had this SHA-256. It was changed since you noted the SHA-256, or it’s a different manifest.',
        )
      : l10n.t(
          'Lines 1 to {0} of {1} in the manifest in {2} are unchanged since you noted this SHA-256.',
          match.found.coveredLines ?? 0,
          match.found.lines,
          match.root.path,
        );
  reporter.notify(match === undefined ? 'warning' : 'info', said);
}

async function askHash(): Promise<string | undefined> {
  const value = await vscode.window.showInputBox({
    prompt: l10n.t('Enter a SHA-256 of the manifest that you noted earlier'),
    ignoreFocusOut: true,
    validateInput: (text) =>
      /^\s*[0-9a-f]{64}\s*$/i.test(text) ? undefined : l10n.t('A SHA-256 has 64 hexadecimal digits.'),
  });
  return value?.trim();
}

function summary(root: vscode.Uri, { intact, problems, unfinished }: Verification): string {
  const said =
    problems.length === 0 ? intactWords(intact, root.path) : problemCount(problems.length, intact, root.path);
  if (unfinished.length === 0) {
    return said;
  }
  const left =
    unfinished.length === 1
      ? l10n.t('Keep as Evidence was interrupted in this folder or is still running: 1 unfinished file.')
      : l10n.t(
          'Keep as Evidence was interrupted in this folder or is still running: {0} unfinished files.',
          unfinished.length,
        );
  return `${said} ${left}`;
}

function intactWords(intact: number, path: string): string {
  return intact === 1
    ? l10n.t('Verified 1 file in {0}.', path)
    : l10n.t('Verified {0} files in {1}.', intact, path);
}

function problemCount(problems: number, intact: number, path: string): string {
  if (intact === 1) {
    return problems === 1
      ? l10n.t('Found 1 problem in {0}. 1 file is unchanged.', path)
      : l10n.t('Found {0} problems in {1}. 1 file is unchanged.', problems, path);
  }
  return problems === 1
    ? l10n.t('Found 1 problem in {0}. {1} files are unchanged.', path, intact)
    : l10n.t('Found {0} problems in {1}. {2} files are unchanged.', problems, path, intact);
}

async function openReport(checked: readonly Checked[]): Promise<void> {
  const lines = checked.flatMap(({ root, found }) => [
    summary(root, found),
    l10n.t('Manifest lines: {0}. Manifest SHA-256: {1}', found.lines, found.sha256),
    '',
    ...found.problems.map(problemWords),
    ...found.unfinished.map((path) => l10n.t('Unfinished, not evidence yet: {0}', sanitize(path))),
    '',
  ]);
  const document = await vscode.workspace.openTextDocument({
    content: lines.join('\n'),
    language: 'plaintext',
  });
  await vscode.window.showTextDocument(document);
}

function problemWords(problem: EvidenceProblem): string {
  switch (problem.kind) {
    case 'changed':
      return l10n.t(
        'Changed: {0} (SHA-256 {1}, originally {2})',
        sanitize(problem.path),
        problem.actual,
        problem.expected,
      );
    case 'missing':
      return l10n.t('Missing: {0}', sanitize(problem.path));
    case 'added':
      return l10n.t('Not kept by this extension: {0}', sanitize(problem.path));
    case 'unreadable':
      return l10n.t('Can’t be read: {0} ({1})', sanitize(problem.path), sanitize(problem.detail));
    case 'unreadableLine':
      return l10n.t('Line {0} of the manifest can’t be read', problem.line);
    case 'contradicted':
      return l10n.t(
        'Line {0} of the manifest contradicts an earlier line about {1}: SHA-256 {2} instead of {3}',
        problem.line,
        sanitize(problem.path),
        sanitize(problem.actual),
        sanitize(problem.expected),
      );
    case 'brokenChain':
      return l10n.t(
        'The manifest was changed before line {0}: SHA-256 {1}, but the line notes {2}',
        problem.line,
        problem.actual,
        sanitize(problem.expected),
      );
  }
}
