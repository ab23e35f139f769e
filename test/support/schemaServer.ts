import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server on loopback that knows who asks for a schema. */
export interface SchemaServer {
  /** Its origin, with a slash at the end. */
  readonly url: string;
  /** The paths that were asked for, in order. */
  readonly paths: readonly string[];
  close(): void;
}

/** Each schema wants a key that nobody has, so that whoever reads one complains. */
export async function startSchemaServer(): Promise<SchemaServer> {
  const paths: string[] = [];
  const server = createServer((request, response) => {
    paths.push(request.url ?? '');
    response.end('{"required": ["never there"]}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, paths, close: () => server.close() };
}
