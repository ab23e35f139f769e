import { isFinal, type MachineAction } from '../defender/machineAction';
import { inSlices } from '../http/slices';
import { textTest } from './matching';
import { mergeNewestFirst, newerOf, newestFirst, onceEach } from './merging';

/** What an answer did to the list that is shown; actions by their IDs. */
export interface ActionsChange {
  /**
   * Another list is shown: everything is to be painted anew, and the three fields below are empty.
   */
  readonly reset: boolean;
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
  /** Was unfinished when it was last seen, and is final now; also actions that are not shown. */
  readonly finished: readonly string[];
}

export const noChange: ActionsChange = { reset: false, added: [], changed: [], removed: [], finished: [] };

export function isChange({ reset, added, changed, removed, finished }: ActionsChange): boolean {
  return reset || added.length + changed.length + removed.length + finished.length > 0;
}

/** Several changes of the same list, one after another, as one. */
export function together(changes: readonly ActionsChange[]): ActionsChange {
  return {
    reset: changes.some(({ reset }) => reset),
    added: changes.flatMap(({ added }) => added),
    changed: changes.flatMap(({ changed }) => changed),
    removed: changes.flatMap(({ removed }) => removed),
    finished: changes.flatMap(({ finished }) => finished),
  };
}

export interface MergeRules {
  /** True for what belongs to the list. What is listed and does not any more leaves it. */
  readonly fits: (action: MachineAction) => boolean;
  /** True for what may be added, if it fits. */
  readonly joins: (action: MachineAction) => boolean;
  /** True for what is listed, is not among the incoming, and has to leave. */
  readonly leaves?: (action: MachineAction) => boolean;
}

/** Actions that are looked at for a text between two yields: a few milliseconds. */
const textSlice = 2_000;

/**
 * The actions that are known, those of them that are listed, newest first, and those of them that a
 * text lets through.
 */
export class Listing {
  readonly #known = new Map<string, MachineAction>();
  #listed: readonly MachineAction[] = [];
  #ids = new Set<string>();
  #text = '';
  #test: ReturnType<typeof textTest>;
  /**
   * What the text says of an action; kept, because testing 100,000 of them takes a while. Weak: an
   * answer is mostly copies of what is known.
   */
  #verdicts = new WeakMap<MachineAction, boolean>();
  #shown: readonly MachineAction[] | undefined;
  #unfinished: readonly MachineAction[] | undefined;

  get listed(): readonly MachineAction[] {
    return this.#listed;
  }

  get shown(): readonly MachineAction[] {
    this.#shown ??=
      this.#test === undefined ? this.#listed : this.#listed.filter((each) => this.#passes(each));
    return this.#shown;
  }

  /** Those of the listed ones that can still change, newest first. */
  get unfinished(): readonly MachineAction[] {
    this.#unfinished ??= this.#listed.filter((action) => !isFinal(action));
    return this.#unfinished;
  }

  get text(): string {
    return this.#text;
  }

