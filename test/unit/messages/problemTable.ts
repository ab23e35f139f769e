import type { ApiError } from '../../../src/defender/apiProblem';
import { permissionNeeds } from '../../../src/defender/permissions';
import type { NextStep } from '../../../src/messages/message';
import type { Problem } from '../../../src/messages/problem';

export type Code = Problem['code'];
type Fields<C extends Code> = Omit<Extract<Problem, { readonly code: C }>, 'code'>;
/** What a problem says, and the sentence for it. */
type Row<C extends Code> = readonly [fields: Fields<C>, sentence: string];
type Table = { readonly [C in Code]: readonly Row<C>[] };

export const tenantId = '7e570000-0000-4000-8000-000000000001';
const other = '7e570000-0000-4000-8000-000000000002';
const clientId = '7e570000-0000-4000-8000-00000000000a';
const path = '/home/me/app.pem';
const host = 'api.example';
const store = 'store.example';
const mebibyte = 1_048_576;
/** A time of day on this computer's clock, wherever it is. */
const until = new Date(2026, 10, 20, 16, 43, 5).getTime();
const day = Date.UTC(2026, 10, 20, 23, 59);

function error(code?: string, message?: string): ApiError {
  return { code, message, target: undefined };
}
const denied = error('Forbidden', 'The app lacks a role.');
const gone = error('ResourceNotFound', 'It is not there.');
const gateway = error('404', 'Resource not found');
const ask = { status: 'InProgress', detail: 'Come back later.' };
const forbiddenRead = { call: 'listActions', need: permissionNeeds.listActions, error: denied } as const;

