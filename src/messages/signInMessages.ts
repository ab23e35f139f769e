import * as l10n from '@vscode/l10n';
import type { SignInProblem } from '../connections/connectionProblem';
import { changeConnection, refusedSignIn } from './appMessages';
import { type Messages, failed } from './message';
import { plain, said } from './plain';

/** Why somebody else gave no token: the Azure CLI, or VS Code. */
export const signInMessages: Messages<SignInProblem> = {
  azNotInstalled: () =>
    failed(
      l10n.t('The Azure CLI ("az") was not found on the PATH. Install it, or choose another way to sign in.'),
    ),
  azNotSignedIn: (problem) =>
    failed(
      l10n.t(
        'The Azure CLI is not signed in to this tenant. Run in a terminal: az login --tenant {0} --scope {1} --allow-no-subscriptions',
        plain(problem.tenantId),
        plain(problem.scope),
      ),
    ),
  azRefused: (problem) => failed(refusedSignIn(problem.tenantId, problem.aadsts, problem.detail)),
  azWrongTenant: (problem) =>
    failed(
      l10n.t(
        'The Azure CLI gave a token for tenant {0}, not for {1}. Sign in to the right one: az login --tenant {1}',
        plain(problem.actual),
        plain(problem.expected),
      ),
    ),
  azTimedOut: (problem) =>
    failed(
      l10n.t(
        'The Azure CLI did not answer within {0} seconds. Try "az account get-access-token" in a terminal.',
        problem.seconds,
      ),
    ),
  azFailed: (problem) => failed(l10n.t('The Azure CLI failed: {0}', said(problem.detail))),
  azUnreadable: () =>
    failed(l10n.t('The Azure CLI answered in a way that could not be read. Try "az upgrade".')),
  tokenWrongTenant: (problem) =>
    failed(
      l10n.t(
        'The sign-in gave a token for tenant {0}, not for {1}. Sign out of this connection and sign in with an account of the right tenant.',
        plain(problem.actual),
        plain(problem.expected),
      ),
    ),
  signInNeeded: () =>
    failed(l10n.t('You are not signed in to this tenant. Click Sign In in the Live Response view.')),
  signInCancelled: () => failed(l10n.t('The sign-in was cancelled.')),
  signInFailed: (problem) => failed(l10n.t('The sign-in failed: {0}', said(problem.detail))),
  clientNotAllowed: () =>
    failed(
      l10n.t(
        'The app registration may not ask for Defender tokens (AADSTS65002). Add the WindowsDefenderATP permissions to it and have an administrator consent.',
      ),
      changeConnection(),
    ),
  authNotSupported: (problem) =>
    failed(l10n.t('This version cannot sign in with "{0}" yet. Use "azureCli".', plain(problem.auth))),
};
