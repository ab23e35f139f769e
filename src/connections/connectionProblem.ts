/** What can go wrong while asking who we are. Codes with arguments; the editor room words them. */
export type ConnectionProblem =
  SignInProblem | AppProblem | AuthorityProblem | CertificateFileProblem | CertificateProblem;

/** What can go wrong with a sign-in that somebody else does for us: the Azure CLI, VS Code. */
export type SignInProblem =
  /** No `az` in any absolute directory of the PATH. */
  | { readonly code: 'azNotInstalled' }
  /**
   * Signing in again helps: `az login --tenant <tenantId> --scope <scope> --allow-no-subscriptions`
   * (a tenant with Defender need not have an Azure subscription, and without that switch `az login`
   * then fails). `aadsts` is the service's code, where it gave one.
   */
  | {
      readonly code: 'azNotSignedIn';
      readonly tenantId: string;
      readonly scope: string;
      readonly aadsts: string | undefined;
    }
  /**
   * The service refuses and signing in again does not help: no such tenant, the CLI not allowed
   * there, a policy…
   */
  | {
      readonly code: 'azRefused';
      readonly tenantId: string;
      readonly aadsts: string;
      readonly detail: string;
    }
  /** The token is one for another tenant than the connection's. */
  | { readonly code: 'azWrongTenant'; readonly expected: string; readonly actual: string }
  | { readonly code: 'azTimedOut'; readonly seconds: number }
  /**
   * `exitCode` is undefined when it was ended by a signal or did not start. `detail` is cleaned and
   * without secrets; it may be empty.
   */
  | { readonly code: 'azFailed'; readonly exitCode: number | undefined; readonly detail: string }
  /** It ended well, but what it printed is not its documented answer. */
  | { readonly code: 'azUnreadable'; readonly reason: 'notJson' | 'noToken' | 'tooLarge' }
  /** This way to sign in can be configured, but this version has no code for it. */
  | { readonly code: 'authNotSupported'; readonly auth: string }
  /** The token is one for another tenant than the connection's, whoever gave it. */
  | { readonly code: 'tokenWrongTenant'; readonly expected: string; readonly actual: string }
  /** There is no session, and nobody clicked: a click may ask the person to sign in. */
  | { readonly code: 'signInNeeded' }
  | { readonly code: 'signInCancelled' }
  /** VS Code's sign-in failed. `detail` is its own sentence. */
  | { readonly code: 'signInFailed'; readonly provider: string; readonly detail: string }
  /**
   * The app registration must name the API's permissions and VS Code's redirect addresses
   * (AADSTS65002).
   */
  | { readonly code: 'clientNotAllowed'; readonly provider: string };

/** What is wrong with the app registration, its secret or its tenant. */
export type AppProblem =
  /**
   * The secret of the connection is not kept on this computer (any more): it must be entered again.
   */
  | { readonly code: 'secretMissing' }
  | { readonly code: 'secretWrong'; readonly clientId: string }
  | { readonly code: 'secretExpired'; readonly clientId: string }
  /** The tenant knows no such app registration, or has it switched off. */
  | { readonly code: 'appUnknown'; readonly clientId: string; readonly tenantId: string }
  /**
   * `reason` is AADSTS…, else the OAuth error; `detail` is the authority's sentence, cleaned and
   * without secrets; it may be empty.
   */
  | {
      readonly code: 'certificateRefused';
      readonly clientId: string;
      /** SHA-256 of the certificate, in hex. */
      readonly thumbprint: string;
      readonly reason: string;
      readonly detail: string;
    }
  /** Neither a GUID nor the name of a domain. It was not sent. */
  | { readonly code: 'tenantNotValid' }
  /** The authority knows no such tenant. `tenant` is a GUID or a valid domain name. */
  | { readonly code: 'tenantUnknown'; readonly tenant: string; readonly host: string };

/** Why the authority gave no token, whatever was sent to it. `host` is its host. */
export type AuthorityProblem =
  /**
   * `cause` is the system's or TLS's code (ECONNREFUSED, CERT_HAS_EXPIRED…), `timedOut`, `cut` or
   * `tooLarge`.
   */
  | { readonly code: 'authorityUnreachable'; readonly host: string; readonly cause: string }
  /** It answered, but not as an authority does: a proxy spoke, or it has a fault of its own. */
  | { readonly code: 'authorityFailed'; readonly host: string; readonly status: number }
  /** It named an address on another host to send the secret to. Nothing was sent there. */
  | { readonly code: 'authorityElsewhere'; readonly host: string; readonly to: string }
  /**
   * It refuses for a reason that has no code of its own here. `reason` is AADSTS…, else the OAuth
   * error; `detail` as above.
   */
  | {
      readonly code: 'authorityRefused';
      readonly tenantId: string;
      readonly reason: string;
      readonly detail: string;
    };

/**
 * What can be wrong with the certificate file of a connection. `path` is where it was looked for.
 */
export type CertificateFileProblem =
  | { readonly code: 'certificatePathNotAbsolute'; readonly path: string }
  | { readonly code: 'certificateNotFound'; readonly path: string }
  /** `cause` is the system's code: EACCES, EISDIR… */
  | { readonly code: 'certificateUnreadable'; readonly path: string; readonly cause: string }
  /** `limit` is in bytes. */
  | { readonly code: 'certificateTooLarge'; readonly path: string; readonly limit: number }
  /** `openssl pkcs12 -in <path> -out <pemPath> -nodes` makes what is needed. */
  | { readonly code: 'certificateIsPfx'; readonly path: string; readonly pemPath: string }
  /** Binary (DER), so at most one of the two things that are needed. */
  | { readonly code: 'certificateIsDer'; readonly path: string }
  | { readonly code: 'certificateNotInFile'; readonly path: string }
  | { readonly code: 'certificateKeyNotInFile'; readonly path: string };

/**
 * What can be wrong with the certificate and the key in that file. Times are in milliseconds since
 * the epoch.
 */
export type CertificateProblem =
  /** A block of it is not what its label says. */
  | { readonly code: 'certificateDamaged'; readonly path: string }
  | { readonly code: 'certificatePassphraseMissing'; readonly path: string }
  | { readonly code: 'certificatePassphraseWrong'; readonly path: string }
  /** Only RSA keys of at least 2,048 bits can be used. `bits` is known for RSA. */
  | {
      readonly code: 'certificateKeyNotUsable';
      readonly path: string;
      readonly keyType: string;
      readonly bits: number | undefined;
    }
  | { readonly code: 'certificateKeyMismatch'; readonly path: string }
  | { readonly code: 'certificateExpired'; readonly path: string; readonly at: number }
  | { readonly code: 'certificateNotYetValid'; readonly path: string; readonly at: number };
