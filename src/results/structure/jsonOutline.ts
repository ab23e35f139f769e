import { stringEnd } from '../transcript/jsonMembers';

/** A value in a JSON text. Offsets are in UTF-16 code units; `end` is not included. */
export interface JsonNode {
  /** Its key, or its place in a list. */
  readonly name: string;
  readonly kind: 'object' | 'list' | 'string' | 'other';
  /** Where the key begins; the value, in a list. */
  readonly start: number;
  end: number;
  readonly children: JsonNode[];
}

/** More than anybody reads as an outline. */
const maxNodes = 5_000;
/** Characters that are gone through; what comes behind has no outline. */
const maxLength = 1024 * 1024;
/** Values inside values; what is deeper is skipped. */
const maxDepth = 16;
const maxKey = 200;

const quote = 0x22;
const comma = 0x2c;
const colon = 0x3a;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

/**
 * The values of a JSON text as a tree, without the outermost one. Each character is looked at once,
 * up to a limit. Nothing is checked: of a text that is no JSON, what can be read up to there is
 * given.
 */
export function jsonOutline(text: string): readonly JsonNode[] {
  const builder = new OutlineBuilder(text);
  const end = Math.min(text.length, maxLength);
  for (let at = 0; at < end && !builder.isFull;) {
    const code = text.charCodeAt(at);
    switch (code) {
      case openBrace:
      case openBracket:
        builder.open(code === openBrace ? 'object' : 'list', at);
        at += 1;
        break;
      case closeBrace:
      case closeBracket:
        builder.close(at + 1);
        at += 1;
        break;
      case colon:
      case comma:
        builder.separate(code === colon);
        at += 1;
        break;
      default:
        at = isSpace(code) ? at + 1 : builder.scalar(at, code);
    }
  }
  return builder.finish();
}

const isSpace = (code: number): boolean => code === 0x20 || (code >= 0x09 && code <= 0x0d) || code === 0xfeff;

/** Ends whatever is neither a string nor white space. */
const endsWord = new Uint8Array(128);
for (const mark of ' \t\r\n{}[],:"') {
  endsWord[mark.charCodeAt(0)] = 1;
}

class OutlineBuilder {
  readonly #text: string;
  readonly #root: JsonNode = { name: '', kind: 'list', start: 0, end: 0, children: [] };
  /** What is open and has a node; the root holds the outermost value. */
  readonly #open: JsonNode[] = [];
  /** Brackets that are open below what has a node. */
  #deeper = 0;
  #key: { name: string; start: number } | undefined;
  #isValue = false;
  #count = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get isFull(): boolean {
    return this.#count >= maxNodes;
  }

  open(kind: 'object' | 'list', at: number): void {
    if (this.#deeper > 0 || this.#open.length > maxDepth) {
      this.#deeper += 1;
      return;
    }
    this.#open.push(this.#add(kind, at, at + 1));
    this.#isValue = false;
  }

  close(end: number): void {
    if (this.#deeper > 0) {
      this.#deeper -= 1;
      return;
    }
    const node = this.#open.pop();
    if (node !== undefined) {
      node.end = end;
    }
    this.#key = undefined;
  }

  separate(isColon: boolean): void {
    this.#isValue = isColon;
  }

  /** A string or a word; gives its end. */
  scalar(at: number, code: number): number {
    const end = code === quote ? stringEnd(this.#text, at + 1) : wordEnd(this.#text, at + 1);
    if (this.#deeper > 0) {
      return end;
    }
    if (this.#open.at(-1)?.kind === 'object' && !this.#isValue) {
      this.#key = { name: keyOf(this.#text, at, end), start: at };
    } else if (this.#open.length > 0) {
      this.#add(code === quote ? 'string' : 'other', at, end);
      this.#key = undefined;
    }
    return end;
  }

  /** What is still open ends with the text. */
  finish(): readonly JsonNode[] {
    for (const node of this.#open) {
      node.end = this.#text.length;
    }
    return this.#root.children[0]?.children ?? [];
  }

  #add(kind: JsonNode['kind'], at: number, end: number): JsonNode {
    const parent = this.#open.at(-1) ?? this.#root;
    const key = parent.kind === 'object' ? this.#key : undefined;
    const name = key?.name ?? String(parent.children.length);
    const node: JsonNode = { name, kind, start: key?.start ?? at, end, children: [] };
    parent.children.push(node);
    this.#count += 1;
    return node;
  }
}

function wordEnd(text: string, from: number): number {
  let end = from;
  while (end < text.length && endsWord[text.charCodeAt(end)] !== 1) {
    end += 1;
  }
  return end;
}

/** A key as it reads; as it stands there when it is cut or broken. */
function keyOf(text: string, start: number, end: number): string {
  if (end - start > maxKey) {
    return `${text.slice(start + 1, start + maxKey)}…`;
  }
  try {
    return String(JSON.parse(text.slice(start, end)));
  } catch {
    return text.slice(start + 1, end - 1);
  }
}
