import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { newestFirst } from '../../../src/actions/merging';
import { RecentActions, type RecentActionsOptions } from '../../../src/actions/recentActions';
import type { ActionFilter } from '../../../src/defender/filter';
import { never } from '../../support/failures';
import { type Oddities, OddService, type Row } from '../../support/oddService';

const call = { signal: never, urgency: 'view' } as const;
const start = Date.parse('2026-11-20T12:00:00Z');
const dayMs = 86_400_000;

type Step =
  | { readonly do: 'load' | 'poll' }
  | { readonly do: 'more'; readonly top: number }
  | { readonly do: 'include' | 'end'; readonly n: number }
  | { readonly do: 'arrive'; readonly count: number; readonly apartMs: number };

const steps: fc.Arbitrary<Step> = fc.oneof(
  fc.constantFrom<Step>({ do: 'load' }, { do: 'poll' }),
  fc.integer({ min: 1, max: 12 }).map((top): Step => ({ do: 'more', top })),
  fc.record({ do: fc.constantFrom('include' as const, 'end' as const), n: fc.nat(40) }),
  fc.record({
    do: fc.constant('arrive' as const),
    count: fc.integer({ min: 1, max: 14 }),
    apartMs: fc.constantFrom(0, 0.25, 1, 5_000),
  }),
);

const rows: fc.Arbitrary<Row[]> = fc.array(
  fc.record({
    // Many at one time, and many within one millisecond.
    at: fc.oneof(
      fc.integer({ min: 0, max: 12 }).map((n) => start - n * 0.25),
      fc.integer({ min: 0, max: 45 * 24 }).map((hours) => start - hours * 3_600_000),
      fc.constant(undefined),
    ),
    updated: fc.oneof(
      { weight: 5, arbitrary: fc.constant(start) },
      fc.constantFrom(undefined, Date.UTC(9999, 11, 31)),
    ),
    type: fc.constantFrom('LiveResponse', 'Isolate'),
    status: fc.constantFrom('Pending', 'Succeeded'),
  }),
  { maxLength: 40 },
);

const oddities: fc.Arbitrary<Oddities> = fc.record({
  order: fc.constantFrom('desc', 'desc', 'asc', 'any'),
  cap: fc.integer({ min: 2, max: 9 }),
  links: fc.constantFrom('none', 'good', 'foreign', 'expired', 'withoutFilter', 'circle', 'withEmptyPages'),
  always: fc.boolean(),
  twice: fc.boolean(),
  byCreation: fc.constant(false),
});

const filters: fc.Arbitrary<ActionFilter> = fc.constantFrom<ActionFilter>(
  {},
  { types: ['LiveResponse'] },
  { statuses: ['Pending'] },
  { types: ['Isolate'], statuses: ['Pending'] },
);

/** A model over a service, and the time that goes by. */
class Run {
  readonly recent: RecentActions;
  readonly service: OddService;
  readonly #options: RecentActionsOptions;
  now = start;

  constructor(odd: Oddities, first: readonly Row[], filter: ActionFilter, pageSize: number) {
    this.service = new OddService(odd);
    first.forEach((row) => this.service.add(row));
    this.#options = { lookbackDays: 30, pageSize, filter };
    this.recent = new RecentActions(this.service, () => this.now);
  }

