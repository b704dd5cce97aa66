/**
 * What the AWS Load Balancer Controller makes of Ingresses and Services. Source: kubernetes-sigs/aws-load-balancer-controller,
 * pkg/ingress/model_build_target_group.go, pkg/service/model_build_target_group.go and pkg/service/service_utils.go.
 */
import type { Graph } from '../graph.ts';
import { asArray, asNumber, asObject, asString, own, type JsonObject } from '../json.ts';
import { annotationsOf, specOf, type KubeObject } from '../objects/kube-object.ts';
import { backendServices, ingressesTo, servicesOf } from '../objects/relations.ts';
import type { PodView } from '../objects/view.ts';

/** A target group whose targets are pods, by their addresses. */
export interface IpTargets {
  /** The Ingress of an Application Load Balancer, or the Service of a Network Load Balancer. */
  readonly balancer: KubeObject;
  /** `deregistration_delay.timeout_seconds`, where it is written. */
  readonly delaySeconds: number | undefined;
}

const albPrefix = 'alb.ingress.kubernetes.io/';
const nlbPrefix = 'service.beta.kubernetes.io/aws-load-balancer-';

/** The `loadBalancerClass` values of the controller itself and of EKS Auto Mode. */
const nlbClasses = new Set(['service.k8s.aws/nlb', 'eks.amazonaws.com/nlb']);

/** The target groups that send traffic straight to a pod, as far as annotations say so. */
function ipTargetsOf(graph: Graph, pod: PodView, namespace: string): IpTargets[] {
  return servicesOf(graph, pod, namespace).flatMap((service) => {
    const groups = ingressesTo(graph, service, namespace).map((ingress) => albTargets(ingress, service));
    return [...groups, nlbTargets(service)].filter((targets) => targets !== undefined);
  });
}

/** How long a load balancer keeps the connections to a pod that stops. */
export interface Deregistration {
  /** In seconds. */
  readonly delay: number;
  /** As people call it: `Ingress web`. */
  readonly balancer: string;
}

/**
 * The longest that any load balancer keeps connections to a pod; undefined when none does.
 * @param assumedSeconds where no annotation says how long
 */
export function longestDeregistration(
  graph: Graph,
  pod: PodView,
  namespace: string,
  assumedSeconds: number,
): Deregistration | undefined {
  let longest: Deregistration | undefined;
  for (const { balancer, delaySeconds } of ipTargetsOf(graph, pod, namespace)) {
    const delay = delaySeconds ?? assumedSeconds;
    if (delay > (longest?.delay ?? 0))
      longest = { delay, balancer: `${balancer.kind.kind} ${balancer.name}` };
  }
  return longest;
}

/** True when an Ingress or a Service makes a load balancer that sends traffic straight to pods, as far as annotations say. */
export function balancesPods(graph: Graph, balancer: KubeObject, namespace: string): boolean {
  if (balancer.kind.kind === 'Service') return nlbTargets(balancer) !== undefined;
  const services = backendServices(graph, balancer, namespace);
  if (services.length === 0) return albTargets(balancer, undefined) !== undefined;
  return services.some((service) => albTargets(balancer, service) !== undefined);
}

function albTargets(ingress: KubeObject, service: KubeObject | undefined): IpTargets | undefined {
  if (!isForAlb(ingress)) return undefined;
  // The Service's own annotation goes before that of the Ingress.
  const read = (suffix: string): string | undefined =>
    (service && annotation(service, albPrefix + suffix)) ?? annotation(ingress, albPrefix + suffix);
  if (read('target-type') !== 'ip') return undefined;
  return { balancer: ingress, delaySeconds: delayIn(read('target-group-attributes')) };
}

/** Words in the names of classes that belong to other controllers, such as `nginx-internal` or `ingress-nginx`. */
const otherControllers = new Set([
  'ambassador',
  'apisix',
  'avi',
  'azure',
  'cilium',
  'citrix',
  'cloudflare',
  'contour',
  'emissary',
  'envoy',
  'f5',
  'gce',
  'gloo',
  'haproxy',
  'higress',
  'istio',
  'kong',
  'ngrok',
  'nginx',
  'openshift',
  'skipper',
  'tailscale',
  'traefik',
  'tyk',
]);

/**
 * An Ingress of another class may have a backend whose Service is annotated for a load balancer, and annotations of its own
 * that are left over from one. But a class may be the controller's under any name.
 */
export function isForAlb(ingress: KubeObject): boolean {
  const written = asString(specOf(ingress)['ingressClassName']);
  const annotated = annotation(ingress, 'kubernetes.io/ingress.class');
  const classes = [written, annotated].filter((name) => name !== undefined);
  if (classes[0] === 'alb') return true;
  if (classes.some(isOfOther)) return false;
  return Object.keys(annotationsOf(ingress)).some((key) => key.startsWith(albPrefix));
}

function isOfOther(className: string): boolean {
  const words = className.toLowerCase().split(/[^a-z0-9]+/);
  return !className.startsWith('alb') && words.some((word) => otherControllers.has(word));
}

function nlbTargets(service: KubeObject): IpTargets | undefined {
  const spec = specOf(service);
  if (spec['type'] !== 'LoadBalancer' || !hasIpTargets(service, spec)) return undefined;
  const name = `${nlbPrefix}target-group-attributes`;
  const base = delayIn(annotation(service, name));
  let longest: number | undefined;
  for (const port of asArray(spec['ports'])) {
    // The annotation for one port goes before the common one.
    const delay = delayIn(annotation(service, `${name}.${asNumber(asObject(port)['port'])}`)) ?? base;
    if (delay !== undefined && delay > (longest ?? -1)) longest = delay;
  }
  return { balancer: service, delaySeconds: longest };
}

function hasIpTargets(service: KubeObject, spec: JsonObject): boolean {
  const type = annotation(service, `${nlbPrefix}type`);
  if (type === 'nlb-ip') return true;
  if (annotation(service, `${nlbPrefix}nlb-target-type`) !== 'ip') return false;
  const balancerClass = asString(spec['loadBalancerClass']);
  // The type `nlb` alone belongs to the cloud provider in the tree, which knows no ip targets.
  return balancerClass === undefined
    ? type === undefined || type === 'external'
    : nlbClasses.has(balancerClass);
}

/** AWS takes 0 to 3600 seconds. */
function delayIn(attributes: string | undefined): number | undefined {
  if (attributes === undefined) return undefined;
  let delay: number | undefined;
  for (const attribute of attributes.split(',')) {
    const [key = '', value = ''] = attribute.split('=', 2);
    // The last one counts.
    if (key.trim() === 'deregistration_delay.timeout_seconds') {
      delay = /^\d{1,4}$/.test(value.trim()) ? Number(value) : undefined;
    }
  }
  return delay;
}

function annotation(object: KubeObject, key: string): string | undefined {
  return asString(own(annotationsOf(object), key));
}
