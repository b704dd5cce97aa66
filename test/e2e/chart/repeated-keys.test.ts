/** A label or an annotation of a user that the chart sets as well comes out once; the render helper refuses one that does not. */
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { only, render, renderText, type Rendered } from './helm.ts';
import { variants } from './variants.ts';

const ours = {
  'app.kubernetes.io/name': 'theirs',
  'app.kubernetes.io/instance': 'theirs',
  'app.kubernetes.io/version': 'theirs',
  'app.kubernetes.io/managed-by': 'theirs',
  'helm.sh/chart': 'theirs',
};
const labels = { ...ours, release: 'of the object' };

const repeating = {
  commonLabels: { release: 'of all', team: 'platform' },
  podLabels: { tier: 'control' },
  podAnnotations: {
    'checksum/registration': 'theirs',
    'kubectl.kubernetes.io/default-container': 'theirs',
    'example.com/scrape': 'true',
  },
  monitoring: {
    serviceMonitor: { enabled: true, labels },
    prometheusRule: { enabled: true, labels },
    dashboard: { enabled: true, labels: { ...labels, grafana_dashboard: '1' } },
  },
};

const dashboardOf = (objects: readonly Rendered[]): Rendered | undefined =>
  objects.find(({ metadata }) => metadata.name === 'gracegate-dashboard');

describe('every document has each key once', () => {
  it.each(Object.entries({ ...variants, repeating }))('with the values %s', async (_, values) => {
    const documents = parseAllDocuments(await renderText(values), { uniqueKeys: true });
    expect(documents.length).toBeGreaterThanOrEqual(10);
    expect(documents.flatMap(({ errors }) => errors)).toEqual([]);
  });
});

it('labels: those that the release is found by stay, then those of one object count, then those of all', async () => {
  const objects = await render(repeating);
  const plain = only(await render({}), 'Deployment').metadata.labels;
  const monitoring = [only(objects, 'ServiceMonitor'), only(objects, 'PrometheusRule'), dashboardOf(objects)];
  for (const object of monitoring) {
    expect(object?.metadata.labels).toMatchObject({ ...plain, release: 'of the object', team: 'platform' });
  }
  expect(dashboardOf(objects)?.metadata.labels).toHaveProperty('grafana_dashboard', '1');
  expect(only(objects, 'Service').metadata.labels).toEqual({ ...plain, ...repeating.commonLabels });
});

it('annotations of pods: what rolls them stays, the container that kubectl picks is theirs', async () => {
  const annotationsOf = async (values: object) =>
    only(await render(values), 'Deployment')['spec'].template.metadata.annotations;
  expect(await annotationsOf(repeating)).toEqual({
    ...repeating.podAnnotations,
    'checksum/registration': (await annotationsOf({}))['checksum/registration'],
  });
  expect(await annotationsOf({})).toHaveProperty(['kubectl.kubernetes.io/default-container'], 'gracegate');
});

it('pods have the labels of all objects and their own', async () => {
  const { labels: found } = only(await render(repeating), 'Deployment')['spec'].template.metadata;
  expect(found).toEqual({
    'app.kubernetes.io/name': 'gracegate',
    'app.kubernetes.io/instance': 'gracegate',
    ...repeating.commonLabels,
    ...repeating.podLabels,
  });
});

it('a name that reads like a boolean is a string in labels', async () => {
  const objects = await render({ nameOverride: 'true', fullnameOverride: 'pod-gate' });
  expect(only(objects, 'Deployment').metadata.labels).toHaveProperty(['app.kubernetes.io/name'], 'true');
});
