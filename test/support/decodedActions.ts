import { strict as assert } from 'node:assert';
import { decodeAction } from '../../src/defender/decode';
import type { MachineAction, WireMachineAction } from '../../src/defender/machineAction';
import { scriptAction } from './actions';

/** A decoded action that ran one script. */
export function decodedAction(
  n: number,
  wire: Partial<WireMachineAction> = {},
  more: Partial<MachineAction> = {},
): MachineAction {
  return { ...(decodeAction(scriptAction(n, wire)) ?? assert.fail()), ...more };
}
