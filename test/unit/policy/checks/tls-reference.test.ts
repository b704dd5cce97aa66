import { tlsReference } from '../../../../src/policy/checks/tls-reference.ts';
import { testCheck } from './check-table.ts';

const prefix = 'service.beta.kubernetes.io/aws-load-balancer';
const annotationPath = `metadata.annotations[${prefix}-ssl-ports]`;

const ingress = (tls: string, annotations = '', spec = ''): string => `
  apiVersion: networking.k8s.io/v1
  kind: Ingress
  metadata: { name: web, annotations: { ${annotations} } }
  spec: { tls: ${tls}, defaultBackend: { service: { name: web, port: { number: 80 } } }${spec} }
`;

const secret = (lines: string, name = 'web-tls'): string =>
  `{ apiVersion: v1, kind: Secret, metadata: { name: ${name} }, ${lines} }`;

const service = (annotations: string, spec = 'type: LoadBalancer'): string => `
  apiVersion: v1
  kind: Service
  metadata: { name: web, annotations: { ${annotations} } }
  spec: { ${spec}, ports: [{ name: https, port: 443, targetPort: 80 }] }
`;

const named = '[{ hosts: [web.example.com], secretName: web-tls }]';
const plain = ingress(named);
const absent = { message: 'absent', path: 'spec.tls[0].secretName' };
const arn = `${prefix}-ssl-cert: "arn:aws:acm:eu-west-1:1:certificate/1"`;

