import type { FetchPort } from './fetchPort';

/** A fetch port that asks a handler in this process instead of the network. It is loaded with the first request. */
export function handlerPort(load: () => Promise<(request: Request) => Promise<Response>>): FetchPort {
  let loaded: ReturnType<typeof load> | undefined;
  return async ({ url, method, headers, body }, signal) => {
    loaded ??= load();
    const handle = await loaded;
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
