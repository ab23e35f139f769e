import { Simulator } from './service';
import { createSampleTenant } from './tenant';

export { Simulator, type SampleTenant, type SimulatorOptions, type StartFault } from './service';
export { createSampleTenant } from './tenant';

/**
 * The service that the sample connection talks to, in process. Its hosts end in `.invalid`, which
 * never resolves.
 */
export function createSampleService(): (request: Request) => Promise<Response> {
  const simulator = new Simulator({
    tenant: createSampleTenant(Date.now()),
    now: () => Date.now(),
    random: () => Math.random(),
    apiOrigin: 'https://api.sample.invalid',
    blobOrigin: 'https://blobs.sample.invalid',
  });
  return (request) => simulator.handle(request);
}
