import type { AuditResult } from '../../../src/audit/audit.ts';
import type { ReporterFactory } from '../../../src/report/report.ts';
import { reportedObject } from '../../../src/report/reported.ts';
import { Counter, type Summary } from '../../../src/report/summary.ts';
import { audited } from '../audit/audits.ts';

/** The numbers of an audit whose files could all be read but for `readErrors`. */
export function summaryOf({ objects, errors }: AuditResult, readErrors = 0): Summary {
  const counter = new Counter();
  for (const object of objects) counter.add(reportedObject(object));
  return counter.summary(errors.length + readErrors);
}

/** What a reporter prints of an audit. */
export function printed(factory: ReporterFactory, result: AuditResult, over: Partial<Summary> = {}): string {
  let text = '';
  const reporter = factory((part) => (text += part));
  for (const object of result.objects) reporter.object(reportedObject(object));
  const errors = result.errors.map(({ message }) => ({ message }));
  const summary = { ...summaryOf(result), ...over };
  reporter.end({ summary, errors, profile: 'baseline', version: '0.0.0', now: new Date(0) });
  return text;
}

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
