import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WireMachineAction } from '../../src/defender/machineAction';
import { createSampleTenant, Simulator, type SimulatorOptions } from '../../src/demo';
import type { StoredBlob } from '../../src/demo/blobs';
import { bearerCheck, type TokenRules } from './tokenCheck';

/** Something that goes wrong on the way, once or `times` times. */
export interface Fault {
  readonly on: 'api' | 'blob';
  /** Tested against the path with its query; every request when missing. */
  readonly match?: RegExp;
  readonly times?: number;
  /** Waits, then goes on as if nothing were. */
  readonly delayMs?: number;
  /** Waits for this, then goes on as if nothing were. */
  readonly until?: Promise<void>;
  /** Never answers. */
  readonly hang?: boolean;
  /** Breaks the connection after so many bytes of the body. */
  readonly cutAfterBytes?: number;
  /** Breaks the connection before there is an answer. */
  readonly reset?: boolean;
  /** Sends the body in small pieces, this many milliseconds apart. */
  readonly trickleMs?: number;
  /** Answers this instead. */
  readonly answer?: {
    readonly status: number;
    readonly headers?: Record<string, string>;
    readonly body: string;
  };
}

export interface RecordedRequest {
  readonly origin: 'api' | 'blob';
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
}

/** The simulated Defender service on loopback: the API and the blob store on two ports, so two origins. */
export interface SimulatorServer {
  readonly apiUrl: string;
  readonly blobUrl: string;
  readonly requests: RecordedRequest[];
  /** What is behind both: its library, and the sessions in the portal. */
  readonly simulator: Simulator;
  /** How many requests came, of one origin and with a path that matches. */
  count(origin?: 'api' | 'blob', match?: RegExp): number;
  fault(fault: Fault): void;
  /** Removes all faults and forgets all requests. */
  reset(): void;
  /** Adds an action, or replaces one of the same ID. */
  put(action: WireMachineAction, results?: Readonly<Record<number, StoredBlob>>): void;
  /** All links that were given out are refused from now on. */
  expireLinks(): void;
  close(): Promise<void>;
}

export type ServerOptions = Partial<Omit<SimulatorOptions, 'apiOrigin' | 'blobOrigin' | 'tenant'>> & {
  readonly port?: number;
  /** Only genuine tokens with the right role get an answer; without it any token does. */
  readonly tokens?: TokenRules;
  /** What the API says, changed by a test: the parsed body of each answer that is JSON. */
  readonly rewrite?: (path: string, body: Record<string, unknown>) => Record<string, unknown>;
  /** The link that is given out for a result that there is, instead of one to the simulated blob store. */
  readonly links?: (actionId: string, index: number) => string | undefined;
};

export async function startSimulator(options: ServerOptions = {}): Promise<SimulatorServer> {
  const requests: RecordedRequest[] = [];
  let faults: { fault: Fault; left: number }[] = [];
  const added = new Map<
    string,
    { action: WireMachineAction; results: Readonly<Record<number, StoredBlob>> }
  >();
  const sample = createSampleTenant((options.now ?? Date.now)());
  const tenant: SimulatorOptions['tenant'] = {
    ...sample,
    actions: (now) => [
      ...[...added.values()].map(({ action }) => action),
      ...sample.actions(now).filter(({ id }) => !added.has(id)),
    ],
    result: (action, index) => {
      const own = added.get(action.id);
      return own === undefined ? sample.result(action, index) : own.results[index];
    },
  };
  const serve = (origin: 'api' | 'blob'): Promise<Server> =>
    listen(origin === 'api' ? options.port : undefined, (incoming, outgoing) => {
      const path = incoming.url ?? '/';
      requests.push({ origin, method: incoming.method ?? '', path, headers: incoming.headers });
      const found = faults.find(
        ({ fault, left }) => left > 0 && fault.on === origin && matches(fault.match, path),
      );
      if (found !== undefined) {
        found.left -= 1;
      }
      const respond = async (request: Request): Promise<Response> =>
        rewritten(
          await withLink(await simulator.handle(request), path, options.links),
          path,
          options.rewrite,
        );
      return answer(respond, origins[origin], incoming, outgoing, found?.fault);
    });
  const [api, blob] = await Promise.all([serve('api'), serve('blob')]);
  const origins = { api: addressOf(api), blob: addressOf(blob) };
  const simulator = new Simulator({
    now: Date.now,
    random: Math.random,
    ...(options.tokens !== undefined && { authorize: bearerCheck(options.tokens, options.now) }),
    ...options,
    tenant,
    apiOrigin: origins.api,
    blobOrigin: origins.blob,
  });
  return {
    apiUrl: origins.api,
    blobUrl: origins.blob,
    requests,
    simulator,
    count: (origin, match) =>
      requests.filter((each) => (origin ?? each.origin) === each.origin && matches(match, each.path)).length,
    fault: (fault) => faults.push({ fault, left: fault.times ?? 1 }),
    reset: () => {
      faults = [];
      requests.length = 0;
    },
    put: (action, results = {}) => added.set(action.id, { action, results }),
    expireLinks: () => simulator.blobs.expireLinks(),
    close: async () => {
      await Promise.all([api, blob].map(shut));
    },
  };
}

