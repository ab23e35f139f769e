import type { HandlersOf } from '../../platform/commandIds';
import type { UriHandler } from './uriHandler';

export { IdLinks } from './idLinks';
export { linkTo } from './linkTo';
export { UriHandler } from './uriHandler';
export { ResultIds } from './resultIds';

/** The commands that copy. */
export function register(
  uriHandler: UriHandler,
): HandlersOf<'copyLink' | 'copyAsMarkdown' | 'copyWithProvenance'> {
  return {
    'liveResponse.copyLink': (target, selection) => uriHandler.copyLink(target, selection),
    'liveResponse.copyAsMarkdown': (target, selection) => uriHandler.copyAsMarkdown(target, selection),
    'liveResponse.copyWithProvenance': () => uriHandler.copyWithProvenance(),
  };
}
