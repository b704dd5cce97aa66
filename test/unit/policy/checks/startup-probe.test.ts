import { startupProbe } from '../../../../src/policy/checks/startup-probe.ts';
import { testCheck } from './check-table.ts';

const path = 'spec.containers[0].livenessProbe.initialDelaySeconds';

/** A pod whose liveness probe begins after this many seconds. */
function delayed(seconds: number, rest = ''): string {
  return `
    containers:
      - { name: app, livenessProbe: { httpGet: { port: 80 }, initialDelaySeconds: ${seconds} }${rest} }
  `;
}

testCheck(startupProbe, {
  valid: {
    'no probe at all': 'containers: [{ name: app }]',
    'a liveness probe that begins at once':
      'containers: [{ name: app, livenessProbe: { grpc: { port: 9 } } }]',
    'a delay as long as allowed': delayed(60),
    'a long delay behind a startup probe': delayed(600, ', startupProbe: { tcpSocket: { port: 80 } }'),
    'a long delay of readiness only': `
      containers: [{ name: app, readinessProbe: { httpGet: { port: 80 }, initialDelaySeconds: 600 } }]
    `,
    'a longer delay where that is allowed': {
      pod: delayed(300),
      parameters: { maxInitialDelaySeconds: 300 },
    },
    'a liveness probe without a handler':
      'containers: [{ name: app, livenessProbe: { initialDelaySeconds: 600 } }]',
    'a Job': {
      kind: 'Job',
      pod: `
        restartPolicy: Never
        containers: [{ name: app, livenessProbe: { httpGet: { port: 80 }, initialDelaySeconds: 600 } }]
      `,
    },
    'a delay that is not a number': `
      containers: [{ name: app, livenessProbe: { httpGet: { port: 80 }, initialDelaySeconds: "600" } }]
    `,
  },
  invalid: {
    'a long delay': {
      pod: delayed(61),
      violations: [
        {
          message: 'long-delay',
          container: 'app',
          path,
          words:
            'container app: liveness is first asked after 61 s, and there is no startup probe [startup-probe]; ' +
            'use a startup probe, which ends as soon as the app answers',
        },
      ],
    },
    'any delay where none is allowed': {
      pod: delayed(1),
      parameters: { maxInitialDelaySeconds: 0 },
      violations: [{ message: 'long-delay', container: 'app', path }],
    },
    'a startup probe without a handler': {
      pod: delayed(90, ', startupProbe: { periodSeconds: 5 }'),
      violations: [{ message: 'long-delay', container: 'app', path }],
    },
    'a native sidecar': {
      pod: `
        containers: [{ name: app }]
        initContainers:
          - name: proxy
            restartPolicy: Always
            livenessProbe: { exec: { command: [check] }, initialDelaySeconds: 120 }
      `,
      violations: [
        {
          message: 'long-delay',
          container: 'proxy',
          path: 'spec.initContainers[0].livenessProbe.initialDelaySeconds',
        },
      ],
    },
  },
});
