import { strict as assert } from 'node:assert';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'mocha';
import { collected, transcript } from '../../../src/demo/tenant/outputs';
import { targetMessages } from '../../../src/messages/targetMessages';
import { scriptAction } from '../../support/actions';
import { eventually, patiently } from '../../support/patience';
import { openWorkbench, type Workbench } from './harness';
import { insist, waitMs } from './insist';
import { type Context, type ManifestEntry, offered, titleOf } from './manifestMenus';
import type { ShownNotification } from './notifications';
import { type DrivenTenant, startTenant } from './tenant';

/** What stands for a name in a sentence. */
const name = 'NAME';
/** What no entry of a menu may lead to: it was offered. */
const refusals: readonly RegExp[] = [
  targetMessages.notLiveResponse({ code: 'notLiveResponse', type: name }),
  targetMessages.unknownConnection({ code: 'unknownConnection', id: name }),
  targetMessages.alreadyFinal({ code: 'alreadyFinal', status: name }),
  targetMessages.noResult({ code: 'noResult' }),
  targetMessages.twoResults({ code: 'twoResults' }),
  targetMessages.noPackage({ code: 'noPackage' }),
  ...(['target', 'actionId', 'index', 'connection'] as const).map((field) =>
    targetMessages.badTarget({ code: 'badTarget', field }),
  ),
]
  .map(({ sentence }) => new RegExp(sentence.split(name).map(literally).join('.*')))
  .concat(
    /An unexpected error/,
    /no connection with the ID/,
    /must be a GUID/,
    /command '.*' (?:not found|failed)/i,
  );

/** What shows when an entry was chosen. */
interface Effect {
  /** Waits at most so many milliseconds. */
  readonly appears: (timeout: number) => Promise<unknown>;
  /** Closes it. */
  readonly leave?: () => Promise<void>;
}

/** A kind of row, or rows that are selected together. */
interface Kind {
  readonly name: string;
  readonly rows: readonly (string | RegExp)[];
  readonly viewItem: string;
  /** Commands that must be offered, whatever the manifest says. */
  readonly atLeast: readonly string[];
  /** Where it is another effect than {@link usual}. */
  readonly shows: Readonly<Record<string, () => Effect>>;
}

const command = (id: string): string => `liveResponse.${id}`;
const many = 'collect.ps1 +3';
const [script, file] = ['0: RunScript collect.ps1', '2: GetFile notes.txt'];
const host = 'host-menus';

