/** The HTML report in a real browser. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { violationsOf } from './axe.ts';
import { ask, launchChromium, openFile } from './chromium.ts';
import { judged, pageOf } from '../unit/report/html/judged.ts';
import { shop } from '../unit/report/html/shop.ts';

/** Where to leave pictures of the page for people to look at; nowhere when undefined. */
const screenshots = process.env['GRACEGATE_SCREENSHOTS'];

const objects = judged(shop);
const html = pageOf(objects, {
  errors: [{ place: { file: 'broken.yaml', line: 3 }, message: 'not a Kubernetes object: kind is missing' }],
});

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
  if (screenshots !== undefined) await mkdir(screenshots, { recursive: true });
});
afterAll(async () => {
  await browser.close();
});

const openAll = (page: Page): Promise<unknown> =>
  ask(page, "document.querySelectorAll('details').forEach((detail) => { detail.open = true })");

const visible = (page: Page): Promise<string[]> =>
  ask(page, "[...document.querySelectorAll('details.object:not([hidden]) h3')].map((h) => h.textContent)");

async function filtered(page: Page, count: number): Promise<string[]> {
  await page.getByText(`${count} of ${objects.length} objects match`).waitFor();
  return visible(page);
}

describe('the page', () => {
  it.each([
    { name: 'light', colorScheme: 'light', width: 1280 },
    { name: 'dark', colorScheme: 'dark', width: 1280 },
    { name: 'narrow', colorScheme: 'light', width: 360 },
  ] as const)('has nothing that axe objects to ($name)', async ({ name, colorScheme, width }) => {
    await using opened = await openFile(browser, html, { colorScheme, viewport: { width, height: 900 } });
    const { page } = opened;
    await openAll(page);
    expect(await violationsOf(page)).toEqual([]);
    expect(await ask(page, 'document.documentElement.scrollWidth')).toBe(width);
    if (screenshots !== undefined) {
      // What is not on the screen is else not painted.
      await ask(
        page,
        "document.querySelectorAll('details').forEach((detail) => { detail.style.contentVisibility = 'visible' })",
      );
      await page.screenshot({ path: join(screenshots, `report-${name}.png`), fullPage: true });
    }
  });

  it('asks nobody for anything, and nobody complains', async () => {
    await using opened = await openFile(browser, html);
    const { page, requests, complaints } = opened;
    await openAll(page);
    await page.getByRole('searchbox', { name: 'Search' }).fill('web');
    await page.getByRole('status').getByText('match').waitFor();
    expect(requests.map((url) => new URL(url).protocol)).toEqual(['file:']);
    expect(complaints).toEqual([]);
  });

  it('runs no other script and takes no other style than its own', async () => {
    await using opened = await openFile(browser, html);
    const { page, complaints } = opened;
    await ask(
      page,
      `(() => {
        const script = document.createElement('script');
        script.textContent = 'window.ran = true';
        document.body.append(script);
        document.body.setAttribute('style', 'color: red');
        const image = document.createElement('img');
        image.src = 'https://example.com/pixel.png';
        document.body.append(image);
      })()`,
    );
    expect(await ask(page, 'window.ran')).toBeUndefined();
    await expect
      .poll(() => complaints.filter((text) => text.startsWith('error: CSP')).toSorted())
      .toEqual(['error: CSP: img-src', 'error: CSP: script-src-elem', 'error: CSP: style-src-attr']);
  });

  it('shows hostile names as they are', async () => {
    const names = [
      `</script><img src=x onerror="window.hacked = 1">`,
      `"><svg onload=window.hacked=1>`,
      `' onmouseover='window.hacked = 1`,
      `</style><script>window.hacked = 1</script>`,
      `<!--<script>`,
      `javascript:window.hacked=1`,
      `\u202Eevil\u0000\uD800`,
    ];
    const [object] = objects;
    if (object === undefined) throw new Error('the shop is empty');
    const hostile = names.map((name) => ({
      ...object,
      name,
      kind: name,
      namespace: name,
      apiVersion: name,
      violations: object.violations.map((violation) => ({
        ...violation,
        container: name,
        message: name,
        path: name,
        place: { file: name, line: 1, column: 1, source: name },
      })),
      exempted: object.violations.map((violation) => ({ ...violation, reason: name })),
      notices: [name],
      life: () => {
        const life = object.life?.();
        return (
          life && {
            start: life.start.map((start) => ({ ...start, name })),
            stop: {
              ...life.stop,
              containers: life.stop.containers.map((stop) => ({ ...stop, name })),
              sidecars: [name],
              balancer: { balancer: name, delay: 900 },
            },
          }
        );
      },
    }));
    await using opened = await openFile(
      browser,
      pageOf(hostile, { errors: [{ place: { file: names[0] ?? '' }, message: names[1] ?? '' }] }),
    );
    const { page, requests, complaints } = opened;
    await openAll(page);
    for (const summary of await page.locator('details.object summary').all()) await summary.hover();
    expect(await ask(page, 'window.hacked')).toBeUndefined();
    expect(await ask(page, "document.querySelectorAll('img').length")).toBe(0);
    expect(complaints).toEqual([]);
    expect(requests).toHaveLength(1);
    expect(
      await ask(page, "[...document.querySelectorAll('details.object h3 bdi')].map((e) => e.textContent)"),
    ).toEqual(expect.arrayContaining(names.slice(0, 6)));
    const options = await page.getByRole('combobox', { name: 'Namespace' }).locator('option').all();
    expect(options).toHaveLength(names.length + 1);
    await page.getByRole('combobox', { name: 'Namespace' }).selectOption({ label: names[0] ?? '' });
    await page.getByText(`1 of ${names.length} objects match`).waitFor();
  });

  it('opens what its address names', async () => {
    await using opened = await openFile(browser, html, { hash: '#Deployment/shop/sleepy' });
    const { page } = opened;
    expect(await ask(page, "[...document.querySelectorAll('details[open]')].map((e) => e.id)")).toEqual([
      'Deployment/shop/sleepy',
    ]);
    await page.getByText('has 2 s to finish').waitFor();
  });
});

