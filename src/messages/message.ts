/** What a person is told of something that was asked for: what failed and what to do. */
export interface Message {
  /** A failure, or what was asked for and cannot be had. */
  readonly kind: 'error' | 'info';
  readonly sentence: string;
  /** What buttons offer to do about it, the best first. */
  readonly next: readonly NextStep[];
}

/** A command of VS Code or ours, by the name that the button shows. */
export interface NextStep {
  readonly title: string;
  readonly command: string;
  readonly args?: readonly unknown[];
}

/** A message for each code of a union of problems, which the compiler holds to be complete. */
export type Messages<P extends { readonly code: string }> = {
  readonly [C in P['code']]: (problem: Extract<P, { readonly code: C }>) => Message;
};

/** The message of a failure. */
export function failed(sentence: string, ...next: readonly NextStep[]): Message {
  return { kind: 'error', sentence, next };
}

/** The message of something that was asked for in vain, without a fault of anybody. */
export function note(sentence: string, ...next: readonly NextStep[]): Message {
  return { kind: 'info', sentence, next };
}
