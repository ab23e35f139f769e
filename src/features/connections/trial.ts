import * as vscode from 'vscode';
import { type ConnectionReport, type MissingPermission } from '../../connections/connectionTest';
import { alternatives } from '../../messages/alternatives';
import { escapeMarkup, sanitize } from '../../messages/sanitize';
import type { Reporter } from '../../platform/errorReporter';
import type { Draft } from './draft';
import { back, type Back, type Position, type Step } from '../../platform/multiStepInput';

const { l10n } = vscode;

export interface TrialPorts {
  readonly attempt: (draft: Draft, signal: AbortSignal) => Promise<ConnectionReport>;
  readonly reporter: Reporter;
}

/** The last step: tries the connection, says in words what works, and asks whether to keep it. */
export function trialStep(ports: TrialPorts): Step<Draft> {
  return {
    ask: async (draft, position) => {
      for (;;) {
        const answer = await askTrial(draft, position, ports);
        if (answer !== 'again') {
          return answer === 'save' ? draft : answer;
        }
      }
    },
  };
}

type Answer = 'save' | 'again';

interface Row extends vscode.QuickPickItem {
  readonly answer?: Answer;
}

async function askTrial(
  draft: Draft,
  position: Position,
  { attempt, reporter }: TrialPorts,
): Promise<Answer | Back | undefined> {
  const pick = vscode.window.createQuickPick<Row>();
  const leaving = new AbortController();
  pick.title = position.title;
  pick.step = position.step;
  pick.totalSteps = position.total;
  pick.ignoreFocusOut = true;
  pick.buttons = [vscode.QuickInputButtons.Back];
  pick.placeholder = l10n.t('Testing the connection…');
  pick.busy = true;
  try {
    return await new Promise<Answer | Back | undefined>((resolve, reject) => {
      pick.onDidHide(() => resolve(undefined));
      pick.onDidTriggerButton(() => resolve(back));
      pick.onDidAccept(() => {
        const answer = pick.activeItems[0]?.answer;
        if (answer !== undefined) {
          resolve(answer);
        }
      });
      pick.show();
      attempt(draft, leaving.signal).then((report) => {
        pick.busy = false;
        pick.placeholder = works(report)
          ? l10n.t('The connection works.')
          : l10n.t('The connection has problems.');
        pick.items = rows(report, reporter);
      }, reject);
    });
  } finally {
    leaving.abort();
    pick.dispose();
  }
}

function works(report: ConnectionReport): boolean {
  return report.token.ok && report.list?.ok === true && report.missing.length === 0;
}

function rows(report: ConnectionReport, reporter: Reporter): Row[] {
  const good = works(report);
  return [
    {
      label: good ? l10n.t('Save') : l10n.t('Save Anyway'),
      iconPath: new vscode.ThemeIcon('save'),
      answer: 'save',
    },
    { label: l10n.t('Retry'), iconPath: new vscode.ThemeIcon('refresh'), answer: 'again' },
    { label: l10n.t('Test results'), kind: vscode.QuickPickItemKind.Separator },
    ...facts(report, reporter),
  ];
}

function facts({ token, list, missing }: ConnectionReport, reporter: Reporter): Row[] {
  const failed = (label: string, error: unknown): Row[] =>
    fact('error', label, reporter.explain('try a connection', error).sentence);
  return [
    ...(token.ok
      ? fact('pass', l10n.t('Sign-in'), who(token.claims))
      : failed(l10n.t('Sign-in'), token.error)),
    ...(list === undefined
      ? []
      : list.ok
        ? fact('pass', l10n.t('List machine actions'), l10n.t('Defender responded'))
        : failed(l10n.t('List machine actions'), list.error)),
    // A refusal names what is missing itself.
    ...missing.filter(({ call }) => call !== 'listActions' || list?.ok === true).flatMap(missingFact),
  ];
}

/** A row cannot wrap its text and would cut it off, so a sentence that is long takes several. */
function fact(icon: string, label: string, sentence: string): Row[] {
  const [first = '', ...more] = wrapped(escapeMarkup(sentence));
  return [
    { label, detail: first, iconPath: new vscode.ThemeIcon(icon), alwaysShow: true },
    ...more.map((line) => ({ label: line, alwaysShow: true })),
  ];
}

/** Characters that fit into a row, in the narrowest quick pick. */
const rowWidth = 66;

function wrapped(sentence: string): string[] {
  const lines: string[] = [];
  for (const word of sentence.split(' ')) {
    const last = lines[lines.length - 1];
    if (last !== undefined && last.length + word.length < rowWidth) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else {
      lines.push(word);
    }
  }
  return lines;
}

function missingFact({ call, anyOf }: MissingPermission): Row[] {
  return fact(
    'warning',
    featureOf(call),
    l10n.t(
      'Your token is missing {0}. Add the permission to the app registration, and ask an administrator to grant consent.',
      alternatives(anyOf),
    ),
  );
}

function featureOf(call: MissingPermission['call']): string {
  switch (call) {
    case 'resultLink':
      return l10n.t('Read results');
    case 'cancelAction':
      return l10n.t('Cancel machine actions');
    case 'listActions':
      return l10n.t('List machine actions');
  }
}

function who(claims: (ConnectionReport['token'] & { ok: true })['claims']): string {
  const name = claims?.user ?? claims?.appName ?? claims?.appId;
  return name === undefined ? l10n.t('Received a token') : l10n.t('Signed in as {0}', sanitize(name, 80));
}
