import * as l10n from '@vscode/l10n';
import type { SignInProblem } from '../connections/connectionProblem';
import { changeConnection, refusedSignIn } from './appMessages';
import { type Messages, failed } from './message';
import { sanitize, said } from './sanitize';

/** Why somebody else gave no token: the Azure CLI, or VS Code. */
export const signInMessages: Messages<SignInProblem> = {
  azNotInstalled: () =>
    failed(
      l10n.t('The Azure CLI (“az”) wasn’t found on the PATH. Install it, or select another way to sign in.'),
    ),
  azNotSignedIn: (problem) =>
    failed(
      l10n.t(
        'The Azure CLI isn’t signed in to this tenant. In a terminal, run: az login --tenant {0} --scope {1} --allow-no-subscriptions',
        sanitize(problem.tenantId),
        sanitize(problem.scope),
      ),
    ),
  azRefused: (problem) => failed(refusedSignIn(problem.tenantId, problem.aadsts, problem.detail)),
  azWrongTenant: (problem) =>
    failed(
      l10n.t(
        'The Azure CLI returned a token for tenant {0} instead of {1}. Sign in to the right tenant: az login --tenant {1}',
        sanitize(problem.actual),
        sanitize(problem.expected),
      ),
    ),
  azTimedOut: (problem) =>
    failed(
      l10n.t(
        'The Azure CLI didn’t respond within {0} seconds. Try running “az account get-access-token” in a terminal.',
        problem.seconds,
      ),
    ),
  azFailed: (problem) => failed(l10n.t('The Azure CLI failed: {0}', said(problem.detail))),
  azUnreadable: () =>
    failed(l10n.t('The response of the Azure CLI couldn’t be read. Try running “az upgrade”.')),
  tokenWrongTenant: (problem) =>
    failed(
      l10n.t(
        'The sign-in returned a token for tenant {0} instead of {1}. Sign out of this connection, and then sign in with an account in the right tenant.',
        sanitize(problem.actual),
        sanitize(problem.expected),
      ),
    ),
  signInNeeded: () =>
    failed(l10n.t('You aren’t signed in to this tenant. Select Sign In in the Live Response view.')),
  signInCancelled: () => failed(l10n.t('The sign-in was canceled.')),
  signInFailed: (problem) => failed(l10n.t('The sign-in failed: {0}', said(problem.detail))),
  clientNotAllowed: () =>
    failed(
      l10n.t(
        'The app registration isn’t allowed to request Defender tokens (AADSTS65002). Add the WindowsDefenderATP permissions to it, and ask an administrator to grant consent.',
      ),
      changeConnection(),
    ),
  authNotSupported: (problem) =>
    failed(
      l10n.t(
        'This version doesn’t support signing in with “{0}”. Use “azureCli” instead.',
        sanitize(problem.auth),
      ),
    ),
};
