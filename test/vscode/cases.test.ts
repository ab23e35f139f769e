/** The small inputs (test/cases) in a real VS Code, through the built extension: what a person sees of each. */
import { strict as assert } from 'node:assert';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import type { DocumentKind } from '../../src/results/address';
import { createSampleTenant } from '../../src/demo';
import { assertText, caseBytes, caseJson, readingCases } from '../cases';
import type { ServerOptions } from '../support/simulatorServer';
import { control } from './control';
import {
  closeEditors,
  eventually,
  openTenant,
  putTranscript,
  scriptAction,
  showText,
  type Tenant,
  textOf,
  told,
  visible,
} from './setup';

const view = '[id="workbench.view.extension.liveResponse"]';
const endings: Partial<Record<DocumentKind, string>> = {
  output: 'script_output',
  error: 'script_error',
  body: 'body',
  collected: 'collected',
};

let numbers = 3000;

/** An action with one result that a command of this type has. */
function putBytes(tenant: Tenant, bytes: Uint8Array, commandType = 'RunScript'): string {
  numbers += 1;
  const [command] = scriptAction(numbers).commands;
  const params = [{ key: commandType === 'GetFile' ? 'Path' : 'ScriptName', value: `case-${numbers}` }];
  const action = scriptAction(numbers, {
    commands: command === undefined ? [] : [{ ...command, command: { type: commandType, params } }],
  });
  tenant.server.put(action, { 0: { bytes, contentType: 'application/octet-stream' } });
  return action.id;
}

describe('small inputs that are results', () => {
  let tenant: Tenant;
  before(async () => {
    tenant = await openTenant();
  });
  after(() => tenant.close());
  beforeEach(() => vscode.commands.executeCommand('notifications.clearAll'));
  afterEach(closeEditors);

  for (const each of readingCases.filter(({ encoding }) => encoding === undefined)) {
    it(`${each.file.slice(0, 2)}: ${each.what}`, async () => {
      await tenant.open(putBytes(tenant, caseBytes(each.file), each.commandType));
      for (const [kind, expected] of Object.entries(each.texts ?? {})) {
        if (expected !== '') {
          assertText(textOf(endings[kind as DocumentKind] ?? kind), expected);
        }
      }
      const shown = visible();
      for (const part of each.never ?? []) {
        assert.ok(
          shown.every(({ text }) => !text.includes(part)),
          part,
        );
      }
      if (each.kind === 'binary') {
        assert.deepEqual(shown, []);
        await told(/51 bytes/);
      } else if (each.kind === 'transcript') {
        const errors = shown.filter(({ kind }) => kind === 'script_error').length;
        assert.equal(errors, each.texts?.error === undefined ? 0 : 1, 'documents of errors');
      }
    });
  }

  async function languageOf(file: string): Promise<string> {
    await tenant.open(putBytes(tenant, caseBytes(file)));
    const [output] = visible();
    // The language comes after the text.
    return eventually(() => {
      const language = vscode.workspace.textDocuments.find(
        ({ uri }) => uri.path === output?.uri.path,
      )?.languageId;
      return language === 'plaintext' ? undefined : language;
    });
  }

  it('09: JSON behind a German transcript line is JSON', async () => {
    assert.match(await languageOf('09-transcript-line-de.json'), /json/);
  });

  it('12: JSON lines of any size are no JSON document', async () => {
    assert.doesNotMatch(await languageOf('12-jsonl-larger-than-64k.json'), /json/);
  });

  it('11: headers of a German transcript are sections', async () => {
    await tenant.open(putBytes(tenant, caseBytes('11-transcript-header-de.json')));
    const symbols = await vscode.commands.executeCommand<vscode.DocumentSymbol[] | undefined>(
      'vscode.executeDocumentSymbolProvider',
      vscode.window.activeTextEditor?.document.uri,
    );
    assert.equal(symbols?.length, 2);
  });

  it('09, 17: a table has the first line of the script itself, and a negative exit code as a number', async () => {
    const ids = ['09-transcript-line-de.json', '17-exit-code-negative-in-the-table.json'].map((file) =>
      putBytes(tenant, caseBytes(file)),
    );
    const list = await showText(ids.join('\n'));
    await vscode.commands.executeCommand('liveResponse.openResults');
    const lines = await eventually(() =>
      vscode.workspace.textDocuments
        .filter((document) => document !== list)
        .map((document) => document.getText().split(/\r?\n/))
        .find((table) => ids.every((id) => table.some((line) => line.includes(id)))),
    );
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    const [first = '', second = ''] = ids.map((id) => lines.find((line) => line.includes(id)));
    assert.match(first, /svchost/);
    assert.doesNotMatch(first, /Aufzeichnung/);
    assert.match(second, /(?:^|,)"?-1073741819"?(?:,|$)/);
  });

  it('30: a log that begins with NULs says how many', async () => {
    await tenant.open(putBytes(tenant, caseBytes('30-log-with-nul-head.bin'), 'GetFile'));
    assert.match(await lenses(), /4,?096 NULs/);
  });

  it('54: a time that was never set is no time', async () => {
    numbers += 1;
    const { commands } = caseJson('54-time-of-the-year-1.json') as {
      commands: { startTime: string; endTime: string }[];
    };
    const [command] = scriptAction(numbers).commands;
    const action = scriptAction(numbers, {
      commands: command === undefined ? [] : [{ ...command, ...commands[0] }],
    });
    const bytes = Buffer.from(JSON.stringify({ script_output: 'x', script_errors: '' }));
    tenant.server.put(action, { 0: { bytes, contentType: 'application/json' } });
    await tenant.open(action.id);
    const said = await lenses();
    assert.match(said, /2026-11-20 14:45:11Z/);
    assert.doesNotMatch(said, /1901|0001| → /);
  });
});

