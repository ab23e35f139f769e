/**
 * Strings kept at the most; when there are more, the pool starts anew, so that hostile lists cannot
 * fill the memory.
 */
const maxStrings = 20_000;
/** Characters. What is longer hardly repeats. */
const maxLength = 200;

/**
 * Gives equal strings one object. Lists of actions name the same requestors, machines and scripts
 * thousands of times, and `JSON.parse` makes a new string each time.
 */
export class StringPool {
  readonly #strings = new Map<string, string>();

  readonly share = (value: string): string => {
    if (value.length > maxLength) {
      return value;
    }
    const known = this.#strings.get(value);
    if (known !== undefined) {
      return known;
    }
    if (this.#strings.size >= maxStrings) {
      this.#strings.clear();
    }
    this.#strings.set(value, value);
    return value;
  };
}
