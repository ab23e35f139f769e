import * as vscode from 'vscode';
import {
  type Connection,
  readConnections,
  settingFields,
  type SettingProblem,
} from '../connections/connectionSettings';

const mebibyte = 1024 * 1024;

/**
 * Every setting, without its `liveResponse.`; `npm run check` holds this list against package.json.
 */
export const settingKeys = [
  'connections',
  'actions.lookbackDays',
  'actions.pageSize',
  'refresh.intervalSeconds',
  'results.cacheMegabytes',
  'results.maxDownloadMegabytes',
  'time',
  'tree.label',
  'links.enabled',
  'links.languages',
  'links.lookup',
  'links.codeLens',
] as const;
type SettingKey = (typeof settingKeys)[number];

/**
 * A setting as the user set it. The manifest gives them all the scope `application`, which makes VS
 * Code ignore what a workspace says; reading only the user's value makes sure of it.
 */
function userSetting(key: SettingKey): unknown {
  if (!known.has(key)) {
    const inspected = vscode.workspace.getConfiguration('liveResponse').inspect(key);
    known.set(key, inspected?.globalValue ?? inspected?.defaultValue);
  }
  return known.get(key);
}

/**
 * To ask VS Code takes as long as making several rows of the tree, each of which wants to know how
 * times are shown.
 */
const known = new Map<string, unknown>();
vscode.workspace.onDidChangeConfiguration((event) => {
  if (event.affectsConfiguration('liveResponse')) {
    known.clear();
  }
});

/** What is no number stands for nothing that somebody wanted: then it is as if nothing were set. */
function numberSetting(key: SettingKey, min: number, max: number): number {
  const set = userSetting(key);
  const value = typeof set === 'number' ? set : defaultOf(key);
  return typeof value === 'number' ? Math.min(max, Math.max(min, value)) : min;
}

function defaultOf(key: SettingKey): unknown {
  return vscode.workspace.getConfiguration('liveResponse').inspect(key)?.defaultValue;
}

export const settings = {
  connections: (): {
    readonly connections: readonly Connection[];
    readonly problems: readonly SettingProblem[];
  } => {
    const { connections, problems } = readConnections(userSetting('connections') ?? []);
    const named = connections.map((each) =>
      each.auth === 'demo' ? { ...each, name: vscode.l10n.t('Sample tenant') } : each,
    );
    return { connections: named, problems };
  },
  /**
   * Writes the entry of a connection into the user's settings, or takes it out. What somebody wrote
   * beside our fields stays, and so do entries that cannot be read.
   */
  replaceConnection: async (
    id: string,
    entry: Readonly<Record<string, string | false>> | undefined,
  ): Promise<void> => {
    const raw = userSetting('connections');
    const entries: readonly unknown[] = Array.isArray(raw) ? raw : [];
    const at = entries.findIndex(
      (each) => typeof each === 'object' && each !== null && (each as { id?: unknown }).id === id,
    );
    const rest = at < 0 ? entries : entries.toSpliced(at, 1);
    const others = at < 0 ? {} : beside(entries[at]);
    const next =
      entry === undefined ? rest : rest.toSpliced(at < 0 ? rest.length : at, 0, { ...entry, ...others });
    await vscode.workspace
      .getConfiguration('liveResponse')
      .update('connections', next, vscode.ConfigurationTarget.Global);
  },
  /** 0 is off. */
  refreshSeconds: (): number => numberSetting('refresh.intervalSeconds', 0, 3600),
  lookbackDays: (): number => numberSetting('actions.lookbackDays', 1, 180),
  pageSize: (): number => Math.floor(numberSetting('actions.pageSize', 1, 10_000)),
  cacheBytes: (): number => numberSetting('results.cacheMegabytes', 1, 4096) * mebibyte,
  downloadBytes: (): number => numberSetting('results.maxDownloadMegabytes', 1, 2048) * mebibyte,
  utc: (): boolean => userSetting('time') === 'utc',
  /** What the row of an action begins with. */
  rowLabel: (): 'script' | 'host' => (userSetting('tree.label') === 'host' ? 'host' : 'script'),
  links: {
    enabled: (): boolean => userSetting('links.enabled') !== false,
    /** `*` stands for all. */
    languages: (): readonly string[] => {
      const languages = userSetting('links.languages');
      return Array.isArray(languages) ? languages.filter((each) => typeof each === 'string') : ['*'];
    },
    lookup: (): 'always' | 'known' => (userSetting('links.lookup') === 'known' ? 'known' : 'always'),
    codeLens: (): boolean => userSetting('links.codeLens') === true,
  },
};

/** The fields of an entry that are none of those that we write. */
function beside(entry: unknown): Readonly<Record<string, unknown>> {
  const ours: ReadonlySet<string> = new Set(settingFields);
  return Object.fromEntries(Object.entries(entry ?? {}).filter(([key]) => !ours.has(key)));
}

/** Calls back when one of our settings whose key starts with `prefix` has changed. */
export function onSettingChange(
  prefix: SettingKey | 'links' | 'refresh',
  callback: () => void,
): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration(`liveResponse.${prefix}`)) {
      callback();
    }
  });
}
