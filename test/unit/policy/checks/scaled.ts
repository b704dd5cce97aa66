/** Workloads with a number of replicas, and what scales or guards them. */

const groups: Readonly<Record<string, string>> = {
  ReplicationController: 'v1',
  Rollout: 'argoproj.io/v1alpha1',
};

/** A workload shop/web with these lines in its `spec`, and these in that of its pods. */
export function scaled(spec: string, kind = 'Deployment', pod = ''): string {
  return `
apiVersion: ${groups[kind] ?? 'apps/v1'}
kind: ${kind}
metadata: { name: web, namespace: shop }
spec:
  ${spec}
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      ${pod}
      containers: [{ name: app }]
`;
}

/** HorizontalPodAutoscaler shop/web of a workload of that name. */
export function autoscaler(min: number | 'null', max: number, kind = 'Deployment'): string {
  return `
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: web, namespace: shop }
spec:
  minReplicas: ${min}
  maxReplicas: ${max}
  scaleTargetRef: { apiVersion: apps/v1, kind: ${kind}, name: web }
`;
}

/** PodDisruptionBudget shop/NAME of the pods of web, with these fields. */
export function budget(fields: string, name = 'web'): string {
  return `
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: ${name}, namespace: shop }
spec: { ${fields === '' ? '' : `${fields}, `}selector: { matchLabels: { app: web } } }
`;
}
