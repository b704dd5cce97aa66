import { describe, expect, it } from 'vitest';

import { earliestKill, firstReadinessProbe, sameProbe } from '../../../../src/policy/probes/probe-timing.ts';
import { containerView, yamlObject } from '../objects.ts';

const probe = (timing = ''): string => `{ tcpSocket: { port: 80 } ${timing === '' ? '' : `, ${timing}`} }`;

describe('when readiness is first asked and when a container is killed', () => {
  it.each<[container: string, ready: number, kill: number | undefined]>([
    ['{}', 0, undefined],
    // Readiness.
    [`{ readinessProbe: ${probe()} }`, 0, undefined],
    [`{ readinessProbe: ${probe('initialDelaySeconds: 60')} }`, 60, undefined],
    [`{ readinessProbe: ${probe('initialDelaySeconds: 5, successThreshold: 3')} }`, 5, undefined],
    [
      `{ readinessProbe: ${probe('periodSeconds: 2, successThreshold: 3, failureThreshold: 9')} }`,
      0,
      undefined,
    ],
    // Liveness.
    [`{ livenessProbe: ${probe()} }`, 0, 20],
    [`{ livenessProbe: ${probe('initialDelaySeconds: 5, periodSeconds: 5')} }`, 0, 15],
    [`{ livenessProbe: ${probe('failureThreshold: 1, timeoutSeconds: 9')} }`, 0, 0],
    [`{ livenessProbe: ${probe('initialDelaySeconds: 30, failureThreshold: 1')} }`, 0, 30],
    // A startup probe makes the others wait.
    [`{ startupProbe: ${probe()} }`, 0, 20],
    [`{ startupProbe: ${probe('initialDelaySeconds: 10, failureThreshold: 30')} }`, 10, 300],
    [
      `{ startupProbe: ${probe('initialDelaySeconds: 10, failureThreshold: 30')},
         livenessProbe: ${probe('periodSeconds: 1, failureThreshold: 1')} }`,
      10,
      300,
    ],
    [`{ startupProbe: ${probe('initialDelaySeconds: 10')}, readinessProbe: ${probe()} }`, 10, 30],
    // Its time is not added: both delays begin with the container.
    [
      `{ startupProbe: ${probe('initialDelaySeconds: 10')}, readinessProbe: ${probe('initialDelaySeconds: 15')} }`,
      15,
      30,
    ],
    [
      `{ startupProbe: ${probe('initialDelaySeconds: 10')}, readinessProbe: ${probe('successThreshold: 2')} }`,
      10,
      30,
    ],
    // Zero is absent, and what is malformed is too.
    [
      `{ readinessProbe: ${probe('periodSeconds: 0, successThreshold: 2')},
         livenessProbe: ${probe('periodSeconds: 0, failureThreshold: 0')} }`,
      0,
      20,
    ],
    [
      `{ readinessProbe: ${probe('initialDelaySeconds: -5, periodSeconds: soon, successThreshold: 2')},
         livenessProbe: ${probe('failureThreshold: -1, initialDelaySeconds: "60"')} }`,
      0,
      20,
    ],
    ['{ readinessProbe: { initialDelaySeconds: 60 }, livenessProbe: {}, startupProbe: null }', 0, undefined],
    ['{ readinessProbe: [60], livenessProbe: 5 }', 0, undefined],
  ])('%s: %s and %s', (container, ready, kill) => {
    const view = containerView(container);
    expect(firstReadinessProbe(view)).toBe(ready);
    expect(earliestKill(view)).toBe(kill);
  });
});

describe('a restart loop', () => {
  it.each([
    [
      'readiness first asked after liveness has killed',
      'initialDelaySeconds: 60',
      'initialDelaySeconds: 5, periodSeconds: 5',
      '',
      true,
    ],
    ['equal delays', 'initialDelaySeconds: 30', 'initialDelaySeconds: 30', '', false],
    [
      'equal delays and a single failure',
      'initialDelaySeconds: 30',
      'initialDelaySeconds: 30, failureThreshold: 1',
      '',
      false,
    ],
    ['the same moment', 'initialDelaySeconds: 20', '', '', false],
    ['one second later', 'initialDelaySeconds: 21', '', '', true],
    ['many successes asked for, which say nothing of the start', 'successThreshold: 4', '', '', false],
    ['only defaults', '', '', '', false],
    [
      'a startup probe with patience',
      'initialDelaySeconds: 60',
      'initialDelaySeconds: 5, periodSeconds: 5',
      'failureThreshold: 30',
      false,
    ],
    [
      'a startup probe without',
      'initialDelaySeconds: 60',
      'initialDelaySeconds: 300',
      'periodSeconds: 5',
      true,
    ],
  ])('%s', (_name, readiness, liveness, startup, loops) => {
    const view = containerView(
      `{ readinessProbe: ${probe(readiness)}, livenessProbe: ${probe(liveness)},
         startupProbe: ${startup === '' ? 'null' : probe(startup)} }`,
    );
    expect((earliestKill(view) ?? Number.POSITIVE_INFINITY) < firstReadinessProbe(view)).toBe(loops);
  });
});

