import * as l10n from '@vscode/l10n';
import type { EvidenceTrouble, SaveProblem } from '../results/resultProblem';
import { type Messages, failed } from './message';
import { plain, said } from './plain';

/** Why a file was not written, or nothing kept as evidence. */
export const evidenceMessages: Messages<EvidenceTrouble | SaveProblem> = {
  notAsReceived: (problem) =>
    failed(
      l10n.t(
        'The bytes in memory are not the bytes that were received, so nothing was saved. Open the result again. Received: SHA-256 {0}; in memory: {1}.',
        plain(problem.expected),
        plain(problem.actual),
      ),
    ),
  evidenceBusy: (problem) =>
    failed(
      l10n.t(
        'Another window or computer ({0}) is keeping evidence in this folder. Try again later. If none is, delete the file {1} in the evidence folder.',
        plain(problem.host, 80),
        plain(problem.lock),
      ),
    ),
  notSaved: (problem) => failed(notSaved(problem)),
};

function notSaved({ path, reason, detail, copy }: SaveProblem): string {
  if (copy !== undefined) {
    return l10n.t(
      '{0} could not be saved, and its previous content could not be restored. The previous content is in {1}. Reason: {2}',
      plain(path),
      plain(copy),
      said(detail),
    );
  }
  switch (reason) {
    case 'diskFull':
      return l10n.t('{0} was not saved: the disk is full. Nothing of it is left there.', plain(path));
    case 'notAllowed':
      return l10n.t('{0} was not saved: you may not write there. Choose another folder.', plain(path));
    case 'other':
      return l10n.t('{0} was not saved, and nothing of it is left there: {1}', plain(path), said(detail));
  }
}
