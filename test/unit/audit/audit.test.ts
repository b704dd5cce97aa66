import { describe, expect, it } from 'vitest';

import type { AuditOptions } from '../../../src/audit/audit.ts';
import { defaultConfiguration } from '../../../src/config/load.ts';
import { describeObject } from '../../../src/policy/words.ts';
import { configured, profileNamed } from '../config/configurations.ts';
import { audited } from './audits.ts';

/** Of each workload, what was found: `CONTAINER CHECK LINE`. */
function findings(text: string, over: Partial<AuditOptions> = {}): Record<string, string[]> {
  const { objects } = audited(text, over);
  return Object.fromEntries(
    objects.map((audit) => [
      describeObject(audit.object, audit.namespace),
      audit.verdict.findings.map(
        (finding) => `${finding.container?.name ?? 'pod'} ${finding.check} ${audit.lineOf(finding)}`,
      ),
    ]),
  );
}

/** A Deployment whose container has probes, and besides only these fields. */
function deployment(name: string, container: string, namespace?: string): string {
  return `
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} ${namespace === undefined ? '' : `, namespace: ${namespace}`} }
spec:
  template:
    spec:
      containers:
        - name: app
          readinessProbe: { httpGet: { port: 80 } }
          livenessProbe: { httpGet: { port: 80 } }
          ${container}
`;
}

const noCpu = 'resources: { requests: { memory: 1Gi } }';

describe('an audit', () => {
  it('judges every workload and nothing else, each with its place', () => {
    const text = `apiVersion: v1
kind: Service
metadata: { name: web }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  template:
    spec:
      containers:
        - name: app
          readinessProbe: { httpGet: { port: 80 } }
          resources:
            requests:
              memory: 1Gi
---
apiVersion: batch/v1
kind: CronJob
metadata: { name: nightly }
spec:
  jobTemplate:
    spec:
      template:
        spec: { restartPolicy: Never, containers: [{ name: once }] }
`;
    const { objects, errors } = audited(text);
    expect(errors).toEqual([]);
    expect(objects).toMatchObject([
      { apiVersion: 'apps/v1', namespace: 'shop', file: 'shop.yaml', line: 5 },
      { apiVersion: 'batch/v1', namespace: 'default', file: 'shop.yaml', line: 18 },
    ]);
    expect(findings(text)).toEqual({
      // The line of what is there, or of the nearest that is.
      'Deployment shop/web': ['app cpu-request 16', 'app liveness-probe 12'],
      'CronJob default/nightly': ['once cpu-request 25', 'once memory-request 25'],
    });
  });

  it('reads the items of a List', () => {
    const text = `apiVersion: v1
kind: List
items:
  - { apiVersion: v1, kind: Pod, metadata: { name: a }, spec: { restartPolicy: Never, containers: [{ name: app }] } }
  - { apiVersion: v1, kind: ConfigMap }
  - apiVersion: v1
    kind: Pod
    metadata: { generateName: b- }
    spec:
      restartPolicy: Never
      containers:
        - name: app
`;
    expect(findings(text)).toEqual({
      'Pod default/a': ['app cpu-request 4', 'app memory-request 4'],
      'Pod default/b-*': ['app cpu-request 12', 'app memory-request 12'],
    });
  });

  it('lists what is no Kubernetes object, and goes on', () => {
    const text = `a: 1\n---\napiVersion: apps/v1\nkind: deployment\n---\n[]\n${deployment('web', noCpu)}`;
    const { objects, errors } = audited(text);
    expect(objects).toHaveLength(1);
    expect(errors).toEqual([
      { file: 'shop.yaml', line: 1, message: 'not a Kubernetes object: apiVersion and kind are missing' },
      {
        file: 'shop.yaml',
        line: 3,
        message: 'no API server knows kind deployment: kinds are case-sensitive, it is Deployment',
      },
      { file: 'shop.yaml', line: 6, message: 'not a Kubernetes object: apiVersion and kind are missing' },
    ]);
  });

  it('asks only the checks that are asked for', () => {
    const text = deployment('web', '');
    expect(findings(text, { checks: new Set(['memory-request']) })).toEqual({
      'Deployment default/web': ['app memory-request 10'],
    });
    expect(findings(text, { checks: new Set() })).toEqual({ 'Deployment default/web': [] });
  });

  it('honours exemptions as the profile allows', () => {
    const pod = `
apiVersion: v1
kind: Pod
metadata:
  annotations: { gracegate.dev/exempt: "readiness-probe,cpu-request", gracegate.dev/exempt-reason: a test }
spec: { containers: [{ name: app, livenessProbe: { httpGet: { port: 80 } }, resources: { requests: { memory: 1 } } }] }
`;
    const [judged] = audited(pod).objects;
    expect(judged?.verdict).toMatchObject({
      findings: [{ check: 'cpu-request' }],
      exempted: [{ check: 'readiness-probe' }],
      notices: ['the exemption from cpu-request is ignored: profile baseline does not allow it'],
    });
  });
});

