import fc from 'fast-check';
import { describe, it } from 'mocha';
import { machineIdOf, planOf } from '../../support/runPlans';
import { RunService, type StartFault } from '../../support/runService';
import { RunWorld, runWindows } from '../../support/runWorld';
import { VirtualClock } from '../../support/virtualClock';

const runs = Number(process.env['LIVE_RESPONSE_PROPERTY_RUNS'] ?? 2_500);

const hows: readonly StartFault['how'][] = [
  ...(['created', 'refused', 'throttled', 'busy', 'busyWithOurs', 'lost', 'lostAnswer', 'late'] as const),
  ...(['throws', 'throwsAfter', 'diesBefore', 'diesAfter'] as const),
];
const faults = fc.array(
  fc.record({
    how: fc.constantFrom(...hows),
    end: fc.constantFrom('Succeeded' as const, 'Failed' as const, 'TimeOut' as const),
    lag: fc.integer({ min: 0, max: 110_000 }),
    takes: fc.integer({ min: 0, max: 300_000 }),
  }),
  { maxLength: 12 },
);

const options = fc.record({
  maxSessions: fc.integer({ min: 1, max: 4 }),
  sendToOffline: fc.boolean(),
  firstWave: fc.integer({ min: 0, max: 2 }),
  maxFailures: fc.constantFrom(undefined, 1, 2),
  pollMs: fc.constantFrom(5_000, 30_000),
  onlineAfter: fc.integer({ min: 0, max: 900_000 }),
});
describe('a run, whatever fails', () => {
  it('starts at most one action on a machine, and comes to a definite end', async function () {
    this.timeout(Math.max(120_000, 60 * runs));
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        faults,
        fc.array(fc.boolean(), { maxLength: 30 }),
        options,
        runWindows(4),
        async (machines, planned, listFails, how, lives) => {
          const clock = new VirtualClock();
          const service = new RunService(clock, planned, listFails);
          service.offline.add(machineIdOf(2));
          void clock.sleep(how.onlineAfter).then(() => service.offline.clear());
          const world = new RunWorld({ clock, service, plan: planOf(machines), options: how });
          await world.liveThrough(lives, planned.length);
        },
      ),
      { numRuns: runs },
    );
  });
});