describe('every entry of a menu', () => {
  let tenant: DrivenTenant;
  let workbench: Workbench;
  let folder = '';

  before(async () => {
    tenant = await startTenant();
    putActions(tenant);
    folder = mkdtempSync(join(tmpdir(), 'lr-menus-'));
    mkdirSync(join(folder, 'workspace'));
    workbench = await openWorkbench({
      ...tenant,
      folder: join(folder, 'workspace'),
      settings: {
        ...tenant.settings,
        'liveResponse.actions.pageSize': 50,
        'liveResponse.refresh.intervalSeconds': 0,
      },
    });
    await workbench.openView();
    await workbench.expandRow(many);
    await workbench.row(file).waitFor();
  });
  after(async () => {
    await workbench.close();
    await tenant.close();
    rmSync(folder, { recursive: true });
  });

  // --- What shows ---

  const opens = (pattern: RegExp, text?: string | RegExp): Effect => ({
    appears: async (timeout) => {
      await eventually(
        async () => (await workbench.tabs()).some((tab) => pattern.test(tab)),
        timeout / patiently(1),
      );
      await (text !== undefined && workbench.waitForEditorText(text));
    },
  });
  const asks = (text: string): Effect => ({
    appears: (timeout) => {
      const widget = workbench.page.locator('.quick-input-widget:visible');
      return widget.getByText(text).or(widget.getByPlaceholder(text)).first().waitFor({ timeout });
    },
    leave: () => workbench.quick.dismiss(),
  });
  const asksForPath = (): Effect => asks('Folder path');
  const compares = (): Effect => ({
    appears: (timeout) => workbench.page.locator('.monaco-diff-editor').first().waitFor({ timeout }),
  });
  const says = (text: string | RegExp): Effect => ({ appears: () => workbench.notifications.waitFor(text) });
  const shows = (text: string | RegExp): Effect => ({
    appears: (timeout) => workbench.page.getByText(text).first().waitFor({ timeout }),
  });
  const confirms = (text: string | RegExp): Effect => ({
    appears: async (timeout) => {
      await workbench.page.locator('.monaco-dialog-box').waitFor({ timeout });
      const { message } = await workbench.dialog();
      assert.ok(typeof text === 'string' ? message.includes(text) : text.test(message), message);
    },
    leave: () => workbench.dismissDialog(),
  });
  const copies = (pattern: RegExp): Effect => ({
    appears: async () => {
      assert.match(await workbench.copied(), pattern);
    },
  });
  const filters = (text: string | RegExp): Effect => ({
    ...shows(text),
    leave: async () => {
      const icon = workbench.menus.icon(titleOf(command('clearFilter')));
      await insist(
        () => icon.click({ timeout: waitMs / 10 }),
        (timeout) => icon.waitFor({ state: 'hidden', timeout }),
      );
      await workbench.row(many).waitFor();
      await shows(/Contoso: latest/).appears(waitMs);
    },
  });

  const guid = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
  const link = `[\\w-]+://live-response\\.defender-live-response/\\S+${guid}\\S*`;
  const lines = (line: string): RegExp => new RegExp(`^${line}(?:\\n${line})*\\n?$`);

  const usual: Readonly<Record<string, () => Effect>> = {
    openResult: () => asks('Select a command of'),
    openError: () => opens(/script_error/, 'errors of'),
    openTranscript: () => opens(/transcript/, 'script_name'),
    openResults: () => opens(/^Results of \d actions\.csv/),
    openAction: () => opens(/action\.json/, '"id"'),
    filterOnMachine: () => filters(`Filter: ${host}.`),
    watchAction: () => ({
      appears: (timeout) => workbench.row(/^script-804.*watched/).waitFor({ timeout }),
    }),
    unwatchAction: () => ({
      appears: (timeout) => workbench.row(/^script-804(?!.*watched)/).waitFor({ timeout }),
    }),
    cancelAction: () => asks('Enter a reason for the cancellation.'),
    openInPortal: () => confirms(/security\.microsoft\.com/),
    downloadPackage: asksForPath,
    reopenWithEncoding: () => asks('Select the encoding of this script’s output.'),
    copyActionId: () => copies(lines(guid)),
    copyLink: () => copies(lines(link)),
    copyAsMarkdown: () => copies(lines(`\\[.+\\]\\(${link}\\)`)),
    compareResults: () => asks('Select the result to compare with.'),
    compareWithPrevious: compares,
    saveResult: asksForPath,
    saveAllResults: asksForPath,
    keepEvidence: () => says(/Kept \d+ results? in/),
  };

  // --- Each entry once ---

  const said: string[] = [];

  /** Reads what was said, and takes it away. */
  async function hear(): Promise<readonly ShownNotification[]> {
    const all = await workbench.notifications.all();
    said.push(...all.map(({ message }) => message));
    if (all.length > 0) {
      await workbench.notifications.clear();
    }
    refuseNothing(all);
    return all;
  }

  function refuseNothing(all: readonly ShownNotification[]): void {
    const refused = all.filter(({ message }) => refusals.some((each) => each.test(message)));
    assert.deepEqual(refused, []);
  }

  async function leave(effect: Effect): Promise<void> {
    await effect.leave?.();
    if ((await workbench.notifications.shown()).length > 0) {
      await hear();
    }
    await closeEditors();
  }

  async function closeEditors(): Promise<void> {
    if ((await workbench.tabs()).length > 0) {
      await workbench.runCommand('View: Close All Editors');
      await eventually(async () => (await workbench.tabs()).length === 0);
    }
  }

  const openMenu = (kind: Kind): Promise<void> => workbench.menus.open(workbench.row(kind.rows.at(-1) ?? ''));

  async function select({ rows }: Kind): Promise<void> {
    const selected = workbench.rows().and(workbench.page.locator('.selected'));
    if (rows.length > 1 && (await selected.count()) !== rows.length) {
      await workbench.selectRows(rows);
      // The click on the first one opens it, when it is a command.
      if (rows.includes(script)) {
        await eventually(async () => (await workbench.tabs()).length > 0);
        await closeEditors();
      }
    }
  }

  function contextOf({ rows, viewItem }: Kind): Context {
    return {
      view: 'liveResponse.actions',
      viewItem,
      'liveResponse.writable': true,
      listMultiSelection: rows.length > 1,
      listDoubleSelection: rows.length === 2,
    };
  }

  const effectOf = (id: string, { shows: own }: Pick<Kind, 'shows'>): Effect => {
    const key = id.replace('liveResponse.', '');
    return (own[key] ?? usual[key] ?? assert.fail(`no test says what ${id} shows`))();
  };

  function testKind(kind: Kind, untested: readonly string[] = []): void {
    const entries = offered('view/item/context', contextOf(kind));
    const inMenu = entries.filter(({ group }) => !group.startsWith('inline'));
    const icons = entries.filter(({ group }) => group.startsWith('inline'));

    beforeEach(() => select(kind));

    it('is offered as the manifest says, with ten at most at once', async () => {
      await openMenu(kind);
      const { top, items } = await workbench.menus.list();
      await workbench.screenshot(`menus-${kind.name.replaceAll(/\W+/g, '-')}`);
      await workbench.menus.close();
      assert.deepEqual(
        namesOf(items),
        namesOf(inMenu.map(({ title, submenu }) => ({ name: title, submenu }))),
      );
      assert.ok(top <= 10, `${top} entries`);
      assert.deepEqual(
        items.filter(({ enabled }) => !enabled),
        [],
      );
      const missing = kind.atLeast.filter((id) => !inMenu.some((each) => each.command === command(id)));
      assert.deepEqual(missing, []);
    });

    for (const { title, submenu, ...entry } of inMenu.filter((each) => !untested.includes(each.command))) {
      it([submenu, title].filter(Boolean).join(': '), async () => {
        await workbench.clipboard();
        await workbench.menus.choose(() => openMenu(kind), title, submenu);
        const effect = effectOf(entry.command, kind);
        await effect.appears(waitMs);
        await leave(effect);
      });
    }

    for (const entry of icons) {
      it(`the icon ${entry.title}`, async () => {
        const [row = ''] = kind.rows;
        const effect = effectOf(entry.command, kind);
        await insist(() => workbench.clickAction(entry.title, row), effect.appears);
        await leave(effect);
      });
    }

    it('refuses nothing', async () => {
      await hear();
    });
  }

  // --- Kinds of rows ---

  const single: readonly Kind[] = [
    {
      name: 'an action with several commands',
      rows: [many],
      viewItem: 'liveResponseAction',
      atLeast: ['openResult', 'openAction', 'compareResults', 'saveAllResults', 'keepEvidence'],
      shows: { compareResults: () => asks('Select a command of') },
    },
    {
      name: 'a command that ran a script',
      rows: [script],
      viewItem: 'command',
      atLeast: ['openResult', 'openError', 'openTranscript', 'reopenWithEncoding', 'saveResult'],
      shows: { openResult: () => opens(/script_output/, 'output of collect.ps1 now') },
    },
    {
      name: 'a command that collected a file',
      rows: [file],
      viewItem: 'commandWithFile',
      atLeast: ['openResult', 'reopenWithEncoding', 'saveResult', 'keepEvidence'],
      shows: { openResult: () => opens(/collected/, 'text that was collected') },
    },
    {
      name: 'a command that put a file there',
      rows: ['3: PutFile tool.zip'],
      viewItem: 'commandWithoutResult',
      atLeast: ['openAction', 'copyLink'],
      shows: {},
    },
    {
      name: 'an action of another type',
      rows: [/^Isolate/],
      viewItem: 'otherAction',
      atLeast: ['openAction', 'filterOnMachine'],
      shows: {},
    },
    {
      name: 'an investigation package',
      rows: [/^Collect investigation package/],
      viewItem: 'otherAction package',
      atLeast: ['downloadPackage', 'openAction'],
      shows: {},
    },
  ];
  for (const kind of single) {
    describe(`of ${kind.name}`, () => testKind(kind));
  }

  const notReady = (): Effect => says(/There is no result yet/);
  const unfinished = {
    rows: [/^script-804/],
    shows: { openResult: notReady, keepEvidence: notReady },
  };
  describe('of an action that is unfinished', () => {
    testKind({
      ...unfinished,
      name: 'an action that is unfinished',
      viewItem: 'liveResponseAction unfinished',
      atLeast: ['watchAction', 'cancelAction'],
      shows: {
        ...unfinished.shows,
        // It is watched from then on.
        openResult: () => ({ ...says(/There is no result yet.*You’ll be notified/), leave: stopWatching }),
        watchAction: () => ({ ...effectOf(command('watchAction'), { shows: {} }), leave: stopWatching }),
      },
    });
  });

  async function stopWatching(): Promise<void> {
    await effectOf(command('watchAction'), { shows: {} }).appears(waitMs);
    await workbench.contextMenu(/^script-804/, titleOf(command('unwatchAction')));
    await effectOf(command('unwatchAction'), { shows: {} }).appears(waitMs);
  }

  describe('of an action that is watched', () => {
    before(() => workbench.contextMenu(/^script-804/, titleOf(command('watchAction'))));
    const kind: Kind = {
      ...unfinished,
      name: 'an action that is watched',
      viewItem: 'liveResponseAction unfinished watched',
      atLeast: ['unwatchAction', 'cancelAction'],
    };
    // The others are tested with the row that is not watched.
    const others = offered('view/item/context', contextOf(kind)).map((entry) => entry.command);
    testKind(
      kind,
      others.filter((each) => each !== command('unwatchAction')),
    );
  });

  // --- Several rows ---

  describe('of two rows', () => {
    testKind({
      name: 'two rows',
      rows: [script, '1: RunScript second.ps1'],
      viewItem: 'command',
      atLeast: ['openResult', 'openResults', 'compareResults', 'copyLink', 'saveAllResults', 'keepEvidence'],
      shows: {
        openResult: () => opensBoth(/collect.*script_output/, /second.*script_output/),
        openError: () => opensBoth(/collect.*script_error/, /second.*script_error/),
        openTranscript: () => opensBoth(/collect.*transcript/, /second.*transcript/),
        openResults: () => opens(/^Results of 1 action\.csv/),
        compareResults: compares,
      },
    });
  });

  const opensBoth = (one: RegExp, other: RegExp): Effect => ({
    appears: async (timeout) => {
      await opens(one).appears(timeout);
      await opens(other).appears(timeout);
    },
  });

  describe('of three rows', () => {
    testKind({
      name: 'three rows',
      rows: [/^collect\.ps1(?! \+)/, /^script-807/, /^script-808/],
      viewItem: 'liveResponseAction',
      atLeast: ['openResult', 'openResults', 'copyLink', 'saveAllResults', 'keepEvidence'],
      shows: { openResult: () => opensBoth(/script-807/, /script-808/) },
    });
  });

  describe('of two rows, of which one has a file that is no text', () => {
    it('opens the other, and tells of the failure', async () => {
      await workbench.expandRow('mixed.ps1 +1');
      const rows = ['1: GetFile dump.bin', '0: RunScript mixed.ps1'];
      await workbench.clickRow(rows[0] ?? '');
      await workbench.notifications.waitFor('The collected file is binary');
      await hear();
      await workbench.selectRows(rows);
      await hear();
      await workbench.contextMenu(rows[1] ?? '', titleOf(command('openResult')));
      await workbench.notifications.waitFor(
        /1 of 2 results couldn’t be opened \(mixed\.ps1 \+1\): .*is binary/,
      );
      await opens(/mixed.*script_output/, 'output of mixed.ps1').appears(waitMs);
      await workbench.screenshot('menus-no-text');
      await leave({ appears: () => Promise.resolve() });
    });
  });

  // --- The title of the view ---

  const title: Context = {
    view: 'liveResponse.actions',
    'liveResponse.connected': true,
    'liveResponse.canLoadMore': true,
  };
  /** Of VS Code itself. */
  const ownIcon = 'Collapse All';
  const isIcon = ({ group }: ManifestEntry): boolean => group.startsWith('navigation');

  async function offersTitle(context: Context): Promise<void> {
    const entries = offered('view/title', context);
    await eventually(async () => {
      const wanted = [...entries.filter(isIcon).map((each) => each.title), ownIcon];
      assert.deepEqual((await workbench.menus.icons()).sort(), wanted.sort());
      return true;
    });
    await workbench.menus.openMore();
    const { items } = await workbench.menus.list();
    await workbench.screenshot(`menus-title-${Object.keys(context).length}`);
    await workbench.menus.close();
    const wanted = entries.filter((each) => !isIcon(each)).map((each) => ({ name: each.title }));
    assert.deepEqual(namesOf(items), namesOf(wanted));
  }

  const filtered: Context = { ...title, 'liveResponse.filtered': true };
  let listed = 0;
  const lists = (): number => tenant.server.count('api', /machineactions\?/i);
  const inTitle: Readonly<Record<string, () => Effect>> = {
    refresh: () => ({ appears: (timeout) => eventually(() => lists() > listed, timeout / patiently(1)) }),
    switchConnection: () => asks('Select a tenant'),
    addConnection: () => asks('Add Connection'),
    editConnection: () => asks('Change Contoso'),
    removeConnection: () => confirms('Remove the connection Contoso?'),
    showLog: () => ({
      appears: (timeout) =>
        workbench.page.locator('[id="workbench.panel.output"]').first().waitFor({ timeout }),
      leave: () => workbench.runCommand('View: Hide Panel'),
    }),
    loadMore: () => shows(/Contoso: 2\d\d actions in the last 30 days\./),
    filter: () => asks('Enter a script, machine'),
    clearFilter: () => shows(/Contoso: latest/),
    groupBy: () => asks('Select how to group machine actions'),
    loadEverything: () => confirms(/^Load all \d+ machine actions\?/),
    showOpenSessions: () => filters('Filter: Open Live Response Sessions.'),
    verifyEvidence: () => says(/Verified \d+ files in /),
  };

  /** Has a row focused first: VS Code passes it to the command. */
  async function chooseInTitle(entry: ManifestEntry, row: string | RegExp): Promise<void> {
    const key = entry.command.replace('liveResponse.', '');
    const effect = (inTitle[key] ?? assert.fail(`no test says what ${entry.command} shows`))();
    await workbench.clickRow(row);
    await workbench.row(row).and(workbench.page.locator('.focused')).waitFor();
    listed = lists();
    if (isIcon(entry)) {
      const icon = workbench.menus.icon(entry.title);
      await insist(() => icon.click({ timeout: waitMs / 10 }), effect.appears);
    } else {
      await workbench.menus.choose(() => workbench.menus.openMore(), entry.title);
      await effect.appears(waitMs);
    }
    await leave(effect);
  }

  describe('of the title of the view', () => {
    const last = ['loadMore', 'signOut'].map(command);
    const entries = offered('view/title', title).filter((each) => !last.includes(each.command));
    const entry = (id: string, context = title): ManifestEntry =>
      offered('view/title', context).find((each) => each.command === command(id)) ?? assert.fail(id);

    it('is offered as the manifest says', () => offersTitle(title));

    for (const each of entries) {
      it(each.title, () => chooseInTitle(each, /^script-807/));
    }

    it(`${titleOf(command('cancelLoading'))}, while it loads`, async () => {
      let release = (): void => undefined;
      const until = new Promise<void>((resolve) => (release = resolve));
      tenant.server.fault({ on: 'api', match: /machineactions\?/i, until });
      try {
        const cancel = workbench.menus.icon(titleOf(command('cancelLoading')));
        await workbench.clickRow(/^script-807/);
        await insist(
          () => workbench.menus.icon(titleOf(command('refresh'))).click({ timeout: waitMs / 10 }),
          (timeout) => cancel.waitFor({ timeout }),
        );
        await offersTitle({ ...title, 'liveResponse.busy': true });
        await insist(
          () => cancel.click({ timeout: waitMs / 10 }),
          (timeout) => cancel.waitFor({ state: 'hidden', timeout }),
        );
      } finally {
        release();
      }
    });

    it('with a filter', async () => {
      await workbench.clickRow(/^script-807/);
      await workbench.menus.icon(titleOf(command('filter'))).click();
      await workbench.quick.shows('Enter a script, machine');
      await workbench.quick.fill('script-807');
      await workbench.quick.pick('Containing “script-807”');
      await shows(/Filter: “script-807”/).appears(waitMs);
      await offersTitle(filtered);
      await chooseInTitle(entry('filter', filtered), /^script-807/);
      await chooseInTitle(entry('clearFilter', filtered), /^script-807/);
    });

    it('with groups, whose headings have no menu', async () => {
      const heading = workbench.row(/^Succeeded/);
      const group = async (by: string): Promise<void> => {
        await workbench.menus.choose(() => workbench.menus.openMore(), titleOf(command('groupBy')));
        await workbench.quick.shows('Select how to group machine actions');
        await workbench.quick.pick(by);
      };
      await group('Status');
      await workbench.row(/^Failed/).waitFor();
      await heading.waitFor();
      await insist(
        () => heading.click({ button: 'right' }),
        (timeout) => heading.and(workbench.page.locator('.focused')).waitFor({ timeout }),
      );
      // It takes the focus in the moment in which a menu would open.
      await workbench.screenshot('menus-heading');
      assert.equal(await workbench.menus.isOpen(), false);
      assert.deepEqual(offered('view/item/context', { view: 'liveResponse.actions', viewItem: 'group' }), []);
      for (const id of ['switchConnection', 'editConnection', 'removeConnection']) {
        await chooseInTitle(entry(id), /^Failed/);
      }
      await group('None');
      await workbench.row(many).waitFor();
    });

    it(titleOf(command('loadMore')), () => chooseInTitle(entry('loadMore'), /^script-807/));

    it('offers no more to load when all is loaded', () =>
      offersTitle({ ...title, 'liveResponse.canLoadMore': false }));

    it('refuses nothing', async () => {
      await hear();
    });
  });

  // --- What cannot be changed ---

  describe('of what cannot be changed', () => {
    for (const [text, effect] of [
      ['save the result', asksForPath],
      ['keep it as evidence', () => says(/Kept 1 result in/)],
    ] as const) {
      it(`"${text}", after one has typed into it`, async () => {
        await workbench.clickRow(script);
        await opens(/script_output/, 'output of collect.ps1').appears(waitMs);
        const message = workbench.page.locator('.monaco-editor-overlaymessage:visible');
        await insist(
          async () => {
            await workbench.page.locator('.monaco-editor .view-lines').first().click();
            await workbench.page.keyboard.type('x');
          },
          (timeout) => message.waitFor({ timeout }),
        );
        await workbench.screenshot(`menus-read-only-${text.replaceAll(' ', '-')}`);
        const shown = effect();
        await insist(async () => {
          if (await message.isVisible()) {
            await message
              .locator('a')
              .filter({ hasText: text })
              .click({ timeout: waitMs / 10 });
          }
        }, shown.appears);
        await leave(shown);
      });
    }
  });

  describe('that ends it', () => {
    it(titleOf(command('signOut')), async () => {
      await workbench.clickRow(/^script-807/);
      await workbench.menus.choose(() => workbench.menus.openMore(), titleOf(command('signOut')));
      await shows(/Signed out of Contoso/).appears(waitMs);
      await workbench.screenshot('menus-signed-out');
      await hear();
      assert.ok(said.length > 0);
    });
  });
});

