import type { WireMachineAction } from '../../src/defender/machineAction';

/** An action that ran one script, for a test's own transcripts. */
export function scriptAction(n: number, more: Partial<WireMachineAction> = {}): WireMachineAction {
  const id = `7e570000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;
  return {
    id,
    type: 'LiveResponse',
    title: null,
    requestor: 'analyst@contoso.example',
    requestorComment: 'test',
    status: 'Succeeded',
    machineId: '1e5bc9d7e413ddd7902c2932e418702b84d0cc07',
    computerDnsName: `host-${n}`,
    creationDateTimeUtc: new Date(Date.now() - 60_000).toISOString(),
    lastUpdateDateTimeUtc: new Date(Date.now() - 30_000).toISOString(),
    cancellationRequestor: null,
    cancellationComment: null,
    cancellationDateTimeUtc: null,
    errorHResult: 0,
    scope: null,
    externalId: null,
    requestSource: 'PublicApi',
    relatedFileInfo: null,
    commands: [
      {
        index: 0,
        startTime: null,
        endTime: '2026-11-20T14:43:52.7788848Z',
        commandStatus: 'Completed',
        errors: [],
        command: { type: 'RunScript', params: [{ key: 'ScriptName', value: `script-${n}.ps1` }] },
      },
    ],
    troubleshootInfo: null,
    ...more,
  };
}
