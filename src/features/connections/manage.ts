/**
 * The commands that add, change and remove connections. A chunk of its own, loaded when one of them
 * runs.
 */
import { homedir } from 'node:os';
import * as vscode from 'vscode';
import { readCertificate } from '../../connections/certificate';
import { tryConnection } from '../../connections/connectionTest';
import { isFor } from '../../connections/secretRecord';
import { type Connection, demoConnection } from '../../connections/connectionSettings';
import { resolveTenant } from '../../connections/tenants';
import { systemClock } from '../../http/clock';
import { Failure, isAbort } from '../../http/failure';
import { nodeFetchPort } from '../../http/nodeFetch';
import { createConnectionClient } from './connectionClient';
import type { Log } from '../../platform/log';
import { escapeMarkup, sanitize } from '../../messages/sanitize';
import type { TargetProblem } from '../../messages/problem';
import { problemOf, type Reporter } from '../../platform/errorReporter';
import type { ConnectionRegistry } from './connectionRegistry';
import { settings } from '../../platform/userSettings';
import { faultOf } from '../../messages/settingWords';
import { authorityOf, connectionOf, type Draft, draftOf, emptyDraft, entryOf, usesSecret } from './draft';
import { type SignOutMemory, unsaved } from '../../connections/signOut';
import { questions } from './questions';
import { runSteps } from '../../platform/multiStepInput';
import type { ConnectionSecrets } from './secrets';
import { trialStep } from './trial';

const { l10n } = vscode;

export interface ManagePorts {
  readonly registry: ConnectionRegistry;
  readonly secrets: ConnectionSecrets;
  readonly signOuts: SignOutMemory;
  readonly reporter: Reporter;
  readonly log: Log;
}

/**
 * `liveResponse.addConnection`: from a name to a tree that lists. Nothing is stored before the last
 * step.
 */
export async function addConnection(ports: ManagePorts): Promise<void> {
  await setUp(l10n.t('Add Connection'), emptyDraft, ports);
}

/** `liveResponse.editConnection`: the same questions with the present answers. */
export async function editConnection(ports: ManagePorts, id?: unknown): Promise<void> {
  const connection = await chooseConnection(ports, id, {
    title: l10n.t('Change Connection'),
    placeHolder: l10n.t('Select the connection to change'),
  });
  if (connection !== undefined) {
    await setUp(l10n.t('Change {0}', sanitize(connection.name, 40)), draftOf(connection), ports);
  }
}

/** `liveResponse.removeConnection`: the entry in the settings and the secret; confirmed first. */
export async function removeConnection(ports: ManagePorts, id?: unknown): Promise<void> {
  const connection = await chooseConnection(ports, id, {
    title: l10n.t('Remove Connection'),
    placeHolder: l10n.t('Select the connection to remove'),
  });
  if (connection === undefined) {
    return;
  }
  const remove = l10n.t('Remove');
  const chosen = await vscode.window.showWarningMessage(
    l10n.t('Remove the connection {0}?', sanitize(connection.name, 60)),
    {
      modal: true,
      detail: l10n.t(
        'This deletes its entry in your settings and its secret on this computer. Nothing changes in the tenant.',
      ),
    },
    remove,
  );
  if (chosen === remove) {
    await ports.secrets.forget(connection.id);
    await ports.signOuts.set(connection.id, true);
    await ports.secrets.announceRemoval(connection.id);
    await settings.replaceConnection(connection.id, undefined);
  }
}

/**
 * `liveResponse.signOut`: forgets the token, the secret and which account was used. The connection
 * stays.
 */
export async function signOut(ports: ManagePorts, id?: unknown): Promise<void> {
  const connection = await chooseConnection(ports, id, {
    title: l10n.t('Sign Out'),
    placeHolder: l10n.t('Select the connection to sign out of'),
  });
  if (connection === undefined) {
    return;
  }
  await ports.secrets.forget(connection.id);
  await ports.signOuts.set(connection.id, true);
  ports.registry.signOut(connection.id);
  await ports.secrets.announceSignOut(connection.id);
  vscode.window.setStatusBarMessage(
    l10n.t('Signed out of {0}.', escapeMarkup(sanitize(connection.name, 60))),
    5_000,
  );
}

async function setUp(title: string, draft: Draft, ports: ManagePorts): Promise<void> {
  const stored = draft.id === '' ? undefined : await ports.secrets.get(draft);
  const others = ports.registry.connections.filter(({ id }) => id !== draft.id).map(({ id }) => id);
  const steps = questions({
    taken: others,
    secretStored: (changed) => stored !== undefined && isFor(draft, changed),
    resolveTenant: async (text, state, signal) => resolve(ports, text, state, signal),
    judgeCertificate: async (state, signal) => judgeCertificate(ports, state, signal),
  });
  const trial = trialStep({
    attempt: (state, signal) => attempt(ports, state, signal),
    reporter: ports.reporter,
  });
  const done = await runSteps(title, draft, [...steps, trial]);
  if (done !== undefined) {
    await keep(ports, done);
  }
}