testCheck(tlsReference, {
  valid: {
    'no TLS': { object: ingress('[]') },
    'a Secret that is there': {
      object: plain,
      beside: secret('type: kubernetes.io/tls, data: { tls.crt: "", tls.key: "" }'),
    },
    'a Secret of a cluster, of which only the metadata are known': {
      object: plain,
      beside: secret('data: null'),
    },
    'an Opaque Secret with both keys, which most controllers read': {
      object: plain,
      beside: secret('type: Opaque, stringData: { tls.crt: "", tls.key: "" }'),
    },
    'TLS without a Secret, for the default certificate': {
      object: ingress('[{ hosts: [web.example.com] }]'),
    },
    'an empty secretName': { object: ingress('[{ secretName: "" }]') },
    'an issuer of cert-manager': { object: ingress(named, 'cert-manager.io/issuer: letsencrypt') },
    'a cluster issuer of cert-manager': {
      object: ingress(named, 'cert-manager.io/cluster-issuer: letsencrypt'),
    },
    'an old cert-manager': { object: ingress(named, 'certmanager.k8s.io/cluster-issuer: letsencrypt') },
    'tls-acme': { object: ingress(named, 'kubernetes.io/tls-acme: "true"') },
    'a certificate of Azure': { object: ingress(named, 'kubernetes.azure.com/tls-cert-keyvault-uri: uri') },
    'a certificate of Gardener': { object: ingress(named, 'cert.gardener.cloud/purpose: managed') },
    'a Certificate that makes the Secret': {
      object: plain,
      beside: `
        apiVersion: cert-manager.io/v1
        kind: Certificate
        metadata: { name: web }
        spec: { secretName: web-tls, dnsNames: [web.example.com], issuerRef: { name: letsencrypt } }
      `,
    },
    'Secrets that cannot be read': { object: plain, unknown: ['Secret'] },
    'Certificates that cannot be read': { object: plain, unknown: ['Certificate'] },
    'an ALB, which has its certificates from AWS': { object: ingress(named, '', ', ingressClassName: alb') },
    'an ALB by an annotation': { object: ingress(named, 'alb.ingress.kubernetes.io/scheme: internal') },
    'an ALB whose class has another name': {
      object: ingress(named, 'alb.ingress.kubernetes.io/scheme: internal', ', ingressClassName: internal'),
    },
    // As in document 000.
    'a load balancer with a certificate': {
      object: service(`${prefix}-ssl-ports: https, ${prefix}-backend-protocol: http, ${arn}`),
    },
    'ports by number, among others': { object: service(`${prefix}-ssl-ports: "8443, 443", ${arn}`) },
    'all ports': { object: service(`${prefix}-ssl-ports: "*", ${arn}`) },
    'a certificate for every port': { object: service(arn) },
    'a load balancer that passes TLS through to pods': { object: service(`${prefix}-backend-protocol: ssl`) },
    'a Service of a cluster': { object: service(`${prefix}-ssl-ports: https`, 'type: ClusterIP') },
  },
  invalid: {
    'a Secret that is not there': {
      object: plain,
      beside: secret('type: kubernetes.io/tls', 'other-tls'),
      violations: [
        {
          ...absent,
          words:
            'TLS names Secret web-tls, which is not there [tls-reference]; ' +
            'create it, or clients are shown a default certificate',
        },
      ],
    },
    'a Secret of another namespace': {
      object: plain,
      beside:
        '{ apiVersion: v1, kind: Secret, metadata: { name: web-tls, namespace: other }, type: kubernetes.io/tls }',
      violations: [absent],
    },
    'an Ingress of another class with annotations for an ALB that are left over': {
      object: ingress(named, 'alb.ingress.kubernetes.io/scheme: internal', ', ingressClassName: nginx'),
      violations: [absent],
    },
    'a Certificate for another Secret': {
      object: plain,
      beside: `
        apiVersion: cert-manager.io/v1
        kind: Certificate
        metadata: { name: web-tls }
        spec: { secretName: web-cert }
      `,
      violations: [absent],
    },
    'tls-acme that is off': {
      object: ingress(named, 'kubernetes.io/tls-acme: "false"'),
      violations: [absent],
    },
    'each Secret once': {
      object: ingress('[{ secretName: a }, { secretName: a }, { hosts: [b] }, { secretName: c }]'),
      violations: [
        { message: 'absent', path: 'spec.tls[0].secretName' },
        { message: 'absent', path: 'spec.tls[3].secretName' },
      ],
    },
    'a Secret of another type': {
      object: plain,
      beside: secret('type: kubernetes.io/dockerconfigjson, data: { .dockerconfigjson: e30= }'),
      violations: [
        {
          message: 'wrong-type',
          path: 'spec.tls[0].secretName',
          words:
            'TLS names Secret web-tls, which is of type kubernetes.io/dockerconfigjson and not kubernetes.io/tls ' +
            '[tls-reference]; create it with kubectl create secret tls, or clients are shown a default certificate',
        },
      ],
    },
    'a Secret without a type and without the key': {
      object: plain,
      beside: secret('stringData: { tls.crt: "" }'),
      violations: [
        {
          message: 'wrong-type',
          path: 'spec.tls[0].secretName',
          words:
            'TLS names Secret web-tls, which is of type Opaque and not kubernetes.io/tls [tls-reference]; ' +
            'create it with kubectl create secret tls, or clients are shown a default certificate',
        },
      ],
    },
    'ports for TLS without a certificate': {
      object: service(`${prefix}-ssl-ports: https`),
      violations: [
        {
          message: 'no-certificate',
          path: annotationPath,
          words:
            'aws-load-balancer-ssl-ports is set without aws-load-balancer-ssl-cert [tls-reference]; ' +
            'the load balancer does without TLS, so name the ARN of a certificate',
        },
      ],
    },
    'an empty certificate': {
      object: service(`${prefix}-ssl-ports: "443", ${prefix}-ssl-cert: ""`),
      violations: [{ message: 'no-certificate', path: annotationPath }],
    },
    'ports for TLS that the Service does not have': {
      object: service(`${prefix}-ssl-ports: "tls,8443", ${arn}`),
      violations: [
        {
          message: 'no-tls-port',
          path: annotationPath,
          words:
            'no port of the Service is among aws-load-balancer-ssl-ports, tls,8443 [tls-reference]; ' +
            'none of its ports has TLS, so write names or numbers of its ports',
        },
      ],
    },
  },
});