describe('by keyboard', () => {
  it('everything is reached in the order in which it is read, and shows where one is', async () => {
    await using opened = await openFile(browser, html);
    const { page } = opened;
    await page.keyboard.press('Tab');
    const skip = page.getByText('Skip to the objects');
    expect(await ask(page, 'document.activeElement.textContent')).toBe('Skip to the objects');
    expect((await skip.boundingBox())?.x).toBeGreaterThanOrEqual(0);
    const tops: number[] = [];
    const names: string[] = [];
    for (let step = 0; step < 200; step++) {
      await page.keyboard.press('Tab');
      const [name, top, outline] = await ask<[string, number, string]>(
        page,
        `(() => {
          const element = document.activeElement;
          return [element.localName + (element.id || element.name || ''), element.getBoundingClientRect().top + scrollY,
            getComputedStyle(element).outlineStyle];
        })()`,
      );
      if (name === 'body') break;
      expect(outline, name).not.toBe('none');
      names.push(name);
      if (!/^(?:input|select|button)/.test(name)) tops.push(top);
    }
    expect(names.filter((name) => name !== 'a' && name !== 'div')).toEqual([
      'inputfilter-search',
      'selectfilter-action',
      'selectfilter-check',
      'selectfilter-namespace',
      'button',
      'buttonopen-all',
      'buttonclose-all',
      ...objects.map(() => 'summary'),
    ]);
    expect(tops).toEqual(tops.toSorted((a, b) => a - b));
  });

  it('the link at the start skips to the objects, and they open and close', async () => {
    await using opened = await openFile(browser, html);
    const { page } = opened;
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    expect(await ask(page, 'document.activeElement.localName')).toBe('summary');
    const isOpen = (): Promise<boolean> => ask(page, 'document.activeElement.parentElement.open');
    expect(await isOpen()).toBe(false);
    await page.keyboard.press('Enter');
    expect(await isOpen()).toBe(true);
    await page.keyboard.press('Space');
    expect(await isOpen()).toBe(false);
  });
});

