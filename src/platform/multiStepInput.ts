import * as vscode from 'vscode';

/** The person went one step back. */
export const back = Symbol('back');
export type Back = typeof back;

/** Where a question stands, as the title of a quick input shows it. */
export interface Position {
  readonly title: string;
  readonly step: number;
  readonly total: number;
}

/**
 * One question. `ask` gives the state with its answer in it, `back`, or undefined when the person
 * gave up.
 */
export interface Step<S> {
  /** Whether the question comes up at all, going by the answers before it. */
  readonly applies?: (state: S) => boolean;
  readonly ask: (state: S, position: Position) => Promise<S | Back | undefined>;
}

/** Asks one question after another, with a way back; undefined when the person gave up. */
export async function runSteps<S>(
  title: string,
  first: S,
  steps: readonly Step<S>[],
): Promise<S | undefined> {
  // Going back keeps what was answered: it is the proposal of the question that comes again.
  let state = first;
  const asked: number[] = [];
  for (;;) {
    const last = asked[asked.length - 1] ?? -1;
    const next = nextApplying(steps, last, state);
    const step = steps[next];
    if (step === undefined) {
      return state;
    }
    const rest = countApplying(steps.slice(next + 1), state);
    const position = { title, step: asked.length + 1, total: asked.length + 1 + rest };
    const answer = await step.ask(state, position);
    if (answer === undefined) {
      return undefined;
    }
    if (answer === back) {
      asked.pop();
    } else {
      state = answer;
      asked.push(next);
    }
  }
}

function nextApplying<S>(steps: readonly Step<S>[], last: number, state: S): number {
  return steps.findIndex((step, index) => index > last && step.applies?.(state) !== false);
}

function countApplying<S>(steps: readonly Step<S>[], state: S): number {
  return steps.filter((step) => step.applies?.(state) !== false).length;
}

export interface TextQuestion {
  readonly prompt: string;
  readonly value?: string | undefined;
  readonly placeholder?: string;
  readonly password?: boolean;
  /** While typing: what is wrong, or undefined. */
  readonly validate: (text: string) => string | undefined;
  /**
   * After Enter: what is wrong, or undefined. The input is busy meanwhile; the signal fires when it
   * is left.
   */
  readonly accept?: (text: string, signal: AbortSignal) => Promise<string | undefined>;
  /** A button in the title that brings a text. */
  readonly button?: {
    readonly icon: string;
    readonly tooltip: string;
    readonly run: () => Promise<string | undefined>;
  };
}

/**
 * Asks for a text; it stays open when the focus goes elsewhere, because what it asks for is copied
 * from there.
 */
export async function askText(
  question: TextQuestion,
  position: Position,
): Promise<string | Back | undefined> {
  const input = textInput(question, position);
  const leaving = new AbortController();
  try {
    return await new Promise<string | Back | undefined>((resolve, reject) => {
      const accept = async (): Promise<void> => {
        const { value } = input;
        input.validationMessage = question.validate(value) ?? '';
        if (input.validationMessage === '' && question.accept !== undefined) {
          input.busy = true;
          input.enabled = false;
          input.validationMessage = (await question.accept(value, leaving.signal)) ?? '';
          input.enabled = true;
          input.busy = false;
        }
        if (input.validationMessage === '') {
          resolve(value);
        }
      };
      input.onDidAccept(() => void accept().catch(reject));
      // What a button opens hides the input for as long as it is there.
      let away = false;
      input.onDidHide(() => {
        if (!away) {
          resolve(undefined);
        }
      });
      input.onDidTriggerButton((pressed) => {
        if (pressed === vscode.QuickInputButtons.Back) {
          resolve(back);
          return;
        }
        away = true;
        void question.button?.run().then((text) => {
          away = false;
          input.value = text ?? input.value;
          input.show();
        }, reject);
      });
      input.show();
    });
  } finally {
    leaving.abort();
    input.dispose();
  }
}

function textInput(question: TextQuestion, position: Position): vscode.InputBox {
  const input = vscode.window.createInputBox();
  place(input, position);
  input.prompt = question.prompt;
  input.value = question.value ?? '';
  input.placeholder = question.placeholder ?? '';
  input.password = question.password ?? false;
  const button = question.button && {
    iconPath: new vscode.ThemeIcon(question.button.icon),
    tooltip: question.button.tooltip,
  };
  input.buttons = [...input.buttons, ...(button ? [button] : [])];
  input.onDidChangeValue((value) => {
    input.validationMessage = value === '' ? '' : (question.validate(value) ?? '');
  });
  return input;
}

export interface Choice<T> extends vscode.QuickPickItem {
  readonly value: T;
}

/** Asks for one of several. */
export async function askChoice<T>(
  question: {
    readonly placeholder: string;
    readonly choices: readonly Choice<T>[];
    readonly active?: T | undefined;
  },
  position: Position,
): Promise<T | Back | undefined> {
  const pick = vscode.window.createQuickPick<Choice<T>>();
  place(pick, position);
  pick.placeholder = question.placeholder;
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  pick.items = question.choices;
  pick.activeItems = question.choices.filter(({ value }) => value === question.active);
  try {
    return await new Promise<T | Back | undefined>((resolve) => {
      pick.onDidAccept(() => {
        const [chosen] = pick.activeItems;
        if (chosen !== undefined) {
          resolve(chosen.value);
        }
      });
      pick.onDidHide(() => resolve(undefined));
      pick.onDidTriggerButton(() => resolve(back));
      pick.show();
    });
  } finally {
    pick.dispose();
  }
}

function place(
  input: vscode.QuickInput & { buttons: readonly vscode.QuickInputButton[] },
  position: Position,
): void {
  input.title = position.title;
  input.step = position.step;
  input.totalSteps = position.total;
  input.ignoreFocusOut = true;
  input.buttons = position.step > 1 ? [vscode.QuickInputButtons.Back] : [];
}