/**
 * Saves the answers. When VS Code cannot write its settings, they are not lost: it can be tried
 * again.
 */
async function keep(ports: ManagePorts, draft: Draft): Promise<void> {
  try {
    await save(ports, draft);
  } catch (error) {
    const again = { title: l10n.t('Retry'), run: () => keep(ports, draft) };
    ports.reporter.report('save a connection', error, again);
  }
}

async function resolve(
  { reporter }: ManagePorts,
  text: string,
  draft: Draft,
  signal: AbortSignal,
): Promise<{ readonly tenantId: string } | { readonly fault: string }> {
  try {
    return { tenantId: await resolveTenant(text, authorityOf(draft), nodeFetchPort, signal) };
  } catch (error) {
    return { fault: reporter.explain('look up a tenant', error).sentence };
  }
}

/** A passphrase is asked for next, so a file that wants one is fine so far. */
async function judgeCertificate(
  { reporter }: ManagePorts,
  draft: Draft,
  signal: AbortSignal,
): Promise<{ readonly encrypted: boolean } | { readonly fault: string }> {
  try {
    await readCertificate(draft.certificatePath, () => Promise.resolve(undefined), {
      homeDirectory: homedir(),
      clock: systemClock,
    });
    signal.throwIfAborted();
    return { encrypted: false };
  } catch (error) {
    const needsPassphrase = problemOf(error)?.code === 'certificatePassphraseMissing';
    return isAbort(error) || needsPassphrase
      ? { encrypted: true }
      : { fault: reporter.explain('read a certificate', error).sentence };
  }
}

/** Tries a connection that is not stored yet, with the secret that was just typed. */
async function attempt(
  ports: ManagePorts,
  draft: Draft,
  signal: AbortSignal,
): ReturnType<typeof tryConnection> {
  const connection = connectionOf(draft);
  if ('code' in connection) {
    return { token: { ok: false, error: new Error(faultOf(connection)) }, list: undefined, missing: [] };
  }
  const { api, tokens } = createConnectionClient(connection, {
    clock: systemClock,
    fetch: nodeFetchPort,
    log: (line) => ports.log.info(`${connection.id}: ${line}`),
    secrets: {
      get: (owner) => (draft.secret === undefined ? ports.secrets.get(owner) : Promise.resolve(draft.secret)),
    },
    signOuts: unsaved(ports.signOuts),
  });
  const since = systemClock.now() - settings.lookbackDays() * 86_400_000;
  return tryConnection(
    {
      credential: tokens,
      list: (aborted) => api.listActions({ since, top: 1 }, { signal: aborted, urgency: 'interactive' }),
      readOnly: connection.readOnly,
    },
    signal,
  );
}

/**
 * The settings first: an entry that cannot be written leaves the secret of the one before as it
 * was.
 */
async function save({ secrets, registry, signOuts }: ManagePorts, draft: Draft): Promise<void> {
  const { id } = draft;
  try {
    await settings.replaceConnection(id, entryOf(draft));
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new Failure<TargetProblem>({ code: 'settingNotWritten', detail });
  }
  try {
    await keepSecret(secrets, draft);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new Failure<TargetProblem>({ code: 'secretNotStored', detail });
  }
  await signOuts.set(id, false);
  registry.reload(id);
  await registry.switchTo(id);
  await vscode.commands.executeCommand('liveResponse.actions.focus');
}

/**
 * Stores what was typed; forgets what the connection does not use, and what was stored for another
 * app, tenant or kind.
 */
async function keepSecret(secrets: ConnectionSecrets, draft: Draft): Promise<void> {
  const { secret } = draft;
  if (usesSecret(draft) && secret !== undefined) {
    await secrets.store(draft, secret);
  } else if (!usesSecret(draft) || (await secrets.get(draft)) === undefined) {
    await secrets.forget(draft.id);
  }
}

/**
 * The connection of this id, else the only one, else the one that a person chooses. From the view's
 * title VS Code passes the row that has the focus, which names no connection.
 */
async function chooseConnection(
  { registry, reporter }: ManagePorts,
  id: unknown,
  { title, placeHolder }: { readonly title: string; readonly placeHolder: string },
): Promise<Connection | undefined> {
  const connections = registry.connections.filter((each) => each.id !== demoConnection.id);
  if (typeof id === 'string') {
    const named = connections.find((each) => each.id === id);
    if (named === undefined) {
      reporter.reportProblem('choose a connection', { code: 'unknownConnection', id });
    }
    return named;
  }
  if (connections.length <= 1) {
    if (connections.length === 0) {
      reporter.reportProblem('choose a connection', { code: 'noConnection' });
    }
    return connections[0];
  }
  const items = connections.map((connection) => ({
    label: sanitize(connection.name, 60),
    detail: connection.tenantId,
    connection,
  }));
  return (await vscode.window.showQuickPick(items, { title, placeHolder, matchOnDetail: true }))?.connection;
}
