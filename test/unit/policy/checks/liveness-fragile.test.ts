import { livenessFragile } from '../../../../src/policy/checks/liveness-fragile.ts';
import { testCheck } from './check-table.ts';

const path = 'spec.containers[0].livenessProbe.failureThreshold';

/** A pod whose probes have the same handler, with these timings. */
function same(readiness: string, liveness: string, handler = 'httpGet: { path: /health, port: 80 }'): string {
  return `
    containers:
      - name: app
        ports: [{ name: http, containerPort: 80 }]
        readinessProbe: { ${handler}, ${readiness} }
        livenessProbe: { ${handler}, ${liveness} }
  `;
}

const sameAsReadiness = { message: 'same-as-readiness', container: 'app', path };

testCheck(livenessFragile, {
  valid: {
    'no probe at all': 'containers: [{ name: app }]',
    'liveness alone': 'containers: [{ name: app, livenessProbe: { httpGet: { port: 80 } } }]',
    'a readiness probe of a single failure': `
      containers: [{ name: app, readinessProbe: { httpGet: { port: 80 }, failureThreshold: 1 } }]
    `,
    // zegl/kube-score#339
    'the same probe with a higher threshold for liveness': same(
      'periodSeconds: 5, failureThreshold: 3',
      'periodSeconds: 5, failureThreshold: 12',
    ),
    // zegl/kube-score#296
    'the same probe with a longer period for liveness': same('initialDelaySeconds: 5', 'periodSeconds: 30'),
    'the same probe with a longer timeout for liveness': same('timeoutSeconds: 1', 'timeoutSeconds: 10'),
    'the same command with a higher threshold': same(
      'failureThreshold: 2',
      'failureThreshold: 3',
      'exec: { command: [check] }',
    ),
    'another path': `
      containers:
        - name: app
          readinessProbe: { httpGet: { path: /ready, port: 80 } }
          livenessProbe: { httpGet: { path: /live, port: 80 } }
    `,
    'another service of grpc': `
      containers:
        - name: app
          readinessProbe: { grpc: { port: 9, service: ready } }
          livenessProbe: { grpc: { port: 9, service: live } }
    `,
    'another handler for the same port': `
      containers:
        - name: app
          readinessProbe: { httpGet: { port: 80 } }
          livenessProbe: { tcpSocket: { port: 80 } }
    `,
    'a startup probe of a single failure': same('failureThreshold: 3', 'failureThreshold: 9').replace(
      'readinessProbe:',
      'startupProbe: { tcpSocket: { port: 80 }, failureThreshold: 1 }\n        readinessProbe:',
    ),
    'a Job': {
      kind: 'Job',
      pod: `
        restartPolicy: Never
        containers: [{ name: app, livenessProbe: { exec: { command: [check] }, failureThreshold: 1 } }]
      `,
    },
  },
  invalid: {
    'liveness of a single failure': {
      pod: 'containers: [{ name: app, livenessProbe: { tcpSocket: { port: 80 }, failureThreshold: 1 } }]',
      violations: [
        {
          message: 'single-failure',
          container: 'app',
          path,
          words:
            'container app: one failed liveness probe restarts it [liveness-fragile]; set failureThreshold to 3 or more',
        },
      ],
    },
    'the same probe, once, where a single failure is enough too': {
      pod: same('failureThreshold: 1', 'failureThreshold: 1'),
      violations: [{ message: 'single-failure', container: 'app', path }],
    },
    'the same probe with the same patience': {
      pod: same('periodSeconds: 30', 'periodSeconds: 30'),
      violations: [
        {
          ...sameAsReadiness,
          words:
            'container app: liveness asks the same as readiness and gives up after 90 s, readiness after 90 s ' +
            '[liveness-fragile]; an overloaded pod is restarted, so set a higher failureThreshold for liveness',
        },
      ],
    },
    'the same probe with less patience': {
      pod: same('failureThreshold: 10', 'failureThreshold: 3'),
      violations: [sameAsReadiness],
    },
    'a higher threshold that a shorter period takes back': {
      pod: same('periodSeconds: 10, failureThreshold: 3', 'periodSeconds: 5, failureThreshold: 6'),
      violations: [sameAsReadiness],
    },
    'a longer timeout with less patience': {
      pod: same('timeoutSeconds: 1', 'timeoutSeconds: 5, failureThreshold: 2'),
      violations: [sameAsReadiness],
    },
    'the same command': {
      pod: same('timeoutSeconds: 5', 'initialDelaySeconds: 60', 'exec: { command: [check, --all] }'),
      violations: [sameAsReadiness],
    },
    'the same service of grpc': {
      pod: same('timeoutSeconds: 1', 'initialDelaySeconds: 60', 'grpc: { port: 9 }'),
      violations: [sameAsReadiness],
    },
    'the same port, by name and by number': {
      pod: `
        containers:
          - name: app
            ports: [{ name: http, containerPort: 80 }]
            readinessProbe: { httpGet: { port: http } }
            livenessProbe: { httpGet: { path: /, scheme: HTTP, port: 80 } }
      `,
      violations: [sameAsReadiness],
    },
    'a native sidecar': {
      pod: `
        containers: [{ name: app }]
        initContainers:
          - { name: proxy, restartPolicy: Always, livenessProbe: { grpc: { port: 9 }, failureThreshold: 1 } }
      `,
      violations: [
        {
          message: 'single-failure',
          container: 'proxy',
          path: 'spec.initContainers[0].livenessProbe.failureThreshold',
        },
      ],
    },
  },
});
