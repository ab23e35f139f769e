import * as l10n from '@vscode/l10n';
import { neverRanWords } from './actionLabel';
import { type Messages, failed, note } from './message';
import { statusName } from './formatNames';
import { sanitize, said } from './sanitize';
import type { TargetProblem } from './problem';

/** What only the editor can find wrong. */
export const targetMessages: Messages<TargetProblem> = {
  badTarget: (problem) => note(badTarget(problem.field)),
  notLiveResponse: (problem) =>
    note(
      l10n.t(
        'This machine action has no result to open. Only live response actions have results; the type of this one is {0}.',
        sanitize(problem.type),
      ),
    ),
  nowhere: (problem) => note(nowhere(problem.tenants.map((name) => sanitize(name, 60)))),
  noSuchCommand: (problem) => note(noSuchCommand(problem.index, problem.indexes)),
  noConnection: () =>
    note(
      l10n.t('You don’t have a connection yet.'),
      { title: l10n.t('Add Connection…'), command: 'liveResponse.addConnection' },
      {
        title: l10n.t('Explore the Sample Tenant'),
        command: 'liveResponse.switchConnection',
        args: ['demo'],
      },
    ),
  settingNotWritten: (problem) =>
    failed(
      l10n.t(
        'The connection wasn’t saved, and nothing else changed. VS Code couldn’t write to your settings: {0}',
        said(problem.detail),
      ),
    ),
  secretNotStored: (problem) =>
    failed(
      l10n.t(
        'The connection was saved without its secret. This computer’s keychain couldn’t store it: {0}',
        said(problem.detail),
      ),
    ),
  unknownConnection: (problem) =>
    note(l10n.t('Your settings have no connection with the ID “{0}”.', sanitize(problem.id))),
  readOnlyConnection: (problem) =>
    note(
      l10n.t(
        'The connection {0} is read-only, so nothing was sent. To allow changes in the tenant, change the connection’s access.',
        sanitize(problem.name, 60),
      ),
      {
        title: l10n.t('Change Connection…'),
        command: 'liveResponse.editConnection',
        args: [problem.id],
      },
    ),
  alreadyFinal: (problem) =>
    note(l10n.t('The action has already ended. Status: {0}.', statusName(problem.status))),
  noPackage: () =>
    note(
      l10n.t(
        'This action has no investigation package. Only a “Collect investigation package” action that succeeded has one.',
      ),
    ),
  tooManyWatches: (problem) =>
    note(
      l10n.t(
        'You’re already watching {0} machine actions, which is the limit. Stop watching one of them, and then try again.',
        problem.max,
      ),
    ),
  nameless: () =>
    note(
      l10n.t('Your token has no user or app name, so “Mine” isn’t available. Filter by requestor instead.'),
    ),
  noSuchMachine: (problem) =>
    note(l10n.t('This tenant has no machine named “{0}”.', sanitize(problem.name, 80))),
  noNeighbour: () => note(l10n.t('There are no more results in this direction.')),
  twoResults: () =>
    note(l10n.t('Select two results in the tree to compare, or open one and select another.')),
  noPreviousRun: () => note(l10n.t('No earlier run of this script on this machine has a result.')),
  badLink: () => note(l10n.t('The link is damaged or wasn’t created by this extension. Nothing was sent.')),
  unknownTenant: (problem) =>
    note(
      l10n.t(
        'The link points to tenant {0}, but you have no connection to that tenant.',
        sanitize(problem.tenantId),
      ),
      {
        title: l10n.t('Add Connection…'),
        command: 'liveResponse.addConnection',
      },
    ),
  noIds: () => note(l10n.t('The selection contains no action ID.')),
  noManifest: (problem) =>
    note(l10n.t('{0} contains no evidence: no manifest was found.', sanitize(problem.path))),
  noResultShown: () => note(l10n.t('The active editor doesn’t show a live response result.')),
  notListed: () => note(l10n.t('The tree doesn’t list this action, so it has no next or previous result.')),
  noResult: () => note(l10n.t('PutFile copies a file to the machine, so it has no result to open.')),
  neverRan: (problem) =>
    note(l10n.t('This command has no result because it never ran: {0}.', neverRanWords(problem.failed))),
  notReady: (problem) =>
    note(
      problem.watched === true
        ? l10n.t(
            'There is no result yet. Action status: {0}. You’ll be notified when the action ends. Defender’s response: {1}',
            statusName(problem.status),
            said(problem.detail),
          )
        : l10n.t(
            'There is no result yet. Action status: {0}. Defender’s response: {1}',
            statusName(problem.status),
            said(problem.detail),
          ),
    ),
  binaryFile: (problem) => note(binaryFile(problem.size)),
  tooLargeForEditor: (problem) =>
    note(
      l10n.t(
        'The result is {0} MB of text, but VS Code opens at most 50 MB. Only the first and last lines are shown. To get the whole result, use Save Result.',
        Math.ceil(problem.size / 1_048_576),
      ),
    ),
};

function nowhere(tenants: readonly string[]): string {
  return tenants.length === 1
    ? l10n.t('This machine action wasn’t found in tenant {0} either.', tenants.join())
    : l10n.t('This machine action wasn’t found in these tenants either: {0}.', tenants.join(', '));
}

function noSuchCommand(index: number, indexes: readonly number[]): string {
  return indexes.length === 1
    ? l10n.t('The action has no command {0}. Its only command is {1}.', index, indexes.join())
    : l10n.t('The action has no command {0}. Its commands: {1}.', index, indexes.join(', '));
}

function binaryFile(size: number | undefined): string {
  switch (size) {
    case undefined:
      return l10n.t('The collected file is binary or too large to show.');
    case 1:
      return l10n.t('The collected file is binary (1 byte).');
    default:
      return l10n.t('The collected file is binary ({0} bytes).', size);
  }
}

function badTarget(field: 'target' | 'actionId' | 'index' | 'connection'): string {
  switch (field) {
    case 'target':
      return l10n.t('Open Result requires an action ID and a command index. Nothing was sent.');
    case 'actionId':
      return l10n.t('The action ID isn’t valid: it must be a GUID. Nothing was sent.');
    case 'index':
      return l10n.t(
        'The command index isn’t valid: it must be a whole number, 0 or greater. Nothing was sent.',
      );
    case 'connection':
      return l10n.t('The connection ID isn’t valid. Nothing was sent.');
  }
}
