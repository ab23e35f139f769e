import type { FetchPort } from './fetchPort';

/**
 * A fetch port that asks a handler in this process instead of the network. `load` is asked for
 * each.
 */
export function handlerPort(load: () => Promise<(request: Request) => Promise<Response>>): FetchPort {
  return async ({ url, method, headers, body }, signal) => {
    const handle = await load();
    signal.throwIfAborted();
    const response = await handle(
      new Request(url, { method, ...(headers && { headers }), ...(body !== undefined && { body }) }),
    );
    signal.throwIfAborted();
    return {
      status: response.status,
      header: (name) => response.headers.get(name) ?? undefined,
      body: (response.body as AsyncIterable<Uint8Array> | null) ?? noBody(),
    };
  };
}

async function* noBody(): AsyncIterable<Uint8Array> {
  // Nothing to give.
}
