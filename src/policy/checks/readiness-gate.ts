import { balancesPods } from '../wiring/aws-targets.ts';
import type { ObjectCheck } from '../check.ts';
import { together } from '../example.ts';
import { asString, own } from '../json.ts';
import { specOf, type KubeObject } from '../objects/kube-object.ts';

const ownLabel = 'elbv2.k8s.aws/pod-readiness-gate-inject';
/** EKS Auto Mode has the controller built in, and a label of its own for it. */
const autoModeLabel = 'eks.amazonaws.com/pod-readiness-gate-inject';

const ingress = `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  annotations:
    alb.ingress.kubernetes.io/target-type: ip
spec:
  ingressClassName: alb
  defaultBackend:
    service:
      name: web
      port:
        number: 80
`;

const namespace = (labels: string): string => `apiVersion: v1
kind: Namespace
metadata:
  name: shop
${labels}`;

/** Pods behind a load balancer of AWS are Ready only once it takes them for healthy. */
export const readinessGate: ObjectCheck = {
  id: 'readiness-gate',
  title: 'Pods wait for their AWS load balancer',
  rationale:
    'With ip targets the load balancer asks the pods itself, and takes a minute or two to register a new one. Kubernetes does ' +
    'not know of that: a roll-out goes on as soon as the new pods are Ready, and may end the last old pod that gets traffic. ' +
    'The controller can hold pods back with a readiness gate, in namespaces that have its label.',
  symptom:
    'Errors 502, 503 and 504 from the load balancer for a minute or two during a roll-out, while all pods are Ready: its ' +
    'targets are initial or draining, and kubectl get pods -o wide shows <none> under READINESS GATES.',
  remediation:
    'Label the namespace, then create the pods anew (kubectl rollout restart): the gate is injected only when a pod is created.',
  source: 'kubernetes-sigs.github.io/aws-load-balancer-controller/latest/deploy/pod_readiness_gate',
  topic: 'starting',
  judges: ['Ingress', 'Service'],
  needs: ['Namespace', 'Service'],
  messages: {
    'no-label': {
      problem: 'its AWS load balancer sends traffic to pods, and the namespace has no label {label}: enabled',
      advice: 'label the namespace, or a roll-out may leave the load balancer without healthy targets',
      absence: true,
    },
  },
  parameters: {},
  examples: {
    bad: together(namespace(''), ingress),
    good: together(namespace(`  labels:\n    ${ownLabel}: enabled\n`), ingress),
  },
  evaluate({ object, namespace: place, graph }) {
    const labels = graph.knows('Namespace') ? graph.namespaceLabels(place) : undefined;
    if (labels === undefined || !balancesPods(graph, object, place)) return [];
    const helpful = helpfulLabels(object);
    if (helpful.some((label) => own(labels, label) === 'enabled')) return [];
    return [
      {
        check: 'readiness-gate',
        message: 'no-label',
        path: ['metadata', 'annotations'],
        values: { label: helpful[0] ?? ownLabel },
      },
    ];
  },
};

/** The labels that the controller of this load balancer heeds. Which controller an Ingress has, its class does not tell. */
function helpfulLabels(object: KubeObject): readonly string[] {
  const balancerClass = asString(specOf(object)['loadBalancerClass']);
  if (balancerClass === 'service.k8s.aws/nlb') return [ownLabel];
  return balancerClass === 'eks.amazonaws.com/nlb' ? [autoModeLabel] : [ownLabel, autoModeLabel];
}
