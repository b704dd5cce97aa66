import { describe, expect, it } from 'vitest';

import { Draft } from '../../../../src/policy/draft.ts';
import type { Json } from '../../../../src/policy/json.ts';
import { limitRangeOf } from '../../../../src/policy/resources/limit-range.ts';
import { limitRangeMutation } from '../../../../src/policy/mutations/limit-range.ts';
import { readPod } from '../../../../src/policy/objects/view.ts';
import { podOf, yaml } from '../objects.ts';

/** The resources of each container after the defaults, and what was recorded. */
function applied(spec: string, limits: string) {
  const draft = new Draft(podOf(spec));
  const settings = { 'limit-range': limitRangeOf('profile test', yaml(limits) as readonly Json[]) };
  const { records, warnings } = limitRangeMutation.apply(draft, settings);
  expect(warnings).toEqual([]);
  const resources = readPod(draft.current).containers.map(({ name, raw }) => [name, raw['resources']]);
  return { resources: Object.fromEntries(resources) as Record<string, Json>, records };
}

const defaults =
  '[{ type: Container, default: { cpu: 200m, memory: 256Mi }, defaultRequest: { cpu: 100m, memory: 128Mi } }]';
const all = {
  requests: { cpu: '100m', memory: '128Mi' },
  limits: { cpu: '200m', memory: '256Mi' },
};

describe('like LimitRanger', () => {
  it('fills what is absent in containers, init containers and sidecars, not in ephemeral ones', () => {
    const spec = `
      containers: [{ name: app }]
      initContainers: [{ name: setup }, { name: proxy, restartPolicy: Always }]
      ephemeralContainers: [{ name: debug }]
    `;
    expect(applied(spec, defaults)).toEqual({
      resources: { app: all, setup: all, proxy: all, debug: undefined },
      records: [
        'cpu, memory request for container app',
        'cpu, memory limit for container app',
        'cpu, memory request for init container setup',
        'cpu, memory limit for init container setup',
        'cpu, memory request for init container proxy',
        'cpu, memory limit for init container proxy',
      ],
    });
  });

  it('fills the pods of Jobs as well', () => {
    expect(applied('{ restartPolicy: Never, containers: [{ name: app }] }', defaults).resources).toEqual({
      app: all,
    });
  });

  it.each<[string, string, object, string[]]>([
    [
      'never changes a key that is there',
      '{ requests: { cpu: 10m, memory: 1Mi }, limits: { cpu: 10m, memory: 1Mi } }',
      { requests: { cpu: '10m', memory: '1Mi' }, limits: { cpu: '10m', memory: '1Mi' } },
      [],
    ],
    [
      'fills key by key',
      '{ requests: { cpu: 10m }, limits: { memory: 300Mi } }',
      { requests: { cpu: '10m', memory: '128Mi' }, limits: { cpu: '200m', memory: '300Mi' } },
      ['memory request for container app', 'cpu limit for container app'],
    ],
    [
      'keeps keys that it does not know',
      '{ limits: { example.com/device: 1 }, claims: [{ name: gpu }] }',
      {
        requests: all.requests,
        limits: { 'example.com/device': 1, ...all.limits },
        claims: [{ name: 'gpu' }],
      },
      ['cpu, memory request for container app', 'cpu, memory limit for container app'],
    ],
    [
      'takes a key for there even when it is no quantity: the API server will say so',
      '{ requests: { cpu: much, memory: null }, limits: { cpu: 1, memory: 1 } }',
      { requests: { cpu: 'much', memory: null }, limits: { cpu: 1, memory: 1 } },
      [],
    ],
  ])('%s', (_name, resources, expected, records) => {
    expect(applied(`containers: [{ name: app, resources: ${resources} }]`, defaults)).toEqual({
      resources: { app: expected },
      records,
    });
  });

  it.each([
    [
      'max becomes default and defaultRequest',
      'max: { cpu: 2 }',
      { requests: { cpu: '2' }, limits: { cpu: '2' } },
    ],
    [
      'default becomes defaultRequest',
      'default: { cpu: 1 }',
      { requests: { cpu: '1' }, limits: { cpu: '1' } },
    ],
    ['min becomes defaultRequest', 'min: { cpu: 50m }', { requests: { cpu: '50m' } }],
    ['amounts in canonical form', 'defaultRequest: { memory: 1.5Gi }', { requests: { memory: '1536Mi' } }],
  ])('with the defaults of a stored LimitRange: %s', (_name, item, resources) => {
    const limits = `[{ type: Container, ${item} }]`;
    expect(applied('containers: [{ name: app }]', limits).resources).toEqual({ app: resources });
  });

  it('defaults nothing from type Pod', () => {
    expect(applied('containers: [{ name: app }]', '[{ type: Pod, max: { cpu: 2 } }]').records).toEqual([]);
  });
});

describe('unlike LimitRanger, never makes a valid pod invalid', () => {
  it('sets no limit below the explicit request', () => {
    const spec = 'containers: [{ name: app, resources: { requests: { cpu: 201m, memory: 1Gi } } }]';
    expect(applied(spec, defaults)).toEqual({
      resources: { app: { requests: { cpu: '201m', memory: '1Gi' } } },
      records: [],
    });
  });

  it('sets a limit that equals the request', () => {
    const spec = 'containers: [{ name: app, resources: { requests: { cpu: 0.2, memory: 256Mi } } }]';
    expect(applied(spec, defaults).records).toEqual(['cpu, memory limit for container app']);
  });

  it('leaves cpu and memory alone where the pod has resources of its own', () => {
    const limits = '[{ type: Container, default: { cpu: 1, memory: 1Gi, example.com/device: 1 } }]';
    const spec = '{ resources: { limits: { cpu: 2 } }, containers: [{ name: app }] }';
    expect(applied(spec, limits)).toEqual({
      resources: { app: { requests: { 'example.com/device': '1' }, limits: { 'example.com/device': '1' } } },
      records: ['example.com/device request for container app', 'example.com/device limit for container app'],
    });
  });
});

it('is off without settings', () => {
  const draft = new Draft(podOf('containers: [{ name: app }]'));
  expect(limitRangeMutation.apply(draft, {})).toEqual({ records: [], warnings: [] });
  expect(draft.isChanged).toBe(false);
});
