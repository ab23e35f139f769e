import { decodedViews } from './decodedViews';

/** Names whose value is a secret, whatever stands before them (`access_token`, `clientSecret`). */
const names = [
  'token',
  'secret(?:[-_]?(?:value|text))?',
  'passw(?:or)?d',
  'passwort',
  'kennwort',
  'contrase(?:ñ|n|&ntilde;)a',
  'senha',
  'wachtwoord',
  'pwd',
  'pass(?:phrase|code)',
  '(?<![a-z])pass',
  'mot[\\s+_-]de[\\s+_-]passe',
  'assertion',
  'samlresponse',
  '(?:auth(?:orization)?|device)[-_]?code',
  'code[-_]?verifier',
  '(?:api|access|account|shared|storage|primary|secondary|subscription|functions|master|host)[-_]?key',
  '(?:private|secret|signing|encryption|session)[-_]?key',
  'sharedaccess(?:key|signature)',
  'x-ms-[\\w-]{0,60}key',
].join('|');

/**
 * A string in quotes with its escapes and doubled quotes, a list, or all up to a separator.
 * Unclosed, it reaches to the end.
 */
const value = String.raw`"[^"\\]*(?:(?:\\[^]|"")[^"\\]*)*(?:"|\\?$)|'[^'\\]*(?:(?:\\[^]|'')[^'\\]*)*(?:'|\\?$)|\[[^\]]*|[^\s"'&<>;]+`;
/** The value of a header: also what separates values elsewhere. */
const header = String.raw`"[^"\\]*(?:\\[^][^"\\]*)*(?:"|\\?$)|[^\r\n"'<>]+(?:"[^"\r\n]*"[^\r\n"'<>]*)*`;
const separator = String.raw`["']?\s{0,20}(?:=>|:=|[:=>])\s{0,20}`;

/** Each has what stays as its first group, and what goes as the second. */
const patterns: readonly (readonly [RegExp, replacement: string])[] = [
  [/()(eyJ[\w-]{8,}(?:\.[\w-]*){0,4})/g, '<token>'],
  [/((?:bearer)[\s+:=]{1,20})([\w.~+/=-]+)/gi, '<token>'],
  [new RegExp(`(authorization${separator})(${header})`, 'gi'), '<redacted>'],
  [new RegExp(`(cookie2?${separator})(${header})`, 'gi'), '<redacted>'],
  [new RegExp(`((?:${names})${separator})(${value})`, 'gi'), '<redacted>'],
  // --client-secret value, -Password 'value'
  [new RegExp(`(?<![\\w-])(--?[a-z-]{0,40}(?:${names})[\\s+]{1,20})(?!-)(${value})`, 'gi'), '<redacted>'],
  // {"key": "password", "value": "…"}, <add key="password" value="…"/>
  [
    new RegExp(`((?:${names}|["']sig)["'][\\s,]{0,20}["']?value["']?\\s?[:=]\\s?)(${value})`, 'gi'),
    '<redacted>',
  ],
  // <Password type="…">…</Password>
  [new RegExp(`(<[\\w:.-]*(?:${names})\\s[^<>]*>)([^<>]+)`, 'gi'), '<redacted>'],
  // A signed link, in any order of its parameters; the code of a sign-in, which is no code
  // elsewhere.
  [/(?<![a-z0-9_-])((?:sig|signature|sas|skoid|sktid)=)([^&\s"'<>]+)/gi, '<redacted>'],
  [
    /((?:(?:^|["'{,<\s])sig|[-_"']signature)["']?\s?[:=>]\s?)("[^"]*"?|'[^']*'?|[^&\s"'<>;,]+)/gi,
    '<redacted>',
  ],
  [/((?:^|[?&#])code=)([^&\s"'<>]+)/gi, '<redacted>'],
  // The shape of a code and of a refresh token of Entra.
  [/(?<![\w.])()([01]\.A[\w-]{20}[\w.-]+)/g, '<token>'],
  [/(sharedaccesssignature[\s=]{1,20})([^\s"'<>;]+)/gi, '<redacted>'],
  [/(:\/\/)([^\s/?#"'<>]+)(?=@)/g, '<redacted>'],
  // name:password@host of a proxy, without a scheme
  [/((?<![^\s"'=(,])(?!mailto:)[\w.\\-]+:)([^\s/?#"'<>:@]+)(?=@[\w.-]+:\d)/gi, '<redacted>'],
  // The shape of a client secret of Entra.
  [/()([\w.~-]{3}\dQ~[\w.~-]{31,34})/g, '<redacted>'],
  [
    /()(-----BEGIN[A-Z0-9\s+]{0,40}PRIVATE[\s+]KEY(?:[\s+]BLOCK)?-----(?:[^-]|-(?!----END))*(?:-----END[A-Z0-9\s+]{0,60}-----)?)/g,
    '<redacted>',
  ],
];

const basic = /(basic[\s+]{1,20})([a-z0-9+/]{4,}={0,2})/gi;

interface Cut {
  readonly from: number;
  readonly to: number;
  readonly replacement: string;
}

/**
 * Takes tokens, secrets and signatures out of a text that goes to the log, also where they are
 * escaped (JSON, percent, HTML) in any nesting. It is the last net: no caller passes them on
 * purpose.
 */
export function redact(text: string): string {
  const cuts: Cut[] = [];
  for (const view of decodedViews(text)) {
    for (const { from, to, replacement } of secretsIn(view.text)) {
      cuts.push({ from: view.starts?.[from] ?? from, to: view.starts?.[to] ?? to, replacement });
    }
  }
  return cuts.length === 0 ? text : without(text, cuts);
}

function* secretsIn(text: string): Generator<Cut> {
  for (const [pattern, replacement] of patterns) {
    for (const match of text.matchAll(pattern)) {
      yield cutOf(match, replacement);
    }
  }
  for (const match of text.matchAll(basic)) {
    // "Basic authentication" is no credential: one holds a colon.
    if (Buffer.from(match[2] ?? '', 'base64').includes(':')) {
      yield cutOf(match, '<redacted>');
    }
  }
}

/** Without the quotes around it, so that JSON stays JSON. */
function cutOf(match: RegExpExecArray, replacement: string): Cut {
  const [, before = '', secret = ''] = match;
  const from = match.index + before.length;
  const to = from + secret.length;
  const [quote] = /^["']/.exec(secret) ?? [];
  if (quote === undefined) {
    return { from, to, replacement };
  }
  const closed = secret.length > 1 && secret.endsWith(quote);
  return { from: from + 1, to: closed ? to - 1 : to, replacement };
}

function without(text: string, cuts: Cut[]): string {
  cuts.sort((a, b) => a.from - b.from || b.to - a.to);
  let result = '';
  let at = 0;
  let end = -1;
  for (const { from, to, replacement } of cuts) {
    // One that overlaps the last cut only makes it longer.
    if (from >= end) {
      result += text.slice(at, from) + (to > from ? replacement : '');
    }
    end = Math.max(end, to);
    at = Math.max(at, end);
  }
  return result + text.slice(at);
}

/** The host of a URL, the only part of it that is safe to show: the rest may be a signed link. */
export function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : '?';
}
