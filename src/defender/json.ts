/**
 * A number as the value of a parameter, as it is written. No string holds this: in one, the quotes
 * are escaped.
 */
const bareValue =
  /(?<!\\)("value"\s{0,9}:\s{0,9})(-?(?:0|[1-9]\d{0,999})(?:\.\d{1,999})?(?:e[+-]?\d{1,9})?)(?=\s{0,9}[,}])/gi;

/**
 * False where {@link parseJson} does no more than `JSON.parse`. Quick, because it looks for the key
 * alone.
 */
export function hasBareValue(text: string): boolean {
  return /"value"\s{0,9}:\s{0,9}[-\d]/i.test(text);
}

/**
 * JSON of the service. Where a "value" is a number it is given as the text of its digits:
 * parameters of scripts are texts, and `2.50` or an ID of 20 digits would come out as another one.
 * @throws SyntaxError
 */
export function parseJson(text: string): unknown {
  return JSON.parse(text.replace(bareValue, '$1"$2"'));
}
