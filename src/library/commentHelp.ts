/**
 * The texts under `.PARAMETER <name>` in the help comments of a script, by name in lower case.
 * Source: "About Comment-based Help", about_comment_based_help.
 */
export function describedParameters(comments: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  let name: string | undefined;
  const lines: string[] = [];
  const finish = (): void => {
    const text = lines.join(' ').trim();
    if (name !== undefined && text !== '') {
      found.set(name, text);
    }
    name = undefined;
    lines.length = 0;
  };
  for (const comment of comments) {
    const isBlock = comment.startsWith('<#');
    for (const line of commentText(comment).split('\n')) {
      const keyword = /^\.([A-Za-z]{1,40})(?:[ \t]+(\S+))?$/.exec(line.trim());
      if (keyword !== null) {
        finish();
        name = keyword[1]?.toLowerCase() === 'parameter' ? keyword[2]?.toLowerCase() : undefined;
      } else if (name !== undefined) {
        lines.push(line.trim());
      }
    }
    if (isBlock) {
      finish();
    }
  }
  finish();
  return found;
}

/** A comment without its marks. */
export function commentText(comment: string): string {
  return comment.startsWith('<#') ? comment.slice(2, -2) : comment.replace(/^#{1,100}/, '');
}
