import { shellEntrypoint } from '../../../../src/policy/checks/shell-entrypoint.ts';
import { testCheck } from './check-table.ts';

const path = 'spec.containers[0].command';

testCheck(shellEntrypoint, {
  valid: {
    "the image's own entrypoint": 'containers: [{ name: app, args: [sh, -c, ./migrate && ./server] }]',
    'the application itself': 'containers: [{ name: app, command: [/server, --port, "8080"] }]',
    'a script that ends in exec': `
      containers: [{ name: app, command: [sh, -c], args: ["./migrate && exec ./server"] }]
    `,
    'an init process that signals all': `
      containers: [{ name: app, command: [dumb-init, sh, -c, "./migrate && ./server"] }]
    `,
    'a script that sets a trap': `
      containers: [{ name: app, command: [bash, -c, "trap 'kill $pid' TERM; ./server & pid=$!; wait"] }]
    `,
    'a shell whose preStop hook may stop the application': `
      containers:
        - name: app
          command: [sh, -c, ./migrate && ./server]
          lifecycle: { preStop: { exec: { command: [/stop.sh] } } }
    `,
    'an init container': `
      containers: [{ name: app, command: [/server] }]
      initContainers: [{ name: setup, command: [sh, -c, ./migrate && ./check] }]
    `,
    'a Job': {
      kind: 'Job',
      pod: '{ restartPolicy: Never, containers: [{ name: app, command: [sh, -c, ./one && ./two] }] }',
    },
    'what is no list of words': 'containers: [{ name: app, command: sh, args: { a: 1 } }]',
  },
  invalid: {
    'a shell that waits for the application': {
      pod: 'containers: [{ name: app, command: [/bin/sh, -c, ./migrate && ./server] }]',
      violations: [
        {
          message: 'swallowed',
          container: 'app',
          path,
          words:
            'container app: PID 1 is sh, which ignores SIGTERM and does not pass it on [shell-entrypoint]; ' +
            'start the application with exec, so that it takes the place of the shell',
        },
      ],
    },
    'a script in args': {
      pod: 'containers: [{ name: app, command: [bash, -c], args: ["./migrate; ./server"] }]',
      violations: [{ message: 'swallowed', container: 'app', path }],
    },
    'a hook that only sleeps': {
      pod: `
        containers:
          - name: app
            command: [sh, -c, ./migrate && ./server]
            lifecycle: { preStop: { exec: { command: [sleep, "10"] } } }
      `,
      violations: [{ message: 'swallowed', container: 'app', path }],
    },
    'a sidecar': {
      pod: `
        containers: [{ name: app, command: [/server] }]
        initContainers: [{ name: proxy, restartPolicy: Always, command: [sh, -c, "./setup && ./proxy"] }]
      `,
      violations: [{ message: 'swallowed', container: 'proxy', path: 'spec.initContainers[0].command' }],
    },
    'a shell that is not PID 1': {
      pod: '{ shareProcessNamespace: true, containers: [{ name: app, command: [sh, -c, ./a && ./server] }] }',
      violations: [
        {
          message: 'killed-with-shell',
          container: 'app',
          path,
          words:
            'container app: SIGTERM ends sh in front of the application, which is killed with it at once ' +
            '[shell-entrypoint]; start the application with exec, so that it takes the place of the shell',
        },
      ],
    },
    'a shell among the processes of the node': {
      pod: '{ hostPID: true, containers: [{ name: app, command: [sh, -c, ./a && ./server] }] }',
      violations: [{ message: 'killed-with-shell', container: 'app', path }],
    },
  },
});
