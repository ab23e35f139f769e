import * as l10n from '@vscode/l10n';
import type {
  AppProblem,
  AuthorityProblem,
  CertificateFileProblem,
  CertificateProblem,
} from '../connections/connectionProblem';
import { type Messages, type NextStep, failed } from './message';
import { sanitize } from './sanitize';

/** For what only another connection mends. */
export function changeConnection(): NextStep {
  return { title: l10n.t('Change Connection…'), command: 'liveResponse.editConnection' };
}

/** What is wrong with an app registration, its secret or its tenant. */
export const appMessages: Messages<AppProblem> = {
  secretMissing: () =>
    failed(
      l10n.t(
        'This computer has no stored client secret for this connection. Run Change Connection, and enter the secret again.',
      ),
      changeConnection(),
    ),
  secretWrong: (problem) =>
    failed(
      l10n.t(
        'The client secret for app {0} is incorrect. Run Change Connection, and enter the value of the secret, not its ID.',
        sanitize(problem.clientId),
      ),
      changeConnection(),
    ),
  secretExpired: (problem) =>
    failed(
      l10n.t(
        'The client secret for app {0} has expired. Create a new one in the app registration. Then run Change Connection, and enter it.',
        sanitize(problem.clientId),
      ),
      changeConnection(),
    ),
  appUnknown: (problem) =>
    failed(
      l10n.t(
        'Tenant {0} has no app {1} that can sign in. Check both IDs, and make sure that the app is registered and enabled in the tenant.',
        sanitize(problem.tenantId),
        sanitize(problem.clientId),
      ),
      changeConnection(),
    ),
  certificateRefused: (problem) =>
    failed(
      l10n
        .t(
          'App {0} rejected the certificate ({1}). Upload the certificate with SHA-256 {2} to the app registration, and check this computer’s clock. {3}',
          sanitize(problem.clientId),
          sanitize(problem.reason),
          `${sanitize(problem.thumbprint).slice(0, 16)}…`,
          sanitize(problem.detail),
        )
        .trimEnd(),
      changeConnection(),
    ),
  tenantNotValid: () =>
    failed(l10n.t('The tenant must be a tenant ID or a domain name. Nothing was sent.'), changeConnection()),
  tenantUnknown: (problem) =>
    failed(
      l10n.t(
        '{0} has no tenant {1}. Check the tenant and the cloud.',
        sanitize(problem.host),
        sanitize(problem.tenant),
      ),
      changeConnection(),
    ),
};

/** Why the authority gave no token. */
export const authorityMessages: Messages<AuthorityProblem> = {
  authorityUnreachable: (problem) => failed(unreachable(sanitize(problem.host), problem.cause)),
  authorityFailed: (problem) =>
    failed(
      l10n.t(
        'Sign-in failed: {0} returned an unusable response (status {1}). Check the proxy settings, or try again later.',
        sanitize(problem.host),
        problem.status,
      ),
    ),
  authorityElsewhere: (problem) =>
    failed(
      l10n.t(
        'Sign-in failed: {0} points to another host ({1}). Nothing was sent there. Check authorityUrl in the connection.',
        sanitize(problem.host),
        sanitize(problem.to),
      ),
    ),
  authorityRefused: (problem) => failed(refusedSignIn(problem.tenantId, problem.reason, problem.detail)),
};

/** Who refuses may give a code and no sentence. */
export function refusedSignIn(tenantId: string, reason: string, detail: string): string {
  const sentence = sanitize(detail);
  return sentence === ''
    ? l10n.t('Sign-in to tenant {0} was denied ({1}).', sanitize(tenantId), sanitize(reason))
    : l10n.t('Sign-in to tenant {0} was denied ({1}): {2}', sanitize(tenantId), sanitize(reason), sentence);
}

/** There was a connection where an answer broke off or was too large. */
function unreachable(host: string, cause: string): string {
  switch (cause) {
    case 'timedOut':
      return l10n.t('Sign-in failed: {0} didn’t respond in time. Try again.', host);
    case 'cut':
      return l10n.t('Sign-in failed: the connection to {0} was lost. Try again.', host);
    case 'tooLarge':
      return l10n.t('Sign-in failed: the response from {0} is too large. Check the proxy settings.', host);
    default:
      return l10n.t(
        'Sign-in failed: can’t connect to {0} ({1}). Check the network and the proxy settings.',
        host,
        sanitize(cause),
      );
  }
}

