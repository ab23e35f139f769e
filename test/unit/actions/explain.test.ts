import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { encodedCommand } from '../../../src/actions/encodedCommand';
import {
  commandDurationOf,
  durationOf,
  explainExitCode,
  neverRan,
  openSessions,
  whyWaiting,
} from '../../../src/actions/explain';
import { exitCodeMeaning } from '../../../src/actions/exitCode';
import { explainExitStatus, explainHResult } from '../../../src/actions/hresult';
import type { ActionCommand, MachineAction } from '../../../src/defender/machineAction';
import { decodedAction } from '../../support/decodedActions';

const hourMs = 3_600_000;

describe('an errorHResult', () => {
  for (const [value, hex, name, meaning, httpStatus, win32] of [
    [-2145844840, '0x80190198', undefined, 'httpTimeout', 408, undefined],
    [-2147467260, '0x80004004', 'E_ABORT', 'aborted', undefined, undefined],
    [-2147024891, '0x80070005', 'E_ACCESSDENIED', 'accessDenied', undefined, 5],
    [-2147023436, '0x800705B4', 'ERROR_TIMEOUT', 'timedOut', undefined, 1460],
    [-2145844748, '0x801901F4', undefined, undefined, 500, undefined],
    [-2147012889, '0x80072EE7', 'ERROR_WINHTTP_NAME_NOT_RESOLVED', 'nameNotResolved', undefined, 12007],
    [-1, '0xFFFFFFFF', undefined, undefined, undefined, undefined],
    [-2147024895, '0x80070001', 'ERROR_INVALID_FUNCTION', 'incorrectFunction', undefined, 1],
    [1, '0x00000001', undefined, undefined, undefined, undefined],
    [2147942405, '0x80070005', 'E_ACCESSDENIED', 'accessDenied', undefined, 5],
    [-2147024894, '0x80070002', 'ERROR_FILE_NOT_FOUND', 'fileNotFound', undefined, 2],
    [-2147023293, '0x80070643', 'ERROR_INSTALL_FAILURE', 'installFailed', undefined, 1603],
    [-2147024896, '0x80070000', undefined, undefined, undefined, 0],
    [5, '0x00000005', undefined, undefined, undefined, undefined],
    [524293, '0x00080005', undefined, undefined, undefined, undefined],
    [458757, '0x00070005', undefined, undefined, undefined, undefined],
    [1638500, '0x00190064', undefined, undefined, undefined, undefined],
    [-2145845148, '0x80190064', undefined, undefined, 100, undefined],
    [-2145845149, '0x80190063', undefined, undefined, undefined, undefined],
    [-2145844649, '0x80190257', undefined, undefined, 599, undefined],
    [-2145844648, '0x80190258', undefined, undefined, undefined, undefined],
    [-1073741819, '0xC0000005', 'STATUS_ACCESS_VIOLATION', 'accessViolation', undefined, undefined],
  ] as const) {
    it(`${value} is ${hex} ${meaning ?? ''}`, () =>
      assert.deepEqual(explainHResult(value), { hex, name, meaning, httpStatus, win32 }));
  }

  it('of 0 says that nothing failed', () => assert.equal(explainHResult(0), undefined));

  it('is explained whatever the number', () => {
    fc.assert(
      fc.property(fc.oneof(fc.integer(), fc.double()), (value) => {
        assert.match(explainHResult(value)?.hex ?? '0x00000000', /^0x[0-9A-F]{8}$/);
      }),
    );
  });
});

