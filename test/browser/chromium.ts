/** A real Chromium without a window, and pages in it of which everything is known that they did. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';

const candidates = [
  process.env['GRACEGATE_CHROMIUM'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];

export async function launchChromium(): Promise<Browser> {
  const executablePath = candidates.find((path) => path !== undefined && existsSync(path));
  if (executablePath === undefined) {
    throw new Error(
      'there is no Chromium: on Debian and Ubuntu, apt-get install chromium; or set GRACEGATE_CHROMIUM to its path',
    );
  }
  // Chromium's own sandbox refuses root, which containers of CI run as. What it opens here is ours.
  const isRoot = process.getuid?.() === 0;
  return chromium.launch({ executablePath, args: isRoot ? ['--no-sandbox'] : [] });
}

export interface OpenPage {
  readonly page: Page;
  /** URLs that it asked for, its own first. */
  readonly requests: readonly string[];
  /** What went to the console, uncaught errors, and violations of its Content-Security-Policy. */
  readonly complaints: string[];
  [Symbol.asyncDispose](): Promise<void>;
}

type OpenOptions = BrowserContextOptions & { readonly hash?: string };

/** Opens a page from a file of its own. */
export async function openFile(browser: Browser, html: string, options: OpenOptions = {}): Promise<OpenPage> {
  const folder = await mkdtemp(join(tmpdir(), 'gracegate-page-'));
  const file = join(folder, 'report.html');
  await writeFile(file, html);
  const opened = await openUrl(browser, pathToFileURL(file).href, options);
  return {
    ...opened,
    async [Symbol.asyncDispose]() {
      await opened[Symbol.asyncDispose]();
      await rm(folder, { recursive: true });
    },
  };
}

export async function openUrl(
  browser: Browser,
  url: string,
  { hash = '', ...options }: OpenOptions = {},
): Promise<OpenPage> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const requests: string[] = [];
  const complaints: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.addInitScript(
    "addEventListener('securitypolicyviolation', (event) => console.error('CSP: ' + event.violatedDirective))",
  );
  await page.goto(`${url}${hash}`);
  return {
    page,
    requests,
    complaints,
    [Symbol.asyncDispose]: () => context.close(),
  };
}

/** Evaluates an expression in a page. As text, because the tests know no DOM. */
export async function ask<T>(page: Page, expression: string): Promise<T> {
  return page.evaluate<T>(expression);
}
