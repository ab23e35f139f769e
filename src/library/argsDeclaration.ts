/** How a script takes its arguments: as they are, or as one token that it decodes. */
export type ArgsForm = 'plain' | 'base64url';

/** Characters of a script in which the declaration may stand. */
const maxHeader = 16_384;

/**
 * What a script declares in a comment line of its own, `# liveresponse: args=base64url`, near its
 * beginning. Anything else is `plain`.
 */
export function declaredArgsForm(source: string): ArgsForm {
  const header = source.slice(0, maxHeader);
  return /^[ \t]{0,20}#[ \t]{0,20}liveresponse:[ \t]{0,20}args=base64url[ \t]{0,20}\r?$/im.test(header)
    ? 'base64url'
    : 'plain';
}
