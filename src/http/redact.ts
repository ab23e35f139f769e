/**
 * Takes tokens, secrets and signatures out of a text that goes to the log. It is the last net: no caller passes them on
 * purpose.
 */
export function redact(text: string): string {
  return text
    .replace(/\beyJ[\w-]{8,}(?:\.[\w-]*){0,4}/g, '<token>')
    .replace(/\b(Bearer)\s+[\w.~+/=-]+/gi, '$1 <token>')
    .replace(/([?&](?:sig|skoid|sktid|token|code|client_secret|access_token)=)[^&\s"'<>]*/gi, '$1<redacted>')
    .replace(
      /("?(?:client_?secret|access_?token|refresh_?token|password)"?\s*[:=]\s*"?)[^"&\s,}]+/gi,
      '$1<redacted>',
    );
}

/** The host of a URL, the only part of it that is safe to show: the rest may be a signed link. */
export function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : '?';
}
