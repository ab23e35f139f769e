import type { HandlersOf } from '../../platform/commandIds';
import type { ManagePorts } from './manage';
import { switchConnection } from './switchConnection';

export { ConnectionSecrets, signOutMemory } from './secrets';
export { ensureWritable } from './writable';
export { type ConnectedTenant, ConnectionRegistry } from './connectionRegistry';

const manage = () => import('./manage');

/** The commands on connections. */
export function register(
  services: ManagePorts,
): HandlersOf<'addConnection' | 'editConnection' | 'removeConnection' | 'signOut' | 'switchConnection'> {
  return {
    'liveResponse.switchConnection': (id) => switchConnection(services, id),
    'liveResponse.addConnection': async () => (await manage()).addConnection(services),
    'liveResponse.editConnection': async (id) => (await manage()).editConnection(services, id),
    'liveResponse.removeConnection': async (id) => (await manage()).removeConnection(services, id),
    'liveResponse.signOut': async (id) => (await manage()).signOut(services, id),
  };
}
