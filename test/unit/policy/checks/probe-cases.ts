import type { ProbeName } from '../../../../src/policy/objects/view.ts';
import type { CheckTable } from './check-table.ts';

/** The table of a check that asks every serving container for a probe. */
export function probeCases(probe: ProbeName, words: string): CheckTable {
  const missing = (container: string, place: string) => ({
    message: 'missing',
    container,
    path: `spec.${place}.${probe}`,
  });
  return {
    valid: {
      'an httpGet probe': `containers: [{ name: app, ${probe}: { httpGet: { port: http } } }]`,
      'an exec probe': `containers: [{ name: app, ${probe}: { exec: { command: [/ready] } } }]`,
      'a handler of a later Kubernetes': `containers: [{ name: app, ${probe}: { laterHandler: {} } }]`,
      'init and ephemeral containers without': `
        containers: [{ name: app, ${probe}: { grpc: { port: 9000 } } }]
        initContainers: [{ name: setup }]
        ephemeralContainers: [{ name: debug }]
      `,
      'a Job without': { kind: 'Job', pod: '{ restartPolicy: OnFailure, containers: [{ name: app }] }' },
      'the sidecar of a CronJob without': {
        kind: 'CronJob',
        pod: `
          restartPolicy: Never
          containers: [{ name: app }]
          initContainers: [{ name: proxy, restartPolicy: Always }]
        `,
      },
      'a container that ends without, beside one that serves': `
        containers:
          - { name: app, ${probe}: { tcpSocket: { port: 80 } } }
          - { name: once, restartPolicy: Never }
      `,
    },
    invalid: {
      'no probe': {
        pod: 'containers: [{ name: app }]',
        violations: [{ ...missing('app', 'containers[0]'), words }],
      },
      'an empty probe': {
        pod: `containers: [{ name: app, ${probe}: {} }]`,
        violations: [missing('app', 'containers[0]')],
      },
      'a probe without a handler': {
        pod: `containers: [{ name: app, ${probe}: { initialDelaySeconds: 5 } }]`,
        violations: [missing('app', 'containers[0]')],
      },
      'only another probe': {
        pod: 'containers: [{ name: app, someProbe: { httpGet: { port: 80 } } }]',
        violations: [missing('app', 'containers[0]')],
      },
      'a sidecar without': {
        pod: `
          containers: [{ name: app, ${probe}: { httpGet: { port: 80 } } }]
          initContainers: [{ name: setup }, { name: proxy, restartPolicy: Always }]
        `,
        violations: [missing('proxy', 'initContainers[1]')],
      },
      'a container with restartPolicy Always in a pod with Never': {
        pod: '{ restartPolicy: Never, containers: [{ name: once }, { name: app, restartPolicy: Always }] }',
        violations: [missing('app', 'containers[1]')],
      },
    },
  };
}
