// Functions that run inside the workbench's page, and so are plain browser JavaScript.

/** The visible text of every editor group: the editor renders visible lines only, and not in order. */
export function editorTexts(page) {
  return page.locator('.editor-group-container').evaluateAll((groups) =>
    groups.map((group) => {
      const editor = group.querySelector(
        '.monaco-editor[role="code"] .view-lines, .monaco-editor .view-lines',
      );
      const lines = [...(editor?.querySelectorAll(':scope > .view-line') ?? [])];
      lines.sort((a, b) => parseFloat(a.style.top) - parseFloat(b.style.top));
      return {
        tab: group.querySelector('.tab.active')?.getAttribute('data-resource-name') ?? '',
        active: group.classList.contains('active'),
        text: lines.map((line) => (line.textContent ?? '').replaceAll('\u00a0', ' ')).join('\n'),
      };
    }),
  );
}

/** The notifications that show now, as toasts or in the notification center. */
export function shownNotifications(page) {
  const items = page.locator(
    ':is(.notifications-toasts, .notifications-center) .notification-list-item:visible',
  );
  return items.evaluateAll((elements) =>
    elements.map((element) => ({
      message: element.querySelector('.notification-list-item-message')?.innerText ?? '',
      buttons: [...element.querySelectorAll('.notification-list-item-buttons-container .monaco-button')].map(
        (button) => button.innerText,
      ),
      links: [...element.querySelectorAll('.notification-list-item-message a')].map(
        (link) => link.getAttribute('data-href') ?? link.href,
      ),
    })),
  );
}

/** The entries of the menu that is open, and of its submenus that are. */
export function menuItems(page) {
  return page.locator('.monaco-menu .action-menu-item:visible').evaluateAll((items) =>
    items.map((item) => ({
      name: item.querySelector('.action-label')?.textContent ?? '',
      enabled: item.closest('.disabled') === null,
      opens: item.querySelector('.submenu-indicator') !== null,
      within: item.closest('.monaco-submenu') !== null,
    })),
  );
}

/** What is asked in the palette, a quick pick or an input box and what was typed, without the list; empty while none shows. */
export async function quickInputState(page) {
  const widgets = page.locator('.quick-input-widget:visible');
  const states = await widgets.evaluateAll((elements) =>
    elements.map((element) => [
      ...[...element.querySelectorAll('.quick-input-titlebar, .quick-input-message')].map(
        (part) => part.innerText,
      ),
      ...[...element.querySelectorAll('input.input')].flatMap((field) => [field.placeholder, field.value]),
    ]),
  );
  return states.flat().join('\n');
}

/** Whether the page has stored something in which these texts stand together. */
export async function isStored(page, texts) {
  const places = await storedContents(page);
  return places.some(
    ([place, text]) => place.startsWith('IndexedDB') && texts.every((part) => text.includes(part)),
  );
}

/** Everything that the page keeps or shows, as [place, text] pairs. */
export async function pageContents(page) {
  const stored = await storedContents(page);
  const cookies = await page.context().cookies();
  const shown = await Promise.all(
    page.frames().map(async (frame) => [`DOM ${frame.url()}`, await frame.content().catch(() => '')]),
  );
  return [...stored, ...shown, ['cookies', JSON.stringify(cookies)], ['address', page.url()]];
}

function storedContents(page) {
  return page.evaluate(async () => {
    const found = [];
    for (const [name, storage] of [
      ['localStorage', localStorage],
      ['sessionStorage', sessionStorage],
    ]) {
      for (let i = 0; i < storage.length; i += 1) {
        const key = storage.key(i);
        found.push([`${name} ${key}`, `${key}=${storage.getItem(key)}`]);
      }
    }
    const asText = (_key, value) => {
      const bytes = value instanceof ArrayBuffer ? new Uint8Array(value) : value;
      return ArrayBuffer.isView(bytes) ? new TextDecoder().decode(bytes) : bytes;
    };
    const settled = (request) =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    for (const { name } of await indexedDB.databases()) {
      const database = await settled(indexedDB.open(name));
      for (const store of database.objectStoreNames) {
        const objects = database.transaction(store).objectStore(store);
        const [keys, values] = await Promise.all([settled(objects.getAllKeys()), settled(objects.getAll())]);
        keys.forEach((key, i) =>
          found.push([`IndexedDB ${name}/${store}/${key}`, JSON.stringify([key, values[i]], asText)]),
        );
      }
      database.close();
    }
    return found;
  });
}

/** Waits so many milliseconds for a hover that contains the text. It is read in one go, because it is gone as soon as the page moves. */
export async function hoverContaining(page, text, timeout) {
  const look = (wanted) => {
    const hovers = [...document.querySelectorAll('.monaco-hover')];
    const shown = hovers.find((each) => each.innerText.includes(wanted));
    return (
      shown && {
        text: shown.innerText.replaceAll('\u00a0', ' '),
        links: [...shown.querySelectorAll('a')].map((link) => link.getAttribute('data-href') ?? link.href),
        icons: shown.querySelectorAll('.codicon').length,
      }
    );
  };
  const hover = await page.waitForFunction(look, text, { timeout });
  return hover.jsonValue();
}

/** A property of how an element looks. */
export function styleOf(locator, property) {
  return locator.evaluate((element, name) => getComputedStyle(element)[name], property);
}

/** Starts a clock in the page; the function that comes back gives the milliseconds until `selector` was painted anew below `root`. */
export async function untilPainted(page, root, selector) {
  await page.evaluate(
    ([from, wanted]) => {
      const start = performance.now();
      globalThis.painted = new Promise((resolve) => {
        let gone = false;
        const look = () => {
          const there = document.querySelector(`${from} ${wanted}`)?.checkVisibility() === true;
          gone ||= !there;
          if (gone && there) {
            resolve(performance.now() - start);
          } else {
            requestAnimationFrame(look);
          }
        };
        look();
      });
    },
    [root, selector],
  );
  return () => page.evaluate(() => globalThis.painted);
}

/** The text in the clipboard, which stays there. */
export async function clipboardText(page) {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  return page.evaluate(() => navigator.clipboard.readText());
}

/** The text in the clipboard; `next` takes its place. */
export async function swapClipboard(page, next) {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  return page.evaluate(async (text) => {
    const before = await navigator.clipboard.readText();
    await navigator.clipboard.writeText(text);
    return before;
  }, next);
}

/**
 * Starts a clock at the next press of a key with Ctrl; the function that comes back gives the milliseconds from there until some line of an
 * editor shows the text, and the longest time between two frames meanwhile.
 */
export async function fromKeyToLine(page, key, text) {
  await page.evaluate(
    ([wantedKey, wantedText]) => {
      globalThis.shown = new Promise((resolve) => {
        const listener = (event) => {
          if (!event.ctrlKey || event.key !== wantedKey) {
            return;
          }
          removeEventListener('keydown', listener, true);
          const start = performance.now();
          let [last, longestFrame] = [start, 0];
          const look = () => {
            const now = performance.now();
            [longestFrame, last] = [Math.max(longestFrame, now - last), now];
            const lines = [...document.querySelectorAll('.monaco-editor .view-line')];
            if (lines.some((line) => line.textContent.replaceAll('\u00a0', ' ').includes(wantedText))) {
              resolve({ took: now - start, longestFrame });
            } else {
              requestAnimationFrame(look);
            }
          };
          requestAnimationFrame(look);
        };
        addEventListener('keydown', listener, true);
      });
    },
    [key, text],
  );
  return () => page.evaluate(() => globalThis.shown);
}
