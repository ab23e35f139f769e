import * as l10n from '@vscode/l10n';
import type {
  AppProblem,
  AuthorityProblem,
  CertificateFileProblem,
  CertificateProblem,
} from '../connections/connectionProblem';
import { type Messages, type NextStep, failed } from './message';
import { plain } from './plain';

/** For what only another connection mends. */
export function changeConnection(): NextStep {
  return { title: l10n.t('Change Connection…'), command: 'liveResponse.editConnection' };
}

/** What is wrong with an app registration, its secret or its tenant. */
export const appMessages: Messages<AppProblem> = {
  secretMissing: () =>
    failed(
      l10n.t(
        'The client secret of this connection is not stored here. Edit the connection and enter it again.',
      ),
      changeConnection(),
    ),
  secretWrong: (problem) =>
    failed(
      l10n.t(
        'The client secret of app {0} is wrong. Edit the connection and enter the value of the secret, not its ID.',
        plain(problem.clientId),
      ),
      changeConnection(),
    ),
  secretExpired: (problem) =>
    failed(
      l10n.t(
        'The client secret of app {0} has expired. Make a new one in the app registration, then edit the connection and enter it.',
        plain(problem.clientId),
      ),
      changeConnection(),
    ),
  appUnknown: (problem) =>
    failed(
      l10n.t(
        'Tenant {0} has no app {1} that may sign in. Check both IDs, and that the app is registered and enabled there.',
        plain(problem.tenantId),
        plain(problem.clientId),
      ),
      changeConnection(),
    ),
  certificateRefused: (problem) =>
    failed(
      l10n
        .t(
          'App {0} does not accept the certificate ({1}). Upload the one with SHA-256 {2} to the app registration, and check the clock. {3}',
          plain(problem.clientId),
          plain(problem.reason),
          `${plain(problem.thumbprint).slice(0, 16)}…`,
          plain(problem.detail),
        )
        .trimEnd(),
      changeConnection(),
    ),
  tenantNotValid: () =>
    failed(l10n.t('That is neither a tenant ID nor a domain name. Nothing was sent.'), changeConnection()),
  tenantUnknown: (problem) =>
    failed(
      l10n.t(
        '{0} knows no tenant {1}. Check the tenant and the cloud.',
        plain(problem.host),
        plain(problem.tenant),
      ),
      changeConnection(),
    ),
};

/** Why the authority gave no token. */
export const authorityMessages: Messages<AuthorityProblem> = {
  authorityUnreachable: (problem) => failed(unreachable(plain(problem.host), problem.cause)),
  authorityFailed: (problem) =>
    failed(
      l10n.t(
        'No sign-in: {0} gave no usable answer (status {1}). Try again later, and check the proxy settings.',
        plain(problem.host),
        problem.status,
      ),
    ),
  authorityElsewhere: (problem) =>
    failed(
      l10n.t(
        'No sign-in: {0} points to another host ({1}). Nothing was sent there; check authorityUrl of the connection.',
        plain(problem.host),
        plain(problem.to),
      ),
    ),
  authorityRefused: (problem) => failed(refusedSignIn(problem.tenantId, problem.reason, problem.detail)),
};

/** Who refuses may give a code and no sentence. */
export function refusedSignIn(tenantId: string, reason: string, detail: string): string {
  const sentence = plain(detail);
  return sentence === ''
    ? l10n.t('Sign-in to tenant {0} was refused ({1}).', plain(tenantId), plain(reason))
    : l10n.t('Sign-in to tenant {0} was refused ({1}): {2}', plain(tenantId), plain(reason), sentence);
}

/** There was a connection where an answer broke off or was too large. */
function unreachable(host: string, cause: string): string {
  switch (cause) {
    case 'timedOut':
      return l10n.t('{0} did not answer in time, so there is no sign-in. Try again.', host);
    case 'cut':
      return l10n.t('No sign-in: the connection to {0} broke. Try again.', host);
    case 'tooLarge':
      return l10n.t('No sign-in: the answer of {0} is too large. Check the proxy settings.', host);
    default:
      return l10n.t(
        'No sign-in: no connection to {0} ({1}). Check the network and the proxy settings.',
        host,
        plain(cause),
      );
  }
}

