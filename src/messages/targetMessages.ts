import * as l10n from '@vscode/l10n';
import { neverRanWords } from './actionLabel';
import { type Messages, failed, note } from './message';
import { statusName } from './names';
import { plain, said } from './plain';
import type { TargetProblem } from './problem';

/** What only the editor can find wrong. */
export const targetMessages: Messages<TargetProblem> = {
  badTarget: (problem) => note(badTarget(problem.field)),
  notLiveResponse: (problem) =>
    note(
      l10n.t(
        'This machine action is of type {0}; only live response has results to open.',
        plain(problem.type),
      ),
    ),
  nowhere: (problem) => note(nowhere(problem.tenants.map((name) => plain(name, 60)))),
  noSuchCommand: (problem) => note(noSuchCommand(problem.index, problem.indexes)),
  noConnection: () =>
    note(
      l10n.t('No connection is set up yet.'),
      { title: l10n.t('Add a Connection'), command: 'liveResponse.addConnection' },
      {
        title: l10n.t('Explore the Sample Tenant'),
        command: 'liveResponse.switchConnection',
        args: ['demo'],
      },
    ),
  settingNotWritten: (problem) =>
    failed(
      l10n.t(
        'The connection is not saved yet, and nothing else was changed: VS Code could not write your settings. {0}',
        said(problem.detail),
      ),
    ),
  secretNotStored: (problem) =>
    failed(
      l10n.t(
        'The connection is saved, but not its secret: the keychain of this computer did not take it. {0}',
        said(problem.detail),
      ),
    ),
  unknownConnection: (problem) =>
    note(l10n.t('There is no connection "{0}" in your settings.', plain(problem.id))),
  alreadyFinal: (problem) => note(l10n.t('The action has ended already: {0}.', statusName(problem.status))),
  noPackage: () =>
    note(
      l10n.t(
        'This action has left no investigation package: only “Collect investigation package” does, once it has succeeded.',
      ),
    ),
  tooManyWatches: (problem) =>
    note(
      l10n.t(
        '{0} machine actions are watched already, and no more can be. Stop watching one of them first.',
        problem.most,
      ),
    ),
  nameless: () =>
    note(
      l10n.t(
        'The sign-in does not tell under which name it starts actions. Filter by a requestor’s name instead.',
      ),
    ),
  noSuchMachine: (problem) =>
    note(l10n.t('No machine of this tenant is called “{0}”.', plain(problem.name, 80))),
  noNeighbour: () => note(l10n.t('There is no further result in that direction.')),
  twoResults: () =>
    note(l10n.t('To compare, select two results in the tree, or open one and choose another.')),
  noPreviousRun: () =>
    note(l10n.t('Defender lists no earlier run of this script on this machine that has a result.')),
  badLink: () => note(l10n.t('That link is damaged, or not one of this extension. Nothing was sent.')),
  unknownTenant: (problem) =>
    note(l10n.t('The link is to tenant {0}, to which you have no connection.', plain(problem.tenantId)), {
      title: l10n.t('Add a Connection'),
      command: 'liveResponse.addConnection',
    }),
  noIds: () => note(l10n.t('There is no action ID in what is selected.')),
  noManifest: (problem) =>
    note(l10n.t('{0} holds no evidence that was kept: there is no manifest.', plain(problem.path))),
  noResultShown: () => note(l10n.t('The active editor shows no result of live response.')),
  notListed: () => note(l10n.t('The tree does not list this action, so there is no next one.')),
  noResult: () => note(l10n.t('PutFile copies a file to the machine: it has no result to open.')),
  neverRan: (problem) =>
    note(l10n.t('This command has no result. It never ran: {0}.', neverRanWords(problem.failed))),
  notReady: (problem) =>
    note(
      problem.watched === true
        ? l10n.t(
            'There is no result yet: the action is {0}. You will be told when it ends. Defender says: {1}',
            statusName(problem.status),
            said(problem.detail),
          )
        : l10n.t(
            'There is no result yet: the action is {0}. Defender says: {1}',
            statusName(problem.status),
            said(problem.detail),
          ),
    ),
  binaryFile: (problem) => note(binaryFile(problem.size)),
  tooLargeForEditor: (problem) =>
    note(
      l10n.t(
        'The result is {0} MB of text; VS Code opens at most 50 MB. Its first and its last lines are shown. Save raw… writes all of it.',
        Math.ceil(problem.size / 1_048_576),
      ),
    ),
};

function nowhere(tenants: readonly string[]): string {
  return tenants.length === 1
    ? l10n.t('The tenant {0} does not know this machine action either.', tenants.join())
    : l10n.t('These tenants do not know this machine action either: {0}.', tenants.join(', '));
}

function noSuchCommand(index: number, indexes: readonly number[]): string {
  return indexes.length === 1
    ? l10n.t('The action has no command {0}. Its only command is {1}.', index, indexes.join())
    : l10n.t('The action has no command {0}. Its commands: {1}.', index, indexes.join(', '));
}

function binaryFile(size: number | undefined): string {
  switch (size) {
    case undefined:
      return l10n.t('The collected file is not text, or too large to be shown.');
    case 1:
      return l10n.t('The collected file is not text (1 byte).');
    default:
      return l10n.t('The collected file is not text ({0} bytes).', size);
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
