import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What VS Code asked the provider. */
export interface ProviderCall {
  readonly what: 'get' | 'create' | 'remove';
  readonly scopes?: readonly string[];
}

export interface MicrosoftProvider {
  /** For `openWorkbench`. */
  readonly builtins: Record<string, string>;
  readonly calls: () => readonly ProviderCall[];
  /** The token of the next session, or of the present one from now on. */
  readonly setToken: (token: string) => void;
}

/** The provider itself, as VS Code runs it. It says that its sessions have changed whenever the token is another one. */
const source = (folder: string): string => `
const vscode = require('vscode');
const fs = require('node:fs');
const path = require('node:path');
const folder = ${JSON.stringify(folder)};
exports.activate = (context) => {
  const changed = new vscode.EventEmitter();
  let sessions = [];
  const token = () => fs.readFileSync(path.join(folder, 'token'), 'utf8');
  const note = (call) => fs.appendFileSync(path.join(folder, 'calls'), JSON.stringify(call) + '\\n');
  const provider = {
    onDidChangeSessions: changed.event,
    getSessions: async (scopes) => {
      note({ what: 'get', scopes });
      return sessions
        .filter((session) => !scopes || scopes.every((scope) => session.scopes.includes(scope)))
        .map((session) => ({ ...session, accessToken: token() }));
    },
    createSession: async (scopes) => {
      note({ what: 'create', scopes });
      const session = { id: 'session', accessToken: token(), account: { id: 'anna', label: 'anna@contoso.example' }, scopes };
      sessions = [session];
      changed.fire({ added: [session], removed: [], changed: [] });
      return session;
    },
    removeSession: async () => note({ what: 'remove' }),
  };
  context.subscriptions.push(vscode.authentication.registerAuthenticationProvider('microsoft', 'Microsoft', provider));
  let last = token();
  const timer = setInterval(() => {
    if (token() !== last) {
      last = token();
      changed.fire({ added: [], removed: [], changed: sessions });
    }
  }, 100);
  context.subscriptions.push({ dispose: () => clearInterval(timer) });
};
`;

/** A Microsoft sign-in without Microsoft: an extension that takes the place of VS Code's own. */
export function makeMicrosoftProvider(folder: string): MicrosoftProvider {
  const extension = join(folder, 'provider');
  mkdirSync(extension, { recursive: true });
  const manifest = {
    name: 'microsoft-authentication',
    publisher: 'vscode',
    version: '1.0.0',
    engines: { vscode: '^1.105.0' },
    main: './extension.js',
    activationEvents: ['*'],
    extensionKind: ['workspace'],
    contributes: { authentication: [{ id: 'microsoft', label: 'Microsoft' }] },
  };
  writeFileSync(join(extension, 'package.json'), JSON.stringify(manifest));
  writeFileSync(join(extension, 'extension.js'), source(folder));
  writeFileSync(join(folder, 'token'), 'none');
  writeFileSync(join(folder, 'calls'), '');
  return {
    builtins: { 'microsoft-authentication': extension },
    setToken: (token) => writeFileSync(join(folder, 'token'), token),
    calls: () =>
      readFileSync(join(folder, 'calls'), 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as ProviderCall),
  };
}