/** What is wrong with the certificate of a connection. */
export const certificateMessages: Messages<CertificateFileProblem | CertificateProblem> = {
  certificatePathNotAbsolute: (problem) =>
    failed(
      l10n.t(
        'certificatePath must be a full path, or begin with ~ for your home folder: {0}',
        plain(problem.path),
      ),
      changeConnection(),
    ),
  certificateNotFound: (problem) =>
    failed(
      l10n.t(
        'There is no certificate file {0}. Check certificatePath of the connection.',
        plain(problem.path),
      ),
      changeConnection(),
    ),
  certificateUnreadable: (problem) =>
    failed(
      l10n.t('The certificate file could not be read ({0}): {1}', plain(problem.cause), plain(problem.path)),
      changeConnection(),
    ),
  certificateTooLarge: (problem) =>
    failed(
      l10n.t(
        'The certificate file is larger than {0} MB, so it is something else: {1}',
        Math.floor(problem.limit / 1_048_576),
        plain(problem.path),
      ),
      changeConnection(),
    ),
  certificateIsPfx: (problem) =>
    failed(
      l10n.t(
        'The certificate must be a PEM file; this is a PFX. Run: openssl pkcs12 -in "{0}" -out "{1}" -nodes',
        plain(problem.path),
        plain(problem.pemPath),
      ),
      changeConnection(),
    ),
  certificateIsDer: (problem) =>
    failed(
      l10n.t(
        'The certificate must be a PEM file with its private key; this is binary (DER) and holds only one of them: {0}',
        plain(problem.path),
      ),
      changeConnection(),
    ),
  certificateNotInFile: (problem) =>
    failed(
      l10n.t(
        'The file holds no certificate. It must be PEM, with the certificate and its private key: {0}',
        plain(problem.path),
      ),
      changeConnection(),
    ),
  certificateKeyNotInFile: (problem) =>
    failed(
      l10n.t(
        'The file holds no private key. Add the key of the certificate to it, in PEM: {0}',
        plain(problem.path),
      ),
      changeConnection(),
    ),
  certificateDamaged: (problem) =>
    failed(
      l10n.t('The certificate file is damaged. Export it again: {0}', plain(problem.path)),
      changeConnection(),
    ),
  certificatePassphraseMissing: (problem) =>
    failed(
      l10n.t(
        'The private key needs a passphrase. Edit the connection and enter it: {0}',
        plain(problem.path),
      ),
      changeConnection(),
    ),
  certificatePassphraseWrong: (problem) =>
    failed(
      l10n.t(
        'The passphrase does not open the private key. Edit the connection and enter it again: {0}',
        plain(problem.path),
      ),
      changeConnection(),
    ),
  certificateKeyNotUsable: (problem) =>
    failed(
      l10n.t(
        'Signing in takes an RSA key of at least 2,048 bits; this one is {0}. Make another certificate: {1}',
        [plain(problem.keyType), problem.bits].filter((part) => part !== undefined).join(' '),
        plain(problem.path),
      ),
      changeConnection(),
    ),
  certificateKeyMismatch: (problem) =>
    failed(
      l10n.t(
        'The private key does not belong to the certificate. Put the right pair into the file: {0}',
        plain(problem.path),
      ),
      changeConnection(),
    ),
  certificateExpired: (problem) =>
    failed(
      l10n.t(
        'The certificate expired on {0}. Renew it, and upload the new one to the app registration: {1}',
        day(problem.at),
        plain(problem.path),
      ),
      changeConnection(),
    ),
  certificateNotYetValid: (problem) =>
    failed(
      l10n.t(
        'The certificate is not valid before {0}. Check the clock of this computer: {1}',
        day(problem.at),
        plain(problem.path),
      ),
      changeConnection(),
    ),
};

/** A day in UTC, as certificates have it. */
function day(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
