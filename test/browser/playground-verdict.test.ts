/** The verdict that the playground shows, by mouse, keyboard and ear. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningPlayground } from '../../src/cli/playground.ts';
import { checks } from '../../src/policy/checks/registry.ts';
import { ask, launchChromium, openUrl } from './chromium.ts';
import {
  accepted,
  editor,
  keptText,
  open,
  paste,
  pod,
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
    await takeClock(page);
    await ask(
      page,
      `(() => {
        window.said = [];
        const status = document.querySelector('[role=status]');
        new MutationObserver(() => window.said.push(status.textContent)).observe(status, { childList: true });
      })()`,
    );
    await paste(page, 'kind: Deploym');
    await page.keyboard.type('ent');
    for (const name of ['first', 'second', 'third']) {
      await paste(page, pod('', name));
      await shown(page, `Pod ${name}`);
      await page.clock.runFor(5000);
    }
    await paste(page, accepted);
    await shown(page, 'Pod web');
    await page.clock.runFor(5000);
    expect(await ask(page, 'window.said')).toEqual([
      'baseline: Of 1 object, 1 would be denied. 3 deny.',
      'baseline: Of 1 object, none has a violation.',
    ]);
  });

  it('has the tabs of the profiles that there are now', async () => {
    await using opened = await openUrl(browser, playground.url);
    const { page } = opened;
    await verdict(page).getByText('Of 1 object').waitFor();
    await page.route('**/judge', async (route) => {
      const response = await route.fetch();
      await route.fulfill({
        response,
        body: (await response.text()).replace('"name":"strict"', '"name":"team"'),
      });
    });
    await paste(page, accepted);
    await verdict(page).getByText('none has a violation').waitFor();
    expect(await page.getByRole('tab').allTextContents()).toEqual(['baseline', 'team1 deny']);
    await tab(page, 'team').click();
    expect(await tab(page, 'team').getAttribute('aria-selected')).toBe('true');
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
    await page.keyboard.press('ControlOrMeta+z');
    await verdict(page).getByText('none has a violation').waitFor();
    expect(await keptText(page)).toBe(accepted);
  });
});

function title(): string {
  return checks.find(({ id }) => id === 'tls-reference')?.title ?? '';
}
