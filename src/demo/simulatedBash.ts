import { literalOf, type ScriptOutcome, type ScriptRun } from './scriptOutcome';

/**
 * A script on a machine without Windows: it goes to `/bin/bash -s` on standard input, so errors
 * name no file; within a function they name `main`. Without an interpreter: the literals that it
 * writes, its errors and its exit code. Loops and conditions are not followed.
 */
export function runBash(run: ScriptRun): ScriptOutcome {
  const bash = new Bash(run);
  bash.run();
  return bash;
}

interface Line {
  readonly text: string;
  /** 1-based. */
  readonly number: number;
}

/** Functions within functions that are followed. */
const maxDepth = 8;

class Bash implements ScriptOutcome {
  readonly #run: ScriptRun;
  readonly #lines: Line[] = [];
  readonly #functions = new Map<string, Line[]>();
  readonly #output: string[];
  readonly #errors: string[] = [];
  exitCode = 0;
  sleptSeconds = 0;

  constructor(run: ScriptRun) {
    this.#run = run;
    this.#output = [`Host: ${run.machine.host}`, `Arguments: ${run.args === '' ? '(none)' : run.args}`];
    let body: Line[] | undefined;
    for (const [index, each] of run.text.split('\n').entries()) {
      const text = each.trim();
      const name = /^(?:function\s+)?([\w-]+)\s*\(\)\s*\{$/.exec(text)?.[1];
      if (name !== undefined) {
        body = [];
        this.#functions.set(name, body);
      } else if (body !== undefined && text === '}') {
        body = undefined;
      } else if (text !== '' && !text.startsWith('#')) {
        (body ?? this.#lines).push({ text, number: index + 1 });
      }
    }
  }

  get output(): string {
    return this.#output.join('\n');
  }

  get errors(): string {
    return this.#errors.join('');
  }

  run(): void {
    this.#execute(this.#lines, 0);
  }

  /** False once the script has left. */
  #execute(lines: readonly Line[], depth: number): boolean {
    return lines.every((line) => this.#statement(line, depth));
  }

  #statement({ text, number }: Line, depth: number): boolean {
    const end = text.search(/\s/);
    const word = end < 0 ? text : text.slice(0, end);
    const rest = end < 0 ? '' : text.slice(end).trim();
    const body = this.#functions.get(word);
    if (body !== undefined) {
      return depth >= maxDepth || this.#execute(body, depth + 1);
    }
    this.exitCode = 0;
    switch (word) {
      case 'exit':
        this.exitCode = /^\d{1,3}$/.test(rest) ? Number(rest) : 0;
        return false;
      case 'echo':
        this.#echo(rest);
        break;
      case 'sleep':
        this.sleptSeconds += /^\d{1,5}$/.test(rest) ? Number(rest) : 0;
        break;
      default:
        if (!isKnown(word)) {
          const where = depth === 0 ? '/bin/bash' : 'main';
          this.#errors.push(`${where}: line ${number}: ${word}: command not found\n`);
          this.exitCode = 127;
        }
    }
    return true;
  }

  #echo(rest: string): void {
    const { args, machine } = this.#run;
    const said = literalOf(rest) ?? rest;
    if (rest.endsWith('>&2')) {
      this.#errors.push(`${literalOf(rest) ?? rest.slice(0, -'>&2'.length).trim()}\n`);
      return;
    }
    const words = args.split(' ');
    const value = (name: string): string => (/^\d$/.test(name) ? (words[Number(name) - 1] ?? '') : args);
    this.#output.push(
      rest.startsWith("'")
        ? said
        : said
            .replaceAll(/\$\(hostname\)|\$HOSTNAME\b/g, machine.host)
            .replaceAll(/\$([1-9@*])/g, (_, name: string) => value(name)),
    );
  }
}

const commands = new Set(
  'alias awk base64 bash break case cat cd chmod chown continue cp crontab curl cut date declare df dig do done du elif else env esac eval export false fi file find for function grep gzip head hostname id if ifconfig ip journalctl kill last ls local lsof md5sum mkdir mv netstat printf ps pwd python3 read readonly return rm sed set sha256sum shift shopt sort source ss stat sudo systemctl tail tar tee test then touch tr trap true uname uniq unset until uptime w wc wget which while who whoami xargs zcat'.split(
    ' ',
  ),
);

/**
 * True for what is no command at all (an assignment, a bracket), and for a command that there is.
 */
function isKnown(word: string): boolean {
  const name = /^[A-Za-z_][\w.-]*;?$/.test(word) ? word.replace(/;$/, '') : undefined;
  return name === undefined || commands.has(name);
}
