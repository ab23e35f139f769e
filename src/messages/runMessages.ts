import * as l10n from '@vscode/l10n';
import type { RunProblem } from '../runs/runProblem';
import { failed, type Messages } from './message';
import { sanitize } from './sanitize';

type JournalTrouble = Exclude<RunProblem, { readonly code: 'notSaved' }>;

/** Why a run can't go on. */
export const runMessages: Messages<JournalTrouble> = {
  journalTaken: ({ run }) =>
    failed(
      l10n.t(
        'Another window continues run {0}, so this window stopped. Nothing was sent twice.',
        sanitize(run, 40),
      ),
    ),
  journalDamaged: ({ run, line }) =>
    failed(
      l10n.t(
        'Run {0} can’t be resumed because its journal was changed in line {1}. What was already sent isn’t known for sure, so nothing more is sent.',
        sanitize(run, 40),
        line,
      ),
    ),
  journalEmpty: ({ run }) =>
    failed(
      l10n.t(
        'Run {0} can’t be resumed because its journal has no plan. Nothing was sent.',
        sanitize(run, 40),
      ),
    ),
};
