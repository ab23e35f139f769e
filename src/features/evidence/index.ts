import type { HandlersOf } from '../../platform/commandIds';
import type { EvidencePorts } from './loadedResults';

export type { EvidencePorts };

const evidence = () => import('./keepEvidence');
const saving = () => import('./saveResults');

/** The commands that write results to disk, and check what was kept. */
export function register(
  services: EvidencePorts,
): HandlersOf<'saveResult' | 'saveAllResults' | 'keepEvidence' | 'verifyEvidence'> {
  return {
    'liveResponse.saveResult': async (target, selection) =>
      (await saving()).saveResult(services, target, selection),
    'liveResponse.saveAllResults': async (target, selection) =>
      (await saving()).saveAllResults(services, target, selection),
    'liveResponse.keepEvidence': async (target, selection) =>
      (await evidence()).keepEvidence(services, target, selection),
    'liveResponse.verifyEvidence': async () => (await evidence()).verifyEvidence(services),
  };
}
