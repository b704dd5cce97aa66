import { audited } from '../audit/audits.ts';

/** Three violations, one exemption, one error. */
export const result = audited(`apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  template:
    spec:
      terminationGracePeriodSeconds: 5
      containers:
        - name: app
          readinessProbe: { httpGet: { port: 80 } }
          livenessProbe: { httpGet: { port: 80 } }
---
apiVersion: v1
kind: Pod
metadata:
  name: once
  annotations: { gracegate.dev/exempt: liveness-probe, gracegate.dev/exempt-reason: a test }
spec:
  containers:
    - { name: app, readinessProbe: { exec: {} }, resources: { requests: { cpu: 1, memory: 1Gi } } }
---
kind: Nothing
`);

/** Nothing to judge. */
export const clean = audited('{ apiVersion: v1, kind: Service }');