describe('small inputs that the service answers', () => {
  let tenant: Tenant;
  let id = '';

  beforeEach(async () => {
    // A budget of its own for each: some close it.
    tenant = await openTenant();
    numbers += 1;
    id = putTranscript(tenant, numbers, { script_output: 'whole', script_errors: '' });
    await vscode.commands.executeCommand('notifications.clearAll');
  });
  afterEach(() => tenant.close());

  function answers(
    on: 'api' | 'blob',
    status: number,
    body: unknown,
    headers: Record<string, string> = {},
  ): void {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const match = on === 'api' ? /LiveResponse/ : /./;
    tenant.server.fault({ on, match, times: 99, answer: { status, headers, body: text } });
  }

  for (const [file, what, words] of [
    ['43-error-capital-message.json', 'a Message in capitals', /Authorization has been denied/],
    ['45-error-problem-details.json', 'problem details', /names a property that cannot be filtered/],
    ['48-error-in-plain-text.json', 'plain text', /There is no connector connected/],
  ] as const) {
    it(`${file.slice(0, 2)}: what the service said is told: ${what}`, async () => {
      const { status, body } = caseJson(file);
      answers('api', Number(status), body);
      await tenant.open(id);
      await told(words);
    });
  }

  it('49: the title of a proxy’s page is told, and no tag', async () => {
    for (const body of caseJson('49-error-page-with-a-line-break-first.json')['bodies'] as string[]) {
      tenant.server.reset();
      await vscode.commands.executeCommand('notifications.clearAll');
      answers('api', 403, body, { 'Content-Type': 'text/html' });
      await tenant.open(id);
      const said = await told(/Access Denied/);
      assert.doesNotMatch(said, /[<>]/);
    }
  });

  it('50: the code of the store is told, and the clock is not blamed for it', async () => {
    const body = '<?xml version="1.0"?><Error><Code>AuthorizationFailure</Code></Error>';
    answers('blob', 403, body, { 'x-ms-error-code': 'AuthorizationFailure' });
    await tenant.open(id);
    const said = await told(/AuthorizationFailure/);
    assert.doesNotMatch(said, /clock/i);
  });

  it('50: a page that is no answer of the store is called so', async () => {
    answers('blob', 403, '<html><title>Blocked</title></html>', { 'Content-Type': 'text/html' });
    await tenant.open(id);
    const said = await told(/page/i);
    assert.doesNotMatch(said, /clock/i);
  });

  for (const type of ['RunScript', 'GetFile']) {
    it(`51: the sign-in page of a proxy is no result of ${type}, and is not kept`, async () => {
      const { body } = caseJson('51-sign-in-page-of-a-proxy-as-a-result.json');
      const own = putBytes(tenant, Buffer.from('{"script_output":"the result itself"}'), type);
      answers('blob', 200, body, { 'Content-Type': 'text/html' });
      await tenant.open(own);
      await told(/page/i);
      assert.deepEqual(visible(), []);
      tenant.server.reset();
      await tenant.open(own);
      assert.match(textOf(type === 'GetFile' ? 'collected' : 'script_output'), /the result itself/);
    });
  }

  it('52: a throttle without a time is waited for', async () => {
    const { body } = caseJson('52-throttled-without-a-wait.json');
    tenant.server.fault({
      on: 'api',
      match: /LiveResponse/,
      answer: { status: 429, body: JSON.stringify(body) },
    });
    await tenant.open(id);
    assert.equal(textOf('script_output'), 'whole');
  });
});

