/** What a link from outside asks for. Nothing in it is trusted: a web page may have made it. */
export interface DeepLink {
  readonly kind: 'result' | 'action';
  /** Lower-case GUID. */
  readonly tenantId: string;
  /**
   * Whose connection it was when the link was made; only a hint, because names of connections are
   * private.
   */
  readonly connection: string | undefined;
  /** Lower-case GUID. */
  readonly actionId: string;
  /** 0 for an action. */
  readonly index: number;
}

const guid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const connectionId = /^[a-z0-9][a-z0-9-]{0,39}$/;
const wholeNumber = /^(?:0|[1-9]\d{0,5})$/;
const known: ReadonlySet<string> = new Set(['tenant', 'connection', 'action', 'index']);

/** Path and query of a link, not percent-encoded: nothing in it needs to be. */
export function deepLinkParts(link: DeepLink): { readonly path: string; readonly query: string } {
  const parts = [
    `tenant=${link.tenantId}`,
    ...(link.connection === undefined ? [] : [`connection=${link.connection}`]),
    `action=${link.actionId}`,
    ...(link.kind === 'result' ? [`index=${link.index}`] : []),
  ];
  return { path: `/${link.kind}`, query: parts.join('&') };
}

/**
 * Reads a link. Undefined for anything but exactly what {@link deepLinkParts} makes, in any order
 * and any case of the GUIDs.
 */
export function readDeepLink(path: string, query: string): DeepLink | undefined {
  const kind = path === '/result' ? 'result' : path === '/action' ? 'action' : undefined;
  const values = new Map<string, string>();
  for (const [key, value] of new URLSearchParams(query)) {
    if (!known.has(key) || values.has(key)) {
      return undefined;
    }
    values.set(key, value);
  }
  const [tenantId, actionId] = ['tenant', 'action'].map((key) => values.get(key)?.toLowerCase() ?? '');
  const connection = values.get('connection');
  const index = values.get('index');
  const fits =
    kind !== undefined &&
    guid.test(tenantId ?? '') &&
    guid.test(actionId ?? '') &&
    (connection === undefined || connectionId.test(connection)) &&
    (kind === 'result' ? wholeNumber.test(index ?? '') : index === undefined);
  return fits
    ? { kind, tenantId: tenantId ?? '', connection, actionId: actionId ?? '', index: Number(index ?? 0) }
    : undefined;
}