/** What is wrong with the certificate of a connection. */
export const certificateMessages: Messages<CertificateFileProblem | CertificateProblem> = {
  certificatePathNotAbsolute: (problem) =>
    failed(
      l10n.t(
        'certificatePath must be a full path or start with ~ for your home folder: {0}',
        sanitize(problem.path),
      ),
      changeConnection(),
    ),
  certificateNotFound: (problem) =>
    failed(
      l10n.t(
        'The certificate file wasn’t found: {0}. Check certificatePath in the connection.',
        sanitize(problem.path),
      ),
      changeConnection(),
    ),
  certificateUnreadable: (problem) =>
    failed(
      l10n.t(
        'The certificate file couldn’t be read ({0}): {1}',
        sanitize(problem.cause),
        sanitize(problem.path),
      ),
      changeConnection(),
    ),
  certificateTooLarge: (problem) =>
    failed(
      l10n.t(
        'The certificate file is larger than {0} MB, so it can’t be a certificate: {1}',
        Math.floor(problem.limit / 1_048_576),
        sanitize(problem.path),
      ),
      changeConnection(),
    ),
  certificateIsPfx: (problem) =>
    failed(
      l10n.t(
        'The certificate must be a PEM file, but this is a PFX file. To convert it, run: openssl pkcs12 -in "{0}" -out "{1}" -nodes',
        sanitize(problem.path),
        sanitize(problem.pemPath),
      ),
      changeConnection(),
    ),
  certificateIsDer: (problem) =>
    failed(
      l10n.t(
        'The certificate must be a PEM file that contains the certificate and its private key. This file is binary (DER) and contains only one of them: {0}',
        sanitize(problem.path),
      ),
      changeConnection(),
    ),
  certificateNotInFile: (problem) =>
    failed(
      l10n.t(
        'The file contains no certificate. It must be a PEM file that contains the certificate and its private key: {0}',
        sanitize(problem.path),
      ),
      changeConnection(),
    ),
  certificateKeyNotInFile: (problem) =>
    failed(
      l10n.t(
        'The file contains no private key. Add the certificate’s private key in PEM format: {0}',
        sanitize(problem.path),
      ),
      changeConnection(),
    ),
  certificateDamaged: (problem) =>
    failed(
      l10n.t('The certificate file is damaged. Export it again: {0}', sanitize(problem.path)),
      changeConnection(),
    ),
  certificatePassphraseMissing: (problem) =>
    failed(
      l10n.t(
        'The private key requires a passphrase. Run Change Connection, and enter it: {0}',
        sanitize(problem.path),
      ),
      changeConnection(),
    ),
  certificatePassphraseWrong: (problem) =>
    failed(
      l10n.t(
        'The passphrase for the private key is incorrect. Run Change Connection, and enter it again: {0}',
        sanitize(problem.path),
      ),
      changeConnection(),
    ),
  certificateKeyNotUsable: (problem) =>
    failed(
      l10n.t(
        'Sign-in requires an RSA key with at least 2,048 bits, but this key is {0}. Create another certificate: {1}',
        [sanitize(problem.keyType), problem.bits].filter((part) => part !== undefined).join(' '),
        sanitize(problem.path),
      ),
      changeConnection(),
    ),
  certificateKeyMismatch: (problem) =>
    failed(
      l10n.t(
        'The private key doesn’t match the certificate. The file must contain a matching pair: {0}',
        sanitize(problem.path),
      ),
      changeConnection(),
    ),
  certificateExpired: (problem) =>
    failed(
      l10n.t(
        'The certificate expired on {0} (UTC). Renew it, and upload the new certificate to the app registration: {1}',
        day(problem.at),
        sanitize(problem.path),
      ),
      changeConnection(),
    ),
  certificateNotYetValid: (problem) =>
    failed(
      l10n.t(
        'The certificate isn’t valid before {0} (UTC). Check this computer’s clock: {1}',
        day(problem.at),
        sanitize(problem.path),
      ),
      changeConnection(),
    ),
};

/** A day in UTC, as certificates have it. */
function day(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