/** Every code with a row for each of its branches. The compiler holds it to be complete. */
export const table: Table = {
  badTarget: [
    [{ field: 'target' }, 'Open Result requires an action ID and a command index. Nothing was sent.'],
    [{ field: 'actionId' }, 'The action ID isn’t valid: it must be a GUID. Nothing was sent.'],
    [
      { field: 'index' },
      'The command index isn’t valid: it must be a whole number, 0 or greater. Nothing was sent.',
    ],
    [{ field: 'connection' }, 'The connection ID isn’t valid. Nothing was sent.'],
  ],
  noConnection: [[{}, 'You don’t have a connection yet.']],
  journalTaken: [
    [
      { run: '1f2e3d4c' },
      'Another window continues run 1f2e3d4c, so this window stopped. Nothing was sent twice.',
    ],
  ],
  journalDamaged: [
    [
      { run: '1f2e3d4c', line: 7 },
      'Run 1f2e3d4c can’t be resumed because its journal was changed in line 7. What was already sent isn’t known for sure, so nothing more is sent.',
    ],
  ],
  journalEmpty: [
    [{ run: '1f2e3d4c' }, 'Run 1f2e3d4c can’t be resumed because its journal has no plan. Nothing was sent.'],
  ],
  settingNotWritten: [
    [
      { detail: 'The file is read-only.' },
      'The connection wasn’t saved, and nothing else changed. VS Code couldn’t write to your settings: The file is read-only',
    ],
    [
      { detail: '' },
      'The connection wasn’t saved, and nothing else changed. VS Code couldn’t write to your settings: (no details)',
    ],
  ],
  secretNotStored: [
    [
      { detail: 'The keychain is locked.' },
      'The connection was saved without its secret. This computer’s keychain couldn’t store it: The keychain is locked',
    ],
    [
      { detail: '' },
      'The connection was saved without its secret. This computer’s keychain couldn’t store it: (no details)',
    ],
  ],
  unknownConnection: [[{ id: 'contoso' }, 'Your settings have no connection with the ID “contoso”.']],
  readOnlyConnection: [
    [
      { id: 'contoso', name: 'Contoso' },
      'The connection Contoso is read-only, so nothing was sent. To allow changes in the tenant, change the connection’s access.',
    ],
  ],
  notLiveResponse: [
    [
      { type: 'RunAntiVirusScan' },
      'This machine action has no result to open. Only live response actions have results; the type of this one is RunAntiVirusScan.',
    ],
  ],
  nowhere: [
    [{ tenants: ['Contoso'] }, 'This machine action wasn’t found in tenant Contoso either.'],
    [
      { tenants: ['Contoso', 'Fabrikam'] },
      'This machine action wasn’t found in these tenants either: Contoso, Fabrikam.',
    ],
  ],
  noSuchCommand: [
    [{ index: 3, indexes: [0] }, 'The action has no command 3. Its only command is 0.'],
    [{ index: 3, indexes: [0, 1, 2] }, 'The action has no command 3. Its commands: 0, 1, 2.'],
  ],
  noResult: [[{}, 'PutFile copies a file to the machine, so it has no result to open.']],
  notReady: [
    [ask, 'There is no result yet. Action status: in progress. Defender’s response: Come back later'],
    [
      { ...ask, watched: true },
      'There is no result yet. Action status: in progress. You’ll be notified when the action ends. Defender’s response: Come back later',
    ],
    [
      { status: 'Pending', detail: '' },
      'There is no result yet. Action status: pending. Defender’s response: (no details)',
    ],
    [
      { status: 'Queued', detail: 'Wait' },
      'There is no result yet. Action status: Queued. Defender’s response: Wait',
    ],
  ],
  neverRan: [
    [{ failed: 0 }, 'This command has no result because it never ran: command 0 failed first.'],
    [
      { failed: undefined },
      'This command has no result because it never ran: the action ended before this command’s turn.',
    ],
  ],
  alreadyFinal: [
    [{ status: 'Succeeded' }, 'The action has already ended. Status: succeeded.'],
    [{ status: 'TimeOut' }, 'The action has already ended. Status: timed out.'],
  ],
  noPackage: [
    [
      {},
      'This action has no investigation package. Only a “Collect investigation package” action that succeeded has one.',
    ],
  ],
  tooManyWatches: [
    [
      { max: 20 },
      'You’re already watching 20 machine actions, which is the limit. Stop watching one of them, and then try again.',
    ],
  ],
  nameless: [
    [{}, 'Your token has no user or app name, so “Mine” isn’t available. Filter by requestor instead.'],
  ],
  noSuchMachine: [[{ name: 'host-1' }, 'This tenant has no machine named “host-1”.']],
  notListed: [[{}, 'The tree doesn’t list this action, so it has no next or previous result.']],
  noNeighbour: [[{}, 'There are no more results in this direction.']],
  twoResults: [[{}, 'Select two results in the tree to compare, or open one and select another.']],
  noPreviousRun: [[{}, 'No earlier run of this script on this machine has a result.']],
  badLink: [[{}, 'The link is damaged or wasn’t created by this extension. Nothing was sent.']],
  unknownTenant: [
    [{ tenantId }, `The link points to tenant ${tenantId}, but you have no connection to that tenant.`],
  ],
  noIds: [[{}, 'The selection contains no action ID.']],
  noManifest: [[{ path: '/evidence' }, '/evidence contains no evidence: no manifest was found.']],
  noResultShown: [[{}, 'The active editor doesn’t show a live response result.']],
  binaryFile: [
    [{ size: undefined }, 'The collected file is binary or too large to show.'],
    [{ size: 0 }, 'The collected file is binary (0 bytes).'],
    [{ size: 1 }, 'The collected file is binary (1 byte).'],
    [{ size: 2 }, 'The collected file is binary (2 bytes).'],
  ],
  tooLargeForEditor: [
    [
      { size: 60 * mebibyte },
      'The result is 60 MB of text, but VS Code opens at most 50 MB. Only the first and last lines are shown. To get the whole result, use Save Result.',
    ],
    [
      { size: 50 * mebibyte + 1 },
      'The result is 51 MB of text, but VS Code opens at most 50 MB. Only the first and last lines are shown. To get the whole result, use Save Result.',
    ],
  ],

  notSaved: [
    [
      { path: '/a/b', reason: 'diskFull', detail: 'ENOSPC' },
      '/a/b wasn’t saved because the disk is full. No partial file was left behind.',
    ],
    [
      { path: '/a/b', reason: 'notAllowed', detail: 'EACCES' },
      '/a/b wasn’t saved because you don’t have permission to write there. Select another folder.',
    ],
    [
      { path: '/a/b', reason: 'other', detail: 'EIO: i/o error.' },
      '/a/b wasn’t saved, and no partial file was left behind. Reason: EIO: i/o error',
    ],
    [
      { path: '/a/b', reason: 'other', detail: '' },
      '/a/b wasn’t saved, and no partial file was left behind. Reason: (no details)',
    ],
    [
      { path: '/a/b', reason: 'diskFull', detail: 'ENOSPC', copy: '/a/b.old' },
      '/a/b couldn’t be saved, and its previous content couldn’t be restored. The previous content is in /a/b.old. Reason: ENOSPC',
    ],
  ],
  notAsReceived: [
    [
      { expected: 'ab12', actual: 'cd34' },
      'Nothing was saved because the bytes in memory differ from the bytes that were received. Open the result again. SHA-256 received: ab12; in memory: cd34.',
    ],
  ],
  evidenceBusy: [
    [
      { host: 'desk-7', lock: '.lock' },
      'Another window or computer (desk-7) is keeping evidence in this folder. Try again later. If that isn’t the case, delete the file .lock in the evidence folder.',
    ],
  ],

  azNotInstalled: [
    [{}, 'The Azure CLI (“az”) wasn’t found on the PATH. Install it, or select another way to sign in.'],
  ],
  azNotSignedIn: [
    [
      { tenantId, scope: 'https://api.example/.default', aadsts: undefined },
      `The Azure CLI isn’t signed in to this tenant. In a terminal, run: az login --tenant ${tenantId} --scope https://api.example/.default --allow-no-subscriptions`,
    ],
  ],
  azRefused: [
    [
      { tenantId, aadsts: 'AADSTS50105', detail: 'You have no role.' },
      `Sign-in to tenant ${tenantId} was denied (AADSTS50105): You have no role.`,
    ],
    [
      { tenantId, aadsts: 'AADSTS50105', detail: '' },
      `Sign-in to tenant ${tenantId} was denied (AADSTS50105).`,
    ],
  ],
  azWrongTenant: [
    [
      { expected: tenantId, actual: other },
      `The Azure CLI returned a token for tenant ${other} instead of ${tenantId}. Sign in to the right tenant: az login --tenant ${tenantId}`,
    ],
  ],
  azTimedOut: [
    [
      { seconds: 30 },
      'The Azure CLI didn’t respond within 30 seconds. Try running “az account get-access-token” in a terminal.',
    ],
  ],
  azFailed: [
    [{ exitCode: 1, detail: 'Unknown argument.' }, 'The Azure CLI failed: Unknown argument'],
    [{ exitCode: undefined, detail: '' }, 'The Azure CLI failed: (no details)'],
  ],
  azUnreadable: [
    [{ reason: 'notJson' }, 'The response of the Azure CLI couldn’t be read. Try running “az upgrade”.'],
    [{ reason: 'noToken' }, 'The response of the Azure CLI couldn’t be read. Try running “az upgrade”.'],
  ],
  authNotSupported: [
    [
      { auth: 'microsoft' },
      'This version doesn’t support signing in with “microsoft”. Use “azureCli” instead.',
    ],
  ],
  tokenWrongTenant: [
    [
      { expected: tenantId, actual: other },
      `The sign-in returned a token for tenant ${other} instead of ${tenantId}. Sign out of this connection, and then sign in with an account in the right tenant.`,
    ],
  ],
  signInNeeded: [[{}, 'You aren’t signed in to this tenant. Select Sign In in the Live Response view.']],
  signInCancelled: [[{}, 'The sign-in was canceled.']],
  signInFailed: [
    [{ provider: 'microsoft', detail: 'No network.' }, 'The sign-in failed: No network'],
    [{ provider: 'microsoft', detail: '' }, 'The sign-in failed: (no details)'],
  ],
  clientNotAllowed: [
    [
      { provider: 'microsoft' },
      'The app registration isn’t allowed to request Defender tokens (AADSTS65002). Add the WindowsDefenderATP permissions to it, and ask an administrator to grant consent.',
    ],
  ],

  secretMissing: [
    [
      {},
      'This computer has no stored client secret for this connection. Run Change Connection, and enter the secret again.',
    ],
  ],
  secretWrong: [
    [
      { clientId },
      `The client secret for app ${clientId} is incorrect. Run Change Connection, and enter the value of the secret, not its ID.`,
    ],
  ],
  secretExpired: [
    [
      { clientId },
      `The client secret for app ${clientId} has expired. Create a new one in the app registration. Then run Change Connection, and enter it.`,
    ],
  ],
  appUnknown: [
    [
      { clientId, tenantId },
      `Tenant ${tenantId} has no app ${clientId} that can sign in. Check both IDs, and make sure that the app is registered and enabled in the tenant.`,
    ],
  ],
  certificateRefused: [
    [
      { clientId, thumbprint: '0123456789abcdef0123', reason: 'AADSTS700027', detail: 'Wrong key.' },
      `App ${clientId} rejected the certificate (AADSTS700027). Upload the certificate with SHA-256 0123456789abcdef… to the app registration, and check this computer’s clock. Wrong key.`,
    ],
    [
      { clientId, thumbprint: '0123456789abcdef0123', reason: 'invalid_client', detail: '' },
      `App ${clientId} rejected the certificate (invalid_client). Upload the certificate with SHA-256 0123456789abcdef… to the app registration, and check this computer’s clock.`,
    ],
  ],
  tenantNotValid: [[{}, 'The tenant must be a tenant ID or a domain name. Nothing was sent.']],
  tenantUnknown: [
    [
      { tenant: 'contoso.example', host },
      'api.example has no tenant contoso.example. Check the tenant and the cloud.',
    ],
  ],

  authorityUnreachable: [
    [
      { host, cause: 'ECONNREFUSED' },
      'Sign-in failed: can’t connect to api.example (ECONNREFUSED). Check the network and the proxy settings.',
    ],
    [{ host, cause: 'timedOut' }, 'Sign-in failed: api.example didn’t respond in time. Try again.'],
    [{ host, cause: 'cut' }, 'Sign-in failed: the connection to api.example was lost. Try again.'],
    [
      { host, cause: 'tooLarge' },
      'Sign-in failed: the response from api.example is too large. Check the proxy settings.',
    ],
  ],
  authorityFailed: [
    [
      { host, status: 503 },
      'Sign-in failed: api.example returned an unusable response (status 503). Check the proxy settings, or try again later.',
    ],
  ],
  authorityElsewhere: [
    [
      { host, to: 'evil.example' },
      'Sign-in failed: api.example points to another host (evil.example). Nothing was sent there. Check authorityUrl in the connection.',
    ],
  ],
  authorityRefused: [
    [
      { tenantId, reason: 'AADSTS53003', detail: 'Blocked by a policy.' },
      `Sign-in to tenant ${tenantId} was denied (AADSTS53003): Blocked by a policy.`,
    ],
    [
      { tenantId, reason: 'invalid_grant', detail: '' },
      `Sign-in to tenant ${tenantId} was denied (invalid_grant).`,
    ],
  ],

  certificatePathNotAbsolute: [
    [
      { path: 'app.pem' },
      'certificatePath must be a full path or start with ~ for your home folder: app.pem',
    ],
  ],
  certificateNotFound: [
    [
      { path },
      'The certificate file wasn’t found: /home/me/app.pem. Check certificatePath in the connection.',
    ],
  ],
  certificateUnreadable: [
    [{ path, cause: 'EACCES' }, 'The certificate file couldn’t be read (EACCES): /home/me/app.pem'],
  ],
  certificateTooLarge: [
    [
      { path, limit: mebibyte },
      'The certificate file is larger than 1 MB, so it can’t be a certificate: /home/me/app.pem',
    ],
  ],
  certificateIsPfx: [
    [
      { path: '/home/me/app.pfx', pemPath: path },
      'The certificate must be a PEM file, but this is a PFX file. To convert it, run: openssl pkcs12 -in "/home/me/app.pfx" -out "/home/me/app.pem" -nodes',
    ],
  ],
  certificateIsDer: [
    [
      { path },
      'The certificate must be a PEM file that contains the certificate and its private key. This file is binary (DER) and contains only one of them: /home/me/app.pem',
    ],
  ],
  certificateNotInFile: [
    [
      { path },
      'The file contains no certificate. It must be a PEM file that contains the certificate and its private key: /home/me/app.pem',
    ],
  ],
  certificateKeyNotInFile: [
    [
      { path },
      'The file contains no private key. Add the certificate’s private key in PEM format: /home/me/app.pem',
    ],
  ],
  certificateDamaged: [[{ path }, 'The certificate file is damaged. Export it again: /home/me/app.pem']],
  certificatePassphraseMissing: [
    [
      { path },
      'The private key requires a passphrase. Run Change Connection, and enter it: /home/me/app.pem',
    ],
  ],
  certificatePassphraseWrong: [
    [
      { path },
      'The passphrase for the private key is incorrect. Run Change Connection, and enter it again: /home/me/app.pem',
    ],
  ],
  certificateKeyNotUsable: [
    [
      { path, keyType: 'rsa', bits: 1024 },
      'Sign-in requires an RSA key with at least 2,048 bits, but this key is rsa 1024. Create another certificate: /home/me/app.pem',
    ],
    [
      { path, keyType: 'ec', bits: undefined },
      'Sign-in requires an RSA key with at least 2,048 bits, but this key is ec. Create another certificate: /home/me/app.pem',
    ],
  ],
  certificateKeyMismatch: [
    [
      { path },
      'The private key doesn’t match the certificate. The file must contain a matching pair: /home/me/app.pem',
    ],
  ],
  certificateExpired: [
    [
      { path, at: day },
      'The certificate expired on 2026-11-20 (UTC). Renew it, and upload the new certificate to the app registration: /home/me/app.pem',
    ],
  ],
  certificateNotYetValid: [
    [
      { path, at: day },
      'The certificate isn’t valid before 2026-11-20 (UTC). Check this computer’s clock: /home/me/app.pem',
    ],
  ],

  linkRefused: [
    [
      { host: store, reason: 'AuthenticationFailed', timeFrame: true },
      'The result store rejected two download links as not valid at this time (AuthenticationFailed). Check this computer’s clock, and then try again.',
    ],
    [
      { host: store, reason: 'AuthorizationFailure', timeFrame: false },
      'The result store blocks access from this network (AuthorizationFailure). A network rule or IP address restriction applies. Try again from another network, or contact your administrator.',
    ],
    [
      { host: store, reason: 'AuthorizationSourceIPMismatch', timeFrame: false },
      'The result store blocks access from this network (AuthorizationSourceIPMismatch). A network rule or IP address restriction applies. Try again from another network, or contact your administrator.',
    ],
    [
      { host: store, reason: undefined, timeFrame: false },
      'The result store rejected the download link without giving a reason. Try again later.',
    ],
    [
      { host: store, reason: 'AccountIsDisabled', timeFrame: false },
      'The result store rejected the download: AccountIsDisabled. Try again later.',
    ],
  ],
  blobGone: [
    [
      { host: store },
      'Defender no longer has this result. The download link is valid, but the result no longer exists.',
    ],
  ],
  blobChanged: [
    [
      { host: store },
      'The result changed during the download, or its parts don’t match. Incomplete results aren’t shown. Try again.',
    ],
  ],
  blobStatus: [
    [{ host: store, status: 500 }, 'The result store returned status 500. Try again later.'],
    [
      { host: store, status: 500, reason: 'InternalError' },
      'The result store returned status 500 (InternalError). Try again later.',
    ],
  ],
  blobBusy: [
    [
      { host: store, status: 503, until: undefined },
      'The result store is busy (status 503). Try again in a few minutes.',
    ],
    [{ host: store, status: 429, until }, 'The result store is busy until 4:43:05 PM. Try again after that.'],
  ],
  notTheStore: [
    [
      { host: store, status: 407, title: 'Sign in' },
      'The proxy for store.example requires authentication (status 407). Check the proxy settings in VS Code, and then try again.',
    ],
    [
      { host: store, status: 511, title: undefined },
      'A proxy or a network sign-in page responded instead of store.example (status 511). The response was discarded. Sign in to the network or check the proxy, and then try again.',
    ],
    [
      { host: store, status: 200, title: 'Welcome to the hotel' },
      'A web page, “Welcome to the hotel”, was returned instead of the response from store.example (status 200). It was discarded. Sign in to the network or check the proxy, and then try again.',
    ],
  ],
  blobRedirected: [
    [
      { host: store, to: 'portal.example' },
      'The download from store.example was redirected to portal.example, which isn’t the result store. The redirect wasn’t followed. The cause is probably a proxy or a network sign-in page. Sign in to the network, and then try again.',
    ],
  ],
  linkNotSecure: [
    [
      { host: store },
      'Defender returned a download link that doesn’t use https (store.example). The link wasn’t followed.',
    ],
  ],
  notRead: [
    [
      { detail: 'The thread ran out of memory.' },
      'The result was downloaded but couldn’t be read: The thread ran out of memory. You can save its bytes, or open it again to retry.',
    ],
    [
      { detail: 'a bug' },
      'The result was downloaded but couldn’t be read: a bug. You can save its bytes, or open it again to retry.',
    ],
  ],

  network: [
    [
      { host, cause: 'ENOTFOUND' },
      'Can’t connect to api.example (ENOTFOUND). Check the network and the proxy settings.',
    ],
  ],
  timedOut: [[{ host, seconds: 60 }, 'api.example didn’t respond within 60 seconds. Try again.']],
  cut: [
    [
      { host, received: 0, expected: undefined },
      'The connection to api.example was lost after 0 bytes. Incomplete results aren’t shown. Try again.',
    ],
    [
      { host, received: 1, expected: 5 },
      'The connection to api.example was lost after 1 byte. Incomplete results aren’t shown. Try again.',
    ],
    [
      { host, received: 4000, expected: 5000 },
      'The connection to api.example was lost after 4000 bytes. Incomplete results aren’t shown. Try again.',
    ],
  ],
  tooLarge: [
    [
      { host, limit: 100 * mebibyte, size: undefined },
      'The result is larger than 100 MB, the limit set by liveResponse.results.maxDownloadMegabytes.',
    ],
  ],
  throttled: [
    [
      { until, message: undefined },
      'Throttled: the next call to Defender is allowed at 4:43:05 PM. Try again then.',
    ],
  ],
  unauthorized: [
    [
      { error: error('InvalidToken', 'Expired.'), challenge: undefined },
      'Defender rejected your sign-in: InvalidToken: Expired. Sign in again.',
    ],
    [
      { error: error(), challenge: undefined },
      'Defender rejected your sign-in: (no details). Sign in again.',
    ],
  ],
  forbidden: [
    [
      { ...forbiddenRead, grants: { roles: ['Alert.Read.All', 'User.Read.All'], scopes: undefined } },
      'You don’t have permission to list machine actions. Required application permission: Machine.ReadWrite.All or Machine.Read.All. Your token has: Alert.Read.All, User.Read.All. Defender’s response: Forbidden: The app lacks a role',
    ],
    [
      { ...forbiddenRead, grants: { roles: [], scopes: undefined } },
      'You don’t have permission to list machine actions. Required application permission: Machine.ReadWrite.All or Machine.Read.All. Defender’s response: Forbidden: The app lacks a role',
    ],
    [
      { ...forbiddenRead, grants: { roles: undefined, scopes: ['Alert.Read'] } },
      'You don’t have permission to list machine actions. Required delegated permission: Machine.ReadWrite or Machine.Read. Your token has: Alert.Read. Defender’s response: Forbidden: The app lacks a role',
    ],
    [
      { ...forbiddenRead, grants: { roles: undefined, scopes: [] } },
      'You don’t have permission to list machine actions. Required delegated permission: Machine.ReadWrite or Machine.Read. Defender’s response: Forbidden: The app lacks a role',
    ],
    [
      { ...forbiddenRead, grants: { roles: undefined, scopes: undefined } },
      'You don’t have permission to list machine actions. Required application permission: Machine.ReadWrite.All or Machine.Read.All; or delegated permission: Machine.ReadWrite or Machine.Read. Defender’s response: Forbidden: The app lacks a role',
    ],
    [
      { ...forbiddenRead, grants: undefined, error: error() },
      'You don’t have permission to list machine actions. Required application permission: Machine.ReadWrite.All or Machine.Read.All; or delegated permission: Machine.ReadWrite or Machine.Read. Defender’s response: (no details)',
    ],
    ...(
      [
        ['getAction', 'list machine actions', 'Machine.ReadWrite or Machine.Read'],
        ['resultLink', 'read results', 'Machine.LiveResponse'],
        ['packageLink', 'download investigation packages', 'Machine.CollectForensics'],
        ['getMachine', 'read machines', 'Machine.ReadWrite or Machine.Read'],
        ['findMachines', 'read machines', 'Machine.ReadWrite or Machine.Read'],
        ['startLiveResponse', 'run scripts', 'Machine.LiveResponse'],
        ['listLibrary', 'list the library', 'Library.Manage'],
        ['uploadToLibrary', 'change the library', 'Library.Manage'],
        ['deleteFromLibrary', 'change the library', 'Library.Manage'],
        [
          'cancelAction',
          'cancel machine actions',
          'Machine.LiveResponse, Machine.CollectForensics, Machine.Isolate, Machine.RestrictExecution, Machine.Scan, Machine.Offboard, or Machine.StopAndQuarantine',
        ],
      ] as const
    ).map(
      ([call, what, needed]) =>
        [
          {
            call,
            need: permissionNeeds[call],
            grants: { roles: undefined, scopes: ['Alert.Read'] },
            error: denied,
          },
          `You don’t have permission to ${what}. Required delegated permission: ${needed}. Your token has: Alert.Read. Defender’s response: Forbidden: The app lacks a role`,
        ] as const,
    ),
  ],
  notFound: [
    ...(['listActions', 'findMachines', 'listLibrary', 'uploadToLibrary'] as const).map(
      (call) =>
        [
          { call, error: gateway },
          'No Defender API was found at this address (status 404): 404: Resource not found. Check apiUrl in the connection.',
        ] as const,
    ),
    [
      { call: 'getAction', error: gone },
      'This tenant has no such machine action: ResourceNotFound: It is not there',
    ],
    [
      { call: 'cancelAction', error: gone },
      'This tenant has no such machine action: ResourceNotFound: It is not there',
    ],
    [
      { call: 'getMachine', error: gone },
      'This tenant has no such machine: ResourceNotFound: It is not there',
    ],
    [
      { call: 'startLiveResponse', error: gone },
      'This tenant has no such machine: ResourceNotFound: It is not there',
    ],
    [
      { call: 'deleteFromLibrary', error: gone },
      'The library has no such file: ResourceNotFound: It is not there',
    ],
    [
      { call: 'resultLink', error: gone },
      'Defender has no result for this command: ResourceNotFound: It is not there',
    ],
    [
      { call: 'packageLink', error: gone },
      'Defender has no investigation package for this action: ResourceNotFound: It is not there',
    ],
    [{ call: 'resultLink', error: error() }, 'Defender has no result for this command: (no details)'],
    ...(
      [
        'getAction',
        'cancelAction',
        'getMachine',
        'resultLink',
        'packageLink',
        'startLiveResponse',
        'deleteFromLibrary',
      ] as const
    ).map(
      (call) =>
        [
          { call, error: gateway },
          'Not found (status 404): 404: Resource not found. The response might come from a gateway instead of Defender. Check apiUrl in the connection.',
        ] as const,
    ),
  ],
  refused: [
    [
      { call: 'listActions', status: 400, error: error('BadRequest', 'The filter is wrong.') },
      'Defender rejected the request (status 400): BadRequest: The filter is wrong',
    ],
    [
      { call: 'listActions', status: 400, error: error('BadRequest', 'BadRequest') },
      'Defender rejected the request (status 400): BadRequest',
    ],
    [
      { call: 'listActions', status: 400, error: error('BadRequest', ' ') },
      'Defender rejected the request (status 400): BadRequest',
    ],
    [
      { call: 'listActions', status: 407, error: error(undefined, 'Proxy sign-in required.') },
      'The proxy requires authentication (status 407): Proxy sign-in required. Check the setting http.proxy and the proxy credentials.',
    ],
  ],
  serverError: [
    [
      { status: 502, error: error(undefined, 'Bad gateway') },
      'Defender returned an error (status 502): Bad gateway. Try again later.',
    ],
  ],
  machineBusy: [
    [
      { until: undefined, error: error('ActiveRequestAlreadyExists', 'Action is already in progress') },
      'The machine is busy with another live response session. A session in the portal isn’t shown here. Defender’s response: ActiveRequestAlreadyExists: Action is already in progress',
    ],
  ],
  tooManySessions: [
    [
      { limit: undefined, until, error: error('429', 'Too many sessions.') },
      'Your tenant has reached its limit of live response sessions. Pending actions count. Defender’s response: 429: Too many sessions',
    ],
    [
      { limit: 25, until: undefined, error: error() },
      'Your tenant has reached its limit of live response sessions (25). Pending actions count. Defender’s response: (no details)',
    ],
  ],
  noAutomationLevel: [
    [
      { error: error('DisallowedOperation', 'No automation level.') },
      'The machine’s device group has no automation level, which live response requires. Defender’s response: DisallowedOperation: No automation level',
    ],
  ],
  liveResponseOff: [
    [
      { error: error('DisabledFeature', 'It is off.') },
      'Live response is turned off for this machine. An administrator can turn it on in the advanced features of the portal. Defender’s response: DisabledFeature: It is off',
    ],
  ],
  machineNotSupported: [
    [
      { error: error('OsPlatformNotSupported', 'It is old.') },
      'Live response doesn’t support the machine’s operating system or its version of Defender. Defender’s response: OsPlatformNotSupported: It is old',
    ],
  ],
  forbiddenCharacters: [
    [
      { error: error('InvalidInput', 'A character.') },
      'Script arguments can’t contain any of the characters ; & | ! $ ( ). Defender’s response: InvalidInput: A character',
    ],
  ],
  notInLibrary: [
    [
      { error: error('InvalidInput', 'The file does not exist.') },
      'The library doesn’t contain this file. Defender’s response: InvalidInput: The file does not exist',
    ],
  ],
  unsignedScript: [
    [
      { error: error('BadRequest', 'The script is not signed.') },
      'The script isn’t signed, and your tenant doesn’t run unsigned scripts. Sign the script, or have an administrator allow unsigned scripts. Defender’s response: BadRequest: The script is not signed',
    ],
  ],
  libraryFileExists: [
    [
      { error: error('BadRequest', 'It already exists.') },
      'The library already contains a file with this name. Nothing was replaced. Defender’s response: BadRequest: It already exists',
    ],
  ],
  abandoned: [
    [{ host }, 'You canceled before api.example responded. The request might have been carried out.'],
  ],
  unreadable: [
    [
      { call: 'listActions', detail: 'not JSON' },
      'Defender’s response couldn’t be read (listActions: not JSON).',
    ],
    [
      { call: 'listActions', detail: 'a web page', page: '' },
      'A web page was returned instead of Defender’s response, probably by a proxy. Check the network and the proxy settings.',
    ],
    [
      { call: 'listActions', detail: 'a web page', page: ' ' },
      'A web page was returned instead of Defender’s response, probably by a proxy. Check the network and the proxy settings.',
    ],
    [
      { call: 'listActions', detail: 'a web page', page: 'Blocked by Contoso.' },
      'A web page was returned instead of Defender’s response, probably by a proxy: Blocked by Contoso. Check the network and the proxy settings.',
    ],
  ],
  redirected: [
    [
      { host, to: 'evil.example' },
      'api.example points to another host (evil.example). Your token wasn’t sent there.',
    ],
  ],
};

