import { execProbe } from '../../../../src/policy/checks/exec-probe.ts';
import { testCheck } from './check-table.ts';

/** A pod with this probe, which executes a command. */
function executing(probe: string, periodSeconds: number): string {
  return `containers: [{ name: app, ${probe}: { exec: { command: [check] }, periodSeconds: ${periodSeconds} } }]`;
}

testCheck(execProbe, {
  valid: {
    'no probe at all': 'containers: [{ name: app }]',
    'a period as long as asked for': executing('readinessProbe', 5),
    'the default period': 'containers: [{ name: app, livenessProbe: { exec: { command: [check] } } }]',
    'a request every second':
      'containers: [{ name: app, readinessProbe: { httpGet: { port: 80 }, periodSeconds: 1 } }]',
    'grpc every second':
      'containers: [{ name: app, livenessProbe: { grpc: { port: 9 }, periodSeconds: 1 } }]',
    'a startup probe, which ends': executing('startupProbe', 1),
    'a timeout longer than the period: the kubelet asks one after the other': `
      containers:
        - { name: app, readinessProbe: { exec: { command: [check] }, periodSeconds: 5, timeoutSeconds: 30 } }
    `,
    'a shorter period where that is allowed': {
      pod: executing('readinessProbe', 2),
      parameters: { minPeriodSeconds: 2 },
    },
    'a Job': {
      kind: 'Job',
      pod: `{ restartPolicy: Never, ${executing('livenessProbe', 1)} }`,
    },
  },
  invalid: {
    'a process every second': {
      pod: executing('readinessProbe', 1),
      violations: [
        {
          message: 'frequent',
          container: 'app',
          path: 'spec.containers[0].readinessProbe.periodSeconds',
          words:
            'container app: readinessProbe starts a process every 1 s [exec-probe]; ' +
            'use httpGet, tcpSocket or grpc, or a periodSeconds of at least 5',
        },
      ],
    },
    'both probes': {
      pod: `
        containers:
          - name: app
            readinessProbe: { exec: { command: [check] }, periodSeconds: 4 }
            livenessProbe: { exec: { command: [check] }, periodSeconds: 2 }
      `,
      violations: [
        { message: 'frequent', container: 'app', path: 'spec.containers[0].readinessProbe.periodSeconds' },
        { message: 'frequent', container: 'app', path: 'spec.containers[0].livenessProbe.periodSeconds' },
      ],
    },
    'Windows, where a process costs more': {
      pod: `
        os: { name: windows }
        containers: [{ name: app, livenessProbe: { exec: { command: [powershell, check] }, periodSeconds: 3 } }]
      `,
      violations: [
        { message: 'frequent', container: 'app', path: 'spec.containers[0].livenessProbe.periodSeconds' },
      ],
    },
    'a period below a higher bound': {
      pod: executing('livenessProbe', 10),
      parameters: { minPeriodSeconds: 15 },
      violations: [
        { message: 'frequent', container: 'app', path: 'spec.containers[0].livenessProbe.periodSeconds' },
      ],
    },
  },
});
