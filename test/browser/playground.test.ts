/** The playground in a real browser. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPlayground, type RunningPlayground } from '../../src/cli/playground.ts';
import { checks } from '../../src/policy/checks/registry.ts';
import { mostCharacters } from '../../src/playground/limits.ts';
import { violationsOf } from './axe.ts';
import { ask, launchChromium, openUrl } from './chromium.ts';

/** Where to leave pictures of the page for people to look at; nowhere when undefined. */
const screenshots = process.env['GRACEGATE_SCREENSHOTS'];

const open = (port = 0): Promise<RunningPlayground> => openPlayground({ port }, process);

let browser: Browser;
let playground: RunningPlayground;
beforeAll(async () => {
  if (screenshots !== undefined) await mkdir(screenshots, { recursive: true });
  [browser, playground] = await Promise.all([launchChromium(), open()]);
});
afterAll(async () => {
  await Promise.all([browser.close(), playground.close()]);
});

const editor = (page: Page) => page.getByRole('textbox', { name: 'Manifests' });
const verdict = (page: Page) => page.getByRole('tabpanel');
const tab = (page: Page, name: string) => page.getByRole('tab', { name: new RegExp(`^${name}`) });

/** Inserts at the cursor, as from the clipboard, which all tests of a machine would share. */
async function insert(page: Page, text: string): Promise<void> {
  await ask(
    page,
    `(() => {
      const clipboardData = new DataTransfer();
      clipboardData.setData('text/plain', ${JSON.stringify(text)});
      document.activeElement.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
    })()`,
  );
}

/** Replaces what is in the editor. */
async function paste(page: Page, text: string): Promise<void> {
  await editor(page).focus();
  await page.keyboard.press('ControlOrMeta+a');
  await insert(page, text);
}

/** Waits for the verdict over an object. */
const shown = (page: Page, name: string): Promise<void> =>
  verdict(page).getByRole('heading', { name, exact: true }).waitFor();

/** All of the text, of which the editor shows only what is on the screen. */
const keptText = (page: Page): Promise<string> => ask(page, "sessionStorage.getItem('text')");

