/** The page of the playground in a real browser: how it looks, and what it asks for. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningPlayground } from '../../src/cli/playground.ts';
import { violationsOf } from './axe.ts';
import { ask, launchChromium, openUrl } from './chromium.ts';
import { accepted, open, paste, pod, screenshots, verdict } from './playground-page.ts';

let browser: Browser;
let playground: RunningPlayground;
beforeAll(async () => {
  if (screenshots !== undefined) await mkdir(screenshots, { recursive: true });
  [browser, playground] = await Promise.all([launchChromium(), open()]);
});
afterAll(async () => {
  await Promise.all([browser.close(), playground.close()]);
});

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
