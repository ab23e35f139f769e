/** What can go wrong while asking who we are. Codes with arguments; the editor room words them. */
export type ConnectionProblem =
  /** No `az` in any absolute directory of the PATH. */
  | { readonly code: 'azNotInstalled' }
  /**
   * Signing in again helps: `az login --tenant <tenantId> --scope <scope> --allow-no-subscriptions` (a tenant with Defender need not
   * have an Azure subscription, and without that switch `az login` then fails). `aadsts` is the service's code, where it gave one.
   */
  | {
      readonly code: 'azNotSignedIn';
      readonly tenantId: string;
      readonly scope: string;
      readonly aadsts: string | undefined;
    }
  /** The service refuses and signing in again does not help: no such tenant, the CLI not allowed there, a policy… */
  | {
      readonly code: 'azRefused';
      readonly tenantId: string;
      readonly aadsts: string;
      readonly detail: string;
    }
  /** The token is one for another tenant than the connection's. */
  | { readonly code: 'azWrongTenant'; readonly expected: string; readonly actual: string }
  | { readonly code: 'azTimedOut'; readonly seconds: number }
  /** `exitCode` is undefined when it was ended by a signal or did not start. `detail` is cleaned and without secrets; it may be empty. */
  | { readonly code: 'azFailed'; readonly exitCode: number | undefined; readonly detail: string }
  /** It ended well, but what it printed is not its documented answer. */
  | { readonly code: 'azUnreadable'; readonly reason: 'notJson' | 'noToken' | 'tooLarge' }
  /** This way to sign in can be configured, but this version has no code for it. */
  | { readonly code: 'authNotSupported'; readonly auth: string };
