import Mocha from 'mocha';

/** How much longer than on a quiet machine things may take; `npm test` measures it (scripts/lib/patience.mjs). */
const given = Number(process.env['LIVE_RESPONSE_TEST_PATIENCE']);
const patience = given > 0 ? given : 5;

/** A limit of so many milliseconds on a quiet machine, as it is here. */
export function patiently(ms: number): number {
  return ms * patience;
}

/** From now on each limit of mocha is one of a quiet machine, wherever it is set. */
export function stretchMochaLimits(): void {
  const { prototype } = Mocha.Runnable;
  // Suites hand their limit on to hooks and tests through this function, once to each.
  const original = Object.getOwnPropertyDescriptor(prototype, 'timeout')?.value as Limit;
  const stretched: Limit = function (ms) {
    return ms === undefined ? original.call(this) : original.call(this, patiently(Number(ms)));
  };
  Object.defineProperty(prototype, 'timeout', { value: stretched, configurable: true, writable: true });
}

type Limit = (this: Mocha.Runnable, ms?: number | string) => unknown;

/**
 * Waits until `check` gives something, or passes.
 * @param ms the limit on a quiet machine
 * @throws the last failure of `check`, when the time is over
 */
export async function eventually<T>(check: () => T | Promise<T>, ms = 10_000): Promise<NonNullable<T>> {
  const until = Date.now() + patiently(ms);
  for (;;) {
    // At least once after the time is over: this process may have stood still meanwhile.
    const last = Date.now() > until;
    try {
      const result = await check();
      if (result !== false && result !== undefined && result !== null) {
        return result;
      }
      if (last) {
        throw new Error(`waited for ${patiently(ms) / 1000} s`);
      }
    } catch (error) {
      if (last) {
        throw error;
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
