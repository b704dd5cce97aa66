/**
 * What users of Kyverno, Polaris, Gatekeeper and kube-score complain about, asked of the built-in profiles. That a delete is
 * never blocked is shown on a real server (test/e2e/dead.test.ts).
 */
import { describe, expect, it } from 'vitest';
import { audit } from '../../../src/audit/audit.ts';
import { flatten } from '../../../src/audit/objects.ts';
import type { Configuration } from '../../../src/config/configuration.ts';
import { defaultConfiguration } from '../../../src/config/load.ts';
import { parseManifests } from '../../../src/manifests/parse.ts';
import { configured, profileNamed } from '../config/configurations.ts';

const builtin = ['baseline', 'strict'] as const;

/** What a profile says of manifests: `check container`, or `check` alone where it is about the whole. */
function verdict(
  manifests: string,
  profile: string,
  configuration: Configuration = defaultConfiguration(),
): string[] {
  const parsed = parseManifests(manifests, 'complaint.yaml');
  const { objects, errors } = audit(parsed.manifests.flatMap(flatten), {
    configuration,
    profile: profileNamed(profile, configuration),
    namespace: 'shop',
  });
  expect([...parsed.errors, ...errors]).toEqual([]);
  return objects.flatMap(({ verdict: { findings } }) =>
    findings.map(({ check, container }) => (container === undefined ? check : `${check} ${container.name}`)),
  );
}

/** The findings of these checks only; of one container only, where one is named. */
function about(found: readonly string[], checks: readonly string[], container?: string): string[] {
  return found.filter((finding) => {
    const [check = '', name] = finding.split(' ');
    return checks.includes(check) && (container === undefined || name === container);
  });
}

const probeChecks = ['readiness-probe', 'liveness-probe', 'startup-probe'];
const requestChecks = ['cpu-request', 'memory-request'];

const resources = 'resources: { requests: { cpu: 100m, memory: 128Mi }, limits: { memory: 128Mi } }';
const probes = `
          readinessProbe: { httpGet: { path: /ready, port: 8080 } }
          livenessProbe: { httpGet: { path: /live, port: 8080 } }`;

/** A Deployment with a container app that is as it should be, and these lines beside its list of containers. */
const deployment = (beside = '', containers = ''): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 2
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      ${beside}
      containers:
        - name: app
          image: example.com/web:1.0
          ${resources}${probes}
        ${containers}
`;

const jobSpec = `
    spec:
      restartPolicy: Never
      containers: [{ name: once, image: example.com/once:1.0, ${resources} }]
      initContainers:
        - { name: proxy, image: example.com/proxy:1.0, restartPolicy: Always, ${resources} }
`;

const job = `
apiVersion: batch/v1
kind: Job
metadata: { name: once }
spec:
  template:${jobSpec}`;

const cronJob = `
apiVersion: batch/v1
kind: CronJob
metadata: { name: nightly }
spec:
  schedule: "0 3 * * *"
  jobTemplate:
    spec:
      template:${jobSpec.replaceAll('\n', '\n    ')}`;

/** The pod that the Job controller makes: Kyverno skipped the Job and refused its pods. */
const podOfJob = `
apiVersion: v1
kind: Pod
metadata:
  name: once-abcde
  ownerReferences: [{ apiVersion: batch/v1, kind: Job, name: once, uid: "1", controller: true }]
${jobSpec.replaceAll('\n    ', '\n')}`;

describe.each(builtin)('profile %s', (profile) => {
  // kyverno/kyverno#1140, kyverno/kyverno#2650, kyverno/policies#156, FairwindsOps/polaris#209, zegl/kube-score#108
  it.each([
    ['a Job', job],
    ['a CronJob', cronJob],
    ['the pod of a Job', podOfJob],
  ])('asks %s for nothing that only servers need', (_name, manifest) => {
    const found = verdict(manifest, profile);
    const forServers = [
      ...probeChecks,
      'pre-stop',
      'grace-period',
      'liveness-fragile',
      'liveness-before-readiness',
    ];
    expect(about(found, forServers)).toEqual([]);
  });

  // FairwindsOps/polaris#112, FairwindsOps/polaris#215, kyverno/policies#1528: the API server refuses such probes.
  it('asks init containers for no probes', () => {
    const manifest = deployment(
      `initContainers: [{ name: setup, image: example.com/setup:1.0, ${resources} }]`,
    );
    expect(about(verdict(manifest, profile), probeChecks)).toEqual([]);
  });

  // kyverno/policies#1335, kyverno/policies#1528: they can have neither resources nor probes.
  it('asks debug containers for nothing', () => {
    const manifest = `
apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  containers:
    - name: app
      image: example.com/web:1.0
      ${resources}
      readinessProbe: { httpGet: { path: /ready, port: 8080 } }
      livenessProbe: { httpGet: { path: /live, port: 8080 } }
  ephemeralContainers: [{ name: debugger, image: busybox:1.37 }]
