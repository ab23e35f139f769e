import type { HandlersOf } from '../../platform/commandIds';
import type { Comparer } from './compare';

export { Comparer } from './compare';

/** The commands that compare results. */
export function register(comparer: Comparer): HandlersOf<'compareResults' | 'compareWithPrevious'> {
  return {
    'liveResponse.compareResults': (target, selection) => comparer.compareResults(target, selection),
    'liveResponse.compareWithPrevious': (target) => comparer.compareWithPrevious(target),
  };
}
