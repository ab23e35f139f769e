import * as l10n from '@vscode/l10n';
import type { EvidenceTrouble, SaveProblem } from '../results/resultProblem';
import { type Messages, failed } from './message';
import { sanitize, said } from './sanitize';

/** Why a file was not written, or nothing kept as evidence. */
export const evidenceMessages: Messages<EvidenceTrouble | SaveProblem> = {
  notAsReceived: (problem) =>
    failed(
      l10n.t(
        'Nothing was saved because the bytes in memory differ from the bytes that were received. Open the result again. SHA-256 received: {0}; in memory: {1}.',
        sanitize(problem.expected),
        sanitize(problem.actual),
      ),
    ),
  evidenceBusy: (problem) =>
    failed(
      l10n.t(
        'Another window or computer ({0}) is keeping evidence in this folder. Try again later. If that isn’t the case, delete the file {1} in the evidence folder.',
        sanitize(problem.host, 80),
        sanitize(problem.lock),
      ),
    ),
  notSaved: (problem) => failed(notSaved(problem)),
};

function notSaved({ path, reason, detail, copy }: SaveProblem): string {
  if (copy !== undefined) {
    return l10n.t(
      '{0} couldn’t be saved, and its previous content couldn’t be restored. The previous content is in {1}. Reason: {2}',
      sanitize(path),
      sanitize(copy),
      said(detail),
    );
  }
  switch (reason) {
    case 'diskFull':
      return l10n.t(
        '{0} wasn’t saved because the disk is full. No partial file was left behind.',
        sanitize(path),
      );
    case 'notAllowed':
      return l10n.t(
        '{0} wasn’t saved because you don’t have permission to write there. Select another folder.',
        sanitize(path),
      );
    case 'other':
      return l10n.t(
        '{0} wasn’t saved, and no partial file was left behind. Reason: {1}',
        sanitize(path),
        said(detail),
      );
  }
}
