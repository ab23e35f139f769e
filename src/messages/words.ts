import { commands, l10n } from 'vscode';
import type { ConnectionProblem, SignInProblem } from '../connections/connectionProblem';
import type { ApiCall } from '../defender/permissions';
import { type ApiError, type ApiProblem, type Grants, isOfGateway } from '../defender/apiProblem';
import type { EvidenceTrouble, SaveProblem } from '../results/resultProblem';
import { appSentence } from './appWords';
import { type DownloadProblem, downloadSentence } from './downloadWords';
import { clockTime, statusName } from './names';
import { plain } from './plain';
import type { Problem, TargetProblem } from './problem';
import { neverRanWords } from '../features/actionsTree/rows';
import { withoutEnd } from '../http/trimming';

/** What a person is told: what failed and what to do. */
export interface Words {
  readonly sentence: string;
  readonly level: 'error' | 'info';
  readonly button?: { readonly title: string; readonly run: () => unknown };
}

/** Puts a problem into words. The only place where codes become sentences. */
export function wordsFor(problem: Problem): Words {
  const target = targetWords(problem as TargetProblem);
  if (target !== undefined) {
    return { level: isFailure(problem) ? 'error' : 'info', ...target };
  }
  const sentence =
    saveSentence(problem as SaveProblem) ??
    evidenceSentence(problem as EvidenceTrouble) ??
    connectionSentence(problem as SignInProblem) ??
    appSentence(problem as ConnectionProblem) ??
    downloadSentence(problem as DownloadProblem) ??
    apiSentence(problem as ApiProblem);
  const changeable = /^(secret|certificate|app|tenant|client)/.test(problem.code);
  return { sentence, level: 'error', ...(changeable && { button: changeConnection() }) };
}

/** A connection that could not be saved is a failure; the others of its kind say what was asked for in vain. */
function isFailure({ code }: Problem): boolean {
  return code === 'settingNotWritten';
}

function changeConnection(): NonNullable<Words['button']> {
  return {
    title: l10n.t('Change Connection…'),
    run: () => commands.executeCommand('liveResponse.editConnection'),
  };
}

function targetWords(problem: TargetProblem): Omit<Words, 'level'> | undefined {
  switch (problem.code) {
    case 'badTarget':
      return { sentence: badTarget(problem.field) };
    case 'noConnection':
    case 'settingNotWritten':
    case 'unknownConnection':
      return connectionWords(problem);
    case 'notLiveResponse':
      return {
        sentence: l10n.t(
          'This machine action is of type {0}; only live response has results to open.',
          plain(problem.type),
        ),
      };
    case 'nowhere':
      return {
        sentence: l10n.t(
          'These tenants do not know this machine action either: {0}.',
          problem.tenants.map((name) => plain(name, 60)).join(', '),
        ),
      };
    case 'noSuchCommand':
      return {
        sentence: l10n.t(
          'The action has no command {0}. Its commands: {1}.',
          problem.index,
          problem.indexes.join(', '),
        ),
      };
    case 'noResult':
    case 'neverRan':
    case 'notReady':
    case 'binaryFile':
    case 'tooLargeForEditor':
      return resultWords(problem);
    case 'alreadyFinal':
    case 'noPackage':
    case 'nameless':
    case 'noSuchMachine':
    case 'noNeighbour':
    case 'twoResults':
    case 'noPreviousRun':
    case 'noManifest':
    case 'badLink':
    case 'unknownTenant':
    case 'noIds':
    case 'noResultShown':
    case 'notListed':
      return treeWords(problem);
    default:
      return undefined;
  }
}

type ConnectionTrouble = Extract<
  TargetProblem,
  { readonly code: 'noConnection' | 'settingNotWritten' | 'unknownConnection' }
>;

/** What is wrong with a connection in the settings. */
function connectionWords(problem: ConnectionTrouble): Omit<Words, 'level'> {
  switch (problem.code) {
    case 'noConnection':
      return {
        sentence: l10n.t('No connection is set up yet.'),
        button: {
          title: l10n.t('Explore the Sample Tenant'),
          run: () => commands.executeCommand('liveResponse.switchConnection', 'demo'),
        },
      };
    case 'settingNotWritten':
      return {
        sentence: l10n.t(
          'The connection is not saved yet, and nothing else was changed: VS Code could not write your settings. {0}',
          said(problem.detail),
        ),
      };
    case 'unknownConnection':
      return { sentence: l10n.t('There is no connection "{0}" in your settings.', plain(problem.id)) };
  }
}

