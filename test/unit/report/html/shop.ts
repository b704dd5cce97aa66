/** A shop whose workloads stop and start in every way that the pictures know. */
const probes = `
          readinessProbe: { httpGet: { path: /ready, port: 8080 }, initialDelaySeconds: 5 }
          livenessProbe: { httpGet: { path: /live, port: 8080 }, initialDelaySeconds: 15, periodSeconds: 10 }
          resources: { requests: { cpu: 100m, memory: 64Mi }, limits: { memory: 64Mi } }`;

/** @param container lines of the container, at 10 spaces */
export function deployment(
  name: string,
  container: string,
  {
    namespace = 'shop',
    grace = 30,
    kind = 'Deployment',
  }: { namespace?: string; grace?: number; kind?: string } = {},
): string {
  return `apiVersion: apps/v1
kind: ${kind}
metadata: { name: ${name}, namespace: ${namespace}, labels: { app: ${name} } }
spec:
  replicas: 2
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec:
      terminationGracePeriodSeconds: ${grace}
      containers:
        - name: app
          image: example.com/${name}:1.0
          ports: [{ containerPort: 8080 }]
${container}
`;
}

const sleep = (seconds: number): string =>
  `          lifecycle: { preStop: { sleep: { seconds: ${seconds} } } }${probes}`;

export const shop = [
  deployment('careful', sleep(15), { grace: 45 }),
  deployment('hasty', probes.slice(1)),
  deployment('bare', '          args: ["serve"]', { namespace: 'legacy' }),
  deployment('sleepy', sleep(30)),
  deployment('short', sleep(2)),
  deployment('behind-a-shell', `          command: [sh, -c, "./migrate && ./server"]${probes}`, {
    namespace: 'legacy',
  }),
  deployment(
    'scripted',
    `          lifecycle: { preStop: { exec: { command: [/app/drain.sh] } } }${probes}`,
    { kind: 'StatefulSet', grace: 60 },
  ),
  deployment(
    'never-up',
    `          lifecycle: { preStop: { sleep: { seconds: 15 } } }
          readinessProbe: { httpGet: { path: /, port: 8080 }, initialDelaySeconds: 60 }
          livenessProbe: { httpGet: { path: /, port: 8080 }, initialDelaySeconds: 5, periodSeconds: 5 }`,
    { grace: 60, namespace: 'legacy' },
  ),
  deployment(
    'slow-start',
    `          startupProbe: { httpGet: { path: /, port: 8080 }, periodSeconds: 10, failureThreshold: 30 }${probes}
          lifecycle: { preStop: { sleep: { seconds: 20 } } }
        - name: metrics
          image: example.com/exporter:2
          resources: { requests: { cpu: 10m, memory: 16Mi } }
          readinessProbe: { tcpSocket: { port: 9100 } }
          livenessProbe: { tcpSocket: { port: 9100 }, initialDelaySeconds: 10 }
      initContainers:
        - name: proxy
          image: example.com/proxy:3
          restartPolicy: Always
          resources: { requests: { cpu: 10m, memory: 16Mi } }
          startupProbe: { httpGet: { path: /, port: 15021 } }`,
    { grace: 50 },
  ),
  `${deployment('balanced', sleep(15), { grace: 45, namespace: 'front' })}
---
apiVersion: v1
kind: Service
metadata: { name: balanced, namespace: front }
spec: { selector: { app: balanced }, ports: [{ port: 80, targetPort: 8080 }] }
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: balanced
  namespace: front
  annotations:
    alb.ingress.kubernetes.io/target-type: ip
    alb.ingress.kubernetes.io/target-group-attributes: deregistration_delay.timeout_seconds=60
spec:
  ingressClassName: alb
  defaultBackend: { service: { name: balanced, port: { number: 80 } } }
`,
  `apiVersion: batch/v1
kind: Job
metadata: { name: once, namespace: legacy }
spec:
  template:
    spec:
      restartPolicy: Never
      containers: [{ name: job, image: example.com/job:1 }]
`,
].join('---\n');
