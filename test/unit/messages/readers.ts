import { readFileSync } from 'node:fs';
import { type MessageReader, setReader } from '../../../src/messages/reader';

const english: MessageReader = { language: 'en', utc: () => false };

/** The committed French sentences by the English ones. Tests run at the root of the project. */
export const frenchBundle = JSON.parse(readFileSync('l10n/bundle.l10n.fr.json', 'utf8')) as Readonly<
  Record<string, string>
>;

/** What `work` makes for another reader; after it the reader is the one of before any test. */
export function readBy<T>(
  reader: Partial<MessageReader>,
  work: () => T,
  bundle?: Readonly<Record<string, string>>,
): T {
  setReader({ ...english, ...reader }, bundle);
  try {
    return work();
  } finally {
    setReader(english);
  }
}

/** What `work` makes for a French reader. */
export function inFrench<T>(work: () => T): T {
  return readBy({ language: 'fr' }, work, frenchBundle);
}

/** Blanks of all kinds as one: which of them stands in a time differs between versions of ICU. */
export function blanks(text: string): string {
  return text.replace(/\s/g, ' ');
}
