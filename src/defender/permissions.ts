/** What a call needs, as alternatives. Old and new documentation differ, so all documented candidates are named. */
export interface PermissionNeed {
  /** Of an app registration used without a user (`roles` of the token). */
  readonly application: readonly string[];
  /** Of a signed-in user (`scp` of the token). */
  readonly delegated: readonly string[];
}

export type ApiCall = 'listActions' | 'getAction' | 'resultLink';

/**
 * Sources: "List machineActions" (get-machineactions-collection.md), "Get machineAction" (get-machineaction-object.md), "Get live
 * response results" (get-live-response-result.md), each in its 2021, 2025 and newest form.
 */
export const permissionNeeds: Readonly<Record<ApiCall, PermissionNeed>> = {
  listActions: {
    application: ['Machine.ReadWrite.All', 'Machine.Read.All'],
    delegated: ['Machine.ReadWrite', 'Machine.Read'],
  },
  getAction: {
    application: ['Machine.ReadWrite.All', 'Machine.Read.All'],
    delegated: ['Machine.ReadWrite', 'Machine.Read'],
  },
  resultLink: {
    // The oldest page names Machine.LiveResponse; with that alone an application may run scripts, but is refused their results.
    application: ['Machine.ReadWrite.All', 'Machine.Read.All'],
    delegated: ['Machine.LiveResponse'],
  },
};
