import { deregistrationDelay } from '../../../../src/policy/checks/deregistration-delay.ts';
import { testCheck } from './check-table.ts';

const path = 'spec.terminationGracePeriodSeconds';

/** A Deployment shop/web with a grace period and this in its container. */
const web = (graceSeconds: number, container = ''): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      terminationGracePeriodSeconds: ${graceSeconds}
      containers: [{ name: app ${container} }]
`;

const sleeping = (seconds: number): string => `, lifecycle: { preStop: { sleep: { seconds: ${seconds} } } }`;

const service = (annotations = '', spec = ''): string => `
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop, annotations: { ${annotations} } }
spec: { selector: { app: web }, ports: [{ port: 80 }, { port: 443 }] ${spec} }
`;

const delay = (seconds: number): string =>
  `alb.ingress.kubernetes.io/target-group-attributes: 'stickiness.enabled=true, deregistration_delay.timeout_seconds=${seconds}'`;
const ip = 'alb.ingress.kubernetes.io/target-type: ip';

const ingress = (annotations: string, className = 'alb'): string => `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web, namespace: shop, annotations: { ${annotations} } }
spec:
  ingressClassName: ${className}
  rules: [{ http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: web, port: { number: 80 } } } }] } }]
`;

const behindAlb = (seconds: number): string => `${service()}---${ingress(`${ip}, ${delay(seconds)}`)}`;

const nlb = (attributes: string, type = 'external'): string =>
  service(
    `service.beta.kubernetes.io/aws-load-balancer-type: ${type}, ` +
      `service.beta.kubernetes.io/aws-load-balancer-nlb-target-type: ip, ${attributes}`,
    ', type: LoadBalancer',
  );
const nlbDelay = (seconds: number, port = ''): string =>
  `service.beta.kubernetes.io/aws-load-balancer-target-group-attributes${port}: deregistration_delay.timeout_seconds=${seconds}`;

testCheck(deregistrationDelay, {
  valid: {
    'a grace period as long as the delay': { object: web(60), beside: behindAlb(60) },
    'the 30 s of the documents with their 200 s': {
      object: web(200, sleeping(180)),
      beside: behindAlb(30),
      parameters: { compare: 'sleep' },
    },
    'a sleep as long as the delay, where it is compared': {
      object: web(90, sleeping(60)),
      beside: behindAlb(60),
      parameters: { compare: 'sleep' },
    },
    "AWS's own 300 s, which nobody has written": {
      object: web(30),
      beside: `${service()}---${ingress(ip)}`,
    },
    'targets that are nodes': { object: web(30), beside: `${service()}---${ingress(delay(300))}` },
    'an Ingress of another class': {
      object: web(30),
      beside: `${service(`${ip}, ${delay(300)}`)}---${ingress('', 'nginx')}`,
    },
    'an Ingress of another class with annotations that are left over': {
      object: web(30),
      beside: `${service()}---${ingress(`${ip}, ${delay(300)}`, 'nginx-internal')}`,
    },
    'such an Ingress whose class is an annotation': {
      object: web(30),
      beside:
        `${service()}---` +
        ingress(`kubernetes.io/ingress.class: gce, ${ip}, ${delay(300)}`).replace(
          'ingressClassName: alb',
          '',
        ),
    },
    'such an Ingress with a custom class beside the annotation': {
      object: web(30),
      beside: `${service()}---${ingress(`kubernetes.io/ingress.class: Traefik, ${ip}, ${delay(300)}`, 'internal')}`,
    },
    'an Ingress for another Service': {
      object: web(30),
      beside: `${service().replace('name: web', 'name: other')}---${ingress(`${ip}, ${delay(300)}`)}`,
    },
    'a Service of other pods': {
      object: web(30),
      beside: behindAlb(300).replace('app: web', 'app: other'),
    },
    'a shorter delay that the Service sets for itself': {
      object: web(30),
      beside: `${service(delay(20))}---${ingress(`${ip}, ${delay(300)}`)}`,
    },
    'a Network Load Balancer of the cloud provider, which knows no ip targets': {
      object: web(30),
      beside: nlb(nlbDelay(300), 'nlb'),
    },
    'a load balancer of another class': {
      object: web(30),
      beside: nlb(nlbDelay(300)).replace(
        'type: LoadBalancer',
        'type: LoadBalancer, loadBalancerClass: other',
      ),
    },
    'a Service that is no load balancer': {
      object: web(30),
      beside: nlb(nlbDelay(300)).replace('type: LoadBalancer', 'type: NodePort'),
    },
    'a delay that is no number': {
      object: web(30),
      beside: behindAlb(60).replace('seconds=60', 'seconds=soon'),
    },
    'a hook of unknown length where the sleep is compared': {
      object: web(90, ', lifecycle: { preStop: { exec: { command: [/drain.sh] } } }'),
      beside: behindAlb(60),
      parameters: { compare: 'sleep' },
    },
    'a Job': {
      object: web(10)
        .replace('apps/v1', 'batch/v1')
        .replace('Deployment', 'Job')
        .replace('containers', 'restartPolicy: Never\n      containers'),
      beside: behindAlb(60),
    },
  },
  invalid: {
    'a grace period shorter than the delay on the Ingress': {
      object: web(45, sleeping(15)),
      beside: behindAlb(60),
      violations: [
        {
          message: 'grace-too-short',
          path,
          words:
            'pod: terminationGracePeriodSeconds is 45, and Ingress web keeps connections to a stopping pod for 60 s ' +
            '[deregistration-delay]; clients would get 5xx or resets, set a grace period of at least 60 ' +
            'or deregistration_delay.timeout_seconds to less',
        },
      ],
    },
    'annotations on the Service of an Application Load Balancer': {
      object: web(30),
      beside: `${service(`${ip}, ${delay(31)}`)}---${ingress('')}`,
      violations: [{ message: 'grace-too-short', path }],
    },
    'an Ingress whose class has another name': {
      object: web(30),
      beside: `${service()}---${ingress(`${ip}, ${delay(60)}`, 'internal')}`,
      violations: [{ message: 'grace-too-short', path }],
    },
    'an Ingress whose class has a name that begins with alb': {
      object: web(30),
      beside: `${service()}---${ingress(`${ip}, ${delay(60)}`, 'alb-behind-nginx')}`,
      violations: [{ message: 'grace-too-short', path }],
    },
    'a default backend': {
      object: web(30),
      beside: `${service()}---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web, namespace: shop, annotations: { ${ip}, ${delay(60)} } }
