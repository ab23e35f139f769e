import type { WireMachine } from '../../defender/machineAction';
import { dotNetTime } from './time';

/** What no call tells about a machine, and what a run there depends on. */
export interface MachineTraits {
  /** Nothing that is started there begins. */
  readonly offline?: boolean;
  /** The language of Windows; English when missing. */
  readonly language?: 'de';
  /** A session is open in the portal: it blocks others, and no call shows it. */
  readonly portalSession?: boolean;
  /** The machine's group has no automation level, without which no script runs. */
  readonly noAutomationLevel?: boolean;
}

/** A machine of the sample tenant. All names and addresses are made up (RFC 2606, RFC 5737). */
export interface SampleMachine {
  readonly id: string;
  /**
   * Null until the service has learned it. Its case varies on the wire, as it does in real answers.
   */
  readonly name: string;
  readonly osPlatform: string;
  readonly ip: string;
  readonly group: string;
  readonly health: 'Active' | 'Inactive';
  readonly tags?: readonly string[];
  /** The last report; 20 minutes, or 3 days for an inactive machine, when missing. */
  readonly lastSeenHours?: number;
  /** The ID of the machine that this one became when it was reinstalled. */
  readonly mergedInto?: string;
  readonly excludedAs?: string;
  readonly traits?: MachineTraits;
}

const rows = [
  [
    '1e5bc9d7e413ddd7902c2932e418702b84d0cc07',
    'desktop-39g9tgl',
    'Windows11',
    '192.0.2.21',
    'Finance',
    'Active',
  ],
  [
    '2a7f03b1c9de54e8a6f1b0d2c3e4f5a6b7c8d9e0',
    'DESKTOP-FIN02.contoso.example',
    'Windows11',
    '192.0.2.22',
    'Finance',
    'Active',
  ],
  [
    '3b8a14c2dadf65f9b702c1e3d4f506b7c8d9e0f1',
    'laptop-hr07.contoso.example',
    'Windows10',
    '192.0.2.37',
    'HR',
    'Active',
  ],
  [
    '4c9b25d3ebe076a0c813d2f4e50617c8d9e0f102',
    'laptop-sales3.contoso.example',
    'Windows10',
    '192.0.2.53',
    'Sales',
    'Inactive',
  ],
  [
    '5dac36e4fcf187b1d924e3050617280d9e0f1213',
    'srv-file01.contoso.example',
    'WindowsServer2019',
    '198.51.100.11',
    'Servers',
    'Active',
  ],
  [
    '6ebd47f50d0298c2ea35f41617283910e0f12324',
    'srv-sql02.contoso.example',
    'WindowsServer2022',
    '198.51.100.12',
    'Servers',
    'Active',
  ],
  [
    '7fce58061e13a9d3fb46052728394a21f1023435',
    'DC01.contoso.example',
    'WindowsServer2019',
    '198.51.100.2',
    'Domain controllers',
    'Active',
  ],
  [
    '80df69172f24bae40c57163839405b3202134546',
    'srv-jump01.contoso.example',
    'WindowsServer2022',
    '198.51.100.30',
    'Servers',
    'Active',
  ],
  [
    '91e07a283035cbf51d68274940516c4313245657',
    'web-lnx01.contoso.example',
    'Ubuntu',
    '198.51.100.80',
    'Linux',
    'Active',
  ],
  [
    'a2f18b394146dc062e79385051627d5424356768',
    'build-lnx02.contoso.example',
    'RedHatEnterpriseLinux',
    '198.51.100.81',
    'Linux',
    'Active',
  ],
  [
    'b3029c4a5257ed173f8a496162738e6535467879',
    'kiosk-lobby.contoso.example',
    'Windows10',
    '192.0.2.90',
    'Kiosks',
    'Active',
  ],
  [
    'c413ad5b6368fe28409b5a7273849f764657898a',
    'macbook-ceo.contoso.example',
    'macOS',
    '192.0.2.99',
    'Management',
    'Active',
  ],
] as const;

/** The machines of the story and of the routine. */
export const machines: readonly SampleMachine[] = rows.map(([id, name, osPlatform, ip, group, health]) => ({
  id,
  name,
  osPlatform,
  ip,
  group,
  health,
}));

const reinstalled = 'd524be6c7479fe39518c6b8384950a875768909b';