type TreeTrouble = Extract<
  TargetProblem,
  {
    readonly code:
      | 'alreadyFinal'
      | 'noPackage'
      | 'nameless'
      | 'noSuchMachine'
      | 'noNeighbour'
      | 'twoResults'
      | 'noPreviousRun'
      | 'noManifest'
      | 'badLink'
      | 'unknownTenant'
      | 'noIds'
      | 'noResultShown'
      | 'notListed';
  }
>;

/** What is wrong with something that was asked of the tree. */
function treeWords(problem: TreeTrouble): Omit<Words, 'level'> {
  switch (problem.code) {
    case 'alreadyFinal':
      return { sentence: l10n.t('The action has ended already: {0}.', statusName(problem.status)) };
    case 'noPackage':
      return {
        sentence: l10n.t(
          'This action has left no investigation package: only “Collect investigation package” does, once it has succeeded.',
        ),
      };
    case 'nameless':
      return {
        sentence: l10n.t(
          'The sign-in does not tell under which name it starts actions. Filter by a requestor’s name instead.',
        ),
      };
    case 'noSuchMachine':
      return { sentence: l10n.t('No machine of this tenant is called “{0}”.', plain(problem.name, 80)) };
    case 'noNeighbour':
      return { sentence: l10n.t('There is no further result in that direction.') };
    case 'twoResults':
      return {
        sentence: l10n.t('To compare, select two results in the tree, or open one and choose another.'),
      };
    case 'noPreviousRun':
      return {
        sentence: l10n.t('Defender lists no earlier run of this script on this machine that has a result.'),
      };
    case 'badLink':
      return {
        sentence: l10n.t('That link is damaged, or not one of this extension. Nothing was sent.'),
      };
    case 'unknownTenant':
      return {
        sentence: l10n.t('The link is to tenant {0}, to which you have no connection.', problem.tenantId),
        button: {
          title: l10n.t('Add a Connection'),
          run: () => commands.executeCommand('liveResponse.addConnection'),
        },
      };
    case 'noIds':
      return { sentence: l10n.t('There is no action ID in what is selected.') };
    case 'noManifest':
      return {
        sentence: l10n.t('{0} holds no evidence that was kept: there is no manifest.', plain(problem.path)),
      };
    case 'noResultShown':
      return { sentence: l10n.t('The active editor shows no result of live response.') };
    case 'notListed':
      return { sentence: l10n.t('The tree does not list this action, so there is no next one.') };
  }
}

type ResultTrouble = Extract<
  TargetProblem,
  { readonly code: 'noResult' | 'neverRan' | 'notReady' | 'binaryFile' | 'tooLargeForEditor' }
>;

/** Why a result that was found cannot be shown. */
function resultWords(problem: ResultTrouble): Omit<Words, 'level'> {
  switch (problem.code) {
    case 'noResult':
      return { sentence: l10n.t('PutFile copies a file to the machine: it has no result to open.') };
    case 'neverRan':
      return {
        sentence: l10n.t('This command has no result. It never ran: {0}.', neverRanWords(problem.failed)),
      };
    case 'notReady':
      return {
        sentence:
          problem.watched === true
            ? l10n.t(
                'There is no result yet: the action is {0}. You will be told when it ends. Defender says: {1}',
                plain(problem.status),
                said(problem.detail),
              )
            : l10n.t(
                'There is no result yet: the action is {0}. Defender says: {1}',
                plain(problem.status),
                said(problem.detail),
              ),
      };
    case 'binaryFile':
      return {
        sentence:
          problem.size === undefined
            ? l10n.t('The collected file is not text, or too large to be shown.')
            : l10n.t('The collected file is not text ({0} bytes).', problem.size),
      };
    case 'tooLargeForEditor':
      return {
        sentence: l10n.t(
          'The result is {0} MB of text; VS Code opens at most 50 MB. Its first and its last lines are shown. Save raw… writes all of it.',
          Math.ceil(problem.size / 1_048_576),
        ),
      };
  }
}

function saveSentence({ code, path, reason, detail, copy }: SaveProblem): string | undefined {
  // What a caller passes may be any problem.
  if ((code as Problem['code']) !== 'notSaved') {
    return undefined;
  }
  if (copy !== undefined) {
    return l10n.t(
      '{0} could not be saved, and its previous content could not be restored. The previous content is in {1}. Reason: {2}',
      plain(path),
      plain(copy),
      said(detail),
    );
  }
  switch (reason) {
    case 'diskFull':
      return l10n.t('{0} was not saved: the disk is full. Nothing of it is left there.', plain(path));
    case 'notAllowed':
      return l10n.t('{0} was not saved: you may not write there. Choose another folder.', plain(path));
    case 'other':
      return l10n.t('{0} was not saved, and nothing of it is left there: {1}', plain(path), said(detail));
  }
}