const limitRange = (namespace: string, item: string): string => `
---
apiVersion: v1
kind: LimitRange
metadata: { name: limits ${namespace} }
spec: { limits: [{ type: Container, ${item} }] }
`;

const namespace = (labels: string): string => `
---
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { ${labels} } }
`;

describe('what stands beside a workload', () => {
  const shop = ', namespace: shop';

  it('a LimitRange gives its defaults in its own namespace, wherever it stands', () => {
    const text =
      deployment('web', noCpu, 'shop') +
      deployment('web', noCpu, 'other') +
      limitRange(shop, 'defaultRequest: { cpu: 100m }');
    expect(findings(text)).toEqual({
      'Deployment shop/web': [],
      'Deployment other/web': ['app cpu-request 26'],
    });
  });

  it('a LimitRange without a namespace is in that of the command line', () => {
    const text = deployment('web', noCpu) + limitRange('', 'defaultRequest: { cpu: 100m }');
    expect(findings(text, { namespace: 'shop' })).toEqual({ 'Deployment shop/web': [] });
  });

  it('several LimitRanges count, the first one first', () => {
    const text =
      deployment('web', 'resources: { requests: { memory: 1Gi }, limits: { cpu: 2 } }', 'shop') +
      limitRange(shop, 'max: { cpu: 1 }') +
      limitRange(shop, 'min: { memory: 2Gi }');
    expect(findings(text)).toEqual({ 'Deployment shop/web': ['app limit-range 13', 'app limit-range 13'] });
  });

  it('a LimitRange of another API is none', () => {
    const text =
      deployment('web', noCpu, 'shop') +
      limitRange(shop, 'default: { cpu: 1 }').replace('v1', 'example.com/v1');
    expect(findings(text)).toEqual({ 'Deployment shop/web': ['app cpu-request 13'] });
  });

  const noMemory = 'resources: { requests: { cpu: 1 } }';

  it.each<[string, string, string[]]>([
    ['a Namespace has our mutations on by its label', 'gracegate.dev/mutate: baseline', []],
    ['a Namespace without it has not', 'team: shop', ['app memory-request 13']],
    ['nor one with off', 'gracegate.dev/mutate: "off"', ['app memory-request 13']],
    [
      'nor one that names a profile that is not there',
      'gracegate.dev/mutate: typo',
      ['app memory-request 13'],
    ],
    ['enforcing is not mutating', 'gracegate.dev/enforce: baseline', ['app memory-request 13']],
  ])('%s', (_name, labels, expected) => {
    expect(findings(deployment('web', noMemory, 'shop') + namespace(labels))).toEqual({
      'Deployment shop/web': expected,
    });
  });

  it('a profile of the command line mutates everywhere', () => {
    const mutateProfile = profileNamed('baseline', defaultConfiguration());
    expect(findings(deployment('web', noMemory, 'shop'), { mutateProfile })).toEqual({
      'Deployment shop/web': [],
    });
  });

  it('a profile of the configuration counts like a built-in one', () => {
    const configuration = configured(
      'profiles: { team: { mutations: { limit-range: { limits: [{ type: Container, defaultRequest: { memory: 1Gi } }] } } } }',
    );
    const text = deployment('web', noMemory, 'shop') + namespace('gracegate.dev/mutate: team');
    expect(findings(text, { configuration })).toEqual({ 'Deployment shop/web': [] });
  });

  it('the default of the configuration mutates in a Namespace without the label, and not in one with off', () => {
    const configuration = configured('defaults: { mutate: baseline }');
    expect(findings(deployment('web', noMemory, 'shop'), { configuration })).toEqual({
      'Deployment shop/web': [],
    });
    const text = deployment('web', noMemory, 'shop') + namespace('gracegate.dev/mutate: "off"');
    expect(findings(text, { configuration })).toEqual({ 'Deployment shop/web': ['app memory-request 13'] });
  });
});
