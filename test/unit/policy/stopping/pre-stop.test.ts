import { describe, expect, it } from 'vitest';

import {
  longestPreStopSleep,
  preStopOf,
  preStopSleepSeconds,
} from '../../../../src/policy/stopping/pre-stop.ts';
import { containerView, podView } from '../objects.ts';

describe('preStopOf', () => {
  it.each([
    ['{}', false],
    ['lifecycle: {}', false],
    ['lifecycle: null', false],
    ['lifecycle: [preStop]', false],
    ['lifecycle: { postStart: { exec: { command: [a] } } }', false],
    ['lifecycle: { preStop: null }', false],
    ['lifecycle: { preStop: {} }', false],
    ['lifecycle: { preStop: [sleep] }', false],
    ['lifecycle: { preStop: { sleep: { seconds: 5 } } }', true],
    ['lifecycle: { preStop: { tcpSocket: { port: 80 } } }', true],
    ['lifecycle: { preStop: { hookOfALaterKubernetes: {} } }', true],
  ])('%s: %s', (container, found) => {
    expect(preStopOf(containerView(container)) !== undefined).toBe(found);
  });
});

describe('how long a hook is known to sleep', () => {
  it.each([
    ['sleep: { seconds: 15 }', 15],
    ['sleep: { seconds: 0 }', 0],
    ['sleep: { seconds: "15" }', 0],
    ['sleep: {}', 0],
    ['httpGet: { path: /stop, port: 8080 }', 0],
    ['tcpSocket: { port: 8080 }', 0],
    ['exec: {}', 0],
    ['exec: { command: sleep 15 }', 0],
    ['exec: { command: [] }', 0],
  ])('%s: %s s', (hook, seconds) => {
    expect(preStopSleepSeconds(containerView(`lifecycle: { preStop: { ${hook} } }`))).toBe(seconds);
  });

  // Which commands sleep how long: command-sleep.test.ts.
  it.each<[readonly unknown[], number]>([
    [['sleep', '30'], 30],
    [['sh', '-c', 'sleep 20; nginx -s quit'], 20],
    [['sleep', 'infinity'], Number.POSITIVE_INFINITY],
    [['/stop.sh'], 0],
    // Malformed words count as empty ones.
    [['sleep', 30], 0],
    [[null, 'sleep', '30'], 0],
  ])('exec %j: %s s', (command, seconds) => {
    const hook = JSON.stringify({ exec: { command } });
    expect(preStopSleepSeconds(containerView(`lifecycle: { preStop: ${hook} }`))).toBe(seconds);
  });
});

const sleeping = (name: string, seconds: number, more = ''): string =>
  `{ name: ${name}, lifecycle: { preStop: { sleep: { seconds: ${seconds} } } } ${more} }`;

describe('longestPreStopSleep', () => {
  it.each([
    ['no container', 'containers: []', 0],
    ['no hook', 'containers: [{ name: app }]', 0],
    ['the longest and not the sum', `containers: [${sleeping('a', 5)}, ${sleeping('b', 20)}]`, 20],
    [
      'a sidecar counts',
      `{ containers: [{ name: app }], initContainers: [${sleeping('proxy', 20, ', restartPolicy: Always')}] }`,
      20,
    ],
    ['a Job does not', `{ restartPolicy: Never, containers: [${sleeping('app', 20)}] }`, 0],
    [
      'nor does a container that ends',
      `containers: [{ name: a }, ${sleeping('b', 20, ', restartPolicy: Never')}]`,
      0,
    ],
  ])('%s', (_name, spec, seconds) => {
    expect(longestPreStopSleep(podView(spec).containers)).toBe(seconds);
  });
});
