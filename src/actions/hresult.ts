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
  | 'httpTimeout'
  | 'accessViolation'
  | 'illegalInstruction'
  | 'dividedByZero'
  | 'stackOverflow'
  | 'failFast'
  | 'heapCorruption'
  | 'controlC'
  | 'terminated'
  | 'dllNotFound'
  | 'entryPointNotFound'
  | 'dllInitFailed'
  | 'badImage'
  | 'badSignature'
  | 'netException'
  | 'cppException'
  | 'runtimeError'
  | 'powerShellNotStarted'
  | 'incorrectFunction'
  | 'installerCancelled'
  | 'installFailed'
  | 'installerBusy'
  | 'packageNotOpened'
  | 'otherVersion'
  | 'restartBegun'
  | 'restartNeeded'
  | 'breakpoint'
  | 'containsMalware'
  | 'blockedByPolicy'
  | 'alreadyExists'
  | 'notSupported'
  | 'pathTooLong'
  | 'elevationRequired'
  | 'privilegeMissing'
  | 'logonFailed'
  | 'serviceTimeout'
  | 'serviceDisabled'
  | 'noSuchService'
  | 'shuttingDown'
  | 'commandNotFound';

/**
 * Sources: "Common HRESULT Values" (win32/seccrypto/common-hresult-values); "System Error Codes"
 * (win32/debug/system-error-codes) for what is wrapped as 0x8007xxxx, with 12002 and above from
 * "Error Messages (WinHTTP)" (win32/winhttp/error-messages). Seen in recorded answers: 0x80004004
 * on Cancelled, 0x80190198 on TimeOut. 0xC… and 0x4…: "NTSTATUS Values" (MS-ERREF, 2.3.1), with
 * which Windows ends a process; 0xE… are raised by the runtimes of .NET and C++. 0xFFFD0000 is what
 * Windows PowerShell ends with when it can't start.
 */
const table: Readonly<Record<string, readonly [name: string | undefined, meaning: HResultMeaning]>> = {
  '0x80004001': ['E_NOTIMPL', 'notImplemented'],
  '0x80004002': ['E_NOINTERFACE', 'noInterface'],
  '0x80004003': ['E_POINTER', 'badPointer'],
  '0x80004004': ['E_ABORT', 'aborted'],
  '0x80004005': ['E_FAIL', 'unspecified'],
  '0x8000FFFF': ['E_UNEXPECTED', 'unexpected'],
  '0x80070005': ['E_ACCESSDENIED', 'accessDenied'],
  '0x80070006': ['E_HANDLE', 'badHandle'],
  '0x8007000E': ['E_OUTOFMEMORY', 'outOfMemory'],
  '0x80070057': ['E_INVALIDARG', 'badArgument'],
  '0x80131506': ['COR_E_EXECUTIONENGINE', 'runtimeError'],
  '0x80131623': ['COR_E_FAILFAST', 'failFast'],
  '0x00000102': ['STATUS_TIMEOUT', 'timedOut'],
  '0x40010004': ['DBG_TERMINATE_PROCESS', 'terminated'],
  '0x80000003': ['STATUS_BREAKPOINT', 'breakpoint'],
  '0xC0000005': ['STATUS_ACCESS_VIOLATION', 'accessViolation'],
  '0xC0000008': ['STATUS_INVALID_HANDLE', 'badHandle'],
  '0xC000000D': ['STATUS_INVALID_PARAMETER', 'badArgument'],
  '0xC0000017': ['STATUS_NO_MEMORY', 'outOfMemory'],
  '0xC000001D': ['STATUS_ILLEGAL_INSTRUCTION', 'illegalInstruction'],
  '0xC0000022': ['STATUS_ACCESS_DENIED', 'accessDenied'],
  '0xC0000034': ['STATUS_OBJECT_NAME_NOT_FOUND', 'notFound'],
  '0xC000007B': ['STATUS_INVALID_IMAGE_FORMAT', 'badImage'],
  '0xC0000094': ['STATUS_INTEGER_DIVIDE_BY_ZERO', 'dividedByZero'],
  '0xC00000FD': ['STATUS_STACK_OVERFLOW', 'stackOverflow'],
  '0xC0000135': ['STATUS_DLL_NOT_FOUND', 'dllNotFound'],
  '0xC0000139': ['STATUS_ENTRYPOINT_NOT_FOUND', 'entryPointNotFound'],
  '0xC000013A': ['STATUS_CONTROL_C_EXIT', 'controlC'],
  '0xC0000142': ['STATUS_DLL_INIT_FAILED', 'dllInitFailed'],
  '0xC0000361': ['STATUS_ACCESS_DISABLED_BY_POLICY_DEFAULT', 'blockedByPolicy'],
  '0xC0000374': ['STATUS_HEAP_CORRUPTION', 'heapCorruption'],
  '0xC0000409': ['STATUS_STACK_BUFFER_OVERRUN', 'failFast'],
  '0xC0000428': ['STATUS_INVALID_IMAGE_HASH', 'badSignature'],
  '0xC0000906': ['STATUS_VIRUS_INFECTED', 'containsMalware'],
  '0xC0E90002': ['STATUS_SYSTEM_INTEGRITY_POLICY_VIOLATION', 'blockedByPolicy'],
  '0xE0434352': ['COMPLUS_EXCEPTION', 'netException'],
  '0xE06D7363': ['MSVC_EXCEPTION', 'cppException'],
  '0xFFFD0000': [undefined, 'powerShellNotStarted'],
};