`;
    expect(verdict(manifest, profile).filter((finding) => finding.endsWith(' debugger'))).toEqual([]);
  });

  // kyverno/policies#1528: a native sidecar runs as long as the pod, and its readiness is that of the pod (KEP-753).
  it('asks native sidecars like other containers, and not like init containers', () => {
    const bare = deployment(
      'initContainers: [{ name: proxy, image: example.com/proxy:1.0, restartPolicy: Always }]',
    );
    expect(about(verdict(bare, profile), [...requestChecks, ...probeChecks], 'proxy')).toEqual([
      'cpu-request proxy',
      'memory-request proxy',
      'readiness-probe proxy',
      'liveness-probe proxy',
    ]);
    const whole = deployment(`initContainers:
        - name: proxy
          image: example.com/proxy:1.0
          restartPolicy: Always
          ${resources}${probes}`);
    expect(about(verdict(whole, profile), [...requestChecks, ...probeChecks])).toEqual([]);
  });

  // zegl/kube-score#339, #285 and #296: the same endpoint, with more patience before the restart.
  it.each([
    ['a higher threshold', 'failureThreshold: 12'],
    ['a longer period', 'periodSeconds: 30'],
  ])('has nothing against the same probe twice with %s for liveness', (_name, patience) => {
    const same = deployment().replace(
      'livenessProbe: { httpGet: { path: /live, port: 8080 } }',
      `livenessProbe: { httpGet: { path: /ready, port: 8080 }, ${patience} }`,
    );
    expect(about(verdict(same, profile), ['liveness-fragile', 'liveness-before-readiness'])).toEqual([]);
  });

  // zegl/kube-score#41 is why it asks at all.
  it('objects to the same probe twice with the same patience', () => {
    const same = deployment().replace('path: /live', 'path: /ready');
    expect(about(verdict(same, profile), ['liveness-fragile'])).toEqual(['liveness-fragile app']);
  });

  // KEP-2837. Tools that read only containers cannot see these: see kata-containers/kata-containers#12816.
  it('takes the requests of a pod as a whole for those of its containers', () => {
    const whole = deployment(
      'resources: { requests: { cpu: 200m, memory: 256Mi }, limits: { cpu: 400m, memory: 256Mi } }',
    ).replace(`          ${resources}\n`, '');
    expect(about(verdict(whole, profile), requestChecks)).toEqual([]);
  });

  // FairwindsOps/polaris#163: the pod that comes out has the requests.
  it('takes the requests that a LimitRange sets for those of the containers', () => {
    const limits = `
apiVersion: v1
kind: LimitRange
metadata: { name: limits }
spec: { limits: [{ type: Container, defaultRequest: { cpu: 50m, memory: 256Mi } }] }
`;
    const bare = deployment().replace(`          ${resources}\n`, '');
    expect(about(verdict(bare, profile), requestChecks)).toEqual(['cpu-request app', 'memory-request app']);
    expect(about(verdict(`${limits}---${bare}`, profile), requestChecks)).toEqual([]);
  });

  // grafana/helm-charts#2970, kubernetes/kubernetes#69608: nothing connects to it, so it needs no names in DNS.
  it('asks a StatefulSet that nothing connects to for no Service', () => {
    const set = deployment().replace('kind: Deployment', 'kind: StatefulSet');
    expect(about(verdict(set, profile), ['headless-service'])).toEqual([]);
  });

  // FairwindsOps/polaris#408 and #485: nobody who writes a manifest can change what a mesh injects.
  it('leaves the containers of a mesh alone, whatever they lack', () => {
    const injected = deployment(
      'initContainers: [{ name: istio-init, image: example.com/proxy:1.0 }]',
      '- { name: istio-proxy, image: example.com/proxy:1.0 }',
    );
    expect(verdict(injected, profile).filter((finding) => finding.includes(' istio-'))).toEqual([]);
  });
});

// open-policy-agent/gatekeeper-library#66, open-policy-agent/gatekeeper#3298: one sidecar only, for one rule only, and by its
// image rather than by a name that anybody can use.
describe('an exemption of one container from one check', () => {
  const configuration = configured(`
profiles:
  baseline:
    extends: baseline
    checks:
      readiness-probe:
        ignoreContainers: { images: ['example.com/shipper:*'] }
`);
  const withShipper = deployment('', '- { name: shipper, image: "example.com/shipper:2.1" }');

  it('is for this container and this check', () => {
    const found = about(verdict(withShipper, 'baseline', configuration), [...requestChecks, ...probeChecks]);
    expect(found).toEqual(['cpu-request shipper', 'memory-request shipper', 'liveness-probe shipper']);
  });

  it('is not for another container', () => {
    const bare = withShipper.replace(probes, '');
    const found = about(verdict(bare, 'baseline', configuration), ['readiness-probe']);
    expect(found).toEqual(['readiness-probe app']);
  });

  it('is not for a container that takes its name', () => {
    const other = withShipper.replace('example.com/shipper:2.1', 'example.com/other:1.0');
    const found = about(verdict(other, 'baseline', configuration), ['readiness-probe']);
    expect(found).toEqual(['readiness-probe shipper']);
  });
});

// FairwindsOps/polaris#651, zegl/kube-score#12: a worker takes no traffic, and its author may say so where it stands.
describe('a worker that no Service sends traffic to', () => {
  const worker = deployment()
    .replace(/ *readinessProbe:.*\n/, '')
    .replace(
      '    metadata: { labels: { app: web } }',
      `    metadata:
      labels: { app: web }
      annotations:
        gracegate.dev/exempt: readiness-probe
        gracegate.dev/exempt-reason: takes its work from a queue`,
    );

  it('may do without a readiness probe under baseline, by the word of its author', () => {
    expect(about(verdict(worker, 'baseline'), ['readiness-probe'])).toEqual([]);
  });

  it('may not without a reason, nor under strict', () => {
    const silent = worker.replace(/ *gracegate.dev\/exempt-reason:.*\n/, '');
    expect(about(verdict(silent, 'baseline'), ['readiness-probe'])).toEqual(['readiness-probe app']);
    expect(about(verdict(worker, 'strict'), ['readiness-probe'])).toEqual(['readiness-probe app']);
  });
});
