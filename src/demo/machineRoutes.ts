import type { WireMachine } from '../defender/machineAction';
import { ApiFailure, json, type Route } from './answers';
import { listAnswer } from './listAnswer';
import type { Fields } from './listQuery';

/**
 * What "List machines" can be filtered by (get-machines.md), and no more: `rbacGroupName` is shown,
 * but not among them.
 */
const machineFields: Fields = {
  id: 'string',
  computerDnsName: 'string',
  version: 'string',
  deviceValue: 'string',
  aadDeviceId: 'string',
  machineTags: 'strings',
  lastSeen: 'date',
  exposureLevel: 'string',
  onboardingStatus: 'string',
  lastIpAddress: 'string',
  healthStatus: 'string',
  osPlatform: 'string',
  riskScore: 'string',
  rbacGroupId: 'number',
};

/** What the machines' calls need to know. */
export interface MachineSource {
  readonly apiOrigin: string;
  readonly pageLimit?: number | undefined;
  readonly machines: () => readonly WireMachine[];
}

/** The machine of an ID, in any case. @throws ApiFailure 404 */
export function machineOf(source: MachineSource, id: string): WireMachine {
  const machine = source.machines().find((each) => each.id === id.toLowerCase());
  if (machine === undefined) {
    throw new ApiFailure(404, 'ResourceNotFound', `Machine ${id} was not found`);
  }
  return machine;
}

/** The calls about machines: the list, those with a tag, one of them. */
export function machineRoutes(source: MachineSource): readonly Route[] {
  const list = (url: URL, rows: readonly WireMachine[]): Response =>
    listAnswer(url, {
      set: 'Machines',
      rows,
      fields: machineFields,
      apiOrigin: source.apiOrigin,
      pageLimit: source.pageLimit,
      // 404 when there are no recent machines: "List machines", get-machines.md.
      whenEmpty: 'No machines were found',
    });
  return [
    { method: 'GET', pattern: /^machines$/i, answer: (url) => list(url, source.machines()) },
    {
      method: 'GET',
      pattern: /^machines\/findbytag$/i,
      answer: (url) => list(url, withTag(source.machines(), url)),
    },
    { method: 'GET', pattern: /^machines\/([^/]+)$/i, answer: (_, id) => json(machineOf(source, id)) },
  ];
}

/** "Find devices by tag", find-machines-by-tag.md. */
function withTag(machines: readonly WireMachine[], url: URL): readonly WireMachine[] {
  const tag = url.searchParams.get('tag')?.toLowerCase() ?? '';
  if (tag === '') {
    throw new ApiFailure(400, 'MissingRequiredParameter', 'tag is required');
  }
  const starts = url.searchParams.get('useStartsWithFilter')?.toLowerCase() === 'true';
  const matches = (each: string): boolean => (starts ? each.startsWith(tag) : each === tag);
  return machines.filter(({ machineTags }) => machineTags.some((each) => matches(each.toLowerCase())));
}
