import { isForAlb } from '../wiring/aws-targets.ts';
import type { ObjectCheck, ObjectSubject, Violation } from '../check.ts';
import { together } from '../example.ts';
import { asArray, asNumber, asObject, asString, isObject, own, type Path } from '../json.ts';
import { annotationsOf, specOf, type KubeObject } from '../objects/kube-object.ts';
import { objectsNamed } from '../objects/relations.ts';

const ingress = `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
spec:
  tls:
    - hosts: [web.example.com]
      secretName: web-tls
  rules:
    - host: web.example.com
      http:
        paths:
          - path: /
            pathType: Prefix
            backend:
              service:
                name: web
                port:
                  number: 80
`;

const secretNamed = (name: string): string => `apiVersion: v1
kind: Secret
metadata:
  name: ${name}
type: kubernetes.io/tls
stringData:
  tls.crt: ""
  tls.key: ""
`;

/** The certificate that an Ingress or a load balancer is to show is there. */
export const tlsReference: ObjectCheck = {
  id: 'tls-reference',
  title: 'TLS has a certificate to show',
  rationale:
    'The API server does not check what an Ingress or an annotation refers to. A controller that finds no certificate shows a ' +
    'default one of its own, or does without TLS, and says so in its own log only.',
  symptom:
    'Browsers warn of Kubernetes Ingress Controller Fake Certificate, and the log of ingress-nginx says: local SSL certificate ' +
    'shop/web-tls was not found. Or the port 443 of a load balancer answers plain HTTP: wrong version number.',
  remediation:
    'Create the Secret (kubectl create secret tls) in the namespace of the Ingress, or let cert-manager make it. Give a ' +
    'Service of AWS the ARN of its certificate in service.beta.kubernetes.io/aws-load-balancer-ssl-cert.',
  source: 'kubernetes.io/docs/concepts/services-networking/ingress, TLS; cert-manager.io/docs/usage/ingress',
  topic: 'wiring',
  judges: ['Ingress', 'Service'],
  needs: ['Secret', 'Certificate'],
  messages: {
    absent: {
      problem: 'TLS names Secret {secret}, which is not there',
      advice: 'create it, or clients are shown a default certificate',
      absence: true,
    },
    'wrong-type': {
      problem: 'TLS names Secret {secret}, which is of type {type} and not kubernetes.io/tls',
      advice: 'create it with kubectl create secret tls, or clients are shown a default certificate',
    },
    'no-certificate': {
      problem: 'aws-load-balancer-ssl-ports is set without aws-load-balancer-ssl-cert',
      advice: 'the load balancer does without TLS, so name the ARN of a certificate',
    },
    'no-tls-port': {
      problem: 'no port of the Service is among aws-load-balancer-ssl-ports, {ports}',
      advice: 'none of its ports has TLS, so write names or numbers of its ports',
    },
  },
  parameters: {},
  examples: {
    bad: together(secretNamed('www-tls'), ingress),
    good: together(secretNamed('web-tls'), ingress),
  },
  evaluate: (subject) =>
    subject.object.kind.kind === 'Ingress' ? ingressViolations(subject) : serviceViolations(subject.object),
};

/** Load balancers of AWS take their certificates from AWS, by ARN or by host name. */
function ingressViolations({ object, namespace, graph }: ObjectSubject): Violation[] {
  const entries = asArray(specOf(object)['tls']);
  if (entries.length === 0 || isForAlb(object) || !graph.knows('Secret')) return [];
  const isToBeMade = madeSecrets(object, namespace, graph);
  const violations: Violation[] = [];
  const seen = new Set<string>();
  for (const [index, entry] of entries.entries()) {
    // Without a name the controller is asked for its default certificate.
    const name = asString(asObject(entry)['secretName']) ?? '';
    if (name === '' || seen.has(name)) continue;
    seen.add(name);
    const path = ['spec', 'tls', index, 'secretName'];
    // Of several in manifests the last one is applied last.
    const secret = objectsNamed(graph, 'Secret', namespace, name).at(-1);
    if (secret === undefined) {
      if (!isToBeMade(name)) violations.push(violation('absent', path, { secret: name }));
      continue;
    }
    const type = wrongType(secret);
    if (type !== undefined) violations.push(violation('wrong-type', path, { secret: name, type }));
  }
  return violations;
}

/** What makes the Secrets of an Ingress that has such an annotation. */
const makers = [
  'cert-manager.io/',
  'certmanager.k8s.io/',
  'cert.gardener.cloud/',
  'kubernetes.azure.com/tls-cert-',
];

/** Which Secrets something makes, or may make where that cannot be known. */
function madeSecrets(
  object: KubeObject,
  namespace: string,
  graph: ObjectSubject['graph'],
): (name: string) => boolean {
  const annotations = annotationsOf(object);
  const hasMaker =
    own(annotations, 'kubernetes.io/tls-acme') === 'true' ||
    Object.keys(annotations).some((key) => makers.some((maker) => key.startsWith(maker)));
  if (hasMaker || !graph.knows('Certificate')) return () => true;
  const made = new Set(graph.objects('Certificate', namespace).map((one) => specOf(one)['secretName']));
  return (name) => made.has(name);
}

/**
 * The type of a Secret that no controller reads a certificate from. Many read one of any type that has both keys
 * (ingress-nginx, Traefik). Of a Secret on a cluster only the metadata are known.
 */
function wrongType({ object }: KubeObject): string | undefined {
  const { type, data, stringData } = object;
  if (type === 'kubernetes.io/tls' || (!isObject(data) && !isObject(stringData))) return undefined;
  const has = (key: string): boolean =>
    Object.hasOwn(asObject(data), key) || Object.hasOwn(asObject(stringData), key);
  return has('tls.crt') && has('tls.key') ? undefined : (asString(type) ?? 'Opaque');
}

const awsPrefix = 'service.beta.kubernetes.io/aws-load-balancer-';

/** Source: getPortSets and buildListener in cloud-provider-aws; buildListenerSpec in aws-load-balancer-controller. */
function serviceViolations(object: KubeObject): Violation[] {
  const spec = specOf(object);
  const annotations = annotationsOf(object);
  const written = asString(own(annotations, `${awsPrefix}ssl-ports`)) ?? '';
  if (spec['type'] !== 'LoadBalancer' || written === '') return [];
  const path = ['metadata', 'annotations', `${awsPrefix}ssl-ports`];
  const arn = asString(own(annotations, `${awsPrefix}ssl-cert`)) ?? '';
  if (arn === '') return [violation('no-certificate', path)];
  const wanted = new Set(written.split(',').map((port) => port.trim()));
  const isTls = asArray(spec['ports']).some((value) => {
    const port = asObject(value);
    return wanted.has(asString(port['name']) ?? '') || wanted.has(String(asNumber(port['port'])));
  });
  return isTls || wanted.has('*') ? [] : [violation('no-tls-port', path, { ports: written })];
}

function violation(message: string, path: Path, values: Readonly<Record<string, string>> = {}): Violation {
  return { check: 'tls-reference', message, path, values };
}
