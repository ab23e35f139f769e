// A small HTTP endpoint on loopback through which tests inside the extension host reach the page around them: its text, keys,
// clicks, a picture, a reload. Its address carries a random path, so that nothing else on the machine can use it.
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { root } from './install.mjs';
import { isStored } from './pageReading.mjs';
import { patiently } from './patience.mjs';

const screenshots = join(root, 'out', 'screenshots');
const LIMIT = 10_000;

export async function startControl() {
  const secret = randomBytes(16).toString('hex');
  const consoleLines = [];
  let workbench;
  let phase = 1;
  const memory = new Map();

  const operations = {
    phase: () => phase,
    remember: ({ key, value }) => void memory.set(key, value),
    recall: ({ key }) => memory.get(key) ?? null,
    console: () => consoleLines,
    screenshot: async ({ name }) => {
      const path = join(screenshots, `${name.replaceAll(/[^\w.-]+/g, '-')}.png`);
      mkdirSync(screenshots, { recursive: true });
      await workbench.page.screenshot({ path });
      return path;
    },
    dom: ({ selector, attribute }) =>
      workbench.page
        .locator(selector)
        .evaluateAll(
          (elements, name) =>
            elements.map((element) =>
              name ? element.getAttribute(name) : (element.innerText ?? element.textContent),
            ),
          attribute,
        ),
    wait: ({ selector, text, timeout = LIMIT }) =>
      target(workbench.page, { selector, text }).waitFor({ state: 'visible', timeout: patiently(timeout) }),
    click: ({ selector, text, button, clickCount, timeout = LIMIT }) =>
      target(workbench.page, { selector, text }).click({ button, clickCount, timeout: patiently(timeout) }),
    hover: ({ selector, text, timeout = LIMIT }) =>
      target(workbench.page, { selector, text }).hover({ timeout: patiently(timeout) }),
    keyboard: async ({ press, type }) => {
      if (type !== undefined) {
        await workbench.page.keyboard.type(type);
      }
      if (press !== undefined) {
        await workbench.page.keyboard.press(press);
      }
    },
    reload: ({ saved }) => {
      phase += 1;
      // The answer first: the extension host that asked is gone after the reload.
      void untilSaved(workbench.page, saved)
        .then(() => workbench.page.reload({ waitUntil: 'domcontentloaded' }))
        .catch(() => {});
    },
  };

  const server = createServer((request, response) => {
    const name = request.url?.split('/')[2] ?? '';
    if (request.url?.split('/')[1] !== secret || !Object.hasOwn(operations, name) || !workbench) {
      response.writeHead(404).end();
      return;
    }
    answer(request, response, operations[name]).catch((error) => {
      response.writeHead(500, { 'content-type': 'text/plain' }).end(String(error?.message ?? error));
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `http://127.0.0.1:${server.address().port}/${secret}`,
    consoleLines,
    use: (started) => (workbench = started),
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/**
 * The web workbench stores its state (tabs, workspaceState) every five seconds, later on a busy machine, and not when its page goes
 * away. When nothing comes, the tests after the reload say what is missing.
 */
async function untilSaved(page, texts) {
  const until = Date.now() + patiently(15_000);
  while (Date.now() < until && !(await isStored(page, texts))) {
    await page.waitForTimeout(250);
  }
}

async function answer(request, response, operation) {
  let body = '';
  for await (const chunk of request) {
    body += chunk;
  }
  const value = await operation(JSON.parse(body || '{}'));
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value ?? null));
}

function target(page, { selector, text }) {
  if (selector === undefined) {
    return page.getByText(text).first();
  }
  const locator = page.locator(selector);
  return (text === undefined ? locator : locator.filter({ hasText: text })).first();
}
