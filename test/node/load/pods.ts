/** Pods as the tests send them: one that the baseline profile admits and the strict one refuses, and one that both refuse. */
const probe = { httpGet: { path: '/', port: 8080 }, periodSeconds: 5 };

const pod = (name: object, container: object): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: name,
  spec: { containers: [{ name: 'app', image: 'app', ...container }] },
});

export const baselinePod = (name: object): object =>
  pod(name, {
    resources: { requests: { cpu: '10m', memory: '16Mi' } },
    readinessProbe: probe,
    livenessProbe: { ...probe, failureThreshold: 6 },
  });

export const barePod = (name: object): object => pod(name, {});

/** In every refusal. */
export const refusal = 'would not start, scale and stop safely';
