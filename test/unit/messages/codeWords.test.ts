import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { exitCodeWords, hresultWords } from '../../../src/messages/hresultWords';
import { inFrench } from './readers';

/** Each meaning that an `errorHResult` can have. */
const hresults = [
  [-2147467263, '-2147467263 = 0x80004001, E_NOTIMPL, not implemented'],
  [-2147467262, '-2147467262 = 0x80004002, E_NOINTERFACE, no such interface'],
  [-2147467261, '-2147467261 = 0x80004003, E_POINTER, invalid pointer'],
  [-2147467260, '-2147467260 = 0x80004004, E_ABORT, the operation was aborted'],
  [-2147467259, '-2147467259 = 0x80004005, E_FAIL, unspecified failure'],
  [-2147418113, '-2147418113 = 0x8000FFFF, E_UNEXPECTED, unexpected failure'],
  [-2147024891, '-2147024891 = 0x80070005, E_ACCESSDENIED, access denied'],
  [-2147024890, '-2147024890 = 0x80070006, E_HANDLE, invalid handle'],
  [-2147024882, '-2147024882 = 0x8007000E, E_OUTOFMEMORY, out of memory'],
  [-2147024809, '-2147024809 = 0x80070057, E_INVALIDARG, invalid argument'],
  [-2147024894, '-2147024894 = 0x80070002, ERROR_FILE_NOT_FOUND, file not found'],
  [-2147024893, '-2147024893 = 0x80070003, ERROR_PATH_NOT_FOUND, path not found'],
  [-2147024864, '-2147024864 = 0x80070020, ERROR_SHARING_VIOLATION, the file is in use'],
  [-2147024784, '-2147024784 = 0x80070070, ERROR_DISK_FULL, the disk is full'],
  [-2147023834, '-2147023834 = 0x80070426, ERROR_SERVICE_NOT_ACTIVE, the service is not running'],
  [-2147023728, '-2147023728 = 0x80070490, ERROR_NOT_FOUND, not found'],
  [-2147023673, '-2147023673 = 0x800704C7, ERROR_CANCELLED, canceled'],
  [-2147023436, '-2147023436 = 0x800705B4, ERROR_TIMEOUT, timed out'],
  [
    -2147012889,
    '-2147012889 = 0x80072EE7, ERROR_WINHTTP_NAME_NOT_RESOLVED, the host name couldn’t be resolved',
  ],
  [-2147012867, '-2147012867 = 0x80072EFD, ERROR_WINHTTP_CANNOT_CONNECT, no connection to the server'],
  [
    -2147012866,
    '-2147012866 = 0x80072EFE, ERROR_WINHTTP_CONNECTION_ERROR, the connection to the server was lost',
  ],
  [-2145844840, '-2145844840 = 0x80190198, HTTP 408: the request timed out'],
  [-2145844748, '-2145844748 = 0x801901F4, an HTTP server returned status 500'],
  [-2147014836, '-2147014836 = 0x8007274C, Windows error 10060'],
  [-1, '-1 = 0xFFFFFFFF'],
  [1, '1 = 0x00000001'],
] as const;

describe('the words for an errorHResult', () => {
  for (const [value, words] of hresults) {
    it(words, () => assert.equal(hresultWords(value), words));
  }

  it('are none for 0', () => assert.equal(hresultWords(0), undefined));

  it('have their meaning in French', () => {
    for (const [value, words] of hresults.filter(([, each]) => each.includes(','))) {
      assert.notEqual(
        inFrench(() => hresultWords(value)),
        words,
      );
    }
  });
});