  async take(step: Step): Promise<void> {
    this.now += 60_000;
    switch (step.do) {
      case 'load':
        await this.recent.load(this.#options, call);
        return;
      case 'poll':
        await this.recent.poll(call);
        return;
      case 'more':
        await this.recent.loadMore(call, step.top);
        return;
      case 'end': {
        this.service.end(step.n, this.now);
        return;
      }
      case 'include':
        if (step.n < this.service.rows.length) {
          const { id } = await this.recent.get(this.service.action(step.n).id, call);
          this.recent.include(id);
        }
        return;
      case 'arrive':
        for (let n = 0; n < step.count; n += 1) {
          const at = this.now + n * step.apartMs;
          this.service.add({
            at,
            updated: this.now,
            type: n % 3 > 0 ? 'LiveResponse' : 'Isolate',
            status: 'Pending',
          });
        }
    }
  }

  /** Each action once, in order, and the one that is found by its ID. */
  check(): void {
    const { listed } = this.recent;
    assert.equal(new Set(listed.map(({ id }) => id)).size, listed.length);
    listed.forEach((action) => assert.equal(this.recent.find(action.id), action));
    assert.deepEqual(listed, listed.toSorted(newestFirst));
  }

  /** Loads what is left, and polls until nothing is left to be told. */
  async finish(): Promise<void> {
    const before = this.service.calls;
    await this.recent.loadEverything(call, () =>
      assert.ok(this.service.calls - before < 600, 'loading does not end'),
    );
    // A page has two rows at least, and one of them may be there again.
    for (let n = 0; n < 2 * this.service.rows.length + 20; n += 1) {
      await this.recent.poll(call);
    }
  }
}

const stateOf = ({ id, status }: { id: string; status: string }): string => `${id} ${status}`;

describe('the list of a service with oddities', () => {
  it('has all that the service has in the period, once, whatever was loaded, included and polled in between', async () => {
    await fc.assert(
      fc.asyncProperty(
        oddities,
        rows,
        filters,
        fc.integer({ min: 3, max: 15 }),
        fc.array(steps, { maxLength: 14 }),
        async (odd, first, filter, pageSize, done) => {
          const run = new Run(odd, first, filter, pageSize);
          for (const step of [{ do: 'load' } as const, ...done]) {
            await run.take(step);
            // A list that looks ordered by chance cannot be told from one that is, at no load.
            fc.pre(
              step.do !== 'load' || odd.order === 'desc' || !misleads(run, filter, firstPage(odd, pageSize)),
            );
            run.check();
          }
          const since = run.recent.filter?.since ?? assert.fail();
          await run.finish();
          run.check();
          const listed = new Set(run.recent.listed.map(stateOf));
          const missing = run.service
            .matching({ ...filter, since })
            .filter((each) => !listed.has(stateOf(each)));
          assert.deepEqual(missing.map(stateOf), []);
          const fits = new Set(run.service.matching(filter).map(stateOf));
          assert.deepEqual(
            [...listed].filter((each) => !fits.has(each)),
            [],
          );
        },
      ),
      { numRuns: Number(process.env['LIVE_RESPONSE_PROPERTY_RUNS'] ?? 1_200) },
    );
  }).timeout(60_000);
});

const circle: Oddities = {
  order: 'desc',
  cap: 2,
  links: 'circle',
  always: true,
  twice: false,
  byCreation: false,
};

describe('a link that leads in a circle', () => {
  it('is left, also when it has an old copy of what has left the list', async () => {
    const row = { at: start, updated: start, type: 'LiveResponse', status: 'Pending' } as const;
    const run = new Run(circle, [row], { statuses: ['Pending'] }, 3);
    await run.take({ do: 'load' });
    await run.take({ do: 'end', n: 0 });
    await run.take({ do: 'poll' });
    await run.finish();
    assert.deepEqual([run.recent.complete, run.recent.listed.length], [true, 0]);
  });
});

describe('an action that a poll told of before the list was read as far as it is', () => {
  it('is listed once it is, though no page has it', async () => {
    const run = new Run(circle, [], {}, 3);
    await run.take({ do: 'load' });
    await run.take({ do: 'arrive', count: 6, apartMs: 0.25 });
    for (let n = 0; n < 3; n += 1) {
      await run.take({ do: 'poll' });
    }
    assert.deepEqual([run.recent.complete, run.recent.listed.length], [false, 0]);
    await run.take({ do: 'arrive', count: 1, apartMs: 0 });
    // The link leads behind the newest of the six, and the polls go on behind all of them.
    await run.finish();
    assert.equal(run.recent.listed.length, 7);
  });
});

/** Rows on a first page. */
function firstPage({ links, cap }: Oddities, pageSize: number): number {
  return links === 'none' ? pageSize : Math.min(cap, pageSize);
}

/** True for a first page that looks ordered and is not all there is. */
function misleads({ recent, service, now }: Run, filter: ActionFilter, rows: number): boolean {
  const all = service.matching({ ...filter, since: now - 30 * dayMs });
  const times = all.slice(0, rows).flatMap(({ createdAt }) => createdAt ?? []);
  const isWhole = recent.complete && all.length < rows;
  return !isWhole && times.every((time, at) => at === 0 || time <= (times[at - 1] ?? 0));
}