/** Machines to run scripts on, each with something to look out for. The story does not use them. */
const others: readonly SampleMachine[] = [
  {
    id: reinstalled,
    name: 'notebook-ops11.contoso.example',
    osPlatform: 'Windows11',
    ip: '192.0.2.111',
    group: 'Operations',
    health: 'Active',
    tags: ['Wave-1'],
  },
  {
    id: 'e635cf7d858a0f4a629d7c9495a61b98687909ac',
    name: 'NOTEBOOK-OPS11.contoso.example',
    osPlatform: 'Windows10',
    ip: '192.0.2.111',
    group: 'Operations',
    health: 'Inactive',
    lastSeenHours: 9 * 24,
    tags: ['Wave-1'],
    mergedInto: reinstalled,
  },
  {
    id: 'f746d08e969b105b73ae8da5a6b72ca979801abd',
    name: 'pc-berlin01.contoso.example',
    osPlatform: 'Windows11',
    ip: '192.0.2.121',
    group: 'Berlin',
    health: 'Active',
    tags: ['Standort-Berlin', 'Wave-1'],
    traits: { language: 'de' },
  },
  {
    id: '0857e19fa7ac216c84bf9eb6b7c83dba8a912bce',
    name: 'pc-berlin02.contoso.example',
    osPlatform: 'Windows10',
    ip: '192.0.2.122',
    group: 'Berlin',
    health: 'Active',
    tags: ['Standort-Berlin', 'Wave-2'],
    traits: { language: 'de' },
  },
  {
    id: '1968f2a0b8bd327d95c0afc7c8d94ecb9ba23cdf',
    name: 'notebook-field05.contoso.example',
    osPlatform: 'Windows11',
    ip: '192.0.2.155',
    group: 'Operations',
    // Active still, because a machine is inactive only after 7 days without a report.
    health: 'Active',
    lastSeenHours: 26,
    tags: ['Wave-2'],
    traits: { offline: true },
  },
  {
    id: '2a7903b1c9ce438ea6d1b0d8d9ea5fdcacb34de0',
    name: 'pc-display09.contoso.example',
    osPlatform: 'Windows10',
    ip: '192.0.2.199',
    group: 'Operations',
    health: 'Active',
    excludedAs: 'OutOfScope',
  },
  {
    id: '3b8a14c2dadf549fb7e2c1e9eafb60edbdc45ef1',
    name: 'pc-lab04.contoso.example',
    osPlatform: 'Windows10',
    ip: '192.0.2.204',
    group: 'Lab',
    health: 'Active',
    traits: { noAutomationLevel: true },
  },
  {
    id: '4c9b25d3ebf065a0c8f3d2fafb0c71feced56f02',
    name: 'notebook-help06.contoso.example',
    osPlatform: 'Windows11',
    ip: '192.0.2.106',
    group: 'Operations',
    health: 'Active',
    tags: ['Wave-2'],
    traits: { portalSession: true },
  },
];

export const allMachines: readonly SampleMachine[] = [...machines, ...others];

const groups = [...new Set(allMachines.map(({ group }) => group))];

/** What no call tells about a machine; an inactive one is offline. */
export function traitsOf(id: string): MachineTraits {
  const machine = allMachines.find((each) => each.id === id);
  return { offline: machine?.health === 'Inactive', ...machine?.traits };
}

/** Short names for the story. */
export const host = {
  finance1: machineAt(0),
  finance2: machineAt(1),
  hr: machineAt(2),
  sales: machineAt(3),
  files: machineAt(4),
  sql: machineAt(5),
  dc: machineAt(6),
  jump: machineAt(7),
  web: machineAt(8),
  build: machineAt(9),
  kiosk: machineAt(10),
  mac: machineAt(11),
};

function machineAt(index: number): SampleMachine {
  const machine = machines[index];
  if (machine === undefined) {
    throw new Error(`no machine ${index}`);
  }
  return machine;
}

const hourMs = 3_600_000;

/** A machine as the service sends it. `now` is in milliseconds since the epoch. */
export function wireMachine(machine: SampleMachine, now: number): WireMachine {
  const { lastSeenHours = machine.health === 'Active' ? 1 / 3 : 72 } = machine;
  return {
    id: machine.id,
    computerDnsName: machine.name,
    firstSeen: dotNetTime(now - 400 * 24 * hourMs),
    lastSeen: dotNetTime(now - lastSeenHours * hourMs),
    osPlatform: machine.osPlatform,
    osVersion: null,
    osProcessor: 'x64',
    osArchitecture: '64-bit',
    version: machine.osPlatform.startsWith('Windows1') ? '23H2' : null,
    osBuild: null,
    lastIpAddress: machine.ip,
    lastExternalIpAddress: '203.0.113.7',
    agentVersion: '10.8760.27840.1000',
    healthStatus: machine.health,
    onboardingStatus: 'Onboarded',
    rbacGroupId: 40 + groups.indexOf(machine.group),
    rbacGroupName: machine.group,
    riskScore: machine.group === 'Finance' ? 'High' : 'Low',
    exposureLevel: 'Medium',
    deviceValue: 'Normal',
    isAadJoined: null,
    aadDeviceId: null,
    machineTags: machine.group === 'Finance' ? ['INC-4711'] : [...(machine.tags ?? [])],
    mergedIntoMachineId: machine.mergedInto ?? null,
    isPotentialDuplication: machine.mergedInto !== undefined,
    isExcluded: machine.excludedAs !== undefined,
    exclusionReason: machine.excludedAs ?? null,
  };
}
