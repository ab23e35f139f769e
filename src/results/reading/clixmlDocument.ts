import { SaxesParser, type SaxesTagPlain } from 'saxes';

/** Characters of one record, and elements inside each other. What has more is shown as it is. */
export const maxCharacters = 1024 * 1024;
const maxLevels = 200;

/** The streams whose records say what they have to say in one text. */
const streams = new Set(['error', 'warning', 'verbose', 'debug', 'information']);

interface OpenRecord {
  readonly name: string;
  /** Error, warning, progress… in lower case; empty for an object of the output. */
  readonly stream: string;
  text: string;
  /** Undefined until the element that holds the text of an object has been seen. */
  words: string | undefined;
  hasElements: boolean;
}

/**
 * What became of a part of a document: the text of a record, an object as XML, or what could not be
 * read, as it came.
 */
export interface Decoded {
  readonly kind: 'text' | 'xml' | 'rest';
  readonly text: string;
}

/** Ends the parser, which has no other way to stop in the middle of a piece. */
class Unreadable extends Error {}

/**
 * One CLIXML document (`<Objs>`), PowerShell's serialization of objects and streams (MS-PSRP,
 * 2.2.5). Strings and the records of streams become the text that they carry; progress records are
 * counted and left out; other objects stay XML. From the first place that cannot be read on,
 * everything is given back as it came.
 */
export class ClixmlDocument {
  progressRecords = 0;
  /** It was read in part, at least. */
  read = false;
  readonly #parser = new SaxesParser({ position: false, xmlns: false });
  /** What was written and not given back, and where in the document it begins. */
  #pending: string;
  #base: number;
  /** Where what belongs to the next record begins. */
  #recordFrom = 0;
  #level = 0;
  #record: OpenRecord | undefined;
  /** Inside the element that holds the text of an object. */
  #inWords = false;
  #made: Decoded[] = [];
  #state: 'open' | 'ended' | 'broken' = 'open';

  /** `header` is what stands before `<Objs`; it is given back when nothing can be read. */
  constructor(header: string) {
    this.#pending = header;
    this.#base = -header.length;
    this.#parser.on('opentag', (tag) => this.#opened(tag));
    this.#parser.on('closetag', ({ name }) => this.#closed(name));
    this.#parser.on('text', (text) => this.#said(text));
    // They are no part of CLIXML, and a reader must not have to think about what they hide.
    for (const event of ['cdata', 'comment', 'processinginstruction', 'doctype', 'xmldecl'] as const) {
      this.#parser.on(event, refuse);
    }
  }

  /** Takes the next piece, and gives what is certain by now. */
  write(piece: string): Decoded[] {
    this.#pending += piece;
    if (this.#state === 'open') {
      try {
        this.#parser.write(piece);
      } catch {
        // Not well-formed, or no CLIXML.
        this.#break();
      }
    }
    if (this.#state === 'open' && this.#unread > maxCharacters) {
      this.#break();
    }
    return this.#state === 'broken' ? this.#rest() : this.#take();
  }

  /**
   * The document ends here, wherever that is: what was not read is given back, and so is what
   * stands behind the last element.
   */
  end(): Decoded[] {
    return this.#rest();
  }

  get #unread(): number {
    return this.#base + this.#pending.length - this.#recordFrom;
  }

  #break(): void {
    if (this.#state === 'open') {
      this.#state = 'broken';
    }
  }

  #take(): Decoded[] {
    const made = this.#made;
    this.#made = [];
    return made;
  }

  #rest(): Decoded[] {
    const made = this.#take();
    const raw = this.#pending;
    this.#base += raw.length;
    this.#pending = '';
    return raw === '' ? made : [...made, { kind: 'rest', text: raw }];
  }

  #opened({ name, attributes }: SaxesTagPlain): void {
    this.#level += 1;
    if (this.#level > maxLevels || (this.#level === 1) !== (name === 'Objs')) {
      throw new Unreadable();
    }
    if (this.#level === 1) {
      this.#recordFrom = this.#bounded();
    } else if (this.#level === 2) {
      const stream = (attributes['S'] ?? '').toLowerCase();
      this.#record = { name, stream, text: '', words: undefined, hasElements: false };
    } else if (this.#record !== undefined) {
      this.#record.hasElements = true;
      this.#inWords = this.#level === 3 && name === 'ToString' && this.#record.words === undefined;
    }
  }

  #said(text: string): void {
    const record = this.#record;
    if (record === undefined) {
      if (text.trim() !== '') {
        throw new Unreadable();
      }
    } else if (this.#level === 2) {
      record.text += text;
    } else if (this.#inWords && this.#level === 3) {
      record.words = (record.words ?? '') + text;
    }
  }

  #closed(name: string): void {
    this.#level -= 1;
    if (this.#level === 2) {
      this.#inWords = false;
    } else if (this.#level === 1) {
      this.#endRecord(name);
    } else if (this.#level === 0) {
      this.#cutAt(this.#bounded(), name);
      this.#state = 'ended';
      this.read = true;
    }
  }

  #endRecord(name: string): void {
    const raw = this.#cutAt(this.#bounded(), name);
    const record = this.#record;
    this.#record = undefined;
    this.read = true;
    if (record?.stream === 'progress') {
      this.progressRecords += 1;
      return;
    }
    const text = record && textOf(record);
    this.#made.push(text === undefined ? { kind: 'xml', text: raw.trim() } : { kind: 'text', text });
  }

  /**
   * Where the parser is, unless what was read since the last record is too long: then the document
   * cannot be read on.
   */
  #bounded(): number {
    const { position } = this.#parser;
    if (position - this.#recordFrom > maxCharacters) {
      throw new Unreadable();
    }
    return position;
  }

  /**
   * Takes what stands before a place of the document off what is pending, and gives what is the
   * record's. The parser says that an element is closed before it looks whether the tag is the
   * right one.
   */
  #cutAt(position: number, name: string): string {
    const before = this.#pending.slice(0, position - this.#base);
    if (!before.endsWith('/>') && !before.slice(0, -1).trimEnd().endsWith(`</${name}`)) {
      throw new Unreadable();
    }
    this.#pending = this.#pending.slice(position - this.#base);
    const raw = before.slice(this.#recordFrom - this.#base);
    this.#base = this.#recordFrom = position;
    return raw;
  }
}

function refuse(): never {
  throw new Unreadable();
}

/** The text of a record; undefined when it is an object that says more than that. */
function textOf({ name, stream, text, words, hasElements }: OpenRecord): string | undefined {
  if (name === 'Obj') {
    return streams.has(stream) && words !== undefined ? unescape(words) : undefined;
  }
  return name === 'S' && !hasElements ? unescape(text) : undefined;
}

/** PowerShell writes a character that XML cannot hold, or that it would not keep, as `_x000D_`. */
function unescape(text: string): string {
  return text.replace(/_x([\dA-Fa-f]{4})_/g, (_, code: string) => String.fromCharCode(parseInt(code, 16)));
}
