import { checks } from '../policy/checks/registry.ts';
import type { Example } from './answer.ts';

/** What each check objects to; the pages in `docs/checks/` show the same. */
export const checkExamples: readonly Example[] = checks.map(({ id, title, topic, examples }) => ({
  group: `What checks object to: ${topic}`,
  title: `${id}: ${title}`,
  text: examples.bad,
}));