spec: { defaultBackend: { service: { name: web, port: { number: 80 } } } }
`,
      violations: [{ message: 'grace-too-short', path }],
    },
    'a Network Load Balancer, and its longest delay': {
      object: web(30),
      beside: nlb(`${nlbDelay(40)}, ${nlbDelay(120, '.443')}`),
      violations: [
        {
          message: 'grace-too-short',
          path,
          words:
            'pod: terminationGracePeriodSeconds is 30, and Service web keeps connections to a stopping pod for 120 s ' +
            '[deregistration-delay]; clients would get 5xx or resets, set a grace period of at least 120 ' +
            'or deregistration_delay.timeout_seconds to less',
        },
      ],
    },
    'two Ingresses, the first of them with the longer delay': {
      object: web(30),
      beside: `${behindAlb(120)}---${ingress(`${ip}, ${delay(60)}`).replace('name: web', 'name: api')}`,
      violations: [
        {
          message: 'grace-too-short',
          path,
          words:
            'pod: terminationGracePeriodSeconds is 30, and Ingress web keeps connections to a stopping pod for 120 s ' +
            '[deregistration-delay]; clients would get 5xx or resets, set a grace period of at least 120 ' +
            'or deregistration_delay.timeout_seconds to less',
        },
      ],
    },
    'the older way to ask for ip targets': {
      object: web(30),
      beside: nlb(nlbDelay(60), 'nlb-ip').replace(/service\.beta\S+nlb-target-type: ip,/, ''),
      violations: [{ message: 'grace-too-short', path }],
    },
    'a load balancer class of AWS': {
      object: web(30),
      beside: nlb(nlbDelay(60)).replace(
        'type: LoadBalancer',
        'type: LoadBalancer, loadBalancerClass: service.k8s.aws/nlb',
      ),
      violations: [{ message: 'grace-too-short', path }],
    },
    'a delay that nobody has written, where it is assumed': {
      object: web(120),
      beside: `${service()}---${ingress(ip)}`,
      parameters: { assumedSeconds: 300 },
      violations: [{ message: 'grace-too-short', path }],
    },
    'a sleep shorter than the delay, where it is compared': {
      object: web(90, sleeping(15)),
      beside: behindAlb(60),
      parameters: { compare: 'sleep' },
      violations: [
        {
          message: 'sleep-too-short',
          path,
          words:
            'pod: preStop sleeps 15 s, and Ingress web keeps connections to a stopping pod for 60 s ' +
            '[deregistration-delay]; an application that ends at SIGTERM cuts them, sleep at least 60 s ' +
            'in a grace period of at least 70 ' +
            'or set deregistration_delay.timeout_seconds to less',
        },
      ],
    },
  },
});