describe('the filter', () => {
  it('finds by name, problem, check and file', async () => {
    await using opened = await openFile(browser, html);
    const { page } = opened;
    await page.getByText(`${objects.length} objects listed`).waitFor();
    await page.getByRole('searchbox', { name: 'Search' }).fill('sleepy');
    expect(await filtered(page, 1)).toEqual(['Deployment sleepy']);
    expect(await page.getByRole('heading', { level: 2, name: /^Namespace/ }).allTextContents()).toEqual([
      'Namespace shop',
    ]);
    await page.getByRole('searchbox', { name: 'Search' }).fill('LEGACY cpu');
    expect(await filtered(page, 3)).toEqual(['Deployment bare', 'Deployment never-up', 'Job once']);
    await page.getByRole('searchbox', { name: 'Search' }).fill('no such thing');
    expect(await filtered(page, 0)).toEqual([]);
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.getByText(`${objects.length} objects listed`).waitFor();
    expect(await visible(page)).toHaveLength(objects.length);
  });

  it('narrows by action, check and namespace, together', async () => {
    await using opened = await openFile(browser, html);
    const { page } = opened;
    const denied = objects.filter(({ violations }) => violations.some(({ action }) => action === 'deny'));
    await page.getByRole('combobox', { name: 'Action' }).selectOption('deny');
    expect((await filtered(page, denied.length)).toSorted()).toEqual(
      denied.map(({ kind, name }) => `${kind} ${name}`).toSorted(),
    );
    await page.getByRole('combobox', { name: 'Namespace' }).selectOption({ label: 'shop' });
    await filtered(page, denied.filter(({ namespace }) => namespace === 'shop').length);
    await page.getByRole('combobox', { name: 'Check' }).selectOption('grace-period');
    expect(await filtered(page, 1)).toEqual(['Deployment sleepy']);
  });

  it('opens and closes what it shows, and Enter in it does not leave the page', async () => {
    await using opened = await openFile(browser, html);
    const { page, requests } = opened;
    await page.getByRole('searchbox', { name: 'Search' }).fill('sleepy');
    await page.getByRole('searchbox', { name: 'Search' }).press('Enter');
    await filtered(page, 1);
    await page.getByRole('button', { name: 'Open all' }).click();
    const open = "[...document.querySelectorAll('details[open]')].map((e) => e.id)";
    expect(await ask(page, open)).toEqual(['Deployment/shop/sleepy']);
    await page.getByRole('button', { name: 'Close all' }).click();
    expect(await ask(page, open)).toEqual([]);
    expect(requests).toHaveLength(1);
  });
});

describe('without a script', () => {
  it('everything is there but the filter', async () => {
    await using opened = await openFile(browser, html, { javaScriptEnabled: false });
    const { page, complaints } = opened;
    expect(await page.locator('#filter').isVisible()).toBe(false);
    for (const { kind, name } of objects) {
      const object = page
        .locator('details.object')
        .filter({ has: page.getByText(`${kind} ${name}`, { exact: true }) });
      await object.locator('summary').click();
      expect(await object.locator('.violations').isVisible()).toBe(true);
    }
    expect(complaints).toEqual([]);
  });
});

describe('on paper', () => {
  it('all objects are open, the filter is away, and it is light', async () => {
    await using opened = await openFile(browser, html, { colorScheme: 'dark' });
    const { page } = opened;
    expect(await ask(page, 'getComputedStyle(document.body).backgroundColor')).toBe('rgb(13, 17, 23)');
    await page.emulateMedia({ media: 'print' });
    expect(await ask(page, 'getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)');
    expect(await page.locator('#filter').isVisible()).toBe(false);
    for (const list of await page.locator('.violations').all()) expect(await list.isVisible()).toBe(true);
    const pdf = await page.pdf({
      format: 'A4',
      ...(screenshots && { path: join(screenshots, 'report.pdf') }),
    });
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    expect(await ask(page, "document.querySelectorAll('details[open]').length")).toBe(0);
  });
});

describe('10,000 objects', () => {
  it('open, say what is not shown in full, and can be searched', async () => {
    const many = Array.from({ length: 10_000 }, (_, index) => {
      const object = objects[index % objects.length];
      if (object === undefined) throw new Error('the shop is empty');
      return { ...object, name: `${object.name}-${index}`, namespace: `team-${index % 40}` };
    });
    const page10k = pageOf(many);
    expect(page10k.length).toBeLessThan(15_000_000);
    const started = performance.now();
    await using opened = await openFile(browser, page10k);
    const { page, complaints } = opened;
    await page.getByText('10,000 objects listed').waitFor();
    expect(performance.now() - started).toBeLessThan(15_000);
    await page
      .getByText('Of 10,000 objects with violations, the 1,000 with most to deny are shown in full')
      .waitFor();
    expect(await ask(page, "document.querySelectorAll('details.object').length")).toBe(1000);
    expect(await ask(page, "document.querySelectorAll('li.object').length")).toBe(9000);
    await page.getByRole('searchbox', { name: 'Search' }).fill('sleepy-3');
    const expected = many.filter(({ name }) => name.includes('sleepy-3')).length;
    await page.getByText(`${expected} of 10,000 objects match`).waitFor({ timeout: 10_000 });
    expect(complaints).toEqual([]);
  });
});
