import * as vscode from 'vscode';
import type { SettingProblem } from '../connections/connectionSettings';
import { Failure, isAbort } from '../http/failure';
import type { Log } from './log';
import { notificationText } from '../messages/sanitize';
import type { Problem } from '../messages/problem';
import { settingSentence } from '../messages/settingWords';
import { failed, type Message, type NextStep, note } from '../messages/message';
import { messageFor } from '../messages/problemMessage';

/** The problem of an expected failure; undefined for a bug or an abort. */
export function problemOf(error: unknown): Problem | undefined {
  return error instanceof Failure ? (error.problem as Problem) : undefined;
}

/** The person cancelled it: there is nothing to tell them. */
export function isOwnDoing(error: unknown): boolean {
  return isAbort(error) || problemOf(error)?.code === 'signInCancelled';
}

/** A button of a notification. */
export interface Retry {
  readonly title: string;
  readonly run: () => unknown;
}

const notifications: Readonly<
  Record<'info' | 'warning' | 'error', (message: string, ...items: string[]) => Thenable<string | undefined>>
> = {
  info: (...message) => vscode.window.showInformationMessage(...message),
  warning: (...message) => vscode.window.showWarningMessage(...message),
  error: (...message) => vscode.window.showErrorMessage(...message),
};

/**
 * The one way a failure reaches a person: a line in the log and one notification with at most two
 * buttons. Never awaited by a command: it is there until it is dismissed. A cancelled action is no
 * failure and says nothing.
 */
export class Reporter {
  readonly #log: Log;

  constructor(log: Log) {
    this.#log = log;
  }

  /** `what` names the thing that failed, for the log. */
  report(what: string, error: unknown, ...retries: readonly Retry[]): void {
    if (!isOwnDoing(error)) {
      this.show(this.explain(what, error), ...retries);
    }
  }

  /** The notification for a failure that was explained, and so logged, already. */
  show({ sentence, kind, next }: Message, ...retries: readonly Retry[]): void {
    this.notify(kind, sentence, ...[...next.map(step), ...retries, this.#showLog()].slice(0, 2));
  }

  /**
   * A notification, not awaited; what fails behind one of its buttons is a failure like any other.
   */
  notify(kind: 'info' | 'warning' | 'error', sentence: string, ...buttons: readonly Retry[]): void {
    notifications[kind](notificationText(sentence), ...buttons.map(({ title }) => title))
      .then((chosen) => buttons.find(({ title }) => title === chosen)?.run())
      .then(undefined, (error: unknown) => this.report('run the button of a notification', error));
  }

  /** A connection in the settings that was refused. */
  reportSetting(problem: SettingProblem): void {
    const sentence = settingSentence(problem);
    this.#log.error(`settings: ${problem.code}: ${sentence}`);
    this.notify('error', sentence, {
      title: vscode.l10n.t('Open Settings'),
      run: () => vscode.commands.executeCommand('workbench.action.openSettings', 'liveResponse.connections'),
    });
  }

  reportProblem(what: string, problem: Problem): void {
    this.report(what, new Failure(problem));
  }

  /** The words for a failure, after it was logged. */
  explain(what: string, error: unknown): Message {
    if (isAbort(error)) {
      return note(vscode.l10n.t('Canceled.'));
    }
    const problem = problemOf(error);
    if (problem === undefined) {
      this.#log.error(`${what}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      return failed(vscode.l10n.t('An unexpected error occurred. See the log for details.'));
    }
    const words = messageFor(problem);
    this.#log[words.kind === 'info' ? 'info' : 'error'](`${what}: ${problem.code}: ${words.sentence}`);
    return words;
  }

  #showLog(): Retry {
    return { title: vscode.l10n.t('Show Log'), run: () => this.#log.show() };
  }
}

function step({ title, command, args = [] }: NextStep): Retry {
  return { title, run: () => vscode.commands.executeCommand(command, ...args) };
}
