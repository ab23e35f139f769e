import { delimiter } from 'node:path';
import { createFakeAz, type FakeAz, tenantId } from '../../support/fakeAz';
import { type SimulatorServer, startSimulator } from '../../support/simulatorServer';

/** A simulated tenant for a driven workbench, and the Azure CLI that signs in to it. */
export interface DrivenTenant {
  readonly server: SimulatorServer;
  readonly az: FakeAz;
  /** For `openWorkbench`. */
  readonly settings: Record<string, unknown>;
  readonly env: Record<string, string>;
  close(): Promise<void>;
}

export async function startTenant(id = 'contoso'): Promise<DrivenTenant> {
  const server = await startSimulator();
  const az = createFakeAz();
  return {
    server,
    az,
    settings: {
      'workbench.startupEditor': 'none',
      'liveResponse.connections': [
        { id, name: 'Contoso', tenantId, auth: 'azureCli', apiUrl: server.apiUrl, readOnly: false },
      ],
    },
    env: { PATH: `${az.folder}${delimiter}${process.env['PATH'] ?? ''}` },
    close: async () => {
      az.remove();
      await server.close();
    },
  };
}