describe('the tables of Windows', () => {
  for (const [code, name, meaning] of [
    [0x80004001, 'E_NOTIMPL', 'notImplemented'],
    [0x80004002, 'E_NOINTERFACE', 'noInterface'],
    [0x80004003, 'E_POINTER', 'badPointer'],
    [0x80004004, 'E_ABORT', 'aborted'],
    [0x80004005, 'E_FAIL', 'unspecified'],
    [0x8000ffff, 'E_UNEXPECTED', 'unexpected'],
    [0x80070005, 'E_ACCESSDENIED', 'accessDenied'],
    [0x80070006, 'E_HANDLE', 'badHandle'],
    [0x8007000e, 'E_OUTOFMEMORY', 'outOfMemory'],
    [0x80070057, 'E_INVALIDARG', 'badArgument'],
    [0x80131506, 'COR_E_EXECUTIONENGINE', 'runtimeError'],
    [0x80131623, 'COR_E_FAILFAST', 'failFast'],
    [0x00000102, 'STATUS_TIMEOUT', 'timedOut'],
    [0x40010004, 'DBG_TERMINATE_PROCESS', 'terminated'],
    [0xc0000005, 'STATUS_ACCESS_VIOLATION', 'accessViolation'],
    [0xc0000017, 'STATUS_NO_MEMORY', 'outOfMemory'],
    [0xc000001d, 'STATUS_ILLEGAL_INSTRUCTION', 'illegalInstruction'],
    [0xc0000022, 'STATUS_ACCESS_DENIED', 'accessDenied'],
    [0xc0000034, 'STATUS_OBJECT_NAME_NOT_FOUND', 'notFound'],
    [0xc000007b, 'STATUS_INVALID_IMAGE_FORMAT', 'badImage'],
    [0xc0000094, 'STATUS_INTEGER_DIVIDE_BY_ZERO', 'dividedByZero'],
    [0xc00000fd, 'STATUS_STACK_OVERFLOW', 'stackOverflow'],
    [0xc0000135, 'STATUS_DLL_NOT_FOUND', 'dllNotFound'],
    [0xc0000139, 'STATUS_ENTRYPOINT_NOT_FOUND', 'entryPointNotFound'],
    [0xc000013a, 'STATUS_CONTROL_C_EXIT', 'controlC'],
    [0xc0000142, 'STATUS_DLL_INIT_FAILED', 'dllInitFailed'],
    [0xc0000374, 'STATUS_HEAP_CORRUPTION', 'heapCorruption'],
    [0xc0000409, 'STATUS_STACK_BUFFER_OVERRUN', 'failFast'],
    [0xc0000428, 'STATUS_INVALID_IMAGE_HASH', 'badSignature'],
    [0xe0434352, 'COMPLUS_EXCEPTION', 'netException'],
    [0xe06d7363, 'MSVC_EXCEPTION', 'cppException'],
  ] as const) {
    it(`know ${name}, signed and unsigned, of an action and of a process`, () => {
      for (const value of [code, code | 0]) {
        for (const found of [explainHResult(value), explainExitStatus(value)]) {
          assert.deepEqual([found?.name, found?.meaning], [name, meaning]);
        }
      }
    });
  }

  for (const [code, name, meaning] of [
    [2, 'ERROR_FILE_NOT_FOUND', 'fileNotFound'],
    [3, 'ERROR_PATH_NOT_FOUND', 'pathNotFound'],
    [32, 'ERROR_SHARING_VIOLATION', 'fileInUse'],
    [112, 'ERROR_DISK_FULL', 'diskFull'],
    [1062, 'ERROR_SERVICE_NOT_ACTIVE', 'serviceNotRunning'],
    [1168, 'ERROR_NOT_FOUND', 'notFound'],
    [1223, 'ERROR_CANCELLED', 'cancelled'],
    [1460, 'ERROR_TIMEOUT', 'timedOut'],
    [1602, 'ERROR_INSTALL_USEREXIT', 'installerCancelled'],
    [1603, 'ERROR_INSTALL_FAILURE', 'installFailed'],
    [1618, 'ERROR_INSTALL_ALREADY_RUNNING', 'installerBusy'],
    [1619, 'ERROR_INSTALL_PACKAGE_OPEN_FAILED', 'packageNotOpened'],
    [1638, 'ERROR_PRODUCT_VERSION', 'otherVersion'],
    [1641, 'ERROR_SUCCESS_REBOOT_INITIATED', 'restartBegun'],
    [3010, 'ERROR_SUCCESS_REBOOT_REQUIRED', 'restartNeeded'],
    [12002, 'ERROR_WINHTTP_TIMEOUT', 'timedOut'],
    [12007, 'ERROR_WINHTTP_NAME_NOT_RESOLVED', 'nameNotResolved'],
    [12029, 'ERROR_WINHTTP_CANNOT_CONNECT', 'cannotConnect'],
    [12030, 'ERROR_WINHTTP_CONNECTION_ERROR', 'connectionBroken'],
  ] as const) {
    it(`know ${name}, wrapped and as it is`, () => {
      for (const found of [explainHResult(0x8007_0000 + code), explainExitStatus(code)]) {
        assert.deepEqual([found?.name, found?.meaning, found?.win32], [name, meaning, code]);
      }
    });
  }
});

