/** Typing in the playground: what is asked for, and what becomes of answers that come late or never. */
import type { Browser, Request } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningPlayground } from '../../src/cli/playground.ts';
import { mostCharacters } from '../../src/playground/limits.ts';
import { violationsOf } from './axe.ts';
import { ask, launchChromium, openUrl } from './chromium.ts';
import {
  accepted,
  editor,
  insert,
  keptText,
  open,
  paste,
  pod,
  requests,
  shown,
  tab,
  takeClock,
  verdict,
} from './playground-page.ts';

let browser: Browser;
let playground: RunningPlayground;
beforeAll(async () => {
  [browser, playground] = await Promise.all([launchChromium(), open()]);
});
afterAll(async () => {
  await Promise.all([browser.close(), playground.close()]);
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
    await ask(
      page,
      `(() => {
        window.headings = [];
        const panel = document.querySelector('[role=tabpanel]');
        const note = () => window.headings.push(...[...panel.querySelectorAll('h3 bdi')].map((name) => name.textContent));
        new MutationObserver(note).observe(panel, { childList: true });
      })()`,
    );
    const held = Promise.withResolvers<void>();
    const late = Promise.withResolvers<void>();
    const settled = Promise.withResolvers<void>();
    const isOld = (request: Request): boolean => request.postData()?.includes('the-old-one') === true;
    for (const event of ['requestfinished', 'requestfailed'] as const)
      page.on(event as 'requestfinished', (request) => {
        if (isOld(request)) settled.resolve();
      });
    await page.route('**/judge', async (route) => {
      if (!isOld(route.request())) return route.continue();
      late.resolve();
      await held.promise;
      return route.continue().catch(() => undefined);
    });
    await paste(page, pod('', 'the-old-one'));
    await late.promise;
    await paste(page, pod('', 'the-new-one'));
    await shown(page, 'Pod the-new-one');
    held.resolve();
    await settled.promise;
    await paste(page, pod('', 'the-newest'));
    await shown(page, 'Pod the-newest');
    expect(await ask(page, 'window.headings')).toEqual(['the-new-one', 'the-newest']);
  });

  it('has neither the marks nor the voice of the old one', async () => {
    await using opened = await openUrl(browser, playground.url);
    const { page } = opened;
    await takeClock(page);
    await paste(page, pod(''));
    await shown(page, 'Pod web');
    const markers = page.locator('.cm-lint-marker');
    await expect.poll(() => markers.count()).toBe(1);
    await page.clock.runFor(5000);
    const status = page.getByRole('status');
    const before = await status.textContent();
    expect(before).toBe('baseline: Of 1 object, 1 would be denied. 3 deny.');
    await page.route('**/judge', (route) => route.fulfill({ status: 500, json: { error: 'not now' } }));
    await editor(page).press('ControlOrMeta+End');
    await insert(page, '# more\n');
    await page.getByRole('alert').getByText('not now').waitFor();
    await expect.poll(() => markers.count()).toBe(0);
    await tab(page, 'strict').click();
    await verdict(page).getByText('--profile strict').waitFor();
    await page.clock.runFor(5000);
    expect(await markers.count()).toBe(0);
    expect(await status.textContent()).toBe(before);
  });

  it('that can be shown says so, once', async () => {
    await using opened = await openUrl(browser, playground.url);
    const { page, requests: asked, complaints } = opened;
    await verdict(page).getByText('Of 1 object').waitFor();
    await takeClock(page);
    await page.route('**/judge', (route) => route.fulfill({ json: { profiles: [{ name: 'broken' }] } }));
    await paste(page, accepted);
    await page.getByRole('alert').getByText('This page cannot show its verdict').waitFor();
    const before = asked.length;
    await page.clock.runFor(10_000);
    expect(asked).toHaveLength(before);
    expect(complaints).toEqual([expect.stringContaining('error: ')]);
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

it('a text that cannot be kept does not leave an older one to come back', async () => {
  await using opened = await openUrl(browser, playground.url);
  const { page } = opened;
  await paste(page, accepted);
  await expect.poll(() => keptText(page)).toBe(accepted);
  await ask(
    page,
    "void (Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); })",
  );
  await paste(page, pod(''));
  expect(await keptText(page)).toBeNull();
});
