import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { type JournalPorts, RunJournal, journalPath } from '../../src/runs/journal';
import { readJournal } from '../../src/runs/journalReading';
import { isOver } from '../../src/runs/machineState';
import type { RunPlan } from '../../src/runs/runPlan';
import type { RunPorts } from '../../src/runs/runPorts';
import { type RunOptions, RunScheduler } from '../../src/runs/runScheduler';
import { Died, MemoryFiles } from './memoryFiles';
import { journalFiles } from './runPlans';
import type { MortalProcess } from './runService';
import type { VirtualClock } from './virtualClock';

/** One window that works on the run, and what ends it. */
export interface RunWindow {
  /** The step on the disk at which it dies, from 1. */
  readonly diesAt: number;
  /** How much of that step is done all the same, from 0 to 1. */
  readonly done: number;
  /** Milliseconds after which it is closed, or a person stops or cancels the run, or a second window takes over. */
  readonly after: number;
  readonly then: 'nothing' | 'closes' | 'stop' | 'cancel' | 'takenOver';
  /** Milliseconds until the next window. */
  readonly pause: number;
}

export const runWindows = (maxLength: number): fc.Arbitrary<RunWindow[]> =>
  fc.array(
    fc.record({
      diesAt: fc.oneof(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 90 }), fc.constant(9_999)),
      done: fc.constantFrom(0, 0.3, 0.97, 1),
      after: fc.integer({ min: 0, max: 400_000 }),
      then: fc.constantFrom('nothing', 'closes', 'stop', 'cancel', 'takenOver'),
      pause: fc.integer({ min: 0, max: 300_000 }),
    }),
    { maxLength },
  );

/** What a run works against: a model of the service, or the simulated service itself. */
export interface RunWorldService {
  /** What one process sees of it. */
  portsFor(process: MortalProcess): RunPorts;
  /** The actions that exist on a machine. */
  actionsOn(machineId: string): readonly { readonly id: string }[];
}

export interface RunWorldParts {
  readonly clock: VirtualClock;
  readonly service: RunWorldService;
  readonly plan: RunPlan;
  readonly options: RunOptions;
}

/** A run that windows work on, one after another or two at once, and that die or are closed. */
export class RunWorld {
  readonly clock: VirtualClock;
  readonly disk = new MemoryFiles();
  readonly #service: RunWorldService;
  readonly #plan: RunPlan;
  readonly #options: RunOptions;

  constructor({ clock, service, plan, options }: RunWorldParts) {
    this.clock = clock;
    this.#service = service;
    this.#plan = plan;
    this.#options = options;
  }

  /** Lets windows live one after another, and then others until the run has ended. */
  async liveThrough(lives: readonly RunWindow[], more: number): Promise<void> {
    for (const life of lives) {
      await this.live(life);
      await this.clock.passUntil(this.clock.sleep(life.pause));
    }
    // A port may still end the last windows.
    for (let left = more; !(await this.live(undefined)); left -= 1) {
      assert.ok(left > 0, 'it never ends');
    }
    this.check();
  }

  /** One window's life. True when it came to the end of the run. */
  async live(window: RunWindow | undefined): Promise<boolean> {
    const mortal: MortalProcess = { dead: false };
    const closing = new AbortController();
    try {
      const scheduler = await this.#scheduler(window, mortal);
      const work = scheduler.run(closing.signal);
      const disturbed = this.#disturb(window, scheduler, closing, mortal);
      await this.clock.passUntil(Promise.allSettled([work, disturbed]));
      await work;
      return true;
    } catch (error) {
      assert.ok(!(error instanceof TypeError) && !(error instanceof assert.AssertionError), error as Error);
      assert.doesNotMatch(String(error), /can't take|Everybody waits|too long|journalDamaged/);
      return false;
    } finally {
      mortal.dead = true;
    }
  }

  async #scheduler(window: RunWindow | undefined, mortal: MortalProcess): Promise<RunScheduler> {
    const isFirst =
      readJournal(this.disk.files.get(journalPath(this.#plan.id)) ?? new Uint8Array()).record === undefined;
    const ports = this.#portsOf(window, mortal);
    if (isFirst) {
      // What a first attempt left is no journal: nothing was sent.
      this.disk.files.delete(journalPath(this.#plan.id));
    }
    const opening = isFirst
      ? RunJournal.create(ports, this.#plan, 'test')
      : RunJournal.open(ports, this.#plan.id);
    const journal = await this.clock.passUntil(opening);
    const service = this.#service.portsFor(mortal);
    return new RunScheduler(journal, service, this.clock, this.#options, !isFirst);
  }

  #portsOf(window: RunWindow | undefined, mortal: MortalProcess): JournalPorts {
    const disk = this.disk.another();
    let steps = 0;
    disk.before = () => {
      steps += 1;
      const dies = !mortal.dead && steps === window?.diesAt;
      mortal.dead ||= dies;
      const fault = { error: new Died('died'), done: dies ? window.done : 0 };
      return Promise.resolve(mortal.dead ? fault : undefined);
    };
    return { files: journalFiles(disk), now: () => this.clock.now(), by: undefined };
  }

  async #disturb(
    window: RunWindow | undefined,
    scheduler: RunScheduler,
    closing: AbortController,
    mortal: MortalProcess,
  ): Promise<void> {
    await this.clock.sleep(window?.after ?? 0);
    switch (window?.then) {
      case 'closes':
        closing.abort();
        break;
      case 'stop':
        await scheduler.stop();
        break;
      case 'cancel':
        await scheduler.cancel();
        break;
      case 'takenOver':
        if (!mortal.dead) {
          await this.#takeOver();
        }
        break;
      case 'nothing':
      case undefined:
        break;
    }
  }

  /** A second window works at the same time, until this one notices. */
  async #takeOver(): Promise<void> {
    const mortal: MortalProcess = { dead: false };
    const journal = await RunJournal.open(this.#portsOf(undefined, mortal), this.#plan.id);
    const service = this.#service.portsFor(mortal);
    const second = new RunScheduler(journal, service, this.clock, this.#options, true);
    await second.run(AbortSignal.any([])).catch(() => undefined);
  }

  /** What must hold, however it went. */
  check(): void {
    const { record, problems } = readJournal(
      this.disk.files.get(journalPath(this.#plan.id)) ?? new Uint8Array(),
    );
    assert.deepEqual(
      problems.filter(({ kind }) => kind !== 'fork' && kind !== 'unreadable'),
      [],
    );
    for (const { n, id } of this.#plan.machines) {
      const actions = this.#service.actionsOn(id);
      assert.ok(actions.length <= 1, `${actions.length} actions on machine ${n}`);
      const state = record?.stateOf(n) ?? { kind: 'planned' };
      assert.ok(isOver(state), `machine ${n} is ${state.kind}`);
      if ('actionId' in state) {
        assert.equal(state.actionId, actions[0]?.id);
      } else if (state.kind !== 'unknown') {
        assert.deepEqual(actions, [], `machine ${n} is ${state.kind}, and has an action`);
      }
    }
    assert.equal(record?.hasEnded, true);
  }
}