  find(id: string): MachineAction | undefined {
    return this.#known.get(id);
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  /**
   * Looks at actions that are about to be taken over, in slices, so that taking them over is quick.
   */
  async prepare(actions: readonly MachineAction[]): Promise<void> {
    if (this.#test !== undefined) {
      await inSlices(actions, textSlice, (action) => this.#passes(action));
    }
  }

  /** Lets only actions through that a text occurs in. False when another text was set meanwhile. */
  async setText(text: string): Promise<boolean> {
    const test = textTest(text);
    const verdicts = new WeakMap<MachineAction, boolean>();
    this.#text = text;
    if (test !== undefined) {
      await inSlices(this.#listed, textSlice, (action) => verdicts.set(action, test(action)));
    }
    if (this.#text !== text) {
      return false;
    }
    this.#test = test;
    this.#verdicts = verdicts;
    this.#shown = undefined;
    return true;
  }

  /** Lists these and no others. */
  replace(actions: readonly MachineAction[]): ActionsChange {
    const finished: string[] = [];
    const taken = new Map<string, MachineAction>();
    for (const incoming of actions) {
      taken.set(incoming.id, this.#learn(incoming, finished));
    }
    // Servers are not trusted to order as asked.
    this.#list([...taken.values()].sort(newestFirst));
    this.#ids = new Set(taken.keys());
    return { ...noChange, reset: true, finished };
  }

  /** Takes over what another answer says. */
  merge(actions: readonly MachineAction[], rules: MergeRules): ActionsChange {
    const step = new MergeStep();
    for (const incoming of onceEach(actions)) {
      const known = this.#known.get(incoming.id);
      const now = this.#learn(incoming, step.finished);
      step.incoming.add(incoming.id);
      if (known !== undefined && this.#ids.has(incoming.id)) {
        this.#mergeListed(known, now, rules, step);
      } else if (!this.#ids.has(incoming.id) && rules.fits(now) && rules.joins(now)) {
        this.#ids.add(now.id);
        step.joined.push(now);
        step.note(now.id, false, this.#passes(now), true);
      }
    }
    this.#leave(rules, step);
    this.#apply(step);
    return step.change();
  }

  #mergeListed(known: MachineAction, now: MachineAction, rules: MergeRules, step: MergeStep): void {
    const stays = rules.fits(now);
    if (now === known && stays) {
      return;
    }
    step.note(now.id, this.#passes(known), stays && this.#passes(now), now !== known);
    step.replaced.set(known, stays ? now : undefined);
  }

  #leave({ leaves }: MergeRules, step: MergeStep): void {
    if (leaves === undefined) {
      return;
    }
    for (const action of this.#listed) {
      if (!step.incoming.has(action.id) && leaves(action)) {
        step.note(action.id, this.#passes(action), false, false);
        step.replaced.set(action, undefined);
      }
    }
  }

  #apply({ replaced, joined }: MergeStep): void {
    if (replaced.size + joined.length === 0) {
      return;
    }
    let listed = this.#listed;
    if (replaced.size > 0) {
      listed = listed.flatMap((action) => {
        const now = replaced.has(action) ? replaced.get(action) : action;
        return now ?? [];
      });
      for (const [action, now] of replaced) {
        if (now === undefined) {
          this.#ids.delete(action.id);
        }
      }
    }
    this.#list(mergeNewestFirst(listed, joined.sort(newestFirst)));
  }

  #list(actions: readonly MachineAction[]): void {
    this.#listed = actions;
    this.#shown = undefined;
    this.#unfinished = undefined;
  }

  /** What is known of the action now. */
  #learn(incoming: MachineAction, finished: string[]): MachineAction {
    const known = this.#known.get(incoming.id);
    const now = known === undefined ? incoming : newerOf(known, incoming);
    if (now !== known) {
      this.#known.set(now.id, now);
      if (known !== undefined && !isFinal(known) && isFinal(now)) {
        finished.push(now.id);
      }
    }
    return now;
  }

  #passes(action: MachineAction): boolean {
    if (this.#test === undefined) {
      return true;
    }
    let verdict = this.#verdicts.get(action);
    if (verdict === undefined) {
      verdict = this.#test(action);
      this.#verdicts.set(action, verdict);
    }
    return verdict;
  }
}

/** What one merge is about to do. */
class MergeStep {
  readonly incoming = new Set<string>();
  readonly joined: MachineAction[] = [];
  /** What takes the place of a listed action; undefined when nothing does. */
  readonly replaced = new Map<MachineAction, MachineAction | undefined>();
  readonly finished: string[] = [];
  readonly #added: string[] = [];
  readonly #changed: string[] = [];
  readonly #removed: string[] = [];

  note(id: string, wasShown: boolean, isShown: boolean, differs: boolean): void {
    if (wasShown && isShown && differs) {
      this.#changed.push(id);
    } else if (wasShown && !isShown) {
      this.#removed.push(id);
    } else if (!wasShown && isShown) {
      this.#added.push(id);
    }
  }

  change(): ActionsChange {
    const [added, changed, removed] = [this.#added, this.#changed, this.#removed];
    return { reset: false, added, changed, removed, finished: this.finished };
  }
}
