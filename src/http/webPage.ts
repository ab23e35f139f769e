/**
 * What a page of HTML or XML says, for the moment when a proxy or a gateway answers with one in
 * place of the service. No parser: only the beginning is read, once, and nothing of it but texts is
 * used.
 */
export interface WebPage {
  /** The element named "code" of an answer in XML. */
  readonly code: string | undefined;
  /**
   * The title, with the next of these when it has one word only; without one a heading, then a
   * message, then the text. Then the detail of problem details. No tags, entities decoded.
   */
  readonly says: string | undefined;
}

/** Characters that are read: titles stand at the beginning. */
const maxLength = 64 * 1024;
/** Characters of one tag. */
const maxTagLength = 2_048;

/** True for what begins like HTML or XML, whatever stands before its first tag. */
export function isWebPage(body: string): boolean {
  const start = body
    .slice(0, 1_024)
    .replace(/^\ufeff/, '')
    .trimStart();
  return /^<[a-z!?]/i.test(start) || /<(?:!doctype\s+html|html|head|title)[\s>]/i.test(start);
}

/** In the order in which they are trusted. */
const wanted = ['title', 'h1', 'h2', 'message', 'faultstring', 'reason'];

const beside = ['code', 'detail'];

export function readWebPage(body: string): WebPage {
  const texts = new Map<string, string>();
  const open: string[] = [];
  let all = '';
  /** Texts in none of these, from the first tag on. */
  let outside: string | undefined;
  for (const { tag, text } of piecesOf(body.slice(0, maxLength))) {
    const current = open.at(-1);
    all += tag === undefined ? text : ' ';
    outside =
      tag !== undefined
        ? `${outside ?? ''} `
        : current === undefined && outside !== undefined
          ? outside + text
          : outside;
    if (tag === undefined) {
      open.forEach((name) => texts.set(name, (texts.get(name) ?? '') + text));
    } else if (tag === `/${current}`) {
      open.pop();
    } else if (tag === 'br' && current !== undefined) {
      texts.set(current, `${texts.get(current) ?? ''} `);
    } else if (
      (wanted.includes(tag) || beside.includes(tag)) &&
      !texts.has(tag) &&
      open.length < wanted.length
    ) {
      texts.set(tag, '');
      open.push(tag);
    }
  }
  const textOf = (name: string): string => words(texts.get(name) ?? '');
  const spoken = [...wanted.map(textOf), words(all)].filter((each) => each !== '');
  const [first = ''] = spoken;
  // "Error", or the name of the proxy.
  const next = /\s/.test(first) ? undefined : (spoken.slice(1, -1)[0] ?? words(outside ?? ''));
  const parts = [first, next === first ? '' : next, textOf('detail')].filter(Boolean);
  return { code: textOf('code') || undefined, says: parts.join(': ') || undefined };
}

function words(text: string): string {
  return decodeEntities(text).replace(/\s+/g, ' ').trim();
}

interface Piece {
  /** The name in lower case, without a namespace; `/` before it when the element ends. */
  readonly tag: string | undefined;
  readonly text: string;
}

function* piecesOf(html: string): Generator<Piece> {
  for (let at = 0; at < html.length;) {
    const start = html.indexOf('<', at);
    if (start !== at) {
      const end = start < 0 ? html.length : start;
      yield { tag: undefined, text: html.slice(at, end) };
      at = end;
      continue;
    }
    const [whole = '', slash = '', name = ''] =
      /^<(\/?)(?:[a-z][\w.-]{0,40}:)?([a-z][\w.-]{0,40})?/i.exec(html.slice(at, at + 100)) ?? [];
    if (html.startsWith('<![CDATA[', at)) {
      const end = endOf(html, ']]>', at);
      yield {
        tag: undefined,
        text: html
          .slice(at + 9, end)
          .replace(']]>', '')
          .replace(/[&<]/g, escapeAgain),
      };
      at = end;
    } else if (name === '' && !/^<[!?/]/.test(html.slice(at, at + 2))) {
      yield { tag: undefined, text: whole };
      at += 1;
    } else {
      const tag = name.toLowerCase();
      at = html.startsWith('<!--', at) ? endOf(html, '-->', at + 2) : endOfTag(html, at);
      yield { tag: slash + tag, text: '' };
      at = slash === '' && (tag === 'script' || tag === 'style') ? closing(html, tag, at) : at;
    }
  }
}

const escapeAgain = (character: string): string => (character === '&' ? '&amp;' : '&lt;');

function endOf(html: string, mark: string, from: number): number {
  const end = html.indexOf(mark, from);
  return end < 0 ? html.length : end + mark.length;
}

/** Behind the `>` that is in no quotes; behind the first one when there is none. */
function endOfTag(html: string, start: number): number {
  let quote = '';
  for (let at = start + 1; at < Math.min(html.length, start + maxTagLength); at += 1) {
    const character = html.charAt(at);
    if (quote !== '') {
      quote = character === quote ? '' : quote;
    } else if (character === '>') {
      return at + 1;
    } else if (character === '"' || character === "'") {
      quote = character;
    }
  }
  return endOf(html, '>', start);
}

/** Where a script or a style ends, whose text is no text of the page. */
function closing(html: string, tag: 'script' | 'style', from: number): number {
  const end = tag === 'script' ? /<\/script/gi : /<\/style/gi;
  end.lastIndex = from;
  return end.exec(html)?.index ?? html.length;
}

const named: ReadonlyMap<string, string> = new Map([
  ...Object.entries({ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", hellip: '…', bull: '•' }),
  ...Object.entries({ ndash: '–', mdash: '—', lsquo: '‘', rsquo: '’', ldquo: '“', rdquo: '”' }),
  // U+00A0 to U+00FF, in their order.
  ...`nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro para middot
cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave
Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute
acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml
divide oslash ugrave uacute ucirc uuml yacute thorn yuml`
    .split(/\s/)
    .map((name, index) => [name, String.fromCharCode(0xa0 + index)] as const),
]);

function decodeEntities(text: string): string {
  return text.replace(
    /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,8}\d{0,2}));/gi,
    (whole, decimal: string | undefined, hex: string | undefined, name: string | undefined) => {
      if (name !== undefined) {
        return named.get(name) ?? named.get(name.toLowerCase()) ?? whole;
      }
      const code = decimal === undefined ? parseInt(hex ?? '', 16) : Number(decimal);
      return code === 0 || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)
        ? '\ufffd'
        : String.fromCodePoint(code);
    },
  );
}
