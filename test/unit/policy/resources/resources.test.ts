import { describe, expect, it } from 'vitest';

import { formatQuantity } from '../../../../src/policy/resources/quantity.ts';
import {
  effectiveResources,
  hasPodLevelResources,
  podRequests,
  positiveAmount,
  resourceAmount,
  resourceAmounts,
  resourcesWithOverhead,
  type ResourceAmounts,
} from '../../../../src/policy/resources/resources.ts';
import { podView, yamlObject } from '../objects.ts';

function printed(amounts: ResourceAmounts): Record<string, string> {
  return Object.fromEntries([...amounts].map(([name, amount]) => [name, formatQuantity(amount)]));
}

describe('amounts', () => {
  it('are read from strings and from the numbers of YAML', () => {
    const resources = yamlObject(
      'requests: { cpu: 0.5, memory: 1Gi, example.com/device: 2, ephemeral-storage: 1e3 }',
    );
    expect(printed(resourceAmounts(resources, 'requests'))).toEqual({
      cpu: '500m',
      memory: '1Gi',
      'example.com/device': '2',
      'ephemeral-storage': '1k',
    });
    expect(resourceAmounts(resources, 'limits').size).toBe(0);
  });

  it.each([
    'requests: { cpu: half }',
    'requests: { cpu: null }',
    'requests: { cpu: [1] }',
    'requests: [cpu]',
    '{}',
  ])('are absent in %s', (resources) => {
    expect(resourceAmounts(yamlObject(resources), 'requests').size).toBe(0);
    expect(resourceAmount(yamlObject(resources), 'requests', 'cpu')).toBeUndefined();
  });

  it('are rounded up to thousandths, as they are stored', () => {
    const resources = yamlObject('requests: { cpu: 0.0001, memory: 1.0001 }');
    expect(printed(resourceAmounts(resources, 'requests'))).toEqual({ cpu: '1m', memory: '1001m' });
  });

  it('count as none where they are zero', () => {
    const resources = yamlObject('limits: { cpu: 0, memory: 1 }');
    expect(positiveAmount(resources, 'limits', 'cpu')).toBeUndefined();
    expect(positiveAmount(resources, 'limits', 'memory')).toBeDefined();
  });

  it('are never inherited', () => {
    expect(resourceAmount({ requests: {} }, 'requests', 'constructor')).toBeUndefined();
  });
});

describe('podRequests', () => {
  it.each([
    ['{}', false],
    ['resources: {}', false],
    ['resources: { requests: { cpu: 1 } }', true],
    ['resources: { limits: { cpu: 1 } }', true],
    ['resources: { requests: { cpu: 0 } }', false],
    ['resources: { requests: { cpu: 0 }, limits: { cpu: 1 } }', false],
    ['resources: { requests: { memory: 1Gi } }', false],
  ])('%s: %s', (spec, requested) => {
    expect(podRequests(podView(spec), 'cpu')).toBe(requested);
  });
});

const container = (cpu: string, more = ''): string => `{ resources: { requests: { cpu: ${cpu} } } ${more} }`;
const sidecar = (cpu: string): string => container(cpu, ', restartPolicy: Always');

describe('what a pod asks for as a whole', () => {
  it.each([
    ['nothing', '{}', undefined],
    ['containers add up', `containers: [${container('100m')}, ${container('0.2')}]`, '300m'],
    ['init containers do not', `initContainers: [${container('1')}, ${container('2')}]`, '2'],
    [
      'an init container that needs more than the containers',
      `{ containers: [${container('1')}, ${container('1')}], initContainers: [${container('3')}] }`,
      '3',
    ],
    [
      'an init container that needs less',
      `{ containers: [${container('1')}, ${container('1')}], initContainers: [${container('1500m')}] }`,
      '2',
    ],
    [
      'sidecars run beside the containers',
      `{ containers: [${container('1')}], initContainers: [${sidecar('1')}, ${sidecar('2')}] }`,
      '4',
    ],
    [
      'and beside the init containers that start after them',
      `{ containers: [${container('1')}], initContainers: [${sidecar('1')}, ${container('5')}] }`,
      '6',
    ],
    [
      'but not beside those that start before them',
      `{ containers: [${container('1')}], initContainers: [${container('5')}, ${sidecar('1')}] }`,
      '5',
    ],
    ['ephemeral containers have no resources', `ephemeralContainers: [${container('1')}]`, undefined],
    [
      'the pod itself overrides the sum',
      `{ resources: { requests: { cpu: 500m } }, containers: [${container('1')}] }`,
      '500m',
    ],
  ])('%s', (_name, spec, cpu) => {
    expect(printed(effectiveResources(podView(spec), 'requests'))['cpu']).toBe(cpu);
  });

  it('knows each resource by itself, and limits as well', () => {
    const spec = `
      containers: [{ resources: { limits: { cpu: 1, memory: 1Gi }, requests: { cpu: 1m } } }]
      initContainers: [{ resources: { limits: { cpu: 2, example.com/device: 1 } } }]
    `;
    expect(printed(effectiveResources(podView(spec), 'limits'))).toEqual({
      cpu: '2',
      memory: '1Gi',
      'example.com/device': '1',
    });
  });

  it('lets the pod override cpu and memory only', () => {
    const spec = `
      resources: { limits: { memory: 1Gi, hugepages-2Mi: 4Mi } }
      containers: [{ resources: { limits: { memory: 2Gi, hugepages-2Mi: 2Mi } } }]
    `;
    expect(printed(effectiveResources(podView(spec), 'limits'))).toEqual({
      memory: '1Gi',
      'hugepages-2Mi': '2Mi',
    });
  });

  it('does not change the amounts that it adds', () => {
    const view = podView(
      `{ containers: [${container('1')}], initContainers: [${sidecar('1')}, ${sidecar('1')}] }`,
    );
    expect(printed(effectiveResources(view, 'requests'))).toEqual(
      printed(effectiveResources(view, 'requests')),
    );
  });
});

describe('what the scheduler and quotas count', () => {
  const spec = `
    overhead: { cpu: 100m, memory: 1Mi, example.com/device: 1 }
    resources: { requests: { hugepages-2Mi: 4Mi }, limits: { memory: 2Gi } }
    containers: [{ resources: { requests: { cpu: 1, hugepages-2Mi: 2Mi }, limits: { cpu: 0 } } }]
  `;

  it('is the requests with the overhead', () => {
    expect(printed(resourcesWithOverhead(podView(spec), 'requests'))).toEqual({
      cpu: '1100m',
      memory: '1Mi',
      'hugepages-2Mi': '4Mi',
      'example.com/device': '1',
    });
  });

  it('is the limits with the overhead, where there is a limit', () => {
    expect(printed(resourcesWithOverhead(podView(spec), 'limits'))).toEqual({ cpu: '0', memory: '2049Mi' });
  });
});

describe('resources of the pod itself', () => {
  it.each([
    ['{}', false],
    ['resources: {}', false],
    ['resources: { requests: {}, limits: {} }', false],
    ['resources: { requests: { example.com/device: 1 } }', false],
    ['resources: { requests: { cpu: 0 } }', true],
    ['resources: { limits: { hugepages-2Mi: 2Mi } }', true],
  ])('%s: %s', (spec, are) => {
    expect(hasPodLevelResources(podView(spec))).toBe(are);
  });
});