const addConnection: NextStep = { title: 'Add Connection…', command: 'liveResponse.addConnection' };
const changeConnection: NextStep = {
  title: 'Change Connection…',
  command: 'liveResponse.editConnection',
};

/** The buttons of the codes that have any. */
export const nextSteps: Readonly<Partial<Record<Code, readonly NextStep[]>>> = {
  noConnection: [
    addConnection,
    {
      title: 'Explore the Sample Tenant',
      command: 'liveResponse.switchConnection',
      args: ['demo'],
    },
  ],
  unknownTenant: [addConnection],
  readOnlyConnection: [{ ...changeConnection, args: ['contoso'] }],
  clientNotAllowed: [changeConnection],
  secretMissing: [changeConnection],
  secretWrong: [changeConnection],
  secretExpired: [changeConnection],
  appUnknown: [changeConnection],
  certificateRefused: [changeConnection],
  tenantNotValid: [changeConnection],
  tenantUnknown: [changeConnection],
  certificatePathNotAbsolute: [changeConnection],
  certificateNotFound: [changeConnection],
  certificateUnreadable: [changeConnection],
  certificateTooLarge: [changeConnection],
  certificateIsPfx: [changeConnection],
  certificateIsDer: [changeConnection],
  certificateNotInFile: [changeConnection],
  certificateKeyNotInFile: [changeConnection],
  certificateDamaged: [changeConnection],
  certificatePassphraseMissing: [changeConnection],
  certificatePassphraseWrong: [changeConnection],
  certificateKeyNotUsable: [changeConnection],
  certificateKeyMismatch: [changeConnection],
  certificateExpired: [changeConnection],
  certificateNotYetValid: [changeConnection],
};

/** What was asked for in vain, without a fault of anybody; the other codes are failures. */
export const notes: ReadonlySet<Code> = new Set<Code>([
  'badTarget',
  'noConnection',
  'unknownConnection',
  'notLiveResponse',
  'nowhere',
  'noSuchCommand',
  'noResult',
  'notReady',
  'neverRan',
  'readOnlyConnection',
  'alreadyFinal',
  'noPackage',
  'tooManyWatches',
  'nameless',
  'noSuchMachine',
  'notListed',
  'noNeighbour',
  'twoResults',
  'noPreviousRun',
  'badLink',
  'unknownTenant',
  'noIds',
  'noManifest',
  'noResultShown',
  'binaryFile',
  'tooLargeForEditor',
]);

export interface ProblemCase {
  readonly problem: Problem;
  readonly sentence: string;
}

export const codes = Object.keys(table) as readonly Code[];

export function casesOf(code: Code): readonly ProblemCase[] {
  return table[code].map(([fields, sentence]) => ({ problem: { code, ...fields } as Problem, sentence }));
}