function matches(pattern: RegExp | undefined, path: string): boolean {
  return pattern === undefined || pattern.test(path);
}

function listen(
  port: number | undefined,
  handler: (incoming: IncomingMessage, outgoing: ServerResponse) => Promise<void>,
): Promise<Server> {
  const server = createServer((incoming, outgoing) => {
    handler(incoming, outgoing).catch((error: unknown) => {
      outgoing.destroy(error instanceof Error ? error : new Error(String(error)));
    });
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port ?? 0, '127.0.0.1', () => resolve(server));
  });
}

function addressOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function shut(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

const linkPath = /\/machineactions\/([^/]+)\/GetLiveResponseResultDownloadLink\(index=(\d+)\)$/i;

/** An answer that gives a link, with the one that a test wants to be given. */
async function withLink(response: Response, path: string, links: ServerOptions['links']): Promise<Response> {
  const [matched, actionId = '', index] = linkPath.exec(path) ?? [];
  const given = matched !== undefined && response.ok;
  const link = given ? links?.(actionId.toLowerCase(), Number(index)) : undefined;
  if (link === undefined) {
    return response;
  }
  const body = (await response.json()) as object;
  return Response.json({ ...body, value: link });
}

async function rewritten(
  response: Response,
  path: string,
  rewrite: ServerOptions['rewrite'],
): Promise<Response> {
  const json = response.ok && response.headers.get('content-type')?.includes('json') === true;
  return json && rewrite !== undefined && path.startsWith('/api/')
    ? Response.json(rewrite(path, (await response.json()) as Record<string, unknown>))
    : response;
}

async function answer(
  respond: (request: Request) => Promise<Response>,
  origin: string,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  fault: Fault | undefined,
): Promise<void> {
  await sleep(fault?.delayMs ?? 0);
  await fault?.until;
  if (fault?.reset === true) {
    incoming.socket.destroy();
    return;
  }
  if (fault?.hang === true) {
    return;
  }
  const response = fault?.answer
    ? new Response(fault.answer.body || null, {
        status: fault.answer.status,
        headers: fault.answer.headers ?? {},
      })
    : await respond(await webRequest(origin, incoming));
  await send(response, outgoing, fault);
}

async function webRequest(origin: string, incoming: IncomingMessage): Promise<Request> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of incoming) {
    chunks.push(chunk as Uint8Array);
  }
  const headers = Object.entries(incoming.headers).map(([name, value]): [string, string] => [
    name,
    String(value),
  ]);
  const body = Buffer.concat(chunks);
  return new Request(`${origin}${incoming.url ?? '/'}`, {
    method: incoming.method ?? 'GET',
    headers,
    ...(body.byteLength > 0 && { body }),
  });
}

async function send(response: Response, outgoing: ServerResponse, fault: Fault | undefined): Promise<void> {
  const body = Buffer.from(await response.arrayBuffer());
  response.headers.forEach((value, name) => outgoing.setHeader(name, value));
  outgoing.setHeader('Content-Length', String(body.byteLength));
  outgoing.writeHead(response.status);
  if (fault?.cutAfterBytes !== undefined) {
    outgoing.write(body.subarray(0, fault.cutAfterBytes), () => outgoing.destroy());
    return;
  }
  if (fault?.trickleMs !== undefined) {
    for (let at = 0; at < body.byteLength && !outgoing.destroyed; at += 1024) {
      outgoing.write(body.subarray(at, at + 1024));
      await sleep(fault.trickleMs);
    }
    outgoing.end();
    return;
  }
  outgoing.end(body);
}
