import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { ask } from './chromium.ts';

/** What axe objects to in a page, each with the element. */
export async function violationsOf(page: Page): Promise<string[]> {
  await ask(page, axe.source);
  const { violations, passes } = await ask<axe.AxeResults>(page, 'axe.run()');
  expect(passes.length).toBeGreaterThan(20);
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html: node }) => `${id}: ${node}`));
}
