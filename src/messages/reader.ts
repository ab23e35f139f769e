import * as l10n from '@vscode/l10n';

/** Who reads the messages: in which language, and in which time zone. */
export interface MessageReader {
  /** A BCP 47 tag, as `vscode.env.language` gives it. */
  readonly language: string;
  /**
   * Whether times are shown in UTC instead of on this computer's clock; asked anew for each time.
   */
  readonly utc: () => boolean;
}

let current: MessageReader = { language: 'en', utc: () => false };

/**
 * Says for whom messages are, before the first one is made. `bundle` holds the translated sentences
 * by the English ones, as `vscode.l10n.bundle` does; without it they are English.
 */
export function setReader(reader: MessageReader, bundle?: Readonly<Record<string, string>>): void {
  current = reader;
  l10n.config({ contents: { ...bundle } });
}

export function reader(): MessageReader {
  return current;
}