describe('an exit code', () => {
  it('of 323 is the wrapper, any other the script', () => {
    assert.equal(explainExitCode(323), 'scriptHashMismatch');
    assert.deepEqual([0, 1, -1, undefined].map(explainExitCode), Array(4).fill(undefined));
  });
});

describe('an exit code of Windows', () => {
  for (const [code, hex, name, meaning, win32] of [
    [3221225477, '0xC0000005', 'STATUS_ACCESS_VIOLATION', 'accessViolation', undefined],
    [-1073741819, '0xC0000005', 'STATUS_ACCESS_VIOLATION', 'accessViolation', undefined],
    [0xc000013a, '0xC000013A', 'STATUS_CONTROL_C_EXIT', 'controlC', undefined],
    [0xc0000135, '0xC0000135', 'STATUS_DLL_NOT_FOUND', 'dllNotFound', undefined],
    [0xc0000142, '0xC0000142', 'STATUS_DLL_INIT_FAILED', 'dllInitFailed', undefined],
    [0xc00000fd, '0xC00000FD', 'STATUS_STACK_OVERFLOW', 'stackOverflow', undefined],
    [0xc0000409, '0xC0000409', 'STATUS_STACK_BUFFER_OVERRUN', 'failFast', undefined],
    [0x80131506, '0x80131506', 'COR_E_EXECUTIONENGINE', 'runtimeError', undefined],
    [0x40010004, '0x40010004', 'DBG_TERMINATE_PROCESS', 'terminated', undefined],
    [4294770688, '0xFFFD0000', undefined, 'powerShellNotStarted', undefined],
    [-196608, '0xFFFD0000', undefined, 'powerShellNotStarted', undefined],
    [0xe0434352, '0xE0434352', 'COMPLUS_EXCEPTION', 'netException', undefined],
    [0x102, '0x00000102', 'STATUS_TIMEOUT', 'timedOut', undefined],
    [5, '0x00000005', 'ERROR_ACCESS_DENIED', 'accessDenied', 5],
    [-1073738490, '0xC0000D06', undefined, undefined, undefined],
    [0xc0000906, '0xC0000906', 'STATUS_VIRUS_INFECTED', 'containsMalware', undefined],
    [0xc0000361, '0xC0000361', 'STATUS_ACCESS_DISABLED_BY_POLICY_DEFAULT', 'blockedByPolicy', undefined],
    [-2147024671, '0x800700E1', 'ERROR_VIRUS_INFECTED', 'containsMalware', 225],
    [0x800700c1, '0x800700C1', 'ERROR_BAD_EXE_FORMAT', 'badImage', 193],
    [87, '0x00000057', 'ERROR_INVALID_PARAMETER', 'badArgument', 87],
    [1260, '0x000004EC', 'ERROR_ACCESS_DISABLED_BY_POLICY', 'blockedByPolicy', 1260],
    [9009, '0x00002331', 'MSG_DIR_BAD_COMMAND_OR_FILE', 'commandNotFound', 9009],
    [1603, '0x00000643', 'ERROR_INSTALL_FAILURE', 'installFailed', 1603],
    [3010, '0x00000BC2', 'ERROR_SUCCESS_REBOOT_REQUIRED', 'restartNeeded', 3010],
    [0x80000000, '0x80000000', undefined, undefined, undefined],
    [-2147483648, '0x80000000', undefined, undefined, undefined],
    [0xffffffff, '0xFFFFFFFF', undefined, undefined, undefined],
    [0xdeadbeef, '0xDEADBEEF', undefined, undefined, undefined],
  ] as const) {
    it(`${code} is ${hex} ${meaning ?? ''}`, () =>
      assert.deepEqual(explainExitStatus(code), { hex, name, meaning, httpStatus: undefined, win32 }));
  }

  it('is the own one of a script otherwise', () => {
    for (const code of [
      0,
      // Scripts end with 1 to say that they failed.
      1,
      4,
      42,
      999,
      0x7fffffff,
      0x100000000,
      0x100000005,
      -4294967291,
      -2147483649,
      1.5,
      NaN,
      Infinity,
      -Infinity,
    ]) {
      assert.equal(explainExitStatus(code), undefined, String(code));
    }
  });
});

