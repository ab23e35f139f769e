import fc from 'fast-check';
import { describe, it } from 'mocha';
import { requestFaults, SimulatedRunService } from '../../support/simulatedRunService';
import { RunWorld, runWindows } from '../../support/runWorld';
import { VirtualClock } from '../../support/virtualClock';

const runs = Number(process.env['LIVE_RESPONSE_PROPERTY_RUNS'] ?? 2_000);

const simulated = fc.record({
  machines: fc.integer({ min: 1, max: 3 }),
  faults: fc.array(fc.constantFrom(...requestFaults), { maxLength: 6 }),
  listFails: fc.array(fc.boolean(), { maxLength: 20 }),
  portalMs: fc.integer({ min: 0, max: 600_000 }),
  simulator: fc.record({
    late: fc.record({ actionInListMs: fc.integer({ min: 0, max: 90_000 }) }),
    runTimes: fc.record({
      startsAfterMs: fc.integer({ min: 0, max: 20_000 }),
      commandMs: fc.integer({ min: 0, max: 120_000 }),
    }),
    sessionLimit: fc.integer({ min: 1, max: 3 }),
  }),
});

const options = fc.record({
  maxSessions: fc.integer({ min: 1, max: 3 }),
  sendToOffline: fc.boolean(),
  firstWave: fc.integer({ min: 0, max: 1 }),
  maxFailures: fc.constantFrom(undefined, 1),
  pollMs: fc.constant(30_000),
});

/** Through the API client, its budget and its repetitions, against the service's own refusals. */
describe('a run at the simulated service, whatever fails', () => {
  it('starts at most one action on a machine, and comes to a definite end', async function () {
    this.timeout(Math.max(120_000, 60 * runs));
    await fc.assert(
      fc.asyncProperty(simulated, options, runWindows(2), async (how, limits, lives) => {
        // Bodies are streams, which take a few turns.
        const clock = new VirtualClock(undefined, 6);
        const service = new SimulatedRunService(clock, how);
        const world = new RunWorld({ clock, service, plan: service.plan, options: limits });
        await world.liveThrough(lives, how.faults.length);
      }),
      { numRuns: runs },
    );
  });
});