describe('sameProbe', () => {
  const container = containerView(
    'ports: [{ name: web, containerPort: 8080 }, { name: admin, containerPort: 9090 }, { containerPort: 7070 }]',
  );

  it.each([
    // Timing is no part of the question.
    ['{ httpGet: { port: 80 }, periodSeconds: 5 }', '{ httpGet: { port: 80 }, failureThreshold: 9 }', true],
    // Defaults.
    ['{ httpGet: { port: 80 } }', '{ httpGet: { port: 80, path: /, scheme: HTTP } }', true],
    ['{ httpGet: { port: 80, path: "", host: null } }', '{ httpGet: { port: 80, httpHeaders: [] } }', true],
    ['{ httpGet: { port: 80 } }', '{ httpGet: { port: 80, protocol: HTTP1 } }', true],
    ['{ grpc: { port: 80 } }', '{ grpc: { port: 80, service: "", mode: Plaintext } }', true],
    ['{ tcpSocket: { port: 80 } }', '{ tcpSocket: { host: "", port: 80 } }', true],
    ['{ exec: { command: [a, b] } }', '{ exec: { command: [a, b] } }', true],
    // Differences.
    ['{ httpGet: { port: 80 } }', '{ httpGet: { port: 80, path: /ready } }', false],
    ['{ httpGet: { port: 80 } }', '{ httpGet: { port: 80, scheme: HTTPS } }', false],
    ['{ httpGet: { port: 80 } }', '{ httpGet: { port: 80, host: example.com } }', false],
    ['{ httpGet: { port: 80 } }', '{ httpGet: { port: 80, httpHeaders: [{ name: A, value: b }] } }', false],
    ['{ httpGet: { port: 80 } }', '{ httpGet: { port: 80, protocol: HTTP2 } }', false],
    ['{ httpGet: { port: 80 } }', '{ httpGet: { port: 80, fieldOfALaterKubernetes: 1 } }', false],
    ['{ httpGet: { port: 80 } }', '{ httpGet: { port: 81 } }', false],
    ['{ httpGet: { port: 80 } }', '{ tcpSocket: { port: 80 } }', false],
    ['{ grpc: { port: 80 } }', '{ grpc: { port: 80, service: live } }', false],
    ['{ exec: { command: [a, b] } }', '{ exec: { command: [a] } }', false],
    ['{ httpGet: { port: 80 }, exec: { command: [a] } }', '{ httpGet: { port: 80 } }', false],
    // Names of ports.
    ['{ httpGet: { port: web } }', '{ httpGet: { port: 8080 } }', true],
    ['{ tcpSocket: { port: web } }', '{ tcpSocket: { port: web } }', true],
    ['{ httpGet: { port: web } }', '{ httpGet: { port: admin } }', false],
    ['{ httpGet: { port: none } }', '{ httpGet: { port: none } }', true],
    ['{ httpGet: { port: none } }', '{ httpGet: { port: 8080 } }', false],
    // The kubelet looks strings up by name alone.
    ['{ httpGet: { port: "8080" } }', '{ httpGet: { port: 8080 } }', false],
    // Without a handler that is known there is nothing to compare.
    ['{}', '{}', false],
    ['{ periodSeconds: 5 }', '{ periodSeconds: 5 }', false],
    ['{ httpGet: null }', '{ httpGet: [80] }', false],
    ['{ handlerOfALaterKubernetes: {} }', '{ handlerOfALaterKubernetes: {} }', false],
    ['{ httpGet: {} }', '{ httpGet: { path: / } }', true],
  ])('%s and %s: %s', (a, b, same) => {
    expect(sameProbe(yamlObject(a), yamlObject(b), container)).toBe(same);
    expect(sameProbe(yamlObject(b), yamlObject(a), container)).toBe(same);
  });
});
