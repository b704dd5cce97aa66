import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { limitRangeOf } from '../../../src/policy/resources/limit-range.ts';
import type { MutationSettings } from '../../../src/policy/mutation.ts';
import { predictPod } from '../../../src/policy/predict.ts';
import { readPod } from '../../../src/policy/objects/view.ts';
import { mutationSettings, pods } from './arbitraries.ts';
import { stopping } from './mutations/settings.ts';
import { limitRanges, podOf, yamlObject } from './objects.ts';

/** The pod that comes out of a template with these surroundings. */
function predicted(
  spec: string,
  { limits, mutations }: { limits?: string; mutations?: MutationSettings | undefined } = {},
) {
  const { pod, warnings } = predictPod(podOf(spec), { limitRanges: limitRanges(limits), mutations });
  const { containers, gracePeriodSeconds } = readPod(pod);
  return { pod, warnings, gracePeriodSeconds, containers: containers.map(({ raw }) => raw) };
}

describe('the predicted pod', () => {
  it('of a template that needs nothing is the template', () => {
    const template = podOf(
      '{ restartPolicy: Always, terminationGracePeriodSeconds: 30, containers: [{ name: app }] }',
    );
    expect(predictPod(template, { limitRanges: [], mutations: undefined })).toEqual({
      pod: template,
      warnings: [],
    });
  });

  it('has the request from its limit before any default of a LimitRange', () => {
    const { containers } = predicted('containers: [{ resources: { limits: { cpu: 1 } } }]', {
      limits: '[{ type: Container, defaultRequest: { cpu: 100m, memory: 1Gi } }]',
    });
    expect(containers).toEqual([
      yamlObject('resources: { requests: { cpu: "1", memory: 1Gi }, limits: { cpu: 1 } }'),
    ]);
  });

  it('has the defaults of a LimitRange before those of our profile', () => {
    const ours = limitRangeOf('profile test', [
      { type: 'Container', defaultRequest: { cpu: '1m', memory: '128Mi' } },
    ]);
    const { containers } = predicted('containers: [{ name: app }]', {
      limits: '[{ type: Container, defaultRequest: { memory: 1Gi } }]',
      mutations: { 'limit-range': ours },
    });
    expect(containers).toEqual([
      yamlObject('{ name: app, resources: { requests: { memory: 1Gi, cpu: 1m } } }'),
    ]);
  });

  it('fails where the in-tree LimitRanger makes it fail: its default limit is below an explicit request', () => {
    const { containers } = predicted('containers: [{ resources: { requests: { cpu: 2 } } }]', {
      limits: '[{ type: Container, default: { cpu: 1 } }]',
    });
    expect(containers).toEqual([yamlObject('resources: { requests: { cpu: 2 }, limits: { cpu: "1" } }')]);
  });

  it('fails where the in-tree LimitRanger makes it fail: it knows nothing of resources of the pod itself', () => {
    const { containers } = predicted('{ resources: { limits: { cpu: 1 } }, containers: [{ name: app }] }', {
      limits: '[{ type: Container, default: { cpu: 2 } }]',
    });
    expect(containers).toEqual([
      yamlObject('{ name: app, resources: { requests: { cpu: "2" }, limits: { cpu: "2" } } }'),
    ]);
  });

  it('has our mutations where the namespace has them on', () => {
    const spec = 'containers: [{ name: app }]';
    expect(predicted(spec).gracePeriodSeconds).toBe(30);
    expect(predicted(spec, { mutations: stopping })).toMatchObject({
      gracePeriodSeconds: 45,
      containers: [yamlObject('{ name: app, lifecycle: { preStop: { sleep: { seconds: 15 } } } }')],
      warnings: [],
    });
  });

  it('is defaulted once more after our mutations', () => {
    const ours = limitRangeOf('profile test', [{ type: 'Container', default: { cpu: '1' } }]);
    // Without the request that a stored LimitRange has for each limit: that is then left to the API server.
    const limitsAlone = {
      ...ours,
      items: ours.items.map((item) => ({ ...item, defaultRequest: new Map() })),
    };
    const { containers } = predicted('containers: [{ name: app }]', {
      mutations: { 'limit-range': limitsAlone },
    });
    expect(containers).toEqual([
      yamlObject('{ name: app, resources: { requests: { cpu: "1" }, limits: { cpu: "1" } } }'),
    ]);
  });

  it.each([
    ['from its limit', '{ limits: { cpu: 2 } }', '{}', '{ cpu: "2" }'],
    ['from the sum of its containers first', '{ limits: { cpu: 2 } }', '{ cpu: 100m }', '{ cpu: 200m }'],
    [
      'also for a resource without a limit',
      '{ limits: { memory: 4Gi } }',
      '{ cpu: 100m, example.com/device: 1 }',
      '{ cpu: 200m, memory: 4Gi }',
    ],
    [
      'from the limit alone for huge pages',
      '{ limits: { hugepages-2Mi: 8Mi } }',
      '{ hugepages-2Mi: 2Mi }',
      '{ hugepages-2Mi: 8Mi }',
    ],
    ['not where there is one', '{ requests: { cpu: 1 }, limits: { cpu: 2 } }', '{ cpu: 100m }', '{ cpu: 1 }'],
    [
      'also where it has no limit at all',
      '{ requests: { cpu: 1 } }',
      '{ memory: 1Gi }',
      '{ cpu: 1, memory: 2Gi }',
    ],
  ])('has requests of the pod itself %s', (_name, resources, requests, expected) => {
    const container = `{ resources: { requests: ${requests} } }`;
    const { pod } = predicted(`{ resources: ${resources}, containers: [${container}, ${container}] }`);
    expect(readPod(pod).resources?.['requests']).toEqual(yamlObject(expected));
  });

  it.each([
    ['where every container has one', '{ requests: { cpu: 1 } }', '{ cpu: 1 }', '{ cpu: 1 }', '{ cpu: "2" }'],
    ['never below its request', '{ requests: { cpu: 8 } }', '{ cpu: 1 }', '{ cpu: 1 }', '{ cpu: "8" }'],
    [
      'not where a container has none',
      '{ requests: { cpu: 1 } }',
      '{ cpu: 1 }',
      '{ memory: 1Gi }',
      undefined,
    ],
    [
      'also of a resource that it does not name',
      '{ requests: { cpu: 3 } }',
      '{ memory: 1Gi }',
      '{ memory: 1Gi }',
      '{ memory: 2Gi }',
    ],
    ['not where there is one', '{ limits: { cpu: 4 } }', '{ cpu: 1 }', '{ cpu: 1 }', '{ cpu: 4 }'],
    [
      'of huge pages from the sum of its containers',
      '{ requests: { cpu: 1 } }',
      '{ hugepages-2Mi: 2Mi }',
      '{ cpu: 1 }',
      '{ hugepages-2Mi: 2Mi }',
    ],
    [
      'of huge pages not where it requests them',
      '{ requests: { hugepages-2Mi: 8Mi } }',
      '{ hugepages-2Mi: 2Mi }',
      '{ cpu: 1 }',
      undefined,
    ],
    ['not where it has no resources', '{ requests: {}, limits: {} }', '{ cpu: 1 }', '{ cpu: 1 }', '{}'],
  ])('has limits of the pod itself %s', (_name, resources, first, second, expected) => {
    const app = `{ resources: { limits: ${first} } }`;
    const sidecar = `{ restartPolicy: Always, resources: { limits: ${second} } }`;
    const { pod } = predicted(
      `{ resources: ${resources}, containers: [${app}], initContainers: [${sidecar}] }`,
    );
    expect(readPod(pod).resources?.['limits']).toEqual(
      expected === undefined ? undefined : yamlObject(expected),
    );
  });

  it.each([
    ['on decoding, before a LimitRange is looked at', 36, { cpu: '1' }],
    ['after all mutation', 37, { cpu: '20m' }],
    ['after all mutation where the version is not known', undefined, { cpu: '20m' }],
  ])('completes the requests of the pod itself %s', (_when, serverMinor, requests) => {
    const { pod } = predictPod(podOf('{ resources: { limits: { cpu: 1 } }, containers: [{ name: app }] }'), {
      limitRanges: limitRanges('[{ type: Container, defaultRequest: { cpu: 20m } }]'),
      mutations: undefined,
      serverMinor,
    });
    expect(readPod(pod).resources?.['requests']).toEqual(requests);
  });

  it.each([
    [36, undefined],
    [37, { cpu: '2' }],
  ])('has limits of the pod itself only since 1.37: 1.%s', (serverMinor, limits) => {
    const spec =
      '{ resources: { requests: { cpu: 2 } }, containers: [{ name: app, resources: { limits: { cpu: 1 } } }] }';
    const { pod } = predictPod(podOf(spec), { limitRanges: [], mutations: undefined, serverMinor });
    expect(readPod(pod).resources?.['limits']).toEqual(limits);
  });

  it('carries the warnings of our mutations', () => {
    const template = podOf('containers: [{ name: app }]', { 'gracegate.dev/drain-seconds': 'soon' });
    expect(predictPod(template, { limitRanges: [], mutations: stopping }).warnings).toHaveLength(1);
    expect(predictPod(template, { limitRanges: [], mutations: undefined }).warnings).toEqual([]);
  });

  it('is what comes out of the predicted pod again: a workload and its pods get the same verdict', () => {
    const ranges = fc.constantFrom(
      ...[
        undefined,
        '[{ type: Container, default: { cpu: 1, memory: 1Gi }, defaultRequest: { cpu: 100m } }]',
        '[{ type: Container, min: { memory: 64Mi } }, { type: Pod, max: { cpu: 4 } }]',
      ].map(limitRanges),
    );
    fc.assert(
      fc.property(
        pods,
        ranges,
        fc.option(mutationSettings, { nil: undefined }),
        (template, limits, mutations) => {
          const surroundings = { limitRanges: limits, mutations };
          const { pod } = predictPod(template, surroundings);
          expect(predictPod(pod, surroundings).pod).toEqual(pod);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('leaves the template as it was', () => {
    fc.assert(
      fc.property(pods, mutationSettings, (template, mutations) => {
        const before = structuredClone(template);
        predictPod(template, { limitRanges: [], mutations });
        expect(template).toEqual(before);
      }),
    );
  });
});
