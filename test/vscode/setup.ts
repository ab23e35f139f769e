import { strict as assert } from 'node:assert';
import { delimiter } from 'node:path';
import * as vscode from 'vscode';
import type { StoredBlob } from '../../src/demo/blobs';
import { scriptAction } from '../support/actions';
import { control } from './control';
import { eventually } from '../support/patience';
import { createFakeAz, type FakeAz, tenantId } from '../support/fakeAz';
import { type ServerOptions, type SimulatorServer, startSimulator } from '../support/simulatorServer';

export { eventually, scriptAction, tenantId };

/** A tenant of its own for a test file: a simulator on loopback, and an Azure CLI that signs in to it. */
export interface Tenant {
  readonly connection: string;
  /** What the view calls it. */
  readonly name: string;
  readonly server: SimulatorServer;
  readonly az: FakeAz;
  /** How many requests `work` costs. */
  cost(work: () => Thenable<unknown>): Promise<{ api: number; blob: number }>;
  /** Opens a result by its address, as a link would. */
  open(actionId: string, index?: number): Promise<void>;
  close(): Promise<void>;
}

let tenants = 0;

export async function openTenant(options: ServerOptions = {}): Promise<Tenant> {
  tenants += 1;
  const connection = `test-${process.pid}-${tenants}`;
  const name = `Test ${tenants}`;
  const server = await startSimulator({ quota: null, ...options });
  const az = createFakeAz();
  const path = process.env['PATH'] ?? '';
  process.env['PATH'] = `${az.folder}${delimiter}${path}`;
  // A visible view lists the new connection's actions at a moment of its own, which would spoil the counting of requests.
  await vscode.commands.executeCommand('workbench.action.closeSidebar');
  await setConnections([
    { id: connection, name, tenantId, auth: 'azureCli', apiUrl: server.apiUrl, readOnly: false },
  ]);
  await vscode.commands.executeCommand('liveResponse.switchConnection', connection);
  return {
    connection,
    name,
    server,
    az,
    cost: async (work) => {
      const before = { api: server.count('api'), blob: server.count('blob') };
      await work();
      return { api: server.count('api') - before.api, blob: server.count('blob') - before.blob };
    },
    open: async (actionId, index = 0) => {
      await vscode.commands.executeCommand('liveResponse.openResult', { connection, actionId, index });
    },
    close: async () => {
      await closeEditors();
      await setConnections(undefined);
      process.env['PATH'] = path;
      az.remove();
      await server.close();
    },
  };
}

export async function setConnections(
  value: unknown,
  target = vscode.ConfigurationTarget.Global,
): Promise<void> {
  await vscode.workspace.getConfiguration('liveResponse').update('connections', value, target);
}

/** Puts an action with one transcript into the tenant, and gives its ID. */
export function putTranscript(tenant: Tenant, n: number, transcript: object | string | Uint8Array): string {
  const body =
    transcript instanceof Uint8Array
      ? transcript
      : Buffer.from(typeof transcript === 'string' ? transcript : JSON.stringify(transcript));
  const blob: StoredBlob = { bytes: body, contentType: 'application/json' };
  const action = scriptAction(n);
  tenant.server.put(action, { 0: blob });
  return action.id;
}

/** The documents of ours that are visible, by their ending. */
export function visible(): { kind: string; text: string; uri: vscode.Uri; column: number | undefined }[] {
  return vscode.window.visibleTextEditors
    .filter(({ document }) => document.uri.scheme === 'live-response')
    .map(({ document, viewColumn }) => ({
      kind:
        /\.(script_output|script_error|transcript|body|collected)\.\w+$/.exec(document.uri.path)?.[1] ?? '',
      text: document.getText(),
      uri: document.uri,
      column: viewColumn,
    }));
}

/** The text of the one visible document of a kind. */
export function textOf(kind: string): string {
  const found = visible().filter((each) => each.kind === kind);
  assert.equal(
    found.length,
    1,
    `visible: ${visible()
      .map(({ uri }) => uri.path)
      .join(', ')}`,
  );
  return found[0]?.text ?? '';
}

let texts = 0;

/** {@link textDocument}, shown. */
export async function showText(content: string, language = 'plaintext'): Promise<vscode.TextDocument> {
  const document = await textDocument(content, language);
  await vscode.window.showTextDocument(document);
  return document;
}

/**
 * A text that is no file. Each has a name of its own: VS Code would call the next one `Untitled-1` again, and may still be about to
 * drop the one before it.
 */
export async function textDocument(content: string, language = 'plaintext'): Promise<vscode.TextDocument> {
  texts += 1;
  const uri = vscode.Uri.from({ scheme: 'untitled', path: `text-${process.pid}-${texts}` });
  const empty = await vscode.workspace.openTextDocument(uri);
  const edit = new vscode.WorkspaceEdit();
  edit.insert(uri, new vscode.Position(0, 0), content);
  assert.ok(await vscode.workspace.applyEdit(edit));
  // VS Code has no language of its own for tables, for one: such a text stays plain.
  const isKnown = (await vscode.languages.getLanguages()).includes(language);
  return isKnown ? vscode.languages.setTextDocumentLanguage(empty, language) : empty;
}

export async function closeEditors(): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
}

/** Waits until no notification is left. What was said stays there; a progress goes a moment after it has ended. */
export async function toldNothing(): Promise<void> {
  await eventually(async () => {
    assert.deepEqual((await control?.notifications()) ?? [], []);
    return true;
    // Less than mocha's limit of a test, or nobody learns what was told.
  });
}

/** Waits for a notification that matches, and gives its text; empty on the desktop, where nobody can read them. */
export async function told(pattern: RegExp): Promise<string> {
  if (control === undefined) {
    return '';
  }
  let seen: string[] = [];
  try {
    return await eventually(async () => {
      seen = (await control?.notifications()) ?? [];
      return seen.find((each) => pattern.test(each));
    });
  } catch {
    assert.fail(`no notification matches ${String(pattern)}: ${JSON.stringify(seen)}`);
  }
}