describe('small inputs that are lists', () => {
  let tenant: Tenant | undefined;
  const days = (value: number | undefined): Thenable<void> =>
    vscode.workspace
      .getConfiguration('liveResponse')
      .update('actions.lookbackDays', value, vscode.ConfigurationTarget.Global);
  before(function () {
    if (!control) {
      this.skip();
    }
  });
  afterEach(async () => {
    await days(undefined);
    await tenant?.close();
    tenant = undefined;
  });

  async function open(options: ServerOptions, fault?: { status: number; body: string }): Promise<Tenant> {
    const opened = await openTenant({ pageLimit: 50, ...options });
    tenant = opened;
    if (fault !== undefined) {
      opened.server.fault({ on: 'api', match: /machineactions\?/, times: 99, answer: fault });
    }
    await vscode.commands.executeCommand('liveResponse.actions.focus');
    await vscode.commands.executeCommand('liveResponse.refresh');
    return opened;
  }

  /** What stands in the view besides rows. */
  async function said(): Promise<string> {
    const texts = await control?.texts(`${view} .message, ${view} .welcome-view-content`);
    return (texts ?? []).join('\n');
  }

  /** In the view or as a notification. */
  async function everythingTold(): Promise<string> {
    return [await said(), ...((await control?.notifications()) ?? [])].join('\n');
  }

  /** Loads pages until there is no more, and gives what is said then; fails when that has no end. */
  function loadAll({ server, name }: Tenant): Promise<string> {
    return eventually(async () => {
      assert.ok(server.count('api') < 60, `${server.count('api')} calls, and no end`);
      await vscode.commands.executeCommand('liveResponse.loadMore');
      const text = await said();
      // The page may still say what the tenant before had.
      const own = text.includes(`${name}: `) && /\d actions/.test(text);
      return own && !text.includes('More are available') ? text : undefined;
    });
  }

  function sampleSince(period: number): number {
    const now = Date.now();
    return createSampleTenant(now)
      .actions(now)
      .filter(({ creationDateTimeUtc }) => Date.parse(creationDateTimeUtc) > now - period * 86_400_000)
      .length;
  }

  it('39: a next link without its filter brings nothing else, and ends', async () => {
    await days(3);
    let apiUrl = '';
    let skip = 0;
    const rewrite = (path: string, body: Record<string, unknown>): Record<string, unknown> => {
      skip = Number(/skip=(\d+)/.exec(path)?.[1] ?? 0) + 5;
      return Array.isArray(body['value'])
        ? { ...body, '@odata.nextLink': `${apiUrl}/api/machineactions?=lost&=5&$skip=${skip}` }
        : body;
    };
    tenant = await openTenant({ pageLimit: 5, rewrite });
    apiUrl = tenant.server.apiUrl;
    await vscode.commands.executeCommand('liveResponse.actions.focus');
    await vscode.commands.executeCommand('liveResponse.refresh');
    assert.match(await loadAll(tenant), new RegExp(`\\b${sampleSince(3)} actions`));
  });

  it('40: a next link to another host is not followed, and the list goes on all the same', async () => {
    const region = 'https://api-eu.securitycenter.microsoft.com/api/machineactions?$skiptoken=5';
    const opened = await open({
      rewrite: (_, body) => ('@odata.nextLink' in body ? { ...body, '@odata.nextLink': region } : body),
    });
    const text = await loadAll(opened);
    assert.match(text, new RegExp(`\\b${sampleSince(30)} actions`));
    assert.doesNotMatch(text, /another host/);
  });

  it('47: a 404 for a list is not about an action', async () => {
    const { body } = caseJson('47-list-404-of-a-gateway.json');
    await open({}, { status: 404, body: JSON.stringify(body) });
    await eventually(async () => {
      assert.match(await everythingTold(), /Resource not found/);
      return true;
    });
    assert.doesNotMatch(await everythingTold(), /no such machine action/i);
  });

  it('56: no content is an empty list', async () => {
    await open({}, { status: 204, body: '' });
    const text = await eventually(async () => {
      const now = await said();
      return now === '' ? undefined : now;
    });
    assert.doesNotMatch(text, /refused|rejected|204|couldn’t/i);
  });
});