const pod = (container: string, name = 'web'): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: { name: ${name} }\nspec:\n  containers:\n    - name: app\n${container}`;
const probe = 'Probe: { httpGet: { path: /, port: 80 } }\n';
const requests = '      resources: { requests: { cpu: 100m, memory: 64Mi } }\n';
const accepted = pod(
  `${requests}      readiness${probe}      liveness${probe.replace('} }', '}, failureThreshold: 6 }')}`,
);

describe('the page', () => {
  it.each([
    { name: 'light', colorScheme: 'light', width: 1440 },
    { name: 'dark', colorScheme: 'dark', width: 1600 },
    { name: 'narrow', colorScheme: 'light', width: 320 },
    { name: 'narrow-dark', colorScheme: 'dark', width: 320 },
  ] as const)('has nothing that axe objects to ($name)', async ({ name, colorScheme, width }) => {
    await using opened = await openUrl(browser, playground.url, {
      colorScheme,
      reducedMotion: 'reduce',
      viewport: { width, height: 900 },
    });
    const { page } = opened;
    await verdict(page).getByText('Of 1 object, 1 would be denied.').waitFor();
    expect(await violationsOf(page)).toEqual([]);
    expect(await ask(page, 'document.documentElement.scrollWidth')).toBe(width);
    if (screenshots !== undefined)
      await page.screenshot({ path: join(screenshots, `playground-${name}.png`), fullPage: true });
    await paste(page, `a: [1\n---\n${pod('')}`);
    await verdict(page).getByText('What could not be read').waitFor();
    // The list of problems, and search.
    await page.keyboard.press('ControlOrMeta+Shift+M');
    await page.locator('.cm-panel-lint').waitFor();
    await page.keyboard.press('Escape');
    await page.locator('.cm-panel-lint').waitFor({ state: 'hidden' });
    await page.keyboard.press('ControlOrMeta+f');
    await page.locator('.cm-search').waitFor();
    expect(await violationsOf(page)).toEqual([]);
    expect(await ask(page, 'document.documentElement.scrollWidth')).toBe(width);
    if (screenshots !== undefined)
      await page.screenshot({ path: join(screenshots, `playground-${name}-unreadable.png`) });
  });

  it('asks nobody but its own server, and nobody complains', async () => {
    await using opened = await openUrl(browser, playground.url);
    const { page, requests: asked, complaints } = opened;
    await paste(page, accepted);
    await verdict(page).getByText('Of 1 object, none has a violation.').waitFor();
    await page.locator('.cm-content').hover();
    await page.keyboard.press('ControlOrMeta+f');
    await page.locator('.cm-search').waitFor();
    expect(new Set(asked.map((url) => new URL(url).origin))).toEqual(
      new Set([new URL(playground.url).origin]),
    );
    expect(complaints).toEqual([]);
  });

  it('runs no other script and takes no other style than its own', async () => {
    await using opened = await openUrl(browser, playground.url);
    const { page, complaints } = opened;
    await verdict(page).getByText('Of 1 object').waitFor();
    await ask(
      page,
      `(() => {
        const script = document.createElement('script');
        script.textContent = 'window.ran = true';
        document.body.append(script);
        document.body.setAttribute('style', 'color: red');
        document.body.append(Object.assign(document.createElement('img'), { src: 'https://example.com/pixel.png' }));
        fetch('https://example.com/').catch(() => {});
      })()`,
    );
    expect(await ask(page, 'window.ran')).toBeUndefined();
    await expect
      .poll(() => complaints.filter((text) => text.startsWith('error: CSP')).toSorted())
      .toEqual([
        'error: CSP: connect-src',
        'error: CSP: img-src',
        'error: CSP: script-src-elem',
        'error: CSP: style-src-attr',
      ]);
  });

  it('shows hostile names as they are', async () => {
    await using opened = await openUrl(browser, playground.url);
    const { page, complaints } = opened;
    const name = `</script><img src=x onerror="window.hacked = 1">`;
    await paste(page, pod('', `'${name}'`).replace('name: app', `name: '${name}'`));
    await verdict(page).getByText(name).first().waitFor();
    expect(await ask(page, 'window.hacked')).toBeUndefined();
    expect(await verdict(page).locator('img').count()).toBe(0);
    expect(complaints).toEqual([]);
  });
});

describe('typing', () => {
  it('changes the verdict, and ends with none to complain of', async () => {
    await using opened = await openUrl(browser, playground.url);
    const { page } = opened;
    await paste(page, pod(''));
    await shown(page, 'Pod web');
    await verdict(page).getByText('app: no CPU request').waitFor();
    await expect.poll(() => tab(page, 'baseline').textContent()).toBe('baseline3 deny');
    await page.keyboard.press('ControlOrMeta+End');
    await insert(page, requests);
    await verdict(page).getByText('app: no CPU request').waitFor({ state: 'detached' });
    await expect.poll(() => tab(page, 'baseline').textContent()).toBe('baseline2 deny');
    await paste(page, accepted);
    await verdict(page).getByText('Of 1 object, none has a violation.').waitFor();
    expect(await tab(page, 'baseline').textContent()).toBe('baseline');
    expect(await page.locator('.cm-lint-marker').count()).toBe(0);
  });

  it('asks once for many keys', async () => {
    await using opened = await openUrl(browser, playground.url);
    const { page, requests: asked } = opened;
    await verdict(page).getByText('Of 1 object').waitFor();
    const before = asked.length;
    await editor(page).focus();
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.type('kind: Deployment');
    await verdict(page).getByText('Deployment without apiVersion').waitFor();
    expect(asked.length - before).toBeLessThan(5);
  });

  it('shows what is wrong with the text at its place, and keeps the text', async () => {
    await using opened = await openUrl(browser, playground.url);
    const { page } = opened;
    const broken = 'apiVersion: v1\nkind: Pod\nmetadata:\n\tname: web\n';
    await paste(page, broken);
    await verdict(page).getByText('Tabs are not allowed as indentation').waitFor();
    await verdict(page).getByText('1 document could not be read.').waitFor();
    expect(await verdict(page).getByRole('button', { name: 'line' }).allTextContents()).toEqual(['line 4']);
    expect(await page.locator('.cm-lint-marker-error').count()).toBe(1);
    expect(await keptText(page)).toBe(broken);
    await page.reload();
    await verdict(page).getByText('Tabs are not allowed as indentation').waitFor();
    expect(await keptText(page)).toBe(broken);
  });

  it('too much is said to be too much, and nothing is sent', async () => {
    await using opened = await openUrl(browser, playground.url);
    const { page, requests: asked } = opened;
    await verdict(page).getByText('Of 1 object').waitFor();
    const before = asked.length;
    const much = '# a comment\n'.repeat(mostCharacters / 6);
    await paste(page, much);
    const alert = page.getByRole('alert').getByText('at most 128 KiB of manifests');
    await alert.waitFor();
    expect(asked).toHaveLength(before);
    expect((await keptText(page)).length).toBe(much.length);
    await paste(page, accepted);
    await verdict(page).getByText('Of 1 object, none has a violation.').waitFor();
    expect(await alert.isVisible()).toBe(false);
  });
});

describe('the verdict', () => {
  it('is one for each profile, in tabs that arrows choose', async () => {
    await using opened = await openUrl(browser, playground.url);
    const { page } = opened;
    await paste(page, pod(''));
    await shown(page, 'Pod web');
    expect(await page.getByRole('tab').allTextContents()).toEqual(['baseline3 deny', 'strict4 deny']);
    await tab(page, 'strict').click();
    await verdict(page).getByText('gracegate audit -f FILE --profile strict --mutate strict').waitFor();
    await page.keyboard.press('ArrowRight');
    await verdict(page).getByText('gracegate audit -f FILE --profile baseline --mutate baseline').waitFor();
    expect(await ask(page, 'document.activeElement.id')).toBe('profile-baseline');
    await page.keyboard.press('End');
    expect(await tab(page, 'strict').getAttribute('aria-selected')).toBe('true');
    await page.reload();
    await verdict(page).getByText('--profile strict').waitFor();
  });

  it('has the patched pod as a diff, and pictures that change with what is patched', async () => {
    await using opened = await openUrl(browser, playground.url);
    const { page } = opened;
    await paste(page, pod('      ports: [{ containerPort: 80 }]\n'));
    await shown(page, 'Pod web');
    const stop = verdict(page).getByRole('img', { name: /^How it stops\..*preStop sleeps 15\ss/ });
    await stop.waitFor();
    expect(
      await verdict(page)
        .getByRole('img', { name: /^How it starts\./ })
        .count(),
    ).toBe(1);
    const added = await verdict(page).locator('.diff ins').allTextContents();
    expect(added.join('')).toContain('+   terminationGracePeriodSeconds: 45\n');
    // Drawn, and not only described.
    const box = await stop.boundingBox();
    expect(box?.height).toBeGreaterThan(50);
    expect(await ask(page, "document.querySelectorAll('symbol rect.waiting').length")).toBe(1);
    await page.getByRole('checkbox', { name: 'the pods as the profile patches them' }).uncheck();
    await verdict(page)
      .getByRole('img', { name: /^How it stops\..*Lost: new requests/ })
      .waitFor();
    await verdict(page).getByText('gracegate audit -f FILE --profile baseline', { exact: true }).waitFor();
    expect(await verdict(page).getByText('pre-stop', { exact: true }).first().isVisible()).toBe(true);
  });

  it('leads to the line, and F8 to the next', async () => {
    await using opened = await openUrl(browser, playground.url);
    const { page } = opened;
    await paste(page, `# a comment\n${pod('')}`);
    await shown(page, 'Pod web');
    await verdict(page).getByRole('button', { name: 'line 7' }).first().click();
    const activeLine = page.locator('.cm-activeLine');
    await expect.poll(() => activeLine.textContent()).toBe('    - name: app');
    await editor(page).focus();
    await page.keyboard.press('ControlOrMeta+Home');
    await expect.poll(() => activeLine.textContent()).toBe('# a comment');
    await page.keyboard.press('F8');
    await expect.poll(() => activeLine.textContent()).toBe('    - name: app');
  });

  it('is said once to those who hear the page', async () => {
    await using opened = await openUrl(browser, playground.url);
    const { page } = opened;
    await verdict(page).getByText('Of 1 object').waitFor();
    await ask(
      page,
      `(() => {
        window.said = [];
        const status = document.querySelector('[role=status]');
        new MutationObserver(() => window.said.push(status.textContent)).observe(status, { childList: true });
      })()`,
    );
    await paste(page, 'kind: Deploym');
    await page.keyboard.type('ent', { delay: 300 });
    await paste(page, accepted);
    const last = 'baseline: Of 1 object, none has a violation.';
    await expect.poll(() => ask<string[]>(page, 'window.said'), { timeout: 10_000 }).toContain(last);
    expect((await ask<string[]>(page, 'window.said')).filter((text) => text.includes('not be read'))).toEqual(
      [],
    );
  });
});

