import { appMessages, authorityMessages, certificateMessages } from './appMessages';
import { apiMessages } from './apiMessages';
import { downloadMessages } from './downloadMessages';
import { evidenceMessages } from './evidenceMessages';
import type { Message, Messages } from './message';
import type { Problem } from './problem';
import { runMessages } from './runMessages';
import { signInMessages } from './signInMessages';
import { targetMessages } from './targetMessages';

/** Every expected failure, and what is said of it. */
const messages: Messages<Problem> = {
  ...targetMessages,
  ...evidenceMessages,
  ...signInMessages,
  ...appMessages,
  ...authorityMessages,
  ...certificateMessages,
  ...downloadMessages,
  ...apiMessages,
  ...runMessages,
};

type Code = Problem['code'];
/**
 * The problem of a code; so written that the compiler sees which message belongs to which problem.
 */
type ProblemOf<C extends Code> = {
  readonly [K in C]: Extract<Problem, { readonly code: K }> & { readonly code: K };
}[C];

/** Puts a problem into words: what failed, and what to do. The only way from codes to sentences. */
export function messageFor<C extends Code>(problem: ProblemOf<C>): Message {
  return messages[problem.code](problem);
}