/** Each meaning that only an exit code can have, and the ways in which one is shown. */
const exitCodes = [
  [-1073741819, '-1073741819 = 0xC0000005, STATUS_ACCESS_VIOLATION, access violation: the process crashed'],
  [3221225477, '3221225477 = 0xC0000005, STATUS_ACCESS_VIOLATION, access violation: the process crashed'],
  [
    3221225501,
    '3221225501 = 0xC000001D, STATUS_ILLEGAL_INSTRUCTION, illegal instruction: the process crashed',
  ],
  [
    3221225620,
    '3221225620 = 0xC0000094, STATUS_INTEGER_DIVIDE_BY_ZERO, division by zero: the process crashed',
  ],
  [3221225725, '3221225725 = 0xC00000FD, STATUS_STACK_OVERFLOW, stack overflow: the process crashed'],
  [
    3221226505,
    '3221226505 = 0xC0000409, STATUS_STACK_BUFFER_OVERRUN, the process terminated itself after a fatal error',
  ],
  [3221226356, '3221226356 = 0xC0000374, STATUS_HEAP_CORRUPTION, heap corruption: the process crashed'],
  [
    3221225786,
    '3221225786 = 0xC000013A, STATUS_CONTROL_C_EXIT, interrupted with Ctrl+C or by closing the console',
  ],
  [1073807364, '1073807364 = 0x40010004, DBG_TERMINATE_PROCESS, the process was terminated'],
  [3221225781, '3221225781 = 0xC0000135, STATUS_DLL_NOT_FOUND, a DLL was not found'],
  [3221225785, '3221225785 = 0xC0000139, STATUS_ENTRYPOINT_NOT_FOUND, a DLL is missing a required function'],
  [3221225794, '3221225794 = 0xC0000142, STATUS_DLL_INIT_FAILED, a DLL couldn’t be initialized'],
  [3221225595, '3221225595 = 0xC000007B, STATUS_INVALID_IMAGE_FORMAT, not a valid program for this platform'],
  [3221226536, '3221226536 = 0xC0000428, STATUS_INVALID_IMAGE_HASH, the file’s signature isn’t valid'],
  [3762504530, '3762504530 = 0xE0434352, COMPLUS_EXCEPTION, unhandled .NET exception'],
  [3765269347, '3765269347 = 0xE06D7363, MSVC_EXCEPTION, unhandled C++ exception'],
  [2148734214, '2148734214 = 0x80131506, COR_E_EXECUTIONENGINE, internal error of the .NET runtime'],
  [4294770688, '4294770688 = 0xFFFD0000, PowerShell couldn’t start the script'],
  [2147483651, '2147483651 = 0x80000003, STATUS_BREAKPOINT, a breakpoint was reached: the process crashed'],
  [
    3221227782,
    '3221227782 = 0xC0000906, STATUS_VIRUS_INFECTED, blocked: antivirus software found malware in the file',
  ],
  [2147942401, '2147942401 = 0x80070001, ERROR_INVALID_FUNCTION, incorrect function'],
  [5, '5 (as a Windows error: access denied)'],
  [50, '50 (as a Windows error: not supported)'],
  [80, '80 (as a Windows error: already exists)'],
  [206, '206 (as a Windows error: the path is too long)'],
  [740, '740 (as a Windows error: administrator rights are required)'],
  [1053, '1053 (as a Windows error: the service did not respond in time)'],
  [1058, '1058 (as a Windows error: the service is disabled)'],
  [1060, '1060 (as a Windows error: no such service)'],
  [1115, '1115 (as a Windows error: the machine is shutting down)'],
  [1260, '1260 (as a Windows error: blocked by a policy)'],
  [1314, '1314 (as a Windows error: the account lacks a required privilege)'],
  [1326, '1326 (as a Windows error: wrong user name or password)'],
  [1602, '1602 (as a Windows error: the installation was canceled)'],
  [1603, '1603 (as a Windows error: the installation failed)'],
  [1618, '1618 (as a Windows error: another installation is running)'],
  [1619, '1619 (as a Windows error: the installation package couldn’t be opened)'],
  [1638, '1638 (as a Windows error: another version of the product is installed)'],
  [1641, '1641 (as a Windows error: succeeded; a restart was started)'],
  [3010, '3010 (as a Windows error: succeeded; a restart is required)'],
  [9009, '9009 (as a Windows error: the command was not found)'],
  [323, '323: the Defender agent didn’t run the script because its SHA-256 doesn’t match'],
] as const;

describe('the words for an exit code', () => {
  for (const [code, words] of exitCodes) {
    it(words, () => assert.equal(exitCodeWords(code, 'a.ps1'), words));
    it(`${words}, in French`, () =>
      assert.notEqual(
        inFrench(() => exitCodeWords(code, 'a.ps1')),
        words,
      ));
  }

  for (const [code, words] of [
    [126, '126: the command couldn’t be executed'],
    [127, '127: the command was not found'],
    [137, '137: ended by signal 9 (SIGKILL)'],
    [139, '139: ended by signal 11 (SIGSEGV)'],
    [138, '138: ended by signal 10'],
  ] as const) {
    it(`of a shell script: ${words}`, () => assert.equal(exitCodeWords(code, 'a.sh'), words));
    it(`of a shell script: ${words}, in French`, () =>
      assert.notEqual(
        inFrench(() => exitCodeWords(code, 'a.sh')),
        words,
      ));
  }

  for (const [code, script, shown] of [
    [0, 'a.ps1', '0'],
    [1, 'a.ps1', '1'],
    [-1, 'a.ps1', '-1'],
    [42, undefined, '42'],
    [5, 'a.sh', '5'],
    ['7', 'a.ps1', '7'],
    ['no number', 'a.ps1', 'no number'],
    ['a\u202E\nb', undefined, 'a<U+202E> b'],
    ['x'.repeat(41), undefined, `${'x'.repeat(40)}…`],
  ] as const) {
    it(`are itself where nothing is known of it: ${JSON.stringify(code).slice(0, 20)}`, () =>
      assert.equal(exitCodeWords(code, script), shown));
  }

  it('show a text as it came', () =>
    assert.equal(
      exitCodeWords('0xC0000005', 'a.ps1'),
      '0xC0000005 = 0xC0000005, STATUS_ACCESS_VIOLATION, access violation: the process crashed',
    ));
});
