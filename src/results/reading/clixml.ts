import { ClixmlDocument, type Decoded } from './clixmlDocument';

/** The line that PowerShell puts before what it writes as CLIXML. */
const header = '#< CLIXML';

/**
 * A header, perhaps repeated, and the beginning of a document behind it. Bounded, so that what is
 * held back is.
 */
const opening = /#< CLIXML(?:[\s\0]{0,8}#< CLIXML){0,3}[\s\0]{0,64}(?=<Objs[\s/>])/y;
/** What PowerShell leaves when it is ended before it writes a record: nothing to read. */
const headersAlone = /^#< CLIXML(?:[\s\0]{0,8}#< CLIXML){0,3}[\s\0]{0,64}$/;
/** Another document behind one. */
const another = /[\s\0]{0,64}(?=<Objs[\s/>])/y;
/**
 * Where a document ends: its end, or the beginning of another one inside it, which means that it
 * was cut.
 */
const ending = /<\/Objs[\t\n\r ]{0,8}>|<Objs[\s/>]|#< CLIXML/g;
/** No more characters than these match. */
const maxOpeningLength = 160;
const maxAnotherLength = 80;
const maxEndingLength = 24;

/**
 * Reads CLIXML in a text that comes in pieces: each `#< CLIXML` with documents behind it becomes
 * the text of its records, a line each, and what cannot be read stays as it is. PowerShell writes
 * it to stderr when it is not the console that reads. However the text is cut, what comes out is
 * the same.
 */
export class ClixmlReader {
  /** Documents of which at least a part was read. */
  documents = 0;
  /** Progress records, which are left out. */
  progressRecords = 0;
  #held = '';
  #place: 'text' | 'document' | 'behind' = 'text';
  #document = new ClixmlDocument('');
  /** Nothing of the document was written yet. */
  #fresh = true;
  /** What comes next cannot be decided before there is more of the text. */
  #waiting = false;
  #atLineStart = true;
  /** A record was the last thing said, and it did not end its line. */
  #owesBreak = false;
  #made: string[] = [];

  push(piece: string): string {
    return piece === '' ? '' : this.#read(this.#held + piece, false);
  }

  /** The rest, with the last piece. */
  end(piece: string): string {
    return this.#read(this.#held + piece, true);
  }

  #read(raw: string, last: boolean): string {
    let at = 0;
    while (!this.#waiting) {
      switch (this.#place) {
        case 'text':
          at = this.#readText(raw, at, last);
          break;
        case 'document':
          at = this.#readDocument(raw, at, last);
          break;
        case 'behind':
          at = this.#readBehind(raw, at, last);
          break;
      }
    }
    this.#waiting = false;
    this.#held = raw.slice(at);
    const made = this.#made.join('');
    this.#made = [];
    return made;
  }

  #readText(raw: string, at: number, last: boolean): number {
    const place = raw.indexOf(header, at);
    if (place < 0 || (!last && place + maxOpeningLength > raw.length)) {
      const to = place >= 0 ? place : last ? raw.length : beforeHeader(raw, at);
      this.#say(raw.slice(at, to));
      this.#waiting = true;
      return to;
    }
    const begins = place > at ? /[\r\n]/.test(raw.charAt(place - 1)) : this.#atLineStart;
    if (last && begins && headersAlone.test(raw.slice(place, place + maxOpeningLength))) {
      this.#say(raw.slice(at, place));
      this.documents += 1;
      this.#waiting = true;
      return raw.length;
    }
    opening.lastIndex = place;
    const [found] = opening.exec(raw) ?? [];
    const to = place + (found === undefined ? header.length : 0);
    this.#say(raw.slice(at, to));
    if (found !== undefined) {
      this.#begin(found);
    }
    return to + (found?.length ?? 0);
  }

  #begin(before: string): void {
    this.#document = new ClixmlDocument(before);
    this.#fresh = true;
    this.#place = 'document';
  }

  #readDocument(raw: string, at: number, last: boolean): number {
    ending.lastIndex = at + (this.#fresh ? 1 : 0);
    const found = ending.exec(raw);
    const closes = found?.[0].startsWith('</') === true;
    const to =
      found === null
        ? last
          ? raw.length
          : Math.max(at, raw.length - maxEndingLength)
        : found.index + (closes ? found[0].length : 0);
    this.#hear(this.#document.write(raw.slice(at, to)));
    this.#fresh &&= to === at;
    if (found === null && !last) {
      this.#waiting = true;
      return to;
    }
    this.#hear(this.#document.end());
    this.documents += this.#document.read ? 1 : 0;
    this.progressRecords += this.#document.progressRecords;
    this.#place = found === null || found[0] === header ? 'text' : 'behind';
    return to;
  }

  #readBehind(raw: string, at: number, last: boolean): number {
    if (!last && at + maxAnotherLength > raw.length) {
      this.#waiting = true;
      return at;
    }
    another.lastIndex = at;
    const [between] = another.exec(raw) ?? [];
    if (between !== undefined) {
      this.#begin(between);
      return at + between.length;
    }
    this.#place = 'text';
    // This break ends the document. Where a record has ended its line, it would be one too many.
    if (!this.#atLineStart) {
      return at;
    }
    return at + (raw.startsWith('\r\n', at) ? 2 : raw.startsWith('\n', at) ? 1 : 0);
  }

  #hear(decoded: readonly Decoded[]): void {
    for (const { kind, text } of decoded) {
      if (kind === 'rest') {
        this.#say(text);
      } else if (text !== '') {
        this.#put(this.#atLineStart ? text : `\r\n${text}`);
        this.#owesBreak = !this.#atLineStart;
      }
    }
  }

  /** What is no record: begins a line where a record stands before it. */
  #say(text: string): void {
    if (text !== '') {
      this.#put(this.#owesBreak && !/^[\r\n\0]/.test(text) ? `\r\n${text}` : text);
      this.#owesBreak = false;
    }
  }

  #put(text: string): void {
    this.#made.push(text);
    this.#atLineStart = /[\r\n]$/.test(text);
  }
}

/** Where what may be the beginning of a header begins, at the end of a text. */
function beforeHeader(raw: string, from: number): number {
  for (let at = Math.max(from, raw.length - header.length + 1); at < raw.length; at += 1) {
    if (raw.charCodeAt(at) === 0x23 && header.startsWith(raw.slice(at))) {
      return at;
    }
  }
  return raw.length;
}
