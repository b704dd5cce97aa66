import { headlessService } from '../../../../src/policy/checks/headless-service.ts';
import { ofNamesake } from '../graphs.ts';
import { testCheck } from './check-table.ts';

const path = 'spec.serviceName';

/** A workload whose pods are labelled app=db. */
const workload = (spec: string, kind = 'StatefulSet', metadata = ''): string => `
  apiVersion: apps/v1
  kind: ${kind}
  metadata: { name: db${metadata} }
  spec:
    ${spec}
    selector: { matchLabels: { app: db } }
    template:
      metadata: { labels: { app: db, tier: data } }
      spec: { containers: [{ name: app, image: db }] }
`;

const service = (spec: string, name = 'db'): string => `
  apiVersion: v1
  kind: Service
  metadata: { name: ${name} }
  spec: { ${spec} }
`;

const named = workload('serviceName: db');
const headless = service('clusterIP: None, selector: { app: db }');

testCheck(headlessService, {
  valid: {
    'a headless Service that selects the pods': { object: named, beside: headless },
    'a headless Service without a selector, whose endpoints somebody else writes': {
      object: named,
      beside: service('clusterIP: None'),
    },
    'a headless Service with an empty selector, which is the same': {
      object: named,
      beside: service('clusterIP: None, selector: {}'),
    },
    'no serviceName, and no Service': { object: workload('replicas: 1') },
    'an empty serviceName, and an ordinary Service': {
      object: workload('serviceName: ""'),
      beside: service('selector: { app: db }'),
    },
    'no serviceName, and the headless Service of others': {
      object: workload('replicas: 1'),
      beside: service('clusterIP: None, selector: { app: other }'),
    },
    'Services that cannot be read': { object: named, unknown: ['Service'] },
    'a StatefulSet that an operator made, and that is not its author’s to change': {
      object: workload(
        'serviceName: db',
        'StatefulSet',
        ', ownerReferences: [{ apiVersion: example.com/v1, kind: Database, name: db, uid: u, controller: true }]',
      ),
    },
    'a StatefulSet of another group': { object: ofNamesake(named) },
    'a Deployment': { object: workload('serviceName: db', 'Deployment') },
  },
  invalid: {
    'a Service that is not there': {
      object: named,
      beside: service('clusterIP: None, selector: { app: db }', 'db-headless'),
      violations: [
        {
          message: 'absent',
          path,
          words:
            'serviceName names Service db, which is not there [headless-service]; ' +
            'create it with clusterIP None, or the pods have no DNS names of their own',
        },
      ],
    },
    'a Service of another namespace': {
      object: named,
      beside: headless.replace('name: db', 'name: db, namespace: other'),
      violations: [{ message: 'absent', path }],
    },
    'a Service with a virtual IP': {
      object: named,
      beside: service('selector: { app: db }'),
      violations: [
        {
          message: 'not-headless',
          path,
          words:
            'serviceName names Service db, which is not headless [headless-service]; ' +
            'its name leads to a virtual IP instead of the pods, so create one with clusterIP None',
        },
      ],
    },
    'a Service that has its IP already': {
      object: named,
      beside: service('clusterIP: 10.0.0.7, selector: { app: db }'),
      violations: [{ message: 'not-headless', path }],
    },
    'a Service that selects other pods': {
      object: named,
      beside: service('clusterIP: None, selector: { app: db, tier: web }'),
      violations: [
        {
          message: 'other-pods',
          path,
          words:
            'serviceName names Service db, whose selector does not match the labels of the pods [headless-service]; ' +
            'the pods have no DNS names of their own, so mend the selector',
        },
      ],
    },
    'no serviceName, although a headless Service selects the pods': {
      object: workload('replicas: 3'),
      beside: headless,
      violations: [
        {
          message: 'unnamed',
          path,
          words:
            'headless Service db selects its pods, and there is no serviceName [headless-service]; ' +
            'the pods have no DNS names of their own, so set serviceName',
        },
      ],
    },
  },
});
