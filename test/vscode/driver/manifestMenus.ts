/** What package.json offers in menus, and when. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The values of VS Code's context keys. */
export type Context = Readonly<Record<string, string | boolean>>;

/** An entry of a menu: a command, by the names that a menu shows. */
export interface ManifestEntry {
  readonly command: string;
  readonly title: string;
  /** The name of the submenu that it is in. */
  readonly submenu?: string;
  readonly group: string;
}

interface Contributed {
  readonly menus: Readonly<Record<string, readonly Item[]>>;
  readonly commands: readonly { readonly command: string; readonly title: string }[];
  readonly submenus: readonly { readonly id: string; readonly label: string }[];
}

interface Item {
  readonly command?: string;
  readonly submenu?: string;
  readonly when?: string;
  readonly group: string;
}

const root = process.cwd();
const texts = readJson('package.nls.json') as Readonly<Record<string, string>>;
const { menus, commands, submenus } = (readJson('package.json') as { contributes: Contributed }).contributes;

function readJson(name: string): unknown {
  return JSON.parse(readFileSync(join(root, name), 'utf8'));
}

function textOf(text: string | undefined): string {
  return (text ?? '').replace(/^%(.*)%$/, (_, key: string) => texts[key] ?? key);
}

/** The title of a command, as menus show it. */
export function titleOf(command: string): string {
  return textOf(commands.find((each) => each.command === command)?.title);
}

/** The entries of a menu that are offered there, in no order; those of a submenu with its name. */
export function offered(menu: string, context: Context): ManifestEntry[] {
  return (menus[menu] ?? [])
    .filter(({ when }) => when === undefined || holds(when, context))
    .flatMap(({ command, submenu, group }) => {
      if (command !== undefined) {
        return [{ command, title: titleOf(command), group }];
      }
      const label = textOf(submenus.find(({ id }) => id === submenu)?.label);
      return offered(submenu ?? '', context).map((entry) => ({ ...entry, submenu: label }));
    });
}

const token = /\s*(\|\||&&|[!=]=|=~|[!()]|\/(?:\\.|[^/\\])+\/[a-z]*|[^\s()!=&|]+)/y;

/** Whether a when clause is true: `||`, `&&`, `!`, parentheses, and keys with `==`, `!=` or `=~`. */
export function holds(clause: string, context: Context): boolean {
  const tokens = [...clause.matchAll(new RegExp(token.source, 'g'))].map(([, each = '']) => each);
  const takes = (wanted: string): boolean => tokens[0] === wanted && tokens.shift() !== undefined;
  const next = (): string => {
    const taken = tokens.shift();
    if (taken === undefined) {
      throw new Error(`"${clause}" ends early`);
    }
    return taken;
  };
  const either = (): boolean => {
    let value = both();
    while (takes('||')) {
      value = both() || value;
    }
    return value;
  };
  const both = (): boolean => {
    let value = single();
    while (takes('&&')) {
      value = single() && value;
    }
    return value;
  };
  const single = (): boolean => {
    if (takes('!')) {
      return !single();
    }
    if (takes('(')) {
      const value = either();
      next();
      return value;
    }
    const value = context[next()] ?? false;
    if (takes('=~')) {
      const [, source = '', flags] = /^\/(.*)\/([a-z]*)$/.exec(next()) ?? [];
      return new RegExp(source, flags).test(String(value));
    }
    return takes('==') ? String(value) === next() : takes('!=') ? String(value) !== next() : value !== false;
  };
  return either();
}