describe('the meaning of an exit code', () => {
  it('depends on the platform that the script tells', () => {
    assert.deepEqual(exitCodeMeaning(126, 'a.sh'), { kind: 'shell', meaning: 'notExecutable' });
    assert.deepEqual(exitCodeMeaning(127, 'A.SH'), { kind: 'shell', meaning: 'commandNotFound' });
    assert.deepEqual(exitCodeMeaning('137', 'a.sh'), { kind: 'signal', signal: 9, name: 'SIGKILL' });
    assert.deepEqual(exitCodeMeaning(129, 'a.sh'), { kind: 'signal', signal: 1, name: 'SIGHUP' });
    assert.deepEqual(exitCodeMeaning(192, 'a.sh'), { kind: 'signal', signal: 64, name: undefined });
    for (const [code, name] of [
      [130, 'SIGINT'],
      [131, 'SIGQUIT'],
      [132, 'SIGILL'],
      [134, 'SIGABRT'],
      [136, 'SIGFPE'],
      [139, 'SIGSEGV'],
      [141, 'SIGPIPE'],
      [142, 'SIGALRM'],
      [143, 'SIGTERM'],
    ] as const) {
      assert.deepEqual(exitCodeMeaning(code, 'a.sh'), { kind: 'signal', signal: code - 128, name });
    }
    for (const code of [0, 1, 5, 125, 128, 193, 130.5, 323, -1]) {
      assert.equal(exitCodeMeaning(code, 'a.sh'), undefined, String(code));
    }
    for (const script of ['a.ps1', 'a.sh.ps1', 'ash', undefined]) {
      assert.equal(exitCodeMeaning(127, script), undefined);
      assert.deepEqual(exitCodeMeaning(323, script), { kind: 'scriptHashMismatch' });
    }
  });

  it('is the own one of a script close below 0', () => {
    for (const code of [-1, '-1', 4294967295, -2, -65535]) {
      assert.equal(exitCodeMeaning(code, 'a.ps1'), undefined, String(code));
    }
    assert.deepEqual(exitCodeMeaning(-65536, 'a.ps1'), {
      kind: 'windows',
      status: explainExitStatus(-65536),
    });
    assert.equal(exitCodeMeaning(-196608, 'a.ps1')?.kind, 'windows');
  });

  it('of a number or of its digits is one', () => {
    const crash = { kind: 'windows', status: explainExitStatus(-1073741819) };
    assert.deepEqual(exitCodeMeaning(3221225477, 'a.ps1'), crash);
    assert.deepEqual(exitCodeMeaning('3221225477', 'a.ps1'), crash);
    for (const text of [
      '-1073741819',
      '0xC0000005',
      '0xc0000005',
      '0xFFFFFFFFC0000005',
      '18446744072635809797',
      '3221225477.0',
      '3.221225477E9',
    ]) {
      assert.deepEqual(exitCodeMeaning(text, undefined), crash, text);
    }
    for (const code of [
      undefined,
      '',
      'failed',
      '5 ',
      '0x5',
      '12345678901',
      '5.5',
      '5e-1',
      '-0xC0000005',
      0,
      '0',
      42,
    ]) {
      assert.equal(exitCodeMeaning(code, 'a.ps1'), undefined, String(code));
    }
  });
});