function evidenceSentence(problem: EvidenceTrouble): string | undefined {
  switch (problem.code) {
    case 'notAsReceived':
      return l10n.t(
        'The bytes in memory are not the bytes that were received, so nothing was saved. Open the result again. Received: SHA-256 {0}; in memory: {1}.',
        problem.expected,
        problem.actual,
      );
    case 'evidenceBusy':
      return l10n.t(
        'Another window or computer ({0}) is keeping evidence in this folder. Try again later. If none is, delete the file {1} in the evidence folder.',
        plain(problem.host, 80),
        problem.lock,
      );
    default:
      return undefined;
  }
}

function badTarget(field: 'target' | 'actionId' | 'index' | 'connection'): string {
  switch (field) {
    case 'target':
      return l10n.t('Open Result takes an action ID and a command index. Nothing was sent.');
    case 'actionId':
      return l10n.t('That is not an action ID: it must be a GUID. Nothing was sent.');
    case 'index':
      return l10n.t('That is not a command index: it must be a whole number from 0. Nothing was sent.');
    case 'connection':
      return l10n.t('That is not the id of a connection. Nothing was sent.');
  }
}

function connectionSentence(problem: SignInProblem): string | undefined {
  switch (problem.code) {
    case 'azNotInstalled':
      return l10n.t(
        'The Azure CLI ("az") was not found on the PATH. Install it, or choose another way to sign in.',
      );
    case 'azNotSignedIn':
      return l10n.t(
        'The Azure CLI is not signed in to this tenant. Run in a terminal: az login --tenant {0} --scope {1} --allow-no-subscriptions',
        problem.tenantId,
        problem.scope,
      );
    case 'azRefused':
      return l10n.t(
        'Sign-in to tenant {0} was refused ({1}): {2}',
        problem.tenantId,
        problem.aadsts,
        plain(problem.detail),
      );
    case 'azWrongTenant':
      return l10n.t(
        'The Azure CLI gave a token for tenant {0}, not for {1}. Sign in to the right one: az login --tenant {1}',
        plain(problem.actual),
        problem.expected,
      );
    case 'azTimedOut':
      return l10n.t(
        'The Azure CLI did not answer within {0} seconds. Try "az account get-access-token" in a terminal.',
        problem.seconds,
      );
    case 'azFailed':
      return l10n.t('The Azure CLI failed: {0}', said(problem.detail));
    case 'azUnreadable':
      return l10n.t('The Azure CLI answered in a way that could not be read. Try "az upgrade".');
    case 'tokenWrongTenant':
      return l10n.t(
        'The sign-in gave a token for tenant {0}, not for {1}. Sign out of this connection and sign in with an account of the right tenant.',
        plain(problem.actual),
        problem.expected,
      );
    case 'signInNeeded':
      return l10n.t('You are not signed in to this tenant. Click Sign In in the Live Response view.');
    case 'signInCancelled':
      return l10n.t('The sign-in was cancelled.');
    case 'signInFailed':
      return l10n.t('The sign-in failed: {0}', said(problem.detail));
    case 'clientNotAllowed':
      return l10n.t(
        'The app registration may not ask for Defender tokens (AADSTS65002). Add the WindowsDefenderATP permissions to it and have an administrator consent.',
      );
    case 'authNotSupported':
      return l10n.t('This version cannot sign in with "{0}" yet. Use "azureCli".', problem.auth);
    default:
      return undefined;
  }
}

function apiSentence(problem: ApiProblem): string {
  switch (problem.code) {
    case 'network':
      return l10n.t(
        'No connection to {0} ({1}). Check the network and the proxy settings.',
        problem.host,
        problem.cause,
      );
    case 'timedOut':
      return l10n.t('{0} did not answer within {1} seconds. Try again.', problem.host, problem.seconds);
    case 'cut':
      return l10n.t(
        'The connection to {0} broke after {1} bytes. Nothing incomplete is shown; try again.',
        problem.host,
        problem.received,
      );
    case 'tooLarge':
      return l10n.t(
        'The result is larger than {0} MB, the limit in the setting liveResponse.results.maxDownloadMegabytes.',
        Math.floor(problem.limit / 1_048_576),
      );
    case 'throttled':
      return l10n.t('Defender allows no more calls before {0}. Try again then.', clockTime(problem.until));
    case 'unauthorized':
      return l10n.t('Defender refused the sign-in: {0}. Sign in again.', apiError(problem.error));
    case 'forbidden':
      return forbidden(problem.call, problem, problem.grants);
    case 'notFound':
      return notFound(problem.call, problem.error);
    case 'refused':
      return refused(problem);
    case 'serverError':
      return l10n.t(
        'Defender had an error (status {0}): {1}. Try again later.',
        problem.status,
        apiError(problem.error),
      );
    case 'unreadable':
      return unreadable(problem);
    case 'redirected':
      return l10n.t(
        '{0} points to another host ({1}). The sign-in token was not sent there.',
        problem.host,
        problem.to,
      );
    default:
      // What the callers above took care of.
      return (problem as Problem).code;
  }
}

