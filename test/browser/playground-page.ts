/** The page of the playground as tests use it. */
import type { Page } from 'playwright-core';
import { openPlayground, type RunningPlayground } from '../../src/cli/playground.ts';
import { ask } from './chromium.ts';

/** Where to leave pictures of the page for people to look at; nowhere when undefined. */
export const screenshots = process.env['GRACEGATE_SCREENSHOTS'];

export const open = (port = 0): Promise<RunningPlayground> => openPlayground({ port }, process);

export const editor = (page: Page) => page.getByRole('textbox', { name: 'Manifests' });
export const verdict = (page: Page) => page.getByRole('tabpanel');
export const tab = (page: Page, name: string) => page.getByRole('tab', { name: new RegExp(`^${name}`) });

/** Inserts at the cursor, as from the clipboard, which all tests of a machine would share. */
export async function insert(page: Page, text: string): Promise<void> {
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
export async function paste(page: Page, text: string): Promise<void> {
  await editor(page).focus();
  await page.keyboard.press('ControlOrMeta+a');
  await insert(page, text);
}

/** Waits for the verdict over an object. */
export const shown = (page: Page, name: string): Promise<void> =>
  verdict(page).getByRole('heading', { name, exact: true }).waitFor();

/** All of the text, of which the editor shows only what is on the screen. */
export const keptText = (page: Page): Promise<string> => ask(page, "sessionStorage.getItem('text')");

export const pod = (container: string, name = 'web'): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: { name: ${name} }\nspec:\n  containers:\n    - name: app\n${container}`;
const probe = 'Probe: { httpGet: { path: /, port: 80 } }\n';
export const requests = '      resources: { requests: { cpu: 100m, memory: 64Mi } }\n';
export const accepted = pod(
  `${requests}      readiness${probe}      liveness${probe.replace('} }', '}, failureThreshold: 6 }')}`,
);

/** Takes the clock of the page into the hands of the test, once the first verdict was said and no timer runs. */
export async function takeClock(page: Page): Promise<void> {
  await page.getByRole('status').filter({ hasText: 'baseline:' }).waitFor();
  await page.clock.install();
}
