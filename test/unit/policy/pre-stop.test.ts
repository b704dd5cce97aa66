import { describe, expect, it } from 'vitest';

import { longestPreStopSleep, preStopOf, preStopSleepSeconds } from '../../../src/policy/pre-stop.ts';
import { containerView, podView } from './objects.ts';

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

  it.each<[readonly unknown[], number]>([
    // The command itself.
    [['sleep', '30'], 30],
    [['/bin/sleep', '30'], 30],
    [['/usr/bin/sleep', '0.5'], 0.5],
    [['sleep', '30s'], 30],
    [['sleep', '2m'], 120],
    [['sleep', '1h'], 3600],
    [['sleep', '1d'], 86_400],
    [['sleep', '1m', '30s'], 90],
    [['sleep', 'infinity'], 0],
    [['sleep', '-5'], 0],
    [['sleep'], 0],
    [['exec', 'sleep', '30'], 30],
    [['nosleep', '30'], 0],
    [['sleep30'], 0],
    [['echo', 'sleep', '30'], 0],
    [['sleep', 30], 0],
    // By a shell.
    [['sh', '-c', 'sleep 30'], 30],
    [['/bin/sh', '-c', 'sleep 30'], 30],
    [['/bin/bash', '-c', 'sleep 30'], 30],
    [['ash', '-c', 'sleep 30'], 30],
    [['dash', '-c', 'sleep 30'], 30],
    [['zsh', '-c', 'sleep 30'], 30],
    [['sh', '-ec', 'sleep 30'], 30],
    [['bash', '-o', 'pipefail', '-c', 'sleep 30'], 30],
    [['sh', '-c', 'exec sleep 30'], 30],
    [['sh', '-c', '/bin/sleep 30'], 30],
    [['sh', '-c', 'sleep "30"'], 30],
    [['sh', '-c', "sleep '30'"], 30],
    [['sh', '-c', 'sleep 30', 'sh'], 30],
    // Of which the second word is $0, so sleep gets no argument.
    [['sh', '-c', 'sleep', '30'], 0],
    [['sh', '/stop.sh', '30'], 0],
    [['sh', '-x', 'sleep', '30'], 0],
    [['sh'], 0],
    [['sh', '-c'], 0],
    [['fish', '-c', 'sleep 30'], 0],
    // BusyBox.
    [['busybox', 'sleep', '30'], 30],
    [['/bin/busybox', 'sleep', '30'], 30],
    [['busybox', 'sh', '-c', 'sleep 30'], 30],
    [['busybox', 'wget', 'http://localhost/stop'], 0],
    // Scripts: whatever runs one after another adds up.
    [['sh', '-c', 'sleep 20; nginx -s quit'], 20],
    [['sh', '-c', 'nginx -s quit; sleep 20'], 20],
    [['sh', '-c', 'sleep 10 && sleep 20'], 30],
    [['sh', '-c', 'nginx -s quit || sleep 20'], 20],
    [['sh', '-c', 'touch /tmp/down\nsleep 20\n'], 20],
    [['sh', '-c', '(sleep 20)'], 20],
    [['sh', '-c', '{ sleep 20; }'], 20],
    [['sh', '-c', '  sleep   20  '], 20],
    [['sh', '-c', 'sleep 20 > /dev/null 2>&1'], 20],
    [['sh', '-c', 'sleep 20 # of 60 seconds'], 20],
    [['sh', '-c', '# sleep 60\nsleep 20 # sleep 60\nsleep 5'], 25],
    [['sh', '-c', 'echo a#b; sleep 20'], 20],
    [['sh', '-c', 'command sleep 20'], 20],
    [['sh', '-c', 'time sleep 20'], 20],
    [['sh', '-c', 'if test -e /tmp/up; then sleep 20; else sleep 5; fi'], 25],
    [['sh', '-c', 'until ! sleep 20; do true; done'], 0],
    [['sh', '-c', '! sleep 20'], 20],
    [['sh', '-c', 'echo sleep 20'], 0],
    [['sh', '-c', 'sleep $SECONDS_TO_SLEEP'], 0],
    [['sh', '-c', '/stop.sh'], 0],
    [['sh', '-c', ''], 0],
    [['timeout', '10', '/stop.sh'], 0],
    [['powershell', '-Command', 'Start-Sleep 30'], 0],
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
