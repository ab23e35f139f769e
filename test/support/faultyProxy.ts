import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** What happens to one request on its way. Nothing: it passes, as its answer does. */
export interface Hop {
  /** Done before the request goes on. */
  readonly first?: () => Promise<void>;
  /** Breaks the connection after so many bytes of the answer's body. */
  readonly cutAfter?: number;
  /** The body comes in pieces of so many bytes, so many milliseconds apart. */
  readonly slow?: { readonly bytes: number; readonly everyMs: number };
  /** Headers of the answer that are replaced; an empty one is left out. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Answers this itself. */
  readonly answer?: { readonly status: number; readonly body: string };
  /** Takes Range and If-Match out of the request. */
  readonly noRange?: boolean;
}

export interface SeenRequest {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  /** Of the answer; 0 as long as there is none. */
  status: number;
  /** Bytes of the body that were passed on. */
  sent: number;
}

/** A proxy before one server that does to the next requests what it was told to, one after another, and then nothing any more. */
export interface FaultyProxy {
  readonly origin: string;
  readonly seen: SeenRequest[];
  script(hops: readonly Hop[]): void;
  /** Forgets what it has seen and was told. */
  reset(): void;
  close(): Promise<void>;
}

export async function startFaultyProxy(target: string): Promise<FaultyProxy> {
  const seen: SeenRequest[] = [];
  let script: Hop[] = [];
  const server = createServer((incoming, outgoing) => {
    const entry = { path: incoming.url ?? '/', headers: incoming.headers, status: 0, sent: 0 };
    seen.push(entry);
    pass(target, incoming, outgoing, script.shift() ?? {}, entry).catch(() => outgoing.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    script: (hops) => {
      script = [...hops];
    },
    reset: () => {
      script = [];
      seen.length = 0;
    },
    close: () => shut(server),
  };
}

async function pass(
  target: string,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  hop: Hop,
  entry: SeenRequest,
): Promise<void> {
  await hop.first?.();
  if (hop.answer !== undefined) {
    entry.status = hop.answer.status;
    outgoing.writeHead(hop.answer.status, { 'Content-Type': 'application/xml' }).end(hop.answer.body);
    return;
  }
  const headers = { ...incoming.headers };
  if (hop.noRange === true) {
    delete headers.range;
    delete headers['if-match'];
  }
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    request(`${target}${entry.path}`, { method: incoming.method, headers }, resolve)
      .once('error', reject)
      .end();
  });
  entry.status = answer.statusCode ?? 0;
  for (const [name, value] of Object.entries({ ...answer.headers, ...lowerCased(hop.headers) })) {
    if (value !== undefined && value !== '') {
      outgoing.setHeader(name, value);
    }
  }
  outgoing.writeHead(entry.status);
  await send(answer, outgoing, hop, entry);
}

async function send(
  answer: IncomingMessage,
  outgoing: ServerResponse,
  { cutAfter = Infinity, slow }: Hop,
  entry: SeenRequest,
): Promise<void> {
  const write = async (piece: Buffer): Promise<void> => {
    entry.sent += piece.byteLength;
    await new Promise<void>((resolve, reject) => {
      outgoing.write(piece, (error) => (error ? reject(error) : resolve()));
    });
  };
  for await (const chunk of answer) {
    const all = chunk as Buffer;
    const piece = all.subarray(0, cutAfter - entry.sent);
    for (let at = 0; at < piece.byteLength; at += slow?.bytes ?? piece.byteLength) {
      await write(piece.subarray(at, at + (slow?.bytes ?? piece.byteLength)));
      await sleep(slow?.everyMs ?? 0);
    }
    if (entry.sent >= cutAfter) {
      // What was written is on its way by now; the end that the length promises never comes.
      outgoing.destroy();
      return;
    }
  }
  outgoing.end();
}

function lowerCased(headers: Readonly<Record<string, string>> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function shut(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
