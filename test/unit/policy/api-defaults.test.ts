import { describe, expect, it } from 'vitest';

import { applyPodDefaults } from '../../../src/policy/api-defaults.ts';
import { Draft } from '../../../src/policy/draft.ts';
import { podOf, yamlObject } from './objects.ts';

/** `spec` after the API server's defaults, without the two fields that every pod gets. */
function defaulted(spec: string): object {
  const draft = new Draft(podOf(`{ ${spec} }`));
  applyPodDefaults(draft);
  const after = draft.current['spec'] as object;
  expect(after).toMatchObject({ restartPolicy: 'Always', terminationGracePeriodSeconds: 30 });
  return Object.fromEntries(
    Object.entries(after).filter(
      ([key]) => !['restartPolicy', 'terminationGracePeriodSeconds'].includes(key),
    ),
  );
}

describe('every pod', () => {
  it.each([
    ['{}', 'Always', 30],
    ['restartPolicy: Never', 'Never', 30],
    ['terminationGracePeriodSeconds: 0', 'Always', 0],
    ['terminationGracePeriodSeconds: 200', 'Always', 200],
    ['terminationGracePeriodSeconds: -1', 'Always', 1],
  ])('%s', (spec, restartPolicy, terminationGracePeriodSeconds) => {
    const draft = new Draft(podOf(spec));
    applyPodDefaults(draft);
    expect(draft.current['spec']).toEqual({ restartPolicy, terminationGracePeriodSeconds });
  });

  it('stays as it is when it has everything', () => {
    const pod = podOf(`
      restartPolicy: Always
      terminationGracePeriodSeconds: 30
      containers:
        - resources: { requests: { cpu: 1 }, limits: { cpu: 1 } }
          livenessProbe:
            { timeoutSeconds: 1, periodSeconds: 1, successThreshold: 1, failureThreshold: 1, grpc: { port: 1, service: a } }
          lifecycle: { preStop: { httpGet: { port: 80, path: /stop, scheme: HTTPS } } }
    `);
    const draft = new Draft(pod);
    applyPodDefaults(draft);
    expect(draft.current).toBe(pod);
  });
});

describe('containers', () => {
  const timing = 'timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3';

  it.each([
    [
      'a request from the limit',
      'resources: { limits: { cpu: 1 } }',
      'resources: { requests: { cpu: "1" }, limits: { cpu: 1 } }',
    ],
    [
      'key by key, and not where there is one',
      'resources: { requests: { cpu: 0 }, limits: { cpu: "1", memory: 1Gi } }',
      'resources: { requests: { cpu: 0, memory: 1Gi }, limits: { cpu: "1", memory: 1Gi } }',
    ],
    [
      'in canonical form, in thousandths at the finest',
      'resources: { limits: { cpu: 0.0001, memory: 1.5Gi } }',
      'resources: { requests: { cpu: 1m, memory: 1536Mi }, limits: { cpu: 0.0001, memory: 1.5Gi } }',
    ],
    [
      'as it is when it is no quantity',
      'resources: { limits: { cpu: much } }',
      'resources: { requests: { cpu: much }, limits: { cpu: much } }',
    ],
    [
      'never a limit from the request',
      'resources: { requests: { cpu: 1 } }',
      'resources: { requests: { cpu: 1 } }',
    ],
    [
      'a probe',
      'readinessProbe: { exec: { command: [a] } }',
      `readinessProbe: { exec: { command: [a] }, ${timing} }`,
    ],
    [
      'a probe with zeros, which are the same as nothing',
      'livenessProbe: { tcpSocket: { port: 1 }, timeoutSeconds: 0, periodSeconds: 5 }',
      'livenessProbe: { tcpSocket: { port: 1 }, timeoutSeconds: 1, periodSeconds: 5, successThreshold: 1, failureThreshold: 3 }',
    ],
    [
      'a gRPC probe',
      'startupProbe: { grpc: { port: 1 } }',
      `startupProbe: { grpc: { port: 1, service: "" }, ${timing} }`,
    ],
    [
      'an HTTP probe',
      'readinessProbe: { httpGet: { port: 80, path: "" } }',
      `readinessProbe: { httpGet: { port: 80, path: /, scheme: HTTP }, ${timing} }`,
    ],
    [
      'HTTP hooks',
      'lifecycle: { preStop: { httpGet: { port: 80 } }, postStart: { httpGet: { port: 80, path: /up } } }',
      'lifecycle: { preStop: { httpGet: { port: 80, path: /, scheme: HTTP } }, postStart: { httpGet: { port: 80, path: /up, scheme: HTTP } } }',
    ],
    ['no probe where there is none', 'livenessProbe: null, name: app', 'livenessProbe: null, name: app'],
  ])('%s', (_name, container, expected) => {
    for (const place of ['containers', 'initContainers']) {
      expect(defaulted(`${place}: [{ ${container} }]`)).toEqual(yamlObject(`${place}: [{ ${expected} }]`));
    }
  });

  it('that are ephemeral have nothing that is defaulted', () => {
    const spec = 'ephemeralContainers: [{ resources: { limits: { cpu: 1 } }, livenessProbe: { exec: {} } }]';
    expect(defaulted(spec)).toEqual(yamlObject(spec));
  });
});
