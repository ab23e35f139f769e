import { literalOf, type ScriptOutcome, type ScriptRun } from './scriptOutcome';

/**
 * A script on a Windows machine, without an interpreter: the literals that it writes, its errors as
 * Windows PowerShell 5.1 words them, and its exit code. Loops and conditions are not followed; each
 * line happens once.
 */
export function runPowerShell(run: ScriptRun): ScriptOutcome {
  const { host } = run.machine;
  const output = [`Host: ${host}`, `Arguments: ${run.args === '' ? '(none)' : run.args}`];
  const errors: string[] = [];
  let exitCode = 0;
  let sleptSeconds = 0;
  for (const { line, number, functions } of statementsOf(run.text)) {
    const { word, rest } = firstWord(line);
    const literal = literalOf(rest)?.replaceAll(/\$env:computername/gi, host);
    exitCode = 0;
    switch (word) {
      case 'write-output':
      case 'write-host':
      case 'echo':
        output.push(literal ?? `(value of ${rest})`);
        break;
      case 'write-error':
        errors.push(errorRecord(run, { line, number }, written(literal ?? rest)));
        break;
      case 'start-sleep':
      case 'sleep':
        sleptSeconds += secondsOf(rest);
        break;
      case 'throw':
        errors.push(errorRecord(run, { line, number }, thrown(literal ?? 'ScriptHalted')));
        return { exitCode: 1, output: output.join('\r\n'), errors: errors.join('\r\n'), sleptSeconds };
      case 'exit':
        exitCode = /^-?\d{1,9}$/.test(rest) ? Number(rest) : 0;
        return { exitCode, output: output.join('\r\n'), errors: errors.join('\r\n'), sleptSeconds };
      default:
        if (!isKnown(word, functions)) {
          errors.push(errorRecord(run, { line, number }, unknownCommand(run, line.split(/\s/)[0] ?? '')));
          exitCode = 1;
        }
    }
  }
  return { exitCode, output: output.join('\r\n'), errors: errors.join('\r\n'), sleptSeconds };
}

interface Statement {
  /** Without the blanks around it. */
  readonly line: string;
  /** 1-based. */
  readonly number: number;
  /** The functions that the script has, in lower case. */
  readonly functions: ReadonlySet<string>;
}

/** The lines that may do something: no comments, and no `param` block. */
function* statementsOf(text: string): Generator<Statement> {
  const lines = text
    .replace(/^\ufeff/, '')
    .split('\n')
    .map((line) => line.trim());
  const functions = new Set(
    lines
      .filter((line) => /^function\s/i.test(line))
      .map((line) => (line.split(/[\s({]+/)[1] ?? '').toLowerCase()),
  );
  let comment = false;
  /** Parentheses of a `param` block that are open. */
  let parentheses = 0;
  for (const [index, line] of lines.entries()) {
    comment ||= line.startsWith('<#');
    const isParam = parentheses > 0 || /^param\b/i.test(line);
    if (isParam && !comment) {
      parentheses += line.split('(').length - line.split(')').length;
    } else if (!comment && line !== '' && !line.startsWith('#')) {
      yield { line, number: index + 1, functions };
    }
    comment &&= !line.endsWith('#>');
  }
}

function firstWord(line: string): { readonly word: string; readonly rest: string } {
  const end = line.search(/\s/);
  const word = end < 0 ? line : line.slice(0, end);
  return { word: word.toLowerCase(), rest: end < 0 ? '' : line.slice(end).trim() };
}

/** `Start-Sleep 5`, `-Seconds 5`, `-s 5`. */
function secondsOf(rest: string): number {
  return Number(/\b\d{1,5}$/.exec(rest)?.[0] ?? 0);
}

const keywords = new Set(
  'begin break catch continue do dynamicparam else elseif end exit finally for foreach function if process return switch try until using while'.split(
    ' ',
  ),
);
const aliases = new Set(
  'cat cd cls copy cp curl del dir gc gci gp gps gwmi iex kill ls md mkdir move mv popd ps pushd pwd ren rm rmdir select set sort type where'.split(
    ' ',
  ),
);
/** Programs that come with Windows. */
const programs = new Set(
  'arp certutil cmd hostname ipconfig net netsh netstat nslookup ping powershell quser reg robocopy route sc schtasks systeminfo tasklist wevtutil whoami'.split(
    ' ',
  ),
);
const verbs = new Set(
  'add clear close compare compress convert convertfrom convertto copy disable enable expand export find foreach format get group import invoke join limit measure mount move new out pop push read receive register remove rename reset resolve restart resume save search select send set show sort split start stop suspend tee test trace unblock unregister update wait where write'.split(
    ' ',
  ),
);

/**
 * True for what is no command at all (a variable, a brace, a literal), and for a command that there
 * is.
 */
function isKnown(word: string, functions: ReadonlySet<string>): boolean {
  const name = /^[a-z][\w.-]*$/.test(word) ? word : undefined;
  if (name === undefined || functions.has(name) || keywords.has(name) || aliases.has(name)) {
    return true;
  }
  const verb = name.includes('-') ? (name.split('-')[0] ?? '') : '';
  return verbs.has(verb) || programs.has(name.replace(/\.exe$/, ''));
}

interface ErrorWords {
  readonly message: string;
  readonly category: string;
  readonly id: string;
  /** Characters that are underlined; the whole line when missing. */
  readonly width?: number;
}

function thrown(message: string): ErrorWords {
  return { message, category: `OperationStopped: (${message}:String) [], RuntimeException`, id: message };
}

function written(message: string): ErrorWords {
  return {
    message,
    category: 'NotSpecified: (:) [Write-Error], WriteErrorException',
    id: 'Microsoft.PowerShell.Commands.WriteErrorException',
  };
}

function unknownCommand({ machine }: ScriptRun, command: string): ErrorWords {
  const message =
    machine.language === 'de'
      ? `${command} : Die Benennung "${command}" wurde nicht als Name eines Cmdlet, einer Funktion, einer Skriptdatei oder eines ausführbaren Programms erkannt. Überprüfen Sie die Schreibweise des Namens, oder ob der Pfad korrekt ist (sofern enthalten), und wiederholen Sie den Vorgang.`
      : `${command} : The term '${command}' is not recognized as the name of a cmdlet, function, script file, or operable program. Check the spelling of the name, or if a path was included, verify that the path is correct and try again.`;
  return {
    message,
    category: `ObjectNotFound: (${command}:String) [], CommandNotFoundException`,
    id: 'CommandNotFoundException',
    width: command.length,
  };
}

const downloads = 'C:\\ProgramData\\Microsoft\\Windows Defender Advanced Threat Protection\\Downloads';

/**
 * An error record as Windows PowerShell 5.1 writes it, with the position in the file that the agent
 * made.
 */
function errorRecord(
  { guid, machine }: ScriptRun,
  { line, number }: Pick<Statement, 'line' | 'number'>,
  { message, category, id, width = line.length }: ErrorWords,
): string {
  const [at, column] = machine.language === 'de' ? ['In', 'Zeichen'] : ['At', 'char'];
  return [
    message,
    `${at} ${downloads}\\PSScript_{${guid}}.ps1:${number} ${column}:1`,
    `+ ${line}`,
    `+ ${'~'.repeat(width)}`,
    `    + CategoryInfo          : ${category}`,
    `    + FullyQualifiedErrorId : ${id}`,
    ' ',
  ].join('\r\n');
}
