import { parseEvents } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { Finder } from '../../../src/manifests/finder.ts';
import type { ManifestPath } from '../../../src/manifests/manifest.ts';

/** Looks for places, and counts how often an event is looked at. */
function find(
  text: string,
  paths: readonly ManifestPath[],
): { readonly offsets: ReadonlySet<number | undefined>; readonly looks: number } {
  let looks = 0;
  const events = new Proxy(parseEvents(text, {}), {
    get(target, key): unknown {
      if (typeof key === 'string' && /^\d/.test(key)) looks += 1;
      return Reflect.get(target, key);
    },
  });
  const finder = new Finder(text, events);
  return { offsets: new Set(paths.map((path) => finder.find(path))), looks };
}

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

describe('who asks for many places', () => {
  it.each([
    {
      of: 'items of a list',
      text: (count: number) =>
        `kind: List\nitems:\n${'  - kind: Pod\n    metadata: { name: web }\n    spec: { containers: [{ name: app }] }\n'.repeat(count)}`,
      path: (index: number) => ['items', index, 'metadata', 'name'],
    },
    {
      of: 'keys of a mapping',
      text: (count: number) =>
        `data:\n${numbers(count)
          .map((index) => `  k${index}: web \n`)
          .join('')}`,
      path: (index: number) => ['data', `k${index}`],
    },
  ])('has each event looked at a few times: $of', ({ text, path }) => {
    for (const count of [10, 1000]) {
      const document = text(count);
      const { offsets, looks } = find(document, numbers(count).map(path));
      expect(offsets.size).toBe(count);
      for (const offset of offsets) expect(document.slice(offset)).toMatch(/^web /);
      expect(looks).toBeLessThan(4 * parseEvents(document, {}).length);
    }
  });
});
