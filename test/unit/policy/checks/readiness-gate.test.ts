import { readinessGate } from '../../../../src/policy/checks/readiness-gate.ts';
import { testCheck } from './check-table.ts';

const prefix = 'service.beta.kubernetes.io/aws-load-balancer';
const alb = 'alb.ingress.kubernetes.io';

const namespace = (labels: string): string =>
  `{ apiVersion: v1, kind: Namespace, metadata: { name: shop, labels: { ${labels} } } }`;
const unlabelled = namespace('gracegate.dev/enforce: baseline');
const labelled = namespace('elbv2.k8s.aws/pod-readiness-gate-inject: enabled');
const labelledForAutoMode = namespace('eks.amazonaws.com/pod-readiness-gate-inject: enabled');

const ingress = (annotations: string, spec = 'ingressClassName: alb'): string => `
  apiVersion: networking.k8s.io/v1
  kind: Ingress
  metadata: { name: web, annotations: { ${annotations} } }
  spec: { ${spec}, defaultBackend: { service: { name: web, port: { number: 80 } } } }
`;

const service = (annotations: string, spec = 'type: LoadBalancer'): string => `
  apiVersion: v1
  kind: Service
  metadata: { name: web, annotations: { ${annotations} } }
  spec: { ${spec}, selector: { app: web }, ports: [{ port: 443 }] }
`;

const beside = unlabelled;
const ipIngress = ingress(`${alb}/target-type: ip`);
const ipService = service(`${prefix}-type: external, ${prefix}-nlb-target-type: ip`);
const found = { message: 'no-label', path: 'metadata.annotations' };

testCheck(readinessGate, {
  valid: {
    'a namespace with the label': { object: ipIngress, beside: labelled },
    'a namespace with the label of EKS Auto Mode': { object: ipIngress, beside: labelledForAutoMode },
    'a namespace of which nothing is known': { object: ipIngress },
    'namespaces that cannot be read': { object: ipIngress, beside, unknown: ['Namespace'] },
    'another namespace without the label': { object: ipIngress, beside: beside.replace('shop', 'other') },
    'an ALB with instance targets': { object: ingress(`${alb}/target-type: instance`), beside },
    'an ALB that does not say: instance is the default': {
      object: ingress(`${alb}/scheme: internal`),
      beside,
    },
    'an ALB whose only Service has instance targets': {
      object: ipIngress,
      beside: `${beside}\n---${service(`${alb}/target-type: instance`, 'type: NodePort')}`,
    },
    'another class whose Service is annotated for an ALB': {
      object: ingress('', 'ingressClassName: nginx'),
      beside: `${beside}\n---${service(`${alb}/target-type: ip`, 'type: ClusterIP')}`,
    },
    'a Service of a cluster': { object: service('', 'type: ClusterIP'), beside },
    'a classic load balancer': { object: service(''), beside },
    'an NLB of the cloud provider in the tree': {
      object: service(`${prefix}-type: nlb, ${prefix}-nlb-target-type: ip`),
      beside,
    },
    'an NLB with instance targets': {
      object: service(`${prefix}-type: external, ${prefix}-nlb-target-type: instance`),
      beside,
    },
    'an NLB by its class, which has instance targets by default': {
      object: service('', 'type: LoadBalancer, loadBalancerClass: service.k8s.aws/nlb'),
      beside,
    },
    'a load balancer of somebody else': {
      object: service(
        `${prefix}-nlb-target-type: ip`,
        'type: LoadBalancer, loadBalancerClass: example.com/lb',
      ),
      beside,
    },
    'an NLB in a namespace with the label': { object: ipService, beside: labelled },
    'an NLB by its class in a namespace with the label': {
      object: service(
        `${prefix}-nlb-target-type: ip`,
        'type: LoadBalancer, loadBalancerClass: service.k8s.aws/nlb',
      ),
      beside: labelled,
    },
    'an NLB of EKS Auto Mode in a namespace with its label': {
      object: service(
        `${prefix}-nlb-target-type: ip`,
        'type: LoadBalancer, loadBalancerClass: eks.amazonaws.com/nlb',
      ),
      beside: labelledForAutoMode,
    },
  },
  invalid: {
    'an ALB by its class': {
      object: ipIngress,
      beside,
      violations: [
        {
          ...found,
          words:
            'its AWS load balancer sends traffic to pods, and the namespace has no label ' +
            'elbv2.k8s.aws/pod-readiness-gate-inject: enabled [readiness-gate]; ' +
            'label the namespace, or a roll-out may leave the load balancer without healthy targets',
        },
      ],
    },
    'a label of another value': {
      object: ipIngress,
      beside: namespace('elbv2.k8s.aws/pod-readiness-gate-inject: "true"'),
      violations: [found],
    },
    'an ALB by the annotation of its class': {
      object: ingress(`kubernetes.io/ingress.class: alb, ${alb}/target-type: ip`, 'tls: []'),
      beside,
      violations: [found],
    },
    'an ALB of a class with another name': {
      object: ingress(`${alb}/target-type: ip`, 'ingressClassName: public'),
      beside,
      violations: [found],
    },
    'an ALB whose Service has ip targets': {
      object: ingress(''),
      beside: `${beside}\n---${service(`${alb}/target-type: ip`, 'type: ClusterIP')}`,
      violations: [found],
    },
    'an ALB whose backends are not known': {
      object: ipIngress,
      beside,
      unknown: ['Service'],
      violations: [found],
    },
    'an NLB': { object: ipService, beside, violations: [found] },
    'an NLB in the older way': { object: service(`${prefix}-type: nlb-ip`), beside, violations: [found] },
    'an NLB by its class': {
      object: service(
        `${prefix}-nlb-target-type: ip`,
        'type: LoadBalancer, loadBalancerClass: service.k8s.aws/nlb',
      ),
      beside: labelledForAutoMode,
      violations: [found],
    },
    'an NLB of EKS Auto Mode with the label of the controller': {
      object: service(
        `${prefix}-nlb-target-type: ip`,
        'type: LoadBalancer, loadBalancerClass: eks.amazonaws.com/nlb',
      ),
      beside: labelled,
      violations: [
        {
          ...found,
          words:
            'its AWS load balancer sends traffic to pods, and the namespace has no label ' +
            'eks.amazonaws.com/pod-readiness-gate-inject: enabled [readiness-gate]; ' +
            'label the namespace, or a roll-out may leave the load balancer without healthy targets',
        },
      ],
    },
  },
});
