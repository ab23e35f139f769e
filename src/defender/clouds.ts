/**
 * Where Defender for Endpoint is, by cloud and region.
 *
 * Sources: "Supported Microsoft Defender for Endpoint APIs" (exposed-apis-list.md), "Microsoft
 * Defender for Endpoint for US Government customers" (gov.md). The regional hosts serve the same
 * data; they are documented as "nearest you".
 */
export const clouds = ['commercial', 'gcc', 'gccHigh', 'dod'] as const;
export type Cloud = (typeof clouds)[number];

export const regions = ['us', 'eu', 'uk', 'au', 'swa', 'ina', 'aea'] as const;
export type Region = (typeof regions)[number];

export interface CloudEndpoints {
  /** Origin of the API, without a path. */
  readonly apiUrl: string;
  /**
   * Resource (audience) to ask a token for. Some endpoints refuse a token for the newer host, so it
   * stays the older one.
   */
  readonly tokenResource: string;
  /** Origin that issues tokens. */
  readonly authorityUrl: string;
  /** Origin of the portal. The one for DoD is unconfirmed. */
  readonly portalUrl: string;
}

const table: Readonly<Record<Cloud, CloudEndpoints>> = {
  commercial: {
    apiUrl: 'https://api.security.microsoft.com',
    tokenResource: 'https://api.securitycenter.microsoft.com',
    authorityUrl: 'https://login.microsoftonline.com',
    portalUrl: 'https://security.microsoft.com',
  },
  gcc: {
    apiUrl: 'https://api-gcc.securitycenter.microsoft.us',
    tokenResource: 'https://api-gcc.securitycenter.microsoft.us',
    authorityUrl: 'https://login.microsoftonline.com',
    portalUrl: 'https://security.microsoft.com',
  },
  gccHigh: {
    apiUrl: 'https://api-gov.securitycenter.microsoft.us',
    tokenResource: 'https://api-gov.securitycenter.microsoft.us',
    authorityUrl: 'https://login.microsoftonline.us',
    portalUrl: 'https://security.microsoft.us',
  },
  dod: {
    apiUrl: 'https://api-gov.securitycenter.microsoft.us',
    tokenResource: 'https://api-gov.securitycenter.microsoft.us',
    authorityUrl: 'https://login.microsoftonline.us',
    portalUrl: 'https://security.apps.mil',
  },
};

/**
 * The endpoints of a cloud. A region counts for the commercial cloud only; elsewhere it is ignored.
 */
export function cloudEndpoints(cloud: Cloud, region?: Region): CloudEndpoints {
  const endpoints = table[cloud];
  return cloud === 'commercial' && region !== undefined
    ? { ...endpoints, apiUrl: `https://${region}.api.security.microsoft.com` }
    : endpoints;
}
