import { withoutEnd } from '../../http/trimming';

/** .NET's way to write a time: up to 7 fractional digits, trailing zeros trimmed. `ms` is since the epoch. */
export function dotNetTime(ms: number, ticks = 0): string {
  const digits = `${String(ms % 1000).padStart(3, '0')}${String(ticks).padStart(4, '0')}`;
  const fraction = withoutEnd(digits, '0');
  const seconds = new Date(ms).toISOString().slice(0, 19);
  return fraction === '' ? `${seconds}Z` : `${seconds}.${fraction}Z`;
}