describe('an encoded command', () => {
  const encode = (text: string): string => Buffer.from(text, 'utf16le').toString('base64');
  const command = "Get-Process | Where-Object { $_.Name -eq 'Größe' }\r\n";
  const encoded = encode(command);

  for (const [args, parameter] of [
    [`-EncodedCommand ${encoded}`, '-EncodedCommand'],
    [`-enc ${encoded}`, '-enc'],
    [`-NoProfile -w hidden -ENC   "${encoded}" -NonInteractive`, '-ENC'],
    [`-e ${encoded}`, '-e'],
    [`/ec '${encoded}'`, '/ec'],
    [`\u2013enco ${encoded.replace(/=+$/, '')}`, '\u2013enco'],
    [`-ExecutionPolicy Bypass -enc:${encoded}`, '-enc'],
    [`"-enc ${encoded}"`, '-enc'],
    [`-Command "powershell -enc ${encoded}"`, '-enc'],
    [`-payload (-enc ${encoded})`, '-enc'],
    [`-enc ${encoded};`, '-enc'],
    [`-enc ${encoded}; Remove-Item x`, '-enc'],
    [`-enc ${encoded}|iex`, '-enc'],
    [`"-enc" "${encoded}"`, '-enc'],
    [`@('-NoProfile','-enc','${encoded}')`, '-enc'],
    [`["-EncodedCommand", "${encoded}"]`, '-EncodedCommand'],
    [`{\\"args\\":\\"-enc ${encoded}\\"}`, '-enc'],
    [`cmd /c "start powershell /enc ${encoded}&exit"`, '/enc'],
    [`\u2014encodedC ${encoded}`, '\u2014encodedC'],
    [`\u2015enc: ${encoded}`, '\u2015enc'],
    [`--encodedcommand ${encoded}`, '--encodedcommand'],
    [`-x=1 -ENCOD\t${encoded.replace(/=+$/, '')}\n`, '-ENCOD'],
    [`-enc nothing -enc ${encoded}`, '-enc'],
  ] as const) {
    it(`is read: ${args.slice(0, 40)}`, () => {
      const found = encodedCommand(args);
      assert.equal(found?.text, command);
      assert.equal(found.parameter, parameter);
      assert.equal(found.encoding, 'utf16le');
      assert.ok(args.includes(found.encoded));
    });
  }

  for (const args of [
    `p^ow^ershell -e^n^c ${encoded}`,
    `-e\`nc ${encoded}`,
    `-^e^n^c ${encoded.slice(0, 8)}^${encoded.slice(8)}`,
    `powershell -e""n"c" ${encoded}`,
    `"-e"nc ${encoded}`,
    `'-en'c "${encoded}"`,
    `-enc ('${encoded.slice(0, 8)}' + "${encoded.slice(8)}")`,
    `powershell%20-enc%20${encodeURIComponent(encoded)}`,
    `\\u0022-enc ${encoded}\\u0022`,
    `&quot;-enc ${encoded}&quot;`,
  ]) {
    it(`is read without what a shell drops: ${args.slice(0, 20)}`, () => {
      const found = encodedCommand(args);
      assert.deepEqual([found?.text, found?.parameter, found?.encoded], [command, '-enc', encoded]);
    });
  }

  for (const [args, text] of [
    [`-enc ${Buffer.from('Get-Process | Größe').toString('base64')}`, 'Get-Process | Größe'],
    [`-enc ${Buffer.from('whoami').toString('base64')}`, 'whoami'],
    [`-e ${Buffer.from('whoami /all').toString('base64')}`, 'whoami /all'],
    [`-enc ${Buffer.from('\ufeffGet-Date').toString('base64')}`, 'Get-Date'],
  ] as const) {
    it(`is read as UTF-8, which some tools take: ${text}`, () => {
      const found = encodedCommand(args);
      assert.deepEqual([found?.text, found?.encoding], [text, 'utf8']);
    });
  }

  it('is read in other languages', () => {
    for (const text of ['中文', 'ひらがな漢字', 'привет', '한국어', 'ä中', 'مرحبا']) {
      assert.equal(encodedCommand(`-enc ${encode(text)}`)?.text, text);
    }
    assert.equal(encodedCommand(`-enc ${encode('\ufeffdir c:')}`)?.text, 'dir c:');
  });

  it('needs a quarter that is plain, where its letters are of several scripts', () => {
    assert.equal(encodedCommand(`-enc ${encode('a\u4E2D\u0434\u05D0')}`)?.text, 'a\u4E2D\u0434\u05D0');
    assert.equal(encodedCommand(`-enc ${encode('a\u4E2D\u0434\u05D0\u0E01')}`), undefined);
  });

  it('of a vague parameter needs more than chance', () => {
    assert.equal(encodedCommand(`-e ${encode('dir c:')}`)?.text, 'dir c:');
    assert.equal(encodedCommand(`-e ${encode('a\u4E2D\u6587\u5B57')}`)?.text, 'a\u4E2D\u6587\u5B57');
    assert.equal(encodedCommand(`-e ${Buffer.from('whoami 1').toString('base64')}`)?.text, 'whoami 1');
    assert.equal(encodedCommand(`-e ${encode('中文')}`), undefined);
    assert.equal(encodedCommand(`-e ${Buffer.from('whoami').toString('base64')}`), undefined);
  });

  for (const args of [
    undefined,
    '',
    'OfficeClickToRun',
    encoded,
    `-ExecutionPolicy ${encoded}`,
    `-encoding ${encoded}`,
    `-enc`,
    '-enc AAAA',
    '-enc QQ==',
    '-enc not-base64',
    '-e everything',
    '-e longword',
    `-enc ${Buffer.from('plain UTF-8 text').toString('base64')}x`,
    `-enc ${encode('a\u0000b')}`,
    `-enc ${Buffer.from([0x00, 0xd8, 0x41, 0x00]).toString('base64')}`,
    `x-enc ${encoded}`,
    `-enc ${encoded}!`,
    `-enc ${encoded}-x`,
    `-enc ${encoded}==`,
    `-encx ${encoded}`,
    `-ea ${encoded}`,
    `---enc ${encoded}`,
    `-enc= ${encoded}`,
    `-enc ${encode('\ue000\ue001')}`,
    `-enc ${encode('\u0378ab')}`,
    `-enc ${encode('中\u0e01א\u0905')}`,
    `-enc ${Buffer.from('ab').toString('base64')}`,
    `-enc ${Buffer.from('abcd\u0001').toString('base64')}`,
    `-enc ${Buffer.from([0x61, 0x62, 0x63, 0xff, 0x20]).toString('base64')}`,
    `-enc ${Buffer.from('abcäöüÄÖÜßéèêëíì').toString('base64')}`,
    '-enc SGVsbG8gd29ybGR',
  ]) {
    it(`is none: ${String(args).slice(0, 40)}`, () => assert.equal(encodedCommand(args), undefined));
  }

  it('keeps what is hostile in it for those who show it', () => {
    const hostile = 'echo \u202e[x](command:y)';
    assert.equal(encodedCommand(`-enc ${encode(hostile)}`)?.text, hostile);
  });

  it('comes back as it went in', () => {
    const plain = fc.string({
      unit: fc.constantFrom('a', 'Z', '0', ' ', '$', '-', '|', '{', "'", '"', 'ä', '中'),
      minLength: 2,
    });
    fc.assert(
      fc.property(plain, (text) => assert.equal(encodedCommand(`-enc ${encode(text)} -x`)?.text, text)),
    );
  });

  it('is looked for in any text without harm', () => {
    const part = fc.constantFrom('-e', '-enc', ' ', '\t', 'AAAA', '=', '"', "'", ':', '/e', 'x');
    fc.assert(
      fc.property(fc.array(part, { maxLength: 60 }), (parts) => {
        encodedCommand(parts.join(''));
      }),
    );
    encodedCommand(`-e${' '.repeat(100_000)}${'A'.repeat(100_000)}!`);
    encodedCommand('-e '.repeat(50_000));
  });

  it('is not made of bytes by chance', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 40, maxLength: 80 }), (bytes) => {
        const text = encodedCommand(`-enc ${Buffer.from(bytes).toString('base64')}`)?.text;
        assert.ok(text === undefined || /^[\t\r\n -~]*$/.test(text) || new Set(bytes).size < 8, text);
      }),
    );
  });
});

