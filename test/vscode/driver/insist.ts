import { patiently } from '../../support/patience';

/** The limit of a wait in the driver, in milliseconds. */
export const waitMs = patiently(15_000);
/** Milliseconds after which something that had no effect is done again. */
export const againMs = patiently(1_500);

/**
 * Acts until the effect shows. A click or a key is lost when what it was meant for is painted anew in that moment.
 * @param act must end within `againMs` when there is nothing to act on
 * @param effect waits for it, at most so many milliseconds, and throws when there is none
 * @throws what `act` threw last, or `effect`, when the time is over
 */
export async function insist(
  act: () => Promise<unknown>,
  effect: (timeout: number) => Promise<unknown>,
): Promise<void> {
  const until = Date.now() + waitMs;
  for (;;) {
    let failure: unknown;
    // What is acted on may have gone, because the effect came after all.
    await act().catch((error: unknown) => (failure = error));
    try {
      await effect(againMs);
      return;
    } catch (error) {
      if (Date.now() > until) {
        throw failure ?? error;
      }
    }
  }
}
