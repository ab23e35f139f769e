import { reader } from './reader';

const mebibyte = 1_048_576;

/** A number with the separators of the display language. */
export function countText(count: number): string {
  return count.toLocaleString(reader().language);
}

/** Bytes in MB, with one decimal in the display language. */
export function megabytesText(bytes: number): string {
  const decimals = { minimumFractionDigits: 1, maximumFractionDigits: 1 };
  return (bytes / mebibyte).toLocaleString(reader().language, decimals);
}
