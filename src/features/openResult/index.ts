import type { ResultAddress } from '../../results/address';
import type { HandlersOf } from '../../platform/commandIds';
import type { ResultOpener } from './openResult';
import { type EncodingPorts, reopenWithEncoding } from './reopenWithEncoding';

export { type ActionsWanted, CommandTargets } from './commandTargets';
export { bytesOf, type OpenerPorts, ResultOpener } from './openResult';
export { readActionTarget, readTarget, shownTarget } from './target';

/** The commands that open documents of a result. */
export function register(
  opener: ResultOpener,
  services: Omit<EncodingPorts, 'open'>,
): HandlersOf<
  'openResult' | 'openError' | 'openTranscript' | 'nextResult' | 'previousResult' | 'reopenWithEncoding'
> {
  const encoding = { ...services, open: (address: ResultAddress) => opener.openResult({ ...address }) };
  return {
    'liveResponse.openResult': (target, selection, row) => opener.openResult(target, selection, row),
    'liveResponse.openError': (target, selection) => opener.openDocument('error', target, selection),
    'liveResponse.openTranscript': (target, selection) =>
      opener.openDocument('transcript', target, selection),
    'liveResponse.nextResult': () => opener.openNeighbour(1),
    'liveResponse.previousResult': () => opener.openNeighbour(-1),
    'liveResponse.reopenWithEncoding': (target) => reopenWithEncoding(encoding, target),
  };
}
