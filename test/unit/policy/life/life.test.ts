import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Life } from '../../../../src/policy/life/life.ts';
import type { ReportedViolation } from '../../../../src/report/report.ts';
import { judged, lifeOfPod } from '../../report/html/judged.ts';

const ports = 'ports: [{ containerPort: 80 }]';

function lifeOf(container: string, { grace = 30, pod = '' } = {}): Life {
  const life = lifeOfPod(`  terminationGracePeriodSeconds: ${grace}
  containers: [{ name: app, image: a, ${ports}${container === '' ? '' : `, ${container}`} }]
${pod}`);
  if (life === undefined) throw new Error('no container serves');
  return life;
}

const sleep = (seconds: number | string): string =>
  `lifecycle: { preStop: { exec: { command: [sleep, "${seconds}"] } } }`;
const shell = 'command: [sh, -c, ./migrate; ./server]';

describe('the stop of a container', () => {
  it.each([
    {
      what: 'no hook',
      container: '',
      stop: { hook: 'none', sigterm: 0, sigkill: 30 },
      losses: [{ why: 'refused', from: 0, to: 5, sure: true }],
    },
    {
      what: 'a hook that never runs',
      container: 'lifecycle: { preStop: { tcpSocket: { port: 80 } } }',
      stop: { hook: 'tcpSocket', sigterm: 0, sigkill: 30 },
      losses: [{ why: 'refused', from: 0, to: 5, sure: true }],
    },
    {
      what: 'a sleep that outlasts the removal',
      container: sleep(15),
      stop: { hook: 'sleep', sigterm: 15, sigkill: 30 },
      losses: [],
    },
    {
      what: 'a sleep that may be too short for the removal',
      container: sleep(2),
      stop: { hook: 'sleep', sigterm: 2, sigkill: 30 },
      losses: [{ why: 'refused', from: 2, to: 5, sure: false }],
    },
    {
      what: 'a sleep as long as the grace period, after which 2 s are left',
      container: sleep(30),
      stop: { hook: 'sleep', sigterm: 30, sigkill: 32 },
      losses: [{ why: 'cut', from: 32, to: 40, sure: true }],
    },
    {
      what: 'a sleep longer than the grace period, which ends it',
      container: sleep(300),
      stop: { hook: 'sleep', sigterm: 30, sigkill: 32 },
      losses: [{ why: 'cut', from: 32, to: 40, sure: true }],
    },
    {
      what: 'a sleep that leaves too little',
      container: sleep(25),
      stop: { hook: 'sleep', sigterm: 25, sigkill: 30 },
      losses: [{ why: 'cut', from: 30, to: 35, sure: true }],
    },
    {
      what: 'a hook without an end',
      container: sleep('infinity'),
      stop: { hook: 'endless', sigterm: 30, sigkill: 32 },
      losses: [{ why: 'cut', from: 32, to: 40, sure: true }],
    },
    {
      what: 'a hook of which nobody knows how long it takes',
      container: 'lifecycle: { preStop: { exec: { command: [/drain] } } }',
      stop: { hook: 'unknown', sigterm: undefined, sigkill: 30 },
      losses: [],
    },
    {
      what: 'a shell that keeps SIGTERM to itself, and so serves on',
      container: shell,
      stop: { hook: 'none', sigterm: 0, sigkill: 30, shell: { shell: 'sh', ignoresSignal: true } },
      losses: [{ why: 'deaf', from: 30, to: 40, sure: true }],
    },
    {
      what: 'a shell that dies of SIGTERM',
      container: `${shell}, ${sleep(15)}`,
      pod: '  shareProcessNamespace: true',
      stop: { hook: 'sleep', sigterm: 15, sigkill: 30, shell: { shell: 'sh', ignoresSignal: false } },
      losses: [{ why: 'deaf', from: 15, to: 25, sure: true }],
    },
  ])('$what', ({ container, pod = '', stop, losses }) => {
    expect(lifeOf(container, { pod }).stop.containers).toEqual([
      { name: 'app', takesRequests: true, ...stop, losses },
    ]);
  });

  it('does not wait for a hook where there is no grace period', () => {
    const [stop] = lifeOf(sleep(15), { grace: 0 }).stop.containers;
    expect(stop).toMatchObject({ hook: 'never-runs', sigterm: 0, sigkill: 2 });
  });

  it('takes a negative grace period for 1 s, as the API server does', () => {
    expect(lifeOf('', { grace: -5 }).stop.graceSeconds).toBe(1);
  });

  it('expects no requests where no port is declared and the profile asks only containers that do', () => {
    const life = lifeOfPod('  containers: [{ name: app, image: a }]');
    expect(life?.stop.containers).toEqual([
      { name: 'app', hook: 'none', sigterm: 0, sigkill: 30, takesRequests: false, losses: [] },
    ]);
  });
});

