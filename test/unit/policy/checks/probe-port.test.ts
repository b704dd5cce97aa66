import { probePort } from '../../../../src/policy/checks/probe-port.ts';
import { testCheck } from './check-table.ts';

const port = 'spec.containers[0].readinessProbe.httpGet.port';

/** A pod whose readiness probe asks for a port, and whose container declares http. */
function asking(name: string): string {
  return `
    containers:
      - name: app
        ports: [{ containerPort: 9090 }, { name: http, containerPort: 8080 }]
        readinessProbe: { httpGet: { port: ${name} } }
  `;
}

testCheck(probePort, {
  valid: {
    'no probe at all': 'containers: [{ name: app }]',
    'a name that is declared': asking('http'),
    'a number that is declared': asking('8080'),
    'a number that is not declared': asking('9999'),
    'a number in quotes, which the API server refuses': asking('"9999"'),
    'a name that no port can have': asking('"not a name"'),
    'a name in capitals, which the API server refuses': asking('HTTP'),
    'a name of 16 characters': asking('abcdefghijklmnop'),
    'a name with two hyphens': asking('my--port'),
    'a name that begins with a hyphen': asking('"-port"'),
    'a name that ends with a hyphen': asking('port-'),
    'a name without a letter': asking('80-81'),
    'an empty name': asking('""'),
    'an exec and a grpc probe': `
      containers:
        - { name: app, livenessProbe: { grpc: { port: 9000 } }, readinessProbe: { exec: { command: [check] } } }
    `,
    'the name of a UDP port': `
      containers:
        - name: app
          ports: [{ name: dns, containerPort: 53, protocol: UDP }]
          readinessProbe: { tcpSocket: { port: dns } }
    `,
    'hooks that name a port that is declared': `
      containers:
        - name: app
          ports: [{ name: http, containerPort: 8080 }]
          lifecycle: { postStart: { httpGet: { port: http } }, preStop: { httpGet: { port: http } } }
    `,
    'a native sidecar with a port of its own': `
      containers: [{ name: app }]
      initContainers:
        - name: proxy
          restartPolicy: Always
          ports: [{ name: admin, containerPort: 15000 }]
          startupProbe: { httpGet: { port: admin } }
    `,
    'an init container, which can have no probe': `
      containers: [{ name: app }]
      initContainers: [{ name: setup, readinessProbe: { httpGet: { port: http } } }]
    `,
    'a debug container': `
      containers: [{ name: app }]
      ephemeralContainers: [{ name: debug, readinessProbe: { httpGet: { port: http } } }]
    `,
  },
  invalid: {
    'a name that is not declared': {
      pod: asking('web'),
      violations: [
        {
          message: 'undeclared',
          container: 'app',
          path: port,
          words:
            'container app: port web of readinessProbe is not among its ports [probe-port]; ' +
            'give a port that name, or write the number',
        },
      ],
    },
    'a name of 15 characters': {
      pod: asking('1-a-2-b-3-c-4-d'),
      violations: [{ message: 'undeclared', container: 'app', path: port }],
    },
    'no ports at all': {
      pod: 'containers: [{ name: app, readinessProbe: { httpGet: { port: http } } }]',
      violations: [{ message: 'undeclared', container: 'app', path: port }],
    },
    'one name for several probes, once': {
      pod: `
        containers:
          - name: app
            startupProbe: { tcpSocket: { port: web } }
            livenessProbe: { httpGet: { port: web } }
            readinessProbe: { httpGet: { port: ready } }
      `,
      violations: [
        {
          message: 'undeclared',
          container: 'app',
          path: 'spec.containers[0].startupProbe.tcpSocket.port',
          words:
            'container app: port web of startupProbe and livenessProbe is not among its ports [probe-port]; ' +
            'give a port that name, or write the number',
        },
        { message: 'undeclared', container: 'app', path: port },
      ],
    },
    'a name that only another container has': {
      pod: `
        containers:
          - { name: app, livenessProbe: { httpGet: { port: admin } } }
        initContainers:
          - { name: proxy, restartPolicy: Always, ports: [{ name: admin, containerPort: 15000 }] }
      `,
      violations: [
        {
          message: 'elsewhere',
          container: 'app',
          path: 'spec.containers[0].livenessProbe.httpGet.port',
          words:
            'container app: port admin of livenessProbe is a port of container proxy [probe-port]; ' +
            'the kubelet looks in the same container only, so write the number 15000',
        },
      ],
    },
    'a name that two other containers have, of which the first is named': {
      pod: `
        containers:
          - { name: app, livenessProbe: { httpGet: { port: admin } } }
          - { name: web, ports: [{ name: admin, containerPort: 9901 }] }
          - { name: api, ports: [{ name: admin, containerPort: 9902 }] }
      `,
      violations: [
        {
          message: 'elsewhere',
          container: 'app',
          path: 'spec.containers[0].livenessProbe.httpGet.port',
          words:
            'container app: port admin of livenessProbe is a port of container web [probe-port]; ' +
            'the kubelet looks in the same container only, so write the number 9901',
        },
      ],
    },
    hooks: {
      pod: `
        containers:
          - name: app
            lifecycle: { postStart: { httpGet: { port: start } }, preStop: { tcpSocket: { port: stop } } }
      `,
      violations: [
        {
          message: 'undeclared',
          container: 'app',
          path: 'spec.containers[0].lifecycle.postStart.httpGet.port',
        },
        {
          message: 'undeclared',
          container: 'app',
          path: 'spec.containers[0].lifecycle.preStop.tcpSocket.port',
        },
      ],
    },
    'a Job that has a probe': {
      kind: 'Job',
      pod: '{ restartPolicy: Never, containers: [{ name: app, livenessProbe: { httpGet: { port: http } } }] }',
      violations: [
        { message: 'undeclared', container: 'app', path: 'spec.containers[0].livenessProbe.httpGet.port' },
      ],
    },
  },
});
