/**
 * .NET's way to write a time: up to 7 fractional digits, trailing zeros trimmed. `ms` is since the
 * epoch.
 */
export function dotNetTime(ms: number, ticks = 0): string {
  const digits = `${String(ms % 1000).padStart(3, '0')}${String(ticks).padStart(4, '0')}`;
  const fraction = digits.replace(/0{1,7}$/, '');
  const seconds = new Date(ms).toISOString().slice(0, 19);
  return fraction === '' ? `${seconds}Z` : `${seconds}.${fraction}Z`;
}