/** A pattern of just this text. */
function literally(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}

function namesOf(
  items: readonly { readonly name: string; readonly submenu?: string | undefined }[],
): string[] {
  return items.map((each) => [each.submenu, each.name].filter(Boolean).join(': ')).sort();
}

type Command = ReturnType<typeof scriptAction>['commands'][number];

function commandOf(index: number, type: string, key: string, value: string): Command {
  const [like] = scriptAction(1).commands;
  return { ...(like ?? assert.fail()), index, command: { type, params: [{ key, value }] } };
}

/** On a machine of their own, newer than all that the tenant has. */
function putActions({ server }: DrivenTenant): void {
  const run = (index: number, value: string): Command => commandOf(index, 'RunScript', 'ScriptName', value);
  const get = (index: number, value: string): Command => commandOf(index, 'GetFile', 'Path', value);
  const wrote = (name: string, output: string) =>
    transcript({ script: name, output: `output of ${output}`, errors: `errors of ${output}` });
  let seconds = 0;
  const put = (n: number, more: object, results: Parameters<typeof server.put>[1] = {}): void => {
    seconds += 1;
    const creationDateTimeUtc = new Date(Date.now() - seconds * 1_000).toISOString();
    const where = { computerDnsName: host, machineId: 'e'.repeat(40) };
    server.put(scriptAction(n, { creationDateTimeUtc, ...where, ...more }), results);
  };
  const commands = [
    run(0, 'collect.ps1'),
    run(1, 'second.ps1'),
    get(2, 'C:\\notes.txt'),
    commandOf(3, 'PutFile', 'FileName', 'tool.zip'),
  ];
  put(
    801,
    { commands },
    {
      0: wrote('collect.ps1', 'collect.ps1 now'),
      1: wrote('second.ps1', 'second.ps1'),
      2: collected('notes.txt', Buffer.from('text that was collected\n')),
    },
  );
  put(802, { commands: [run(0, 'collect.ps1')] }, { 0: wrote('collect.ps1', 'collect.ps1 before') });
  put(
    803,
    { commands: [run(0, 'mixed.ps1'), get(1, 'C:\\dump.bin')] },
    {
      0: wrote('mixed.ps1', 'mixed.ps1'),
      1: collected('dump.bin', Buffer.concat([Buffer.from('\x7fELF'), Buffer.alloc(4_096)])),
    },
  );
  put(804, { status: 'Pending', commands: [{ ...run(0, 'script-804.ps1'), commandStatus: 'Created' }] });
  put(805, { type: 'Isolate', commands: [] });
  put(806, { type: 'CollectInvestigationPackage', commands: [] });
  put(807, {}, { 0: wrote('script-807.ps1', 'script-807.ps1') });
  put(808, {}, { 0: wrote('script-808.ps1', 'script-808.ps1') });
}