describe('by the keyboard alone', () => {
  it('everything is reached, and Tab leaves the editor', async () => {
    await using opened = await openUrl(browser, playground.url);
    const { page } = opened;
    await verdict(page).getByText('Of 1 object').waitFor();
    const names: string[] = [];
    for (let presses = 0; presses < 9; presses += 1) {
      await page.keyboard.press('Tab');
      names.push(
        await ask(
          page,
          `(() => {
            const { localName, id, textContent, className } = document.activeElement;
            return id || (className.includes('cm-content') ? 'editor' : localName + ' ' + textContent);
          })()`,
        ),
      );
    }
    expect(names.slice(0, 7)).toEqual([
      'example',
      'load',
      'editor',
      'profile-baseline',
      'patched',
      'verdict',
      'button line 2',
    ]);
    expect(await keptText(page)).toBeNull();
  });

  it('an example is loaded, and undone', async () => {
    await using opened = await openUrl(browser, playground.url);
    const { page } = opened;
    await paste(page, accepted);
    await verdict(page).getByText('none has a violation').waitFor();
    await page
      .getByRole('combobox', { name: 'Example' })
      .selectOption({ label: 'tls-reference: ' + title() });
    await page.getByRole('button', { name: 'Load example' }).press('Enter');
    await verdict(page)
      .getByRole('heading', { name: /^Ingress/ })
      .waitFor();
    await editor(page).focus();
    await page.keyboard.press('ControlOrMeta+z');
    await verdict(page).getByText('none has a violation').waitFor();
    expect(await keptText(page)).toBe(accepted);
  });
});

