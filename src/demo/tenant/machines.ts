import type { WireMachine } from '../../defender/machineAction';
import { dotNetTime } from './time';

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

export const machines: readonly SampleMachine[] = rows.map(([id, name, osPlatform, ip, group, health]) => ({
  id,
  name,
  osPlatform,
  ip,
  group,
  health,
}));

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

const dayMs = 86_400_000;

/** A machine as the service sends it. `now` is in milliseconds since the epoch. */
export function wireMachine(machine: SampleMachine, now: number): WireMachine {
  const active = machine.health === 'Active';
  return {
    id: machine.id,
    computerDnsName: machine.name,
    firstSeen: dotNetTime(now - 400 * dayMs),
    lastSeen: dotNetTime(now - (active ? 20 * 60_000 : 3 * dayMs)),
    osPlatform: machine.osPlatform,
    osVersion: null,
    osProcessor: 'x64',
    osArchitecture: '64-bit',
    version: null,
    osBuild: null,
    lastIpAddress: machine.ip,
    lastExternalIpAddress: '203.0.113.7',
    agentVersion: '10.8760.27840.1000',
    healthStatus: machine.health,
    onboardingStatus: 'Onboarded',
    rbacGroupId: 40 + machine.group.length,
    rbacGroupName: machine.group,
    riskScore: machine.group === 'Finance' ? 'High' : 'Low',
    exposureLevel: 'Medium',
    deviceValue: 'Normal',
    isAadJoined: null,
    aadDeviceId: null,
    machineTags: machine.group === 'Finance' ? ['INC-4711'] : [],
  };
}
