import { createHash } from 'node:crypto';
import { DefenderClient } from '../../src/defender/client';
import type { WireMachine } from '../../src/defender/machineAction';
import { createSampleTenant, Simulator, type SimulatorOptions } from '../../src/demo';
import { Failure } from '../../src/http/failure';
import type { FetchPort, HttpResponse } from '../../src/http/fetchPort';
import { handlerPort } from '../../src/http/handlerPort';
import { RequestQuota } from '../../src/http/quota';
import { defenderRunPorts } from '../../src/runs/defenderRunPorts';
import type { RunPlan } from '../../src/runs/runPlan';
import type { RunPorts } from '../../src/runs/runPorts';
import { Died } from './memoryFiles';
import { planOf } from './runPlans';
import type { MortalProcess } from './runService';
import type { RunWorldService } from './runWorld';
import type { VirtualClock } from './virtualClock';

/** What happens to one request that starts an action, on its way or behind the service. */
export const requestFaults = [
  'none',
  'noConnection',
  'throttledByGateway',
  'tokenRefused',
  /** A status of a gateway, which has passed it on or not. */
  'gatewayBefore',
  'gatewayAfter',
  'cutBefore',
  'cutAfter',
  'silentBefore',
  'silentAfter',
  /** The connection breaks, and the request arrives later. */
  'late',
  /** A gateway sends it twice. */
  'replayed',
  'diesBefore',
  'diesAfter',
] as const;
export type RequestFault = (typeof requestFaults)[number];

export interface SimulatedRunOptions {
  readonly machines: number;
  /** Of each request that starts an action, one by one; then none. */
  readonly faults: readonly RequestFault[];
  /** Whether each list call fails; then none does. */
  readonly listFails: readonly boolean[];
  /** Milliseconds until the second machine's session in the portal ends, which no call shows. */
  readonly portalMs: number;
  readonly simulator: Pick<SimulatorOptions, 'late' | 'runTimes' | 'sessionLimit'>;
}

const apiOrigin = 'https://api.sample.invalid';
const host = 'api.sample.invalid';
const script = 'Write-Output "collected"\n';
const libraryName = 'collect.ps1';

/** The simulated service with a network in front of it that fails, for runs. */
export class SimulatedRunService implements RunWorldService {
  readonly plan: RunPlan;
  readonly #clock: VirtualClock;
  readonly #simulator: Simulator;
  readonly #faults: RequestFault[];
  readonly #listFails: boolean[];
  /** The actions that the service has created, whoever heard of them. */
  readonly #created: { readonly id: string; readonly machineId: string }[] = [];

  constructor(clock: VirtualClock, options: SimulatedRunOptions) {
    this.#clock = clock;
    this.#faults = [...options.faults];
    this.#listFails = [...options.listFails];
    this.plan = planWithScript(options.machines);
    const machines = this.plan.machines.map(({ id }) => ({ ...sampleMachine(clock.now()), id }));
    this.#simulator = new Simulator({
      tenant: {
        actions: () => [],
        machines: () => machines,
        result: () => undefined,
        library: [{ fileName: libraryName, text: script, createdBy: 'a.keller@contoso.example', at: 0 }],
      },
      now: () => clock.now(),
      random: () => 0.5,
      apiOrigin,
      blobOrigin: 'https://blobs.sample.invalid',
      ...options.simulator,
    });
    const blocked = machines[1]?.id ?? '';
    this.#simulator.portalSessions.add(blocked);
    void clock.sleep(options.portalMs).then(() => this.#simulator.portalSessions.delete(blocked));
  }

  actionsOn(machineId: string): readonly { readonly id: string }[] {
    return this.#created.filter((each) => each.machineId === machineId);
  }

  portsFor(process: MortalProcess): RunPorts {
    const client = new DefenderClient(apiOrigin, {
      fetch: this.#network(process),
      clock: this.#clock,
      random: () => 0.5,
      quota: new RequestQuota(this.#clock),
      tokens: {
        getToken: () => Promise.resolve({ token: 'test', grants: undefined }),
        invalidate: () => undefined,
      },
      log: () => undefined,
    });
    return defenderRunPorts(client, this.#clock);
  }

  #network(process: MortalProcess): FetchPort {
    const serve = handlerPort(() => Promise.resolve((request) => this.#serve(request)));
    return async (request, signal) => {
      if (process.dead) {
        throw new Died('dead');
      }
      if (request.url.endsWith('/runliveresponse')) {
        const fault = this.#faults.shift() ?? 'none';
        return this.#faulty(fault, () => serve(request, never), { process, signal });
      }
      if (request.url.includes('/machineactions?') && this.#listFails.shift() === true) {
        throw broken('ECONNRESET');
      }
      return serve(request, signal);
    };
  }

  /** Notes each action that comes into being. */
  async #serve(request: Request): Promise<Response> {
    const answer = await this.#simulator.handle(request);
    const machineId = /machines\/([^/]+)\/runliveresponse$/.exec(request.url)?.[1];
    if (machineId !== undefined && answer.status === 201) {
      const { id } = (await answer.clone().json()) as { id: string };
      this.#created.push({ id, machineId });
    }
    return answer;
  }

  async #faulty(
    fault: RequestFault,
    send: () => Promise<HttpResponse>,
    { process, signal }: { readonly process: MortalProcess; readonly signal: AbortSignal },
  ): Promise<HttpResponse> {
    switch (fault) {
      case 'none':
        return send();
      case 'noConnection':
        throw broken('ECONNREFUSED');
      case 'throttledByGateway':
        return answer(429, { 'retry-after': '45' });
      case 'tokenRefused':
        return answer(401);
      case 'gatewayBefore':
        return answer(504);
      case 'gatewayAfter':
        await send();
        return answer(502);
      case 'cutBefore':
        throw broken('ECONNRESET');
      case 'cutAfter':
        await send();
        throw broken('ECONNRESET');
      case 'silentBefore':
        return this.#silence(signal);
      case 'silentAfter':
        await send();
        return this.#silence(signal);
      case 'late':
        void this.#clock.sleep(20_000).then(send);
        throw broken('ETIMEDOUT');
      case 'replayed':
        await send();
        return send();
      case 'diesBefore':
        process.dead = true;
        throw new Died('before');
      case 'diesAfter':
        await send();
        process.dead = true;
        throw new Died('after');
    }
  }

  async #silence(signal: AbortSignal): Promise<never> {
    await this.#clock.sleep(3_600_000, signal);
    throw broken('ETIMEDOUT');
  }
}

const never = new AbortController().signal;

function broken(cause: string): Failure<{ code: 'network'; host: string; cause: string }> {
  return new Failure({ code: 'network', host, cause });
}

function answer(status: number, headers: Readonly<Record<string, string>> = {}): HttpResponse {
  return { status, header: (name) => headers[name.toLowerCase()], body: noBody() };
}

async function* noBody(): AsyncIterable<Uint8Array> {
  // Nothing to give.
}

function planWithScript(machines: number): RunPlan {
  const sha256 = createHash('sha256').update(script).digest('hex');
  return planOf(machines, {
    script: { name: libraryName, libraryName, sha256, language: 'powershell' },
    args: '',
  });
}

function sampleMachine(now: number): WireMachine {
  const [machine] = createSampleTenant(now).machines(now);
  if (machine === undefined) {
    throw new Error('The sample tenant has no machine.');
  }
  return machine;
}