function title(): string {
  return checks.find(({ id }) => id === 'tls-reference')?.title ?? '';
}

describe('without an answer', () => {
  it('says so, keeps the text, and judges it when the server is back', async () => {
    const first = await open();
    await using opened = await openUrl(browser, first.url);
    const { page } = opened;
    await verdict(page).getByText('Of 1 object').waitFor();
    await first.close();
    await paste(page, accepted);
    await page.getByRole('alert').getByText('Gracegate does not answer.').waitFor();
    expect(await violationsOf(page)).toEqual([]);
    const second = await open(Number(new URL(first.url).port));
    try {
      await verdict(page).getByText('none has a violation').waitFor();
      expect(await page.getByRole('alert').isVisible()).toBe(false);
    } finally {
      await second.close();
    }
  });

  it('shows no old one after a newer one', async () => {
    await using opened = await openUrl(browser, playground.url);
    const { page } = opened;
    await verdict(page).getByText('Of 1 object').waitFor();
    const held = Promise.withResolvers<void>();
    const late = Promise.withResolvers<void>();
    await page.route('**/judge', async (route) => {
      if (route.request().postData()?.includes('the-old-one') !== true) return route.continue();
      late.resolve();
      await held.promise;
      return route.continue().catch(() => undefined);
    });
    await paste(page, pod('', 'the-old-one'));
    await late.promise;
    await paste(page, pod('', 'the-new-one'));
    await shown(page, 'Pod the-new-one');
    held.resolve();
    await paste(page, pod('', 'the-newest'));
    await shown(page, 'Pod the-newest');
    expect(await verdict(page).getByText('the-old-one').count()).toBe(0);
  });

  it('says what the server says', async () => {
    await using opened = await openUrl(browser, playground.url);
    const { page } = opened;
    await page.route('**/judge', (route) =>
      route.fulfill({ status: 500, json: { error: 'this is a bug in Gracegate' } }),
    );
    await paste(page, accepted);
    const alert = page.getByRole('alert');
    await alert.waitFor();
    expect(await alert.textContent()).toMatch(/^There is no verdict: this is a bug in Gracegate\./);
  });
});

it('on paper there are all lines of the text and the verdict, and nothing to press', async () => {
  await using opened = await openUrl(browser, playground.url, { colorScheme: 'dark' });
  const { page } = opened;
  const long = `${accepted}# ${'and more\n# '.repeat(200)}the end\n`;
  await paste(page, long);
  await verdict(page).getByText('none has a violation').waitFor();
  await page.emulateMedia({ media: 'print' });
  await page.pdf({ format: 'A4', ...(screenshots && { path: join(screenshots, 'playground.pdf') }) });
  expect(await page.locator('#printed').textContent()).toBe(long);
  expect(await page.locator('#printed').isVisible()).toBe(true);
  expect(await ask(page, 'getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)');
  for (const button of await page.getByRole('button').all()) expect(await button.isVisible()).toBe(false);
  expect(await page.locator('.cm-editor').isVisible()).toBe(false);
  expect(await verdict(page).isVisible()).toBe(true);
  if (screenshots !== undefined)
    await page.screenshot({ path: join(screenshots, 'playground-print.png'), fullPage: true });
});