const command = (index: number, status: string, more: Partial<ActionCommand> = {}): ActionCommand => ({
  index,
  type: 'RunScript',
  status,
  errors: [],
  startedAt: undefined,
  endedAt: undefined,
  subject: undefined,
  args: undefined,
  ...more,
});

describe('a duration', () => {
  it('is of what has ended, and of what says both times', () => {
    const times = { createdAt: 1_000, updatedAt: 61_000 };
    assert.equal(durationOf(decodedAction(1, {}, times)), 60_000);
    assert.equal(durationOf(decodedAction(1, {}, { ...times, updatedAt: undefined })), undefined);
    assert.equal(durationOf(decodedAction(1, {}, { ...times, updatedAt: 0 })), undefined);
    assert.equal(durationOf(decodedAction(1, { status: 'Pending' }, times)), undefined);
    assert.equal(commandDurationOf(command(0, 'Completed', { startedAt: 5, endedAt: 9 })), 4);
    assert.equal(commandDurationOf(command(0, 'Completed', { startedAt: 5, endedAt: 5 })), 0);
    assert.equal(commandDurationOf(command(0, 'Completed', { endedAt: 9 })), undefined);
  });
});

describe('a command that never ran', () => {
  const commands = [command(0, 'Completed'), command(1, 'Failed'), command(2, 'Created')];

  it('comes after one that failed', () => {
    const action = decodedAction(1, { status: 'Failed' }, { commands });
    assert.deepEqual(
      commands.map((each) => neverRan(action, each)),
      [undefined, undefined, { failed: commands[1] }],
    );
  });

  it('does not blame one behind it', () => {
    const [completed, failed, created] = commands;
    assert.ok(completed && failed && created);
    const action = decodedAction(
      1,
      { status: 'Failed' },
      { commands: [completed, { ...created, index: 1 }, { ...failed, index: 2 }] },
    );
    assert.deepEqual(neverRan(action, { ...created, index: 1 }), { failed: undefined });
  });

  it('may have nobody to blame', () => {
    const [, , last] = commands;
    const action = decodedAction(1, { status: 'Cancelled' }, { commands: [last ?? assert.fail()] });
    assert.deepEqual(neverRan(action, last ?? assert.fail()), { failed: undefined });
  });

  it('is not one that still can', () => {
    const action = decodedAction(1, { status: 'InProgress' }, { commands });
    assert.equal(neverRan(action, commands[2] ?? assert.fail()), undefined);
  });
});

