import { describe, expect, it } from 'vitest';

import { qosClass, type QosClass } from '../../../../src/policy/resources/qos.ts';
import { podView } from '../objects.ts';

const full = '{ resources: { requests: { cpu: 1, memory: 1Gi }, limits: { cpu: 1, memory: 1Gi } } }';
const half = '{ resources: { requests: { cpu: 1, memory: 1Gi }, limits: { cpu: 2, memory: 1Gi } } }';
const none = '{}';
const restartable = (container: string): string => container.replace('{', '{ restartPolicy: Always, ');

describe('one container', () => {
  it.each<[resources: string, qos: QosClass]>([
    ['{}', 'BestEffort'],
    ['null', 'BestEffort'],
    ['{ requests: {}, limits: {} }', 'BestEffort'],
    ['{ requests: { cpu: 0 }, limits: { memory: "0" } }', 'BestEffort'],
    ['{ requests: { ephemeral-storage: 1Gi }, limits: { example.com/device: 1 } }', 'BestEffort'],
    ['{ requests: { cpu: 100m } }', 'Burstable'],
    ['{ limits: { memory: 1Gi } }', 'Burstable'],
    ['{ limits: { cpu: 1, memory: 1Gi } }', 'Burstable'],
    ['{ requests: { cpu: 1 }, limits: { cpu: 1 } }', 'Burstable'],
    ['{ requests: { cpu: 1, memory: 1Gi }, limits: { cpu: 1, memory: 2Gi } }', 'Burstable'],
    ['{ requests: { cpu: 1, memory: 0 }, limits: { cpu: 1, memory: 0 } }', 'Burstable'],
    ['{ requests: { cpu: 0, memory: 1Gi }, limits: { cpu: 1, memory: 1Gi } }', 'Burstable'],
    ['{ requests: { cpu: 1, memory: 1Gi }, limits: { cpu: 1, memory: 1Gi } }', 'Guaranteed'],
    ['{ requests: { cpu: 1000m, memory: 1024Mi }, limits: { cpu: "1.0", memory: 1Gi } }', 'Guaranteed'],
    ['{ requests: { cpu: 0.4m, memory: 1 }, limits: { cpu: 1m, memory: 1 } }', 'Guaranteed'],
    [
      '{ requests: { cpu: 1, memory: 1Gi, ephemeral-storage: 1Gi }, limits: { cpu: 1, memory: 1Gi } }',
      'Guaranteed',
    ],
  ])('%s: %s', (resources, qos) => {
    expect(qosClass(podView(`containers: [{ resources: ${resources} }]`))).toBe(qos);
  });
});

describe('a pod', () => {
  it.each<[name: string, spec: string, qos: QosClass]>([
    ['without containers', '{}', 'BestEffort'],
    ['of which all containers have the class', `containers: [${full}, ${full}]`, 'Guaranteed'],
    ['of which none has resources', `{ containers: [${none}], initContainers: [${none}] }`, 'BestEffort'],
    ['with one container that has none', `containers: [${full}, ${none}]`, 'Burstable'],
    ['with one container that bursts', `containers: [${full}, ${half}]`, 'Burstable'],
    [
      'with an init container that has none',
      `{ containers: [${full}], initContainers: [${none}] }`,
      'Burstable',
    ],
    [
      'with an init container of its class',
      `{ containers: [${full}], initContainers: [${full}] }`,
      'Guaranteed',
    ],
    [
      'with a sidecar that has none',
      `{ containers: [${full}], initContainers: [${restartable(none)}] }`,
      'Burstable',
    ],
    [
      'with a sidecar of its class',
      `{ containers: [${full}], initContainers: [${restartable(full)}] }`,
      'Guaranteed',
    ],
    [
      'with an ephemeral container',
      `{ containers: [${full}], ephemeralContainers: [${none}] }`,
      'Guaranteed',
    ],
    [
      'with resources of its own',
      `{ resources: { requests: { cpu: 1, memory: 1Gi }, limits: { cpu: 1, memory: 1Gi } }, containers: [${half}] }`,
      'Guaranteed',
    ],
    [
      'with requests of its own',
      `{ resources: { requests: { cpu: 1 } }, containers: [${full}] }`,
      'Burstable',
    ],
    [
      'with huge pages of its own',
      `{ resources: { limits: { hugepages-2Mi: 2Mi } }, containers: [${full}] }`,
      'BestEffort',
    ],
    ['with zero of its own', `{ resources: { requests: { cpu: 0 } }, containers: [${full}] }`, 'BestEffort'],
    ['with empty resources of its own', `{ resources: {}, containers: [${full}] }`, 'Guaranteed'],
    [
      'with empty lists of its own',
      `{ resources: { requests: {}, limits: {} }, containers: [${full}] }`,
      'Guaranteed',
    ],
    [
      'with other resources of its own',
      `{ resources: { requests: { example.com/device: 1 } }, containers: [${full}] }`,
      'Guaranteed',
    ],
    [
      'with malformed resources',
      '{ resources: [cpu], containers: [{ resources: cpu }, null] }',
      'BestEffort',
    ],
  ])('%s', (_name, spec, qos) => {
    expect(qosClass(podView(spec))).toBe(qos);
  });
});
