import { describe, expect, it } from 'vitest';

import { panelQueries, readDashboard } from './files.ts';

const dashboard = readDashboard();
const panels = dashboard.panels.filter(({ type }) => type !== 'row');

it('lets its reader choose data source, namespace and job', () => {
  expect(dashboard.templating.list.map(({ name, type }) => [name, type])).toEqual([
    ['datasource', 'datasource'],
    ['namespace', 'query'],
    ['job', 'query'],
  ]);
});

it('has these rows', () => {
  expect(dashboard.panels.filter(({ type }) => type === 'row').map(({ title }) => title)).toEqual([
    'Verdicts',
    'Mutations',
    'Latency',
    'Health',
    'Certificates',
    'Audit of the cluster',
    'Process',
  ]);
});

it('every query is for the chosen namespace and job', () => {
  for (const { title, expr } of panelQueries(dashboard)) {
    const metrics = expr.match(/\b(?:gracegate|process|nodejs)_\w+/g) ?? [];
    const chosen = expr.match(/\{namespace="\$namespace",job=~"\$job"/g) ?? [];
    expect(metrics.length, title).toBeGreaterThan(0);
    expect(chosen.length, title).toBe(metrics.length);
  }
});

it('ids are unique, and no two panels lie on each other', () => {
  expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
  const taken = new Map<string, string>();
  for (const { title, gridPos } of dashboard.panels) {
    expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(24);
    for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
      for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
        expect(taken.get(`${x},${y}`), `under ${title}`).toBeUndefined();
        taken.set(`${x},${y}`, title);
      }
    }
  }
});

describe.each(panels.map((panel) => [panel.title, panel] as const))('%s', (_title, panel) => {
  it('has a unit, words that explain it, and queries on the chosen data source', () => {
    expect(panel.fieldConfig?.defaults.unit).toMatch(/^\w+$/);
    expect(panel.description).toMatch(/^.{10,}\.$/);
    expect(panel.targets?.length).toBeGreaterThan(0);
    for (const { datasource } of panel.targets ?? []) {
      expect(datasource).toEqual({ type: 'prometheus', uid: '${datasource}' });
    }
  });
});
