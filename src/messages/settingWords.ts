import * as l10n from '@vscode/l10n';
import type { SettingProblem } from '../connections/connectionSettings';

/** What is wrong with an entry of `liveResponse.connections`, and that the entry is not used. */
export function settingSentence(problem: SettingProblem): string {
  const fault = faultOf(problem);
  return problem.index === undefined
    ? l10n.t('The setting liveResponse.connections is not used: {0}', fault)
    : l10n.t(
        'Connection {0} in the setting liveResponse.connections is not used: {1}',
        problem.index + 1,
        fault,
      );
}

/** What is wrong with one field, as half a sentence. */
export function faultOf({ code, field = 'id', args }: SettingProblem): string {
  switch (code) {
    case 'notAList':
      return l10n.t('it must be a list.');
    case 'notAnObject':
      return l10n.t('it must be an object.');
    case 'missing':
      return l10n.t('"{0}" is missing.', field);
    case 'notText':
      return l10n.t('"{0}" must be a text.', field);
    case 'empty':
      return l10n.t('"{0}" is empty.', field);
    case 'notOneOf':
      return l10n.t('"{0}" must be one of {1}.', field, args['allowed'] ?? '');
    case 'notAGuid':
      return l10n.t('"{0}" must be a GUID.', field);
    case 'idNotValid':
      return l10n.t('"id" must be lower-case letters, digits and hyphens, at most 40.');
    case 'idReserved':
      return l10n.t('the id "{0}" is reserved for the sample tenant.', args['id'] ?? '');
    case 'idNotUnique':
      return l10n.t('the id "{0}" is taken by another connection.', args['id'] ?? '');
    case 'regionNotForCloud':
      return l10n.t('"region" is for the commercial cloud only.');
    case 'urlNotValid':
      return l10n.t('"{0}" is not an address.', field);
    case 'apiUrlNotSecure':
      return l10n.t(
        '"apiUrl" must be https, or http on this computer, because a sign-in token is sent there.',
      );
    case 'authorityUrlNotSecure':
      return l10n.t('"authorityUrl" must be https, because credentials are sent there.');
    case 'urlHasCredentials':
      return l10n.t('"{0}" must not carry a user name or a password.', field);
    case 'urlHasPath':
      return l10n.t('"{0}" must be a host only, without a path.', field);
    case 'urlHasQuery':
      return l10n.t('"{0}" must not have a query.', field);
  }
}
