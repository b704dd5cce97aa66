/** The manifests that the tables of the autoscaler checks tweak. */

/** HorizontalPodAutoscaler shop/NAME with these lines in its `spec`, in YAML flow style, beside the usual target. */
export function hpa(
  spec: string,
  options: { name?: string; target?: string; apiVersion?: string } = {},
): string {
  const { name = 'web', target = 'apiVersion: apps/v1, kind: Deployment, name: web' } = options;
  const { apiVersion = 'autoscaling/v2' } = options;
  return `
apiVersion: ${apiVersion}
kind: HorizontalPodAutoscaler
metadata: { name: ${name}, namespace: shop }
spec: { scaleTargetRef: { ${target} }, ${spec} }
`;
}

/** A Resource metric with this target. */
export function resourceMetric(name: string, target: string): string {
  return `{ type: Resource, resource: { name: ${name}, target: { ${target} } } }`;
}

export const cpuUtilization = resourceMetric('cpu', 'type: Utilization, averageUtilization: 70');

/** Deployment shop/web, or another workload, whose pods have this `spec`, in YAML flow style. */
export function workload(
  podSpec: string,
  options: { kind?: string; name?: string; labels?: string } = {},
): string {
  const { kind = 'Deployment', name = 'web', labels = `app: ${name}` } = options;
  return `
apiVersion: apps/v1
kind: ${kind}
metadata: { name: ${name}, namespace: shop }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { ${labels} } }
    spec: ${podSpec}
`;
}

/** A pod with one container called app that has the usual requests. */
export const withRequests =
  '{ containers: [{ name: app, resources: { requests: { cpu: 100m, memory: 128Mi } } }] }';
