import { gracePeriod } from '../../../../src/policy/checks/grace-period.ts';
import { testCheck } from './check-table.ts';

const path = 'spec.terminationGracePeriodSeconds';

/** A pod with a grace period and one container that sleeps before it stops. */
function stopping(graceSeconds: number, sleepSeconds: number): string {
  return `
    terminationGracePeriodSeconds: ${graceSeconds}
    containers: [{ name: app, lifecycle: { preStop: { sleep: { seconds: ${sleepSeconds} } } } }]
  `;
}

testCheck(gracePeriod, {
  valid: {
    'the default of 30 s without a hook': 'containers: [{ name: app }]',
    'a sleep of 180 s in 200 s': stopping(200, 180),
    'exactly minDrainSeconds left': stopping(30, 20),
    'an exec sleep that fits': `
      containers: [{ name: app, lifecycle: { preStop: { exec: { command: [sh, -c, sleep 15] } } } }]
    `,
    'a hook that nobody can tell the length of': `
      containers: [{ name: app, lifecycle: { preStop: { exec: { command: [/stop.sh] } } } }]
    `,
    'a Job, whatever it says': {
      kind: 'Job',
      pod: '{ restartPolicy: Never, terminationGracePeriodSeconds: 0, containers: [{ name: app }] }',
    },
    'a sleep as long as the grace period where nothing need be left': {
      pod: stopping(30, 30),
      parameters: { minDrainSeconds: 0 },
    },
    'a grace period of 0 where nothing need be left': {
      pod: stopping(0, 0),
      parameters: { minDrainSeconds: 0 },
    },
  },
  invalid: {
    'a sleep of 30 s in the default grace period': {
      pod: 'containers: [{ name: app, lifecycle: { preStop: { exec: { command: [sleep, "30"] } } } }]',
      violations: [
        {
          message: 'sleep-too-long',
          container: 'app',
          path,
          words:
            'container app: preStop sleeps 30 s of a grace period of 30 s, 0 s are left to drain [grace-period]; ' +
            'set terminationGracePeriodSeconds to at least 40',
        },
      ],
    },
    'one second too much': {
      pod: stopping(30, 21),
      violations: [{ message: 'sleep-too-long', container: 'app', path }],
    },
    'a sleep longer than the grace period': {
      pod: stopping(30, 900),
      violations: [
        {
          message: 'sleep-too-long',
          container: 'app',
          path,
          words:
            'container app: preStop sleeps 900 s of a grace period of 30 s, 0 s are left to drain [grace-period]; ' +
            'set terminationGracePeriodSeconds to at least 910',
        },
      ],
    },
    'a fraction of a second too much': {
      pod: 'containers: [{ name: app, lifecycle: { preStop: { exec: { command: [sleep, "20.1"] } } } }]',
      violations: [
        {
          message: 'sleep-too-long',
          container: 'app',
          path,
          words:
            'container app: preStop sleeps 20.1 s of a grace period of 30 s, 9.9 s are left to drain [grace-period]; ' +
            'set terminationGracePeriodSeconds to at least 31',
        },
      ],
    },
    'each container whose sleep is too long': {
      pod: `
        containers:
          - { name: app, lifecycle: { preStop: { sleep: { seconds: 25 } } } }
          - { name: fits, lifecycle: { preStop: { sleep: { seconds: 5 } } } }
        initContainers:
          - { name: proxy, restartPolicy: Always, lifecycle: { preStop: { sleep: { seconds: 28 } } } }
      `,
      violations: [
        { message: 'sleep-too-long', container: 'app', path },
        { message: 'sleep-too-long', container: 'proxy', path },
      ],
    },
    'a grace period that is too short without any sleep, once': {
      pod: '{ terminationGracePeriodSeconds: 9, containers: [{ name: app }, { name: web }] }',
      violations: [
        {
          message: 'too-short',
          path,
          words:
            'pod: terminationGracePeriodSeconds is 9 [grace-period]; ' +
            'requests in flight would be cut off; set at least 10',
        },
      ],
    },
    'a grace period that is too short, with the longest sleep that ends': {
      pod: `
        terminationGracePeriodSeconds: 5
        containers:
          - { name: app, lifecycle: { preStop: { exec: { command: [sleep, "20.1"] } } } }
          - { name: web, lifecycle: { preStop: { exec: { command: [sleep, "4"] } } } }
          - { name: log, lifecycle: { preStop: { exec: { command: [sleep, infinity] } } } }
      `,
      violations: [
        {
          message: 'too-short',
          path,
          words:
            'pod: terminationGracePeriodSeconds is 5 [grace-period]; ' +
            'requests in flight would be cut off; set at least 31',
        },
      ],
    },
    'a hook that never ends': {
      pod: 'containers: [{ name: app, lifecycle: { preStop: { exec: { command: [sleep, infinity] } } } }]',
      violations: [
        {
          message: 'endless',
          container: 'app',
          path: 'spec.containers[0].lifecycle.preStop',
          words:
            'container app: preStop never ends, so nothing is left of the grace period to drain [grace-period]; ' +
            'let the hook sleep for a number of seconds',
        },
      ],
    },
    'less than minDrainSeconds': {
      pod: stopping(60, 30),
      parameters: { minDrainSeconds: 31 },
      violations: [{ message: 'sleep-too-long', container: 'app', path }],
    },
  },
});
