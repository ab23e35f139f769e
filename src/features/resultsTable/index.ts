import type { HandlersOf } from '../../platform/commandIds';
import type { BulkPorts } from './resultsTable';

/** The command that makes a table of many results. */
export function register(services: BulkPorts): HandlersOf<'openResults'> {
  return {
    'liveResponse.openResults': async (target, selection) =>
      (await import('./resultsTable')).openResults(services, target, selection),
  };
}