/** Windows errors by their number: as they are, and wrapped as 0x8007xxxx. */
const win32Table: Readonly<Record<number, readonly [name: string, meaning: HResultMeaning]>> = {
  1: ['ERROR_INVALID_FUNCTION', 'incorrectFunction'],
  2: ['ERROR_FILE_NOT_FOUND', 'fileNotFound'],
  3: ['ERROR_PATH_NOT_FOUND', 'pathNotFound'],
  5: ['ERROR_ACCESS_DENIED', 'accessDenied'],
  6: ['ERROR_INVALID_HANDLE', 'badHandle'],
  8: ['ERROR_NOT_ENOUGH_MEMORY', 'outOfMemory'],
  14: ['ERROR_OUTOFMEMORY', 'outOfMemory'],
  32: ['ERROR_SHARING_VIOLATION', 'fileInUse'],
  50: ['ERROR_NOT_SUPPORTED', 'notSupported'],
  53: ['ERROR_BAD_NETPATH', 'pathNotFound'],
  80: ['ERROR_FILE_EXISTS', 'alreadyExists'],
  87: ['ERROR_INVALID_PARAMETER', 'badArgument'],
  112: ['ERROR_DISK_FULL', 'diskFull'],
  183: ['ERROR_ALREADY_EXISTS', 'alreadyExists'],
  193: ['ERROR_BAD_EXE_FORMAT', 'badImage'],
  206: ['ERROR_FILENAME_EXCED_RANGE', 'pathTooLong'],
  225: ['ERROR_VIRUS_INFECTED', 'containsMalware'],
  740: ['ERROR_ELEVATION_REQUIRED', 'elevationRequired'],
  1053: ['ERROR_SERVICE_REQUEST_TIMEOUT', 'serviceTimeout'],
  1058: ['ERROR_SERVICE_DISABLED', 'serviceDisabled'],
  1060: ['ERROR_SERVICE_DOES_NOT_EXIST', 'noSuchService'],
  1062: ['ERROR_SERVICE_NOT_ACTIVE', 'serviceNotRunning'],
  1115: ['ERROR_SHUTDOWN_IN_PROGRESS', 'shuttingDown'],
  1168: ['ERROR_NOT_FOUND', 'notFound'],
  1223: ['ERROR_CANCELLED', 'cancelled'],
  1260: ['ERROR_ACCESS_DISABLED_BY_POLICY', 'blockedByPolicy'],
  1314: ['ERROR_PRIVILEGE_NOT_HELD', 'privilegeMissing'],
  1326: ['ERROR_LOGON_FAILURE', 'logonFailed'],
  1460: ['ERROR_TIMEOUT', 'timedOut'],
  1602: ['ERROR_INSTALL_USEREXIT', 'installerCancelled'],
  1603: ['ERROR_INSTALL_FAILURE', 'installFailed'],
  1618: ['ERROR_INSTALL_ALREADY_RUNNING', 'installerBusy'],
  1619: ['ERROR_INSTALL_PACKAGE_OPEN_FAILED', 'packageNotOpened'],
  1625: ['ERROR_INSTALL_PACKAGE_REJECTED', 'blockedByPolicy'],
  1638: ['ERROR_PRODUCT_VERSION', 'otherVersion'],
  1641: ['ERROR_SUCCESS_REBOOT_INITIATED', 'restartBegun'],
  3010: ['ERROR_SUCCESS_REBOOT_REQUIRED', 'restartNeeded'],
  4551: ['ERROR_SYSTEM_INTEGRITY_POLICY_VIOLATION', 'blockedByPolicy'],
  9009: ['MSG_DIR_BAD_COMMAND_OR_FILE', 'commandNotFound'],
  12002: ['ERROR_WINHTTP_TIMEOUT', 'timedOut'],
  12007: ['ERROR_WINHTTP_NAME_NOT_RESOLVED', 'nameNotResolved'],
  12029: ['ERROR_WINHTTP_CANNOT_CONNECT', 'cannotConnect'],
  12030: ['ERROR_WINHTTP_CONNECTION_ERROR', 'connectionBroken'],
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
  const facility = (bits >>> 16) & 0x1fff;
  const failed = isSevere(bits);
  const code = bits & 0xffff;
  const win32 = failed && facility === facilityWin32 ? code : undefined;
  const [name, meaning] = table[hex] ?? win32Table[win32 ?? 0] ?? [];
  const httpStatus = failed && facility === facilityHttp && code >= 100 && code < 600 ? code : undefined;
  return {
    hex,
    name,
    // 408 Request Timeout: RFC 9110, 15.5.9.
    meaning: httpStatus === 408 ? 'httpTimeout' : meaning,
    httpStatus,
    win32,
  };
}

/**
 * Reads the exit code of a Windows process, signed or unsigned: an NTSTATUS, an HRESULT or a
 * Windows error. Undefined for what the process may have chosen itself: a small number that no
 * table of ours has, and for what is no 32-bit number.
 */
export function explainExitStatus(code: number): HResult | undefined {
  if (!Number.isInteger(code) || code < -0x8000_0000 || code > 0xffff_ffff) {
    return undefined;
  }
  const bits = code >>> 0;
  const status = explainHResult(code);
  if (isSevere(bits) || status?.name !== undefined) {
    return status;
  }
  // Scripts end with 1 to say that they failed.
  const [name, meaning] = (bits === 1 ? undefined : win32Table[bits]) ?? [];
  return status && meaning && { ...status, name, meaning, win32: bits };
}

/** The highest bit is set in what failed: HRESULTs, and NTSTATUS warnings and errors. */
function isSevere(bits: number): boolean {
  return bits >= 0x8000_0000;
}
