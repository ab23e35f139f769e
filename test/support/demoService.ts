import { strict as assert } from 'node:assert';
import type { WireMachine, WireMachineAction } from '../../src/defender/machineAction';
import { createSampleTenant, Simulator, type SimulatorOptions } from '../../src/demo';

export const demoStart = Date.UTC(2026, 10, 20, 15, 0, 0);
export const demoApi = 'https://api.sample.invalid';

/** Machines of the sample tenant that a run meets, by what is special about them. */
export const demoMachines = {
  windows: '5dac36e4fcf187b1d924e3050617280d9e0f1213',
  otherWindows: '6ebd47f50d0298c2ea35f41617283910e0f12324',
  linux: 'a2f18b394146dc062e79385051627d5424356768',
  german: 'f746d08e969b105b73ae8da5a6b72ca979801abd',
  offline: '1968f2a0b8bd327d95c0afc7c8d94ecb9ba23cdf',
  busy: '2a7f03b1c9de54e8a6f1b0d2c3e4f5a6b7c8d9e0',
  portal: '4c9b25d3ebf065a0c8f3d2fafb0c71feced56f02',
  noAutomation: '3b8a14c2dadf549fb7e2c1e9eafb60edbdc45ef1',
} as const;

export interface DemoAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A simulated service whose clock the test moves; without a quota unless one is given. */
export class DemoService {
  now = demoStart;
  readonly simulator: Simulator;

  constructor(options: Partial<SimulatorOptions> = {}) {
    this.simulator = new Simulator({
      tenant: createSampleTenant(demoStart),
      now: () => this.now,
      random: () => 0.5,
      apiOrigin: demoApi,
      blobOrigin: 'https://blobs.sample.invalid',
      quota: null,
      ...options,
    });
  }

  async call(path: string, init: RequestInit = {}): Promise<DemoAnswer> {
    const headers = { Authorization: 'Bearer t' };
    const response = await this.simulator.handle(new Request(`${demoApi}/api/${path}`, { headers, ...init }));
    const text = await response.text();
    const body = (text === '' ? {} : JSON.parse(text)) as Readonly<Record<string, unknown>>;
    return { status: response.status, headers: response.headers, body };
  }

  async value<T = Readonly<Record<string, unknown>>>(path: string): Promise<readonly T[]> {
    const { status, body } = await this.call(path);
    assert.equal(status, 200, JSON.stringify(body));
    return body['value'] as readonly T[];
  }

  machines(query: string): Promise<readonly WireMachine[]> {
    return this.value<WireMachine>(query);
  }

  upload(
    fileName: string,
    content: string | Uint8Array,
    fields: Readonly<Record<string, string>> = {},
    part = 'file',
  ): Promise<DemoAnswer> {
    const form = new FormData();
    form.append(part, new Blob([content]), fileName);
    Object.entries(fields).forEach(([name, value]) => form.append(name, value));
    return this.call('libraryfiles', { method: 'POST', body: form });
  }

  start(machineId: string, body: unknown): Promise<DemoAnswer> {
    return this.call(`machines/${machineId}/runliveresponse`, {
      method: 'POST',
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  }

  /** Starts one script. */
  startScript(machineId: string, name: string, args?: string): Promise<DemoAnswer> {
    return this.start(machineId, { Commands: [runScript(name, args)], Comment: 'test' });
  }

  async action(id: unknown): Promise<WireMachineAction> {
    const { status, body } = await this.call(`machineactions/${String(id)}`);
    assert.equal(status, 200, JSON.stringify(body));
    return body as unknown as WireMachineAction;
  }

  /** The result of a command, as its blob has it. */
  async result(id: unknown, index = 0): Promise<Buffer> {
    const { status, body } = await this.call(
      `machineactions/${String(id)}/GetLiveResponseResultDownloadLink(index=${index})`,
    );
    assert.equal(status, 200, JSON.stringify(body));
    const response = await this.simulator.handle(new Request(String(body['value'])));
    return Buffer.from(await response.arrayBuffer());
  }

  /** Uploads a script, runs it to its end, and gives its transcript. */
  async run(machineId: string, name: string, text: string, args?: string): Promise<DemoTranscript> {
    const uploaded = await this.upload(name, text, { OverrideIfExists: 'true' });
    assert.equal(uploaded.status, 200, JSON.stringify(uploaded.body));
    const { status, body } = await this.startScript(machineId, name, args);
    assert.equal(status, 201, JSON.stringify(body));
    this.now += 3_600_000;
    return JSON.parse((await this.result(body['id'])).toString()) as DemoTranscript;
  }
}

export interface DemoTranscript {
  readonly script_name: string;
  readonly exit_code: number;
  readonly script_output: string;
  readonly script_errors: string;
}

export function runScript(name: string, args?: string): object {
  return {
    type: 'RunScript',
    params: paramsOf({ ScriptName: name, ...(args !== undefined && { Args: args }) }),
  };
}

export function putFile(name: string): object {
  return { type: 'PutFile', params: paramsOf({ FileName: name }) };
}

export function getFile(path: string): object {
  return { type: 'GetFile', params: paramsOf({ Path: path }) };
}

function paramsOf(params: Readonly<Record<string, string>>): object[] {
  return Object.entries(params).map(([key, value]) => ({ key, value }));
}

/** Status, code and message of an answer that is an error. */
export function demoError({ status, body }: DemoAnswer): [status: number, code: string, message: string] {
  const { code, message } = body['error'] as Record<'code' | 'message', string>;
  return [status, code, message];
}
