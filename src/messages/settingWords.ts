import * as l10n from '@vscode/l10n';
import type { SettingProblem } from '../connections/connectionSettings';

/** What is wrong with an entry of `liveResponse.connections`, and that the entry is not used. */
export function settingSentence(problem: SettingProblem): string {
  const fault = faultOf(problem);
  return problem.index === undefined
    ? l10n.t('The setting liveResponse.connections is ignored. {0}', fault)
    : l10n.t(
        'Connection {0} in the setting liveResponse.connections is ignored. {1}',
        problem.index + 1,
        fault,
      );
}

/** What is wrong with one field. */
export function faultOf({ code, field = 'id', args }: SettingProblem): string {
  switch (code) {
    case 'notAList':
      return l10n.t('The value must be an array.');
    case 'notAnObject':
      return l10n.t('The value must be an object.');
    case 'missing':
      return l10n.t('“{0}” is required.', field);
    case 'notText':
      return l10n.t('“{0}” must be a string.', field);
    case 'notBoolean':
      return l10n.t('“{0}” must be true or false.', field);
    case 'empty':
      return l10n.t('“{0}” must not be empty.', field);
    case 'notOneOf':
      return l10n.t('“{0}” must be one of: {1}.', field, args['allowed'] ?? '');
    case 'notAGuid':
      return l10n.t('“{0}” must be a GUID.', field);
    case 'idNotValid':
      return l10n.t(
        '“id” must have 1 to 40 lowercase letters, digits, and hyphens, and can’t start with a hyphen.',
      );
    case 'idReserved':
      return l10n.t('The ID “{0}” is reserved for the sample tenant.', args['id'] ?? '');
    case 'idNotUnique':
      return l10n.t('The ID “{0}” is already used by another connection.', args['id'] ?? '');
    case 'regionNotForCloud':
      return l10n.t('“region” is available in the commercial cloud only.');
    case 'urlNotValid':
      return l10n.t('“{0}” isn’t a valid URL.', field);
    case 'apiUrlNotSecure':
      return l10n.t('“apiUrl” must use https, or http on this computer, because a token is sent there.');
    case 'authorityUrlNotSecure':
      return l10n.t('“authorityUrl” must use https, because credentials are sent there.');
    case 'urlHasCredentials':
      return l10n.t('“{0}” must not contain a user name or password.', field);
    case 'urlHasPath':
      return l10n.t('“{0}” must contain only the host, without a path.', field);
    case 'urlHasQuery':
      return l10n.t('“{0}” must not contain a query string.', field);
  }
}
