import { expect, it } from 'vitest';

import { createMetrics } from '../../../src/telemetry/metrics.ts';
import { readText } from './files.ts';

/** A row of docs/metrics.md: name, type and labels, in the order of the page. */
function documented(): string[] {
  const rows = readText('docs/metrics.md').matchAll(/^\| `(\w+)` *\| (\w+) *\| (.*?) *\| (.+?) *\|$/gm);
  return [...rows].map(([, name = '', type = '', labels = '']) =>
    shape(
      name,
      type,
      [...labels.matchAll(/`(\w+)`/g)].map(([, label = '']) => label),
    ),
  );
}

function registered(): string[] {
  // The types of prom-client leave out what every metric has.
  const metrics = createMetrics('1').registry.getMetricsAsArray() as unknown as {
    readonly name: string;
    readonly type: string;
    readonly labelNames: readonly string[];
  }[];
  return metrics.map(({ name, type, labelNames }) => shape(name, type, labelNames));
}

function shape(name: string, type: string, labels: readonly string[]): string {
  return `${name} ${type} ${labels.toSorted().join(',')}`.trim();
}

it('docs/metrics.md lists every metric, with its type and its labels, and no other', () => {
  expect(documented().toSorted()).toEqual(registered().toSorted());
});