describe('small inputs that hold an ID', () => {
  const id = '1a2b3c4d-5e6f-4a7b-8c9d-0e1f2a3b4c5d';
  const script = 'found-by-its-id.ps1';
  let tenant: Tenant;

  before(async () => {
    tenant = await openTenant();
    // A hover asks only with a token that is there.
    await vscode.commands.executeCommand('liveResponse.refresh');
    const [command] = scriptAction(3900).commands;
    const params = [{ key: 'ScriptName', value: script }];
    tenant.server.put(
      scriptAction(3900, {
        id,
        commands: command === undefined ? [] : [{ ...command, command: { type: 'RunScript', params } }],
      }),
    );
  });
  after(() => tenant.close());
  afterEach(closeEditors);

  for (const file of [
    '60-id-in-a-safelink.json',
    '62-id-behind-an-escaped-line-break.json',
    '72-ids-from-the-docs.json',
  ]) {
    for (const [n, text] of (caseJson(file)['texts'] as string[]).entries()) {
      it(`${file.slice(0, 2)}: text ${n + 1} has a hover wherever the ID is`, async () => {
        const document = await showText(text);
        for (const { index } of text.toLowerCase().matchAll(new RegExp(id, 'g'))) {
          const said = await eventually(async () => {
            const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
              'vscode.executeHoverProvider',
              document.uri,
              document.positionAt(index + 4),
            );
            const texts = hovers.flatMap(({ contents }) =>
              contents.map((each) => (each as vscode.MarkdownString).value),
            );
            return texts.length === 0 ? undefined : texts.join('\n');
          });
          assert.ok(said.includes('found-by-its-id'), `${index}: ${said}`);
        }
      });
    }
  }
});

describe('small inputs that hold a command', () => {
  let tenant: Tenant | undefined;
  before(function () {
    if (!control) {
      this.skip();
    }
  });
  afterEach(async () => {
    await tenant?.close();
    tenant = undefined;
  });

  const spellings = caseJson('70-encoded-command-in-quotes.json')['args'] as string[];
  const bare = /-enc \w+/.exec(spellings[0] ?? '')?.[0] ?? '';
  for (const [n, args] of [bare, ...spellings].entries()) {
    it(`70: spelling ${n} of an encoded command is decoded in the tooltip`, async () => {
      tenant = await openTenant();
      const name = `encoded-${n}.ps1`;
      const [command] = scriptAction(3950).commands;
      const params = [
        { key: 'ScriptName', value: name },
        { key: 'Args', value: args },
      ];
      tenant.server.put(
        scriptAction(3950, {
          creationDateTimeUtc: new Date().toISOString(),
          commands: command === undefined ? [] : [{ ...command, command: { type: 'RunScript', params } }],
        }),
      );
      await vscode.commands.executeCommand('liveResponse.actions.focus');
      await vscode.commands.executeCommand('liveResponse.refresh');
      const row = { selector: '.monaco-list-row', text: `0: RunScript ${name}` };
      // The list may be painted anew under the mouse, which takes the click with it.
      await eventually(async () => {
        await control?.click({ selector: '.monaco-list-row', text: name });
        await control?.waitFor({ ...row, timeout: 2_000 });
        return true;
      });
      await eventually(async () => {
        // Away first: a hover that was missed comes with the next move alone.
        await control?.hover({ selector: '.statusbar' });
        await control?.hover(row);
        return eventually(async () => {
          const shown = ((await control?.texts('.monaco-hover')) ?? []).join('\n').replaceAll('\u00A0', ' ');
          assert.ok(shown.includes('Get-Process | Where-Object { $_.Id -gt 4 }'), shown);
          return true;
        }, 1_500);
      }, 10_000);
    });
  }
});

async function lenses(): Promise<string> {
  const { uri } = vscode.window.activeTextEditor?.document ?? assert.fail('no editor');
  const found = await vscode.commands.executeCommand<vscode.CodeLens[]>(
    'vscode.executeCodeLensProvider',
    uri,
  );
  return found.map(({ command }) => command?.title).join(' | ');
}
