/** How a document is opened. */
export interface Opening {
  /** The focus stays where it is. */
  readonly preserveFocus: boolean;
  /** The tab stays when the next document opens. */
  readonly pinned: boolean;
}

/** Milliseconds between two clicks that are one gesture, and between Enter and what it opens. */
const doubleClickMs = 500;
const enterMs = 3_000;

/**
 * Tells how a row of the tree was activated, so that it opens as a row of VS Code's own trees: a
 * click leaves the focus in the tree, Enter and a double click move it, and a double click keeps
 * the tab. VS Code runs a row's command the same way for all three; so Enter is bound to a command
 * of ours, and two activations of one row shortly after each other are a double click.
 */
export class RowGestures {
  readonly #now: () => number;
  #enteredAt = -Infinity;
  #last: { readonly row: string; readonly at: number } | undefined;

  /** `now` gives milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Enter was pressed; the row's command comes next. */
  entered(): void {
    this.#enteredAt = this.#now();
  }

  /**
   * How to open what a command was given; `row` identifies the activated row, and is anything else
   * when no row was.
   */
  opening(row: unknown): Opening {
    if (typeof row !== 'string') {
      return { preserveFocus: false, pinned: false };
    }
    const at = this.#now();
    const byKey = at - this.#enteredAt < enterMs;
    const twice = !byKey && this.#last?.row === row && at - this.#last.at < doubleClickMs;
    this.#enteredAt = -Infinity;
    this.#last = byKey || twice ? undefined : { row, at };
    return { preserveFocus: !byKey && !twice, pinned: twice };
  }
}
