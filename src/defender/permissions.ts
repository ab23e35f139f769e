/**
 * What a call needs, as alternatives. Old and new documentation differ, so all documented
 * candidates are named.
 */
export interface PermissionNeed {
  /** Of an app registration used without a user (`roles` of the token). */
  readonly application: readonly string[];
  /** Of a signed-in user (`scp` of the token). */
  readonly delegated: readonly string[];
}

export type ApiCall =
  | 'listActions'
  | 'getAction'
  | 'resultLink'
  | 'cancelAction'
  | 'packageLink'
  | 'getMachine'
  | 'findMachines'
  | 'startLiveResponse'
  | 'listLibrary'
  | 'uploadToLibrary'
  | 'deleteFromLibrary';

const readMachines: PermissionNeed = {
  application: ['Machine.ReadWrite.All', 'Machine.Read.All'],
  delegated: ['Machine.ReadWrite', 'Machine.Read'],
};

/**
 * Cancelling takes one of these; presumably the one that the cancelled action itself took, which no
 * page says.
 */
const changeMachines = [
  'Machine.LiveResponse',
  'Machine.CollectForensics',
  'Machine.Isolate',
  'Machine.RestrictExecution',
  'Machine.Scan',
  'Machine.Offboard',
  'Machine.StopAndQuarantine',
];

const manageLibrary: PermissionNeed = {
  application: ['Library.Manage'],
  delegated: ['Library.Manage'],
};

/**
 * Sources: "List machineActions" (get-machineactions-collection.md), "Get machineAction"
 * (get-machineaction-object.md), "Get live response results" (get-live-response-result.md), "Cancel
 * machine action" (cancel-machine-action.md), "Get package SAS URI" (get-package-sas-uri.md), "Get
 * machine by ID" (get-machine-by-id.md), "List machines" (get-machines.md), "Run live response
 * commands on a device" (run-live-response.md), "List library files" (list-library-files.md),
 * "Upload files to the live response library" (upload-library.md), "Delete a file from the live
 * response library" (delete-library.md), the first three each in their 2021, 2025 and newest form.
 */
export const permissionNeeds: Readonly<Record<ApiCall, PermissionNeed>> = {
  listActions: readMachines,
  getAction: readMachines,
  resultLink: {
    // The oldest page names Machine.LiveResponse; with that alone an application may run scripts,
    // but is refused their results.
    application: ['Machine.ReadWrite.All', 'Machine.Read.All'],
    delegated: ['Machine.LiveResponse'],
  },
  cancelAction: { application: changeMachines, delegated: changeMachines },
  packageLink: {
    application: ['Machine.ReadWrite.All', 'Machine.Read.All'],
    delegated: ['Machine.CollectForensics'],
  },
  getMachine: readMachines,
  findMachines: readMachines,
  startLiveResponse: { application: ['Machine.LiveResponse'], delegated: ['Machine.LiveResponse'] },
  listLibrary: manageLibrary,
  uploadToLibrary: manageLibrary,
  deleteFromLibrary: manageLibrary,
};