function refused({ status, error }: Extract<ApiProblem, { code: 'refused' }>): string {
  return status === 407
    ? l10n.t(
        'The proxy wants you to sign in (status 407): {0}. Check the setting http.proxy and the credentials for the proxy.',
        apiError(error),
      )
    : l10n.t('Defender refused the request (status {0}): {1}', status, apiError(error));
}

function unreadable({ call, detail, page }: Extract<ApiProblem, { code: 'unreadable' }>): string {
  if (page === undefined) {
    return l10n.t('Defender answered in a way that could not be read ({0}: {1}).', call, detail);
  }
  return page.trim() === ''
    ? l10n.t(
        'A web page came instead of Defender’s answer, probably from a proxy. Check the network and the proxy settings.',
      )
    : l10n.t(
        'A web page came instead of Defender’s answer, probably from a proxy: {0}. Check the network and the proxy settings.',
        said(page),
      );
}

/** What a 404 means depends on what was asked for. */
function notFound(call: ApiCall, error: ApiError): string {
  const reason = apiError(error);
  if (isOfGateway(error) && call !== 'listActions' && call !== 'findMachines') {
    return l10n.t(
      'Not found (status 404): {0}. The answer may come from a gateway and not from Defender. Check the API address in the connection.',
      reason,
    );
  }
  switch (call) {
    case 'listActions':
    case 'findMachines':
      return l10n.t(
        'There is no Defender API at this address (status 404): {0}. Check the API address in the connection.',
        reason,
      );
    case 'getAction':
    case 'cancelAction':
      return l10n.t('There is no such machine action in this tenant: {0}', reason);
    case 'getMachine':
      return l10n.t('There is no such machine in this tenant: {0}', reason);
    case 'resultLink':
      return l10n.t('Defender has no result for this command: {0}', reason);
    case 'packageLink':
      return l10n.t('Defender has no investigation package for this action: {0}', reason);
  }
}

function forbidden(
  call: ApiCall,
  { need, error }: Extract<ApiProblem, { code: 'forbidden' }>,
  grants: Grants | undefined,
): string {
  const what = callWords(call);
  const or = (names: readonly string[]): string => names.join(l10n.t(' or '));
  const needed =
    grants?.roles !== undefined
      ? l10n.t('the application permission {0}', or(need.application))
      : grants?.scopes !== undefined
        ? l10n.t('the delegated permission {0}', or(need.delegated))
        : l10n.t('{0} (application) or {1} (delegated)', or(need.application), or(need.delegated));
  const has = [...(grants?.roles ?? []), ...(grants?.scopes ?? [])].join(', ');
  const granted = has === '' ? '' : ` ${l10n.t('The token has: {0}.', plain(has))}`;
  return `${l10n.t('Not allowed to {0}. It takes {1}.', what, needed)}${granted} ${l10n.t('Defender says: {0}', apiError(error))}`;
}

function callWords(call: ApiCall): string {
  switch (call) {
    case 'resultLink':
      return l10n.t('read results');
    case 'cancelAction':
      return l10n.t('cancel a machine action');
    case 'packageLink':
      return l10n.t('download an investigation package');
    case 'getMachine':
    case 'findMachines':
      return l10n.t('read machines');
    case 'listActions':
    case 'getAction':
      return l10n.t('list machine actions');
  }
}

function apiError(error: ApiError): string {
  const words = [error.code, error.message].filter((part) => part !== undefined).map((part) => plain(part));
  return said([...new Set(words)].join(': '));
}

function said(text: string | undefined): string {
  // A line of `plain` has no white space at its end, and none but blanks inside.
  return text === undefined || text === '' ? l10n.t('(nothing)') : withoutEnd(plain(text), '. \u00A0\u3000');
}
