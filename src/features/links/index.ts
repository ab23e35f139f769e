import type { HandlersOf } from '../../platform/commandIds';
import type { Outside } from './outside';

export { IdLinks } from './idLinks';
export { linkTo } from './linkTo';
export { Outside } from './outside';
export { ResultIds } from './resultIds';

/** The commands that copy. */
export function register(outside: Outside): HandlersOf<'copyLink' | 'copyAsMarkdown' | 'copyWithProvenance'> {
  return {
    'liveResponse.copyLink': (target, selection) => outside.copyLink(target, selection),
    'liveResponse.copyAsMarkdown': (target, selection) => outside.copyAsMarkdown(target, selection),
    'liveResponse.copyWithProvenance': () => outside.copyWithProvenance(),
  };
}