describe('what waits', () => {
  const now = Date.parse('2026-11-20T12:00:00Z');
  const open = (n: number, hoursAgo: number, more: Partial<MachineAction> = {}): MachineAction =>
    decodedAction(n, { status: 'Pending', machineId: 'm1' }, { createdAt: now - hoursAgo * hourMs, ...more });

  it('waits for the oldest of its machine', () => {
    const action = open(1, 1);
    const others = [
      action,
      open(2, 2),
      open(3, 3),
      open(4, 4, { machineId: 'm2' }),
      open(5, 5, { status: 'Succeeded' }),
      open(6, 0.5),
    ];
    assert.deepEqual(whyWaiting(action, others, now), {
      ageMs: hourMs,
      blockedBy: others[2],
      outlived: 'none',
    });
    assert.equal(whyWaiting(others[2] ?? action, others, now)?.blockedBy, undefined);
    const nowhere = open(7, 1, { machineId: undefined });
    assert.equal(
      whyWaiting(nowhere, [nowhere, open(8, 2, { machineId: undefined })], now)?.blockedBy,
      undefined,
    );
  });

  it('has outlived the one documented limit, both or none', () => {
    const of = (hours: number, more?: Partial<MachineAction>): string | undefined =>
      whyWaiting(open(1, hours, more), [], now)?.outlived;
    assert.deepEqual([of(2), of(2.1), of(72), of(73)], ['none', 'newest', 'newest', 'older']);
    assert.equal(of(73, { type: 'Isolate' }), undefined);
    assert.equal(of(1, { createdAt: undefined }), undefined);
    assert.equal(whyWaiting(open(1, -1), [], now)?.ageMs, 0);
  });

  it('waits for nothing when it is final', () => {
    assert.equal(whyWaiting(open(1, 1, { status: 'Failed' }), [], now), undefined);
  });

  it('has its sessions listed, the oldest first', () => {
    const actions = [
      open(1, 1),
      open(2, 3),
      open(3, 2, { type: 'Isolate' }),
      open(4, 9, { status: 'Failed' }),
    ];
    assert.deepEqual(openSessions(actions), [actions[1], actions[0]]);
  });
});