describe('the start of a container', () => {
  const probe = (delay: number, more = ''): string =>
    `{ httpGet: { path: /, port: 80 }, initialDelaySeconds: ${delay}${more} }`;

  it.each([
    { what: 'no probe', container: '', start: { asks: {}, ready: 0, outcome: 'blind' } },
    {
      what: 'liveness alone',
      container: `livenessProbe: ${probe(5)}`,
      start: {
        asks: { livenessProbe: 5 },
        ready: 0,
        kill: { at: 25, by: 'livenessProbe' },
        outcome: 'blind',
      },
    },
    {
      what: 'readiness and liveness',
      container: `readinessProbe: ${probe(5)}, livenessProbe: ${probe(15)}`,
      start: {
        asks: { readinessProbe: 5, livenessProbe: 15 },
        ready: 5,
        kill: { at: 35, by: 'livenessProbe' },
        outcome: 'ready',
      },
    },
    {
      what: 'a startup probe alone',
      container: `startupProbe: ${probe(2, ', periodSeconds: 10, failureThreshold: 30')}`,
      start: {
        asks: { startupProbe: 2 },
        ready: 2,
        kill: { at: 292, by: 'startupProbe' },
        outcome: 'ready',
      },
    },
    {
      what: 'a liveness probe that gives up too early',
      container: `readinessProbe: ${probe(60)}, livenessProbe: ${probe(5, ', periodSeconds: 5')}`,
      start: {
        asks: { readinessProbe: 60, livenessProbe: 5 },
        ready: 60,
        kill: { at: 15, by: 'livenessProbe' },
        outcome: 'loop',
      },
    },
  ])('$what', ({ container, start }) => {
    expect(lifeOf(container).start).toEqual([{ name: 'app', isSidecar: false, ...start }]);
  });
});

describe('the life of a pod', () => {
  it('has sidecars in its start, and names them in its stop', () => {
    const life = lifeOf('', {
      pod: '  initContainers: [{ name: proxy, image: p, restartPolicy: Always }, { name: once, image: o }]',
    });
    expect(life.start.map(({ name, isSidecar }) => [name, isSidecar])).toEqual([
      ['app', false],
      ['proxy', true],
    ]);
    expect(life.stop.containers.map(({ name }) => name)).toEqual(['app']);
    expect(life.stop.sidecars).toEqual(['proxy']);
  });

  it('leaves out what the profile ignores, and is none where nothing serves', () => {
    expect(
      lifeOfPod('  containers: [{ name: app, image: a }, { name: istio-proxy, image: p }]')?.start,
    ).toHaveLength(1);
    expect(lifeOfPod('  restartPolicy: Never\n  containers: [{ name: app, image: a }]')).toBeUndefined();
  });

  it('says that the removal of the endpoint is assumed', () => {
    expect(lifeOf('').stop).toMatchObject({ removalSeconds: 5, removalIsAssumed: true, drainSeconds: 10 });
  });
});

describe('the numbers are those of the checks', () => {
  const hook = fc.constantFrom(
    '',
    'lifecycle: { preStop: { tcpSocket: { port: 80 } } }',
    'lifecycle: { preStop: { sleep: { seconds: 0 } } }',
    'lifecycle: { preStop: { exec: { command: [/drain] } } }',
    ...[1, 4, 10, 20, 21, 30, 60, 'infinity'].map(sleep),
  );
  const command = fc.constantFrom('', shell, 'command: [./server]');
  const probes = fc
    .record({
      startupProbe: fc.option(fc.nat(40)),
      readinessProbe: fc.option(fc.nat(40)),
      livenessProbe: fc.option(fc.nat(40)),
    })
    .map((delays) =>
      Object.entries(delays)
        .filter(([, delay]) => delay !== null)
        .map(
          ([name, delay]) =>
            `${name}: { httpGet: { path: /, port: 80 }, initialDelaySeconds: ${delay}, periodSeconds: 5 }`,
        )
        .join(', '),
    );
  const grace = fc.constantFrom(0, 1, 9, 10, 20, 30, 31, 60);

  const finds = (violations: readonly ReportedViolation[], check: string): boolean =>
    violations.some((violation) => violation.check === check);

  it('for any container', () => {
    fc.assert(
      fc.property(hook, command, probes, grace, (...parts) => {
        const graceSeconds = parts.pop() as number;
        const container = [ports, ...parts].filter((part) => part !== '').join(', ');
        const [object] = judged(`apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  terminationGracePeriodSeconds: ${graceSeconds}
  containers: [{ name: app, image: a, ${container} }]`);
        const { violations = [] } = object ?? {};
        const life = object?.life?.();
        const [stop] = life?.stop.containers ?? [];
        const [start] = life?.start ?? [];
        if (stop === undefined || start === undefined) throw new Error('no container serves');
        const lost = new Set(stop.losses.map(({ why, sure }) => (sure ? why : 'risk')));
        const isDeaf = stop.shell !== undefined;
        expect(isDeaf).toBe(finds(violations, 'shell-entrypoint'));
        if (!isDeaf) {
          expect(lost.has('refused')).toBe(finds(violations, 'pre-stop'));
          expect(lost.has('cut')).toBe(finds(violations, 'grace-period'));
        }
        expect(start.outcome === 'loop').toBe(finds(violations, 'liveness-before-readiness'));
        if (start.outcome === 'blind') expect(finds(violations, 'readiness-probe')).toBe(true);
        expect(start.kill === undefined && !finds(violations, 'liveness-probe')).toBe(false);
      }),
      { numRuns: 400 },
    );
  });

  it('for a load balancer that keeps connections', () => {
    const life = judged(`apiVersion: v1
kind: Pod
metadata: { name: web, labels: { app: web } }
spec: { containers: [{ name: app, image: a }] }
---
apiVersion: v1
kind: Service
metadata:
  name: web
  annotations:
    service.beta.kubernetes.io/aws-load-balancer-type: nlb-ip
    service.beta.kubernetes.io/aws-load-balancer-target-group-attributes: deregistration_delay.timeout_seconds=120
spec: { type: LoadBalancer, selector: { app: web }, ports: [{ port: 80 }] }`)[0]?.life?.();
    expect(life?.stop.balancer).toEqual({ balancer: 'Service web', delay: 120 });
  });
});
