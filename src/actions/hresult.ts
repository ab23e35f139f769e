/** What is known of an `errorHResult`. The words are the editor's. */
export interface HResult {
  /** `0x80190198` */
  readonly hex: string;
  /** Its name in the tables; undefined when it is in none of ours. */
  readonly name: string | undefined;
  readonly meaning: HResultMeaning | undefined;
  /** The status that an HTTP server answered, when the code holds one. */
  readonly httpStatus: number | undefined;
  /** The Windows error that the code holds, when it does. */
  readonly win32: number | undefined;
}

export type HResultMeaning =
  | 'notImplemented'
  | 'noInterface'
  | 'badPointer'
  | 'aborted'
  | 'unspecified'
  | 'unexpected'
  | 'accessDenied'
  | 'badHandle'
  | 'outOfMemory'
  | 'badArgument'
  | 'fileNotFound'
  | 'pathNotFound'
  | 'fileInUse'
  | 'diskFull'
  | 'serviceNotRunning'
  | 'notFound'
  | 'cancelled'
  | 'timedOut'
  | 'nameNotResolved'
  | 'cannotConnect'
  | 'connectionBroken'
  | 'httpTimeout';

/**
 * Sources: "Common HRESULT Values" (win32/seccrypto/common-hresult-values); "System Error Codes" (win32/debug/system-error-codes) for what
 * is wrapped as 0x8007xxxx, with 12002 and above from "Error Messages (WinHTTP)" (win32/winhttp/error-messages). Seen in
 * recorded answers: 0x80004004 on Cancelled, 0x80190198 on TimeOut.
 */
const table: Readonly<Record<string, readonly [name: string, meaning: HResultMeaning]>> = {
  '0x80004001': ['E_NOTIMPL', 'notImplemented'],
  '0x80004002': ['E_NOINTERFACE', 'noInterface'],
  '0x80004003': ['E_POINTER', 'badPointer'],
  '0x80004004': ['E_ABORT', 'aborted'],
  '0x80004005': ['E_FAIL', 'unspecified'],
  '0x8000FFFF': ['E_UNEXPECTED', 'unexpected'],
  '0x80070002': ['ERROR_FILE_NOT_FOUND', 'fileNotFound'],
  '0x80070003': ['ERROR_PATH_NOT_FOUND', 'pathNotFound'],
  '0x80070005': ['E_ACCESSDENIED', 'accessDenied'],
  '0x80070006': ['E_HANDLE', 'badHandle'],
  '0x8007000E': ['E_OUTOFMEMORY', 'outOfMemory'],
  '0x80070020': ['ERROR_SHARING_VIOLATION', 'fileInUse'],
  '0x80070057': ['E_INVALIDARG', 'badArgument'],
  '0x80070070': ['ERROR_DISK_FULL', 'diskFull'],
  '0x80070426': ['ERROR_SERVICE_NOT_ACTIVE', 'serviceNotRunning'],
  '0x80070490': ['ERROR_NOT_FOUND', 'notFound'],
  '0x800704C7': ['ERROR_CANCELLED', 'cancelled'],
  '0x800705B4': ['ERROR_TIMEOUT', 'timedOut'],
  '0x80072EE2': ['ERROR_WINHTTP_TIMEOUT', 'timedOut'],
  '0x80072EE7': ['ERROR_WINHTTP_NAME_NOT_RESOLVED', 'nameNotResolved'],
  '0x80072EFD': ['ERROR_WINHTTP_CANNOT_CONNECT', 'cannotConnect'],
  '0x80072EFE': ['ERROR_WINHTTP_CONNECTION_ERROR', 'connectionBroken'],
};

/** Facilities: "HRESULT_FACILITY macro" (win32/api/winerror/nf-winerror-hresult_facility). */
const facilityWin32 = 7;
const facilityHttp = 25;

/** Reads an `errorHResult`, a signed 32-bit number. Undefined for 0: nothing failed. */
export function explainHResult(value: number): HResult | undefined {
  if (value === 0) {
    return undefined;
  }
  const bits = value >>> 0;
  const hex = `0x${bits.toString(16).toUpperCase().padStart(8, '0')}`;
  const [name, meaning] = table[hex] ?? [];
  const facility = (bits >>> 16) & 0x1fff;
  const failed = bits >= 0x8000_0000;
  const code = bits & 0xffff;
  const httpStatus = failed && facility === facilityHttp && code >= 100 && code < 600 ? code : undefined;
  return {
    hex,
    name,
    // 408 Request Timeout: RFC 9110, 15.5.9.
    meaning: httpStatus === 408 ? 'httpTimeout' : meaning,
    httpStatus,
    win32: failed && facility === facilityWin32 ? code : undefined,
  };
}
