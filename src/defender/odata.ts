/**
 * A string literal of an OData filter: in single quotes, a quote in it doubled. Nothing in `value`
 * can end the literal.
 */
export function odataString(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

/**
 * A date literal of an OData filter, unquoted, as the documentation's samples write it. `ms` is
 * since the epoch.
 */
export function odataDate(ms: number): string {
  return new Date(ms).toISOString();
}
