import { livenessBeforeReadiness } from '../../../../src/policy/checks/liveness-before-readiness.ts';
import { testCheck } from './check-table.ts';

/** A pod with these probes, in YAML. */
function probed(...probes: readonly string[]): string {
  return `containers: [{ name: app, ${probes.join(', ')} }]`;
}

const readyAfter60 = 'readinessProbe: { httpGet: { path: /ready, port: 80 }, initialDelaySeconds: 60 }';
const liveness = (timings: string): string =>
  `livenessProbe: { httpGet: { path: /live, port: 80 }, ${timings} }`;
const startup = (path: string, timings: string): string =>
  `startupProbe: { httpGet: { path: ${path}, port: 80 }, ${timings} }`;

testCheck(livenessBeforeReadiness, {
  valid: {
    'no probe at all': 'containers: [{ name: app }]',
    'liveness alone': probed(liveness('failureThreshold: 1')),
    'readiness alone': probed(readyAfter60),
    'equal delays': probed(readyAfter60, liveness('initialDelaySeconds: 60')),
    // The delays that document 000 has for both probes: it fails for the third time at 75 s.
    'equal delays with slow periods': probed(
      'readinessProbe: { httpGet: { port: 80 }, initialDelaySeconds: 15, periodSeconds: 30 }',
      liveness('initialDelaySeconds: 15, periodSeconds: 30'),
    ),
    'a kill at the moment of the first readiness': probed(
      readyAfter60,
      liveness('initialDelaySeconds: 40, periodSeconds: 10, failureThreshold: 3'),
    ),
    'defaults for both': probed(
      'readinessProbe: { grpc: { port: 9 } }',
      'livenessProbe: { grpc: { port: 9 } }',
    ),
    'many successes of readiness, of which the first is asked before the kill': probed(
      'readinessProbe: { httpGet: { port: 80 }, initialDelaySeconds: 5, periodSeconds: 10, successThreshold: 3 }',
      liveness('periodSeconds: 10'),
    ),
    'the same with a startup probe that asks what readiness asks': probed(
      'readinessProbe: { httpGet: { path: /ready, port: 80 }, initialDelaySeconds: 5, successThreshold: 3 }',
      startup('/ready', 'periodSeconds: 5'),
    ),
    'a startup probe that gives time enough': probed(
      readyAfter60,
      liveness('periodSeconds: 5'),
      startup('/live', 'periodSeconds: 10, failureThreshold: 30'),
    ),
    'a short startup probe that asks something else than readiness': probed(
      readyAfter60,
      liveness('periodSeconds: 5'),
      startup('/live', 'periodSeconds: 2, failureThreshold: 5'),
    ),
    'a Job': {
      kind: 'Job',
      pod: `
        restartPolicy: OnFailure
        containers: [{ name: app, ${readyAfter60}, ${liveness('periodSeconds: 1')} }]
      `,
    },
    'probes without handlers': probed(
      'readinessProbe: { initialDelaySeconds: 60 }',
      'livenessProbe: { periodSeconds: 1 }',
    ),
  },
  invalid: {
    'a kill long before readiness is asked': {
      pod: probed(readyAfter60, liveness('initialDelaySeconds: 5, periodSeconds: 5')),
      violations: [
        {
          message: 'liveness',
          container: 'app',
          path: 'spec.containers[0].livenessProbe',
          words:
            'container app: liveness may kill it 15 s after its start, and readiness is not asked before 60 s ' +
            '[liveness-before-readiness]; add a startup probe, or a higher initialDelaySeconds',
        },
      ],
    },
    'a kill one second too early': {
      pod: probed(readyAfter60, liveness('initialDelaySeconds: 39, periodSeconds: 10, failureThreshold: 3')),
      violations: [{ message: 'liveness', container: 'app', path: 'spec.containers[0].livenessProbe' }],
    },
    'a startup probe that gives up before readiness asks the same': {
      pod: probed(
        readyAfter60,
        liveness('periodSeconds: 5'),
        startup('/ready', 'periodSeconds: 10, failureThreshold: 3'),
      ),
      violations: [
        {
          message: 'startup',
          container: 'app',
          path: 'spec.containers[0].startupProbe',
          words:
            'container app: the startup probe may kill it 20 s after its start, and readiness asks the same not before 60 s ' +
            '[liveness-before-readiness]; raise failureThreshold of the startup probe, or lower initialDelaySeconds of ' +
            'readiness',
        },
      ],
    },
    'a native sidecar': {
      pod: `
        containers: [{ name: app }]
        initContainers: [{ name: proxy, restartPolicy: Always, ${readyAfter60}, ${liveness('periodSeconds: 2')} }]
      `,
      violations: [{ message: 'liveness', container: 'proxy', path: 'spec.initContainers[0].livenessProbe' }],
    },
  },
});
