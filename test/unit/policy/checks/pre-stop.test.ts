import { preStop } from '../../../../src/policy/checks/pre-stop.ts';
import { testCheck } from './check-table.ts';

const path = 'spec.containers[0].lifecycle.preStop';

/** A pod whose only container has this preStop hook. */
const hooked = (hook: string, more = ''): string =>
  `{ containers: [{ name: app, lifecycle: { preStop: ${hook} } }] ${more} }`;

testCheck(preStop, {
  valid: {
    'the native sleep': hooked('{ sleep: { seconds: 15 } }'),
    'an exec hook': hooked('{ exec: { command: [sh, -c, sleep 15] } }'),
    'a script of unknown length, whatever is asked': {
      pod: hooked('{ exec: { command: [/drain.sh] } }'),
      parameters: { minSeconds: 30 },
    },
    'an httpGet hook, whatever is asked': {
      pod: hooked('{ httpGet: { port: 8080, path: /drain } }'),
      parameters: { minSeconds: 30 },
    },
    'a hook of a later Kubernetes': hooked('{ laterAction: {} }'),
    'a sleep without end': {
      pod: hooked('{ exec: { command: [sleep, infinity] } }'),
      parameters: { minSeconds: 30 },
    },
    'exactly what is asked': {
      pod: hooked('{ sleep: { seconds: 30 } }'),
      parameters: { minSeconds: 30 },
    },
    'a pod of Windows': hooked(
      '{ exec: { command: [powershell, -Command, Start-Sleep 20] } }',
      ', os: { name: windows }',
    ),
    'a sidecar, an init and an ephemeral container without': `
      containers: [{ name: app, lifecycle: { preStop: { sleep: { seconds: 5 } } } }]
      initContainers: [{ name: setup }, { name: proxy, restartPolicy: Always }]
      ephemeralContainers: [{ name: debug }]
    `,
    'a Job': { kind: 'Job', pod: '{ restartPolicy: Never, containers: [{ name: app }] }' },
    'a container without ports where only those with ports are asked': {
      pod: 'containers: [{ name: app }]',
      parameters: { containers: 'with-ports' },
    },
  },
  invalid: {
    'no hook': {
      pod: 'containers: [{ name: app }]',
      violations: [
        {
          message: 'missing',
          container: 'app',
          path,
          words:
            'container app: no preStop hook [pre-stop]; requests would still arrive after SIGTERM, ' +
            'set lifecycle.preStop.sleep.seconds, for example 15',
        },
      ],
    },
    'no hook in a grace period that is just long enough for the example': {
      pod: '{ terminationGracePeriodSeconds: 25, containers: [{ name: app }] }',
      violations: [
        {
          message: 'missing',
          container: 'app',
          path,
          words:
            'container app: no preStop hook [pre-stop]; requests would still arrive after SIGTERM, ' +
            'set lifecycle.preStop.sleep.seconds, for example 15',
        },
      ],
    },
    'no hook in a grace period that is too short for the example': {
      pod: '{ terminationGracePeriodSeconds: 24, containers: [{ name: app }] }',
      violations: [
        {
          message: 'missing',
          container: 'app',
          path,
          words:
            'container app: no preStop hook [pre-stop]; requests would still arrive after SIGTERM, ' +
            'set lifecycle.preStop.sleep.seconds, for example 15 with terminationGracePeriodSeconds 45',
        },
      ],
    },
    'a tcpSocket and a sleep of zero in a short grace period': {
      pod: `
        terminationGracePeriodSeconds: 10
        containers:
          - { name: app, lifecycle: { preStop: { tcpSocket: { port: 80 } } } }
          - { name: web, lifecycle: { preStop: { sleep: { seconds: 0 } } } }
      `,
      violations: [
        {
          message: 'tcp-socket',
          container: 'app',
          path,
          words:
            'container app: preStop is a tcpSocket, which the kubelet never runs [pre-stop]; ' +
            'set lifecycle.preStop.sleep.seconds instead, for example 15 with terminationGracePeriodSeconds 45',
        },
        {
          message: 'no-delay',
          container: 'web',
          path: 'spec.containers[1].lifecycle.preStop',
          words:
            'container web: preStop sleeps 0 s [pre-stop]; requests would still arrive after SIGTERM, ' +
            'set lifecycle.preStop.sleep.seconds, for example 15 with terminationGracePeriodSeconds 45',
        },
      ],
    },
    'no hook where more than the example is asked': {
      pod: 'containers: [{ name: app }]',
      parameters: { minSeconds: 21 },
      violations: [
        {
          message: 'missing',
          container: 'app',
          path,
          words:
            'container app: no preStop hook [pre-stop]; requests would still arrive after SIGTERM, ' +
            'set lifecycle.preStop.sleep.seconds, for example 21 with terminationGracePeriodSeconds 51',
        },
      ],
    },
    'no hook beside a longer one that the grace period does not cover': {
      pod: 'containers: [{ name: app }, { name: web, lifecycle: { preStop: { exec: { command: [sleep, "24.5"] } } } }]',
      violations: [
        {
          message: 'missing',
          container: 'app',
          path,
          words:
            'container app: no preStop hook [pre-stop]; requests would still arrive after SIGTERM, ' +
            'set lifecycle.preStop.sleep.seconds, for example 15 with terminationGracePeriodSeconds 55',
        },
      ],
    },
    'an empty hook': { pod: hooked('{}'), violations: [{ message: 'missing', container: 'app', path }] },
    'a hook of nulls': {
      pod: hooked('{ exec: null, tcpSocket: null }'),
      violations: [{ message: 'missing', container: 'app', path }],
    },
    'a tcpSocket': {
      pod: hooked('{ tcpSocket: { port: 80 } }'),
      violations: [
        {
          message: 'tcp-socket',
          container: 'app',
          path,
          words:
            'container app: preStop is a tcpSocket, which the kubelet never runs [pre-stop]; ' +
            'set lifecycle.preStop.sleep.seconds instead, for example 15',
        },
      ],
    },
    'a sleep of zero': {
      pod: hooked('{ sleep: { seconds: 0 } }'),
      violations: [
        {
          message: 'no-delay',
          container: 'app',
          path,
          words:
            'container app: preStop sleeps 0 s [pre-stop]; requests would still arrive after SIGTERM, ' +
            'set lifecycle.preStop.sleep.seconds, for example 15',
        },
      ],
    },
    'a sleep without seconds, which is zero': {
      pod: hooked('{ sleep: {} }'),
      violations: [{ message: 'no-delay', container: 'app', path }],
    },
    'less than is asked': {
      pod: hooked('{ sleep: { seconds: 5 } }'),
      parameters: { minSeconds: 10 },
      violations: [
        {
          message: 'too-short',
          container: 'app',
          path,
          words:
            'container app: preStop sleeps 5 s [pre-stop]; ' +
            'the removal of the endpoint is given at least 10 s here',
        },
      ],
    },
    'a hook that no grace period lets run': {
      pod: hooked('{ exec: { command: [/drain.sh] } }', ', terminationGracePeriodSeconds: 0'),
      violations: [
        {
          message: 'never-runs',
          container: 'app',
          path: 'spec.terminationGracePeriodSeconds',
          words:
            'container app: preStop never runs, because terminationGracePeriodSeconds is 0 [pre-stop]; ' +
            'set a grace period that covers the hook and the time to drain',
        },
      ],
    },
    'a StatefulSet': {
      kind: 'StatefulSet',
      pod: 'containers: [{ name: app }]',
      violations: [{ message: 'missing', container: 'app', path }],
    },
    'a DaemonSet': {
      kind: 'DaemonSet',
      pod: 'containers: [{ name: app }]',
      violations: [{ message: 'missing', container: 'app', path }],
    },
    'only the containers with ports, where they are asked': {
      pod: 'containers: [{ name: app, ports: [{ containerPort: 80 }] }, { name: worker }]',
      parameters: { containers: 'with-ports' },
      violations: [{ message: 'missing', container: 'app', path }],
    },
  },
});
