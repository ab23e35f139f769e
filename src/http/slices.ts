/**
 * Lets everything else that is ready run before more of a long piece of work is done, so that the
 * extension host never stands still.
 */
export function yieldToEventLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/**
 * Does something with each of many values, `size` of them between two yields; without any when
 * there are no more than that.
 */
export async function inSlices<T>(
  values: readonly T[],
  size: number,
  work: (value: T) => void,
): Promise<void> {
  for (let from = 0; from < values.length; from += size) {
    if (from > 0) {
      await yieldToEventLoop();
    }
    for (let at = from; at < Math.min(from + size, values.length); at += 1) {
      work(values[at] as T);
    }
  }
}
