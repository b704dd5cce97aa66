import { describe, expect, it } from 'vitest';

import { probeOf, readPod } from '../../../../src/policy/objects/view.ts';
import { containerView, podView, yamlObject } from '../objects.ts';

describe('containers by class', () => {
  it('come as app, then init and sidecar, then ephemeral', () => {
    const { containers } = podView(`
      ephemeralContainers: [{ name: debug }]
      initContainers: [{ name: setup }, { name: proxy, restartPolicy: Always }]
      containers: [{ name: app, image: "web:1" }, {}]
    `);
    expect(containers.map(({ class: is, name, image, path }) => [is, name, image, path.join('.')])).toEqual([
      ['app', 'app', 'web:1', 'spec.containers.0'],
      ['app', '#1', '', 'spec.containers.1'],
      ['init', 'setup', '', 'spec.initContainers.0'],
      ['sidecar', 'proxy', '', 'spec.initContainers.1'],
      ['ephemeral', 'debug', '', 'spec.ephemeralContainers.0'],
    ]);
  });

  it.each([
    ['Always', 'sidecar'],
    ['always', 'init'],
    ['OnFailure', 'init'],
    ['""', 'init'],
    ['[Always]', 'init'],
  ])('an init container with restartPolicy %s is of class %s', (restartPolicy, expected) => {
    const { containers } = podView(`initContainers: [{ name: a, restartPolicy: ${restartPolicy} }]`);
    expect(containers[0]?.class).toBe(expected);
  });
});

describe('containers that serve', () => {
  it.each([
    ['a pod without restartPolicy', 'containers: [{ name: app }]', ['app']],
    ['restartPolicy Always', '{ restartPolicy: Always, containers: [{ name: app }] }', ['app']],
    ['a Job', '{ restartPolicy: Never, containers: [{ name: app }] }', []],
    ['restartPolicy OnFailure', '{ restartPolicy: OnFailure, containers: [{ name: app }] }', []],
    [
      'a container that overrides Never with Always (KEP-5307)',
      '{ restartPolicy: Never, containers: [{ name: app, restartPolicy: Always }, { name: once }] }',
      ['app'],
    ],
    [
      'a container that overrides Always with Never',
      'containers: [{ name: app, restartPolicy: Never }, { name: web }]',
      ['web'],
    ],
    [
      'sidecars and init containers beside a container that serves',
      `
        containers: [{ name: app }]
        initContainers: [{ name: setup }, { name: proxy, restartPolicy: Always }]
        ephemeralContainers: [{ name: debug }]
      `,
      ['app', 'proxy'],
    ],
    [
      'the sidecar of a Job',
      `
        restartPolicy: Never
        containers: [{ name: app }]
        initContainers: [{ name: proxy, restartPolicy: Always }]
      `,
      [],
    ],
    [
      'the sidecar of a pod of which one container overrides Never',
      `
        restartPolicy: Never
        containers: [{ name: once }, { name: app, restartPolicy: Always }]
        initContainers: [{ name: proxy, restartPolicy: Always }]
      `,
      ['app', 'proxy'],
    ],
    ['sidecars without any container', 'initContainers: [{ name: proxy, restartPolicy: Always }]', []],
  ])('%s', (_name, spec, serving) => {
    const { containers } = podView(spec);
    expect(containers.filter(({ serves }) => serves).map(({ name }) => name)).toEqual(serving);
  });
});

describe('the grace period', () => {
  it.each([
    ['{}', 30],
    ['terminationGracePeriodSeconds: 0', 0],
    ['terminationGracePeriodSeconds: 200', 200],
    ['terminationGracePeriodSeconds: "200"', 30],
    ['terminationGracePeriodSeconds: null', 30],
  ])('of %s is %s s', (spec, seconds) => {
    expect(podView(spec).gracePeriodSeconds).toBe(seconds);
  });
});

describe('readPod', () => {
  it('knows resources of the pod itself', () => {
    expect(podView('resources: { requests: { cpu: 1 } }').resources).toEqual({ requests: { cpu: 1 } });
    expect(podView('{}').resources).toBeUndefined();
    expect(podView('resources: []').resources).toBeUndefined();
  });

  it.each([
    ['{ labels: { app: web, seen: null } }', { app: 'web', seen: null }],
    ['{ labels: [app] }', {}],
    ['{ annotations: { app: web } }', {}],
  ])('has its labels as they are written: %s', (metadata, labels) => {
    expect(readPod(yamlObject(`metadata: ${metadata}`)).labels).toEqual(labels);
  });

  it('counts what is malformed as absent', () => {
    const pod = readPod(
      yamlObject('{ metadata: [], spec: { containers: { name: app }, initContainers: null } }'),
    );
    expect(pod.annotations).toEqual({});
    expect(pod.labels).toEqual({});
    expect(pod.containers).toEqual([]);
    expect(podView('containers: [null, app, 7, []]').containers.map(({ name, raw }) => [name, raw])).toEqual([
      ['#0', {}],
      ['#1', {}],
      ['#2', {}],
      ['#3', {}],
    ]);
  });
});

describe('probeOf', () => {
  it.each([
    ['readinessProbe: { httpGet: { port: 80 } }', true],
    ['readinessProbe: { tcpSocket: { port: 80 }, periodSeconds: 5 }', true],
    ['readinessProbe: { exec: { command: [true] } }', true],
    ['readinessProbe: { grpc: { port: 80 } }', true],
    ['readinessProbe: { handlerOfALaterKubernetes: {} }', true],
    ['readinessProbe: { periodSeconds: 5, timeoutSeconds: 1, initialDelaySeconds: 1 }', false],
    ['readinessProbe: { failureThreshold: 3, successThreshold: 1, terminationGracePeriodSeconds: 5 }', false],
    ['readinessProbe: { httpGet: null }', false],
    ['readinessProbe: {}', false],
    ['readinessProbe: null', false],
    ['readinessProbe: [httpGet]', false],
    ['livenessProbe: { httpGet: { port: 80 } }', false],
    ['{}', false],
  ])('%s: %s', (container, found) => {
    expect(probeOf(containerView(container), 'readinessProbe') !== undefined).toBe(found);
  });
});
