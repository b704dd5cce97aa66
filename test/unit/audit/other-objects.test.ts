import { describe, expect, it } from 'vitest';

import { audit, type AuditOptions, type AuditResult } from '../../../src/audit/audit.ts';
import { clusterItem } from '../../../src/audit/objects.ts';
import type { RelatedKind } from '../../../src/policy/graph.ts';
import { describeObject } from '../../../src/policy/words.ts';
import { configured, profileNamed } from '../config/configurations.ts';
import { yamlObjects } from '../policy/objects.ts';
import { audited } from './audits.ts';

const configuration = configured(`
workloads: [{ apiVersion: argoproj.io/v1alpha1, kind: Rollout, resource: rollouts }]
profiles:
  team:
    checks:
      cpu-request: { action: warn }
      hpa-bounds: { action: deny, exemptible: true }
      hpa-target: { action: deny }
      hpa-conflict: { action: warn }
`);
const options: AuditOptions = {
  configuration,
  profile: profileNamed('team', configuration),
  namespace: 'shop',
  checks: undefined,
};

/** The audit of one file. */
const ofFile = (text: string, over: Partial<AuditOptions> = {}): AuditResult =>
  audited(text, { ...options, ...over });

/** The audit of the same objects in a cluster. */
const ofCluster = (text: string, over: Partial<AuditOptions> = {}): AuditResult =>
  audit(yamlObjects(text).map(clusterItem), { ...options, ...over });

/** `OBJECT: CHECK ACTION, ...` of each. */
const lines = ({ objects }: AuditResult): string[] =>
  objects.map(
    ({ object, namespace, verdict }) =>
      `${describeObject(object, namespace)}: ${verdict.findings.map(({ check, action }) => `${check} ${action}`).join(', ')}`,
  );

const hpa = (name: string, bounds: string, target = 'web', namespace = '') => `
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: ${name}
  ${namespace === '' ? '' : `namespace: ${namespace}`}
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: ${target} }
  ${bounds}
---
`;
const roomy = 'maxReplicas: 9';
const fixed = 'minReplicas: 3\n  maxReplicas: 3';

const template = 'template: { spec: { containers: [{ name: app, resources: { requests: { cpu: 1 } } }] } }';
const web = `
{ apiVersion: apps/v1, kind: Deployment, metadata: { name: web }, spec: { ${template} } }
---
`;

describe('an object that makes no pods', () => {
  it('is judged where some check is about its kind, and else is not among the objects', () => {
    const others =
      '{ apiVersion: v1, kind: Service, metadata: { name: web } }\n---\n{ apiVersion: v1, kind: Secret }';
    expect(lines(ofFile(`${web}${hpa('web', fixed)}${others}`))).toEqual([
      'Deployment shop/web: ',
      'HorizontalPodAutoscaler shop/web: hpa-bounds deny',
    ]);
  });

  it('has its place, and the version that it is written in', () => {
    const [judged] = ofFile(hpa('web', fixed).replace('v2', 'v1'), {
      checks: new Set(['hpa-bounds']),
    }).objects;
    expect(judged).toMatchObject({
      apiVersion: 'autoscaling/v1',
      namespace: 'shop',
      file: 'shop.yaml',
      line: 2,
    });
    const [finding] = judged?.verdict.findings ?? [];
    expect(finding).toMatchObject({ path: ['spec', 'maxReplicas'], root: 'object' });
    expect(finding && judged?.lineOf(finding)).toBe(10);
  });

  it('is asked only the checks that are asked for', () => {
    const text = `${web}${hpa('web', fixed)}`;
    expect(lines(ofFile(text, { checks: new Set(['hpa-target']) }))).toEqual([
      'Deployment shop/web: ',
      'HorizontalPodAutoscaler shop/web: ',
    ]);
    expect(lines(ofFile(text, { checks: new Set(['cpu-request']) }))).toEqual(['Deployment shop/web: ']);
  });

  it('may be exempt by its own annotations', () => {
    const annotations =
      'annotations: { gracegate.dev/exempt: "hpa-bounds,hpa-target", gracegate.dev/exempt-reason: three licences }';
    const text = hpa('web', fixed).replace('name: web', `name: web\n  ${annotations}`);
    expect(ofFile(`${web}${text}`).objects[1]?.verdict).toMatchObject({
      findings: [],
      exempted: [{ check: 'hpa-bounds' }],
      exemptReason: 'three licences',
      notices: ['the exemption from hpa-target is ignored: profile team does not allow it'],
    });
  });
});

describe('what stands beside an object', () => {
  it.each<[string, string, string[]]>([
    ['is looked up in what is audited', `${web}${hpa('web', roomy)}`, []],
    ['whatever comes first', `${hpa('web', roomy)}${web}`, []],
    ['and missed', hpa('web', roomy), ['hpa-target warn']],
    ['in its own namespace', `${web}${hpa('web', roomy, 'web', 'bank')}`, ['hpa-target warn']],
    ['among objects that do not say where they are', `${web}${hpa('web', roomy, 'web', 'shop')}`, []],
    ['among objects of its kind', `${web}${hpa('web', roomy)}${hpa('b', roomy)}`, ['hpa-conflict warn']],
  ])('%s', (_name, text, expected) => {
    const { objects } = ofFile(text);
    const judged = objects.find(({ object }) => object.kind.kind === 'HorizontalPodAutoscaler');
    expect(judged?.verdict.findings.map(({ check, action }) => `${check} ${action}`)).toEqual(expected);
  });

  const asked = configured('profiles: { team: { checks: { pdb-missing: { action: deny } } } }');
  const profile = profileNamed('team', asked);
  const replicated = web.replace('spec: { ', 'spec: { replicas: 3, ');
  const budget = (namespace: string) => `
{ apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: { name: web, namespace: ${namespace} }, spec: { selector: {} } }
---
`;

  it('denies by its absence, as the order of an apply does not count here', () => {
    expect(lines(ofFile(replicated, { profile }))).toEqual(['Deployment shop/web: pdb-missing deny']);
    expect(lines(ofFile(`${replicated}${budget('bank')}`, { profile }))).toContain(
      'Deployment shop/web: pdb-missing deny',
    );
    expect(lines(ofFile(`${replicated}${budget('shop')}`, { profile }))).toEqual(['Deployment shop/web: ']);
  });

  it.each<[RelatedKind, string]>([
    ['PodDisruptionBudget', ''],
    ['Secret', 'pdb-missing deny'],
  ])('is not missed where it is a %s that could not be read', (kind, expected) => {
    const unknown = new Set([kind]);
    expect(lines(ofCluster(replicated, { profile, unknown }))).toEqual([`Deployment shop/web: ${expected}`]);
  });
});

describe('what a controller made', () => {
  const owned = (apiVersion: string, kind: string, name: string, owner: string, spec: string) => `
{ apiVersion: ${apiVersion}, kind: ${kind}, metadata: { name: ${name}, ownerReferences: [{ ${owner}, controller: true }] }, spec: { ${spec} } }
---
`;
  const bare = 'containers: [{ name: app }]';
  const ofDeployment = 'apiVersion: apps/v1, kind: Deployment';
  const ofRollout = 'apiVersion: argoproj.io/v1alpha1, kind: Rollout';
  const ofOperator = 'apiVersion: example.com/v1, kind: Database';
  const text = [
    web,
    owned('apps/v1', 'ReplicaSet', 'web-1', ofDeployment, `template: { spec: { ${bare} } }`),
    owned('v1', 'Pod', 'api-1', ofRollout, bare),
    owned('apps/v1', 'StatefulSet', 'db', ofOperator, `template: { spec: { ${bare} } }`),
    owned('v1', 'Pod', 'debug', ofOperator, bare),
  ].join('');

  it('is left out of a cluster where its owner is judged; what an operator made is not', () => {
    expect(lines(ofCluster(text))).toEqual([
      'Deployment shop/web: ',
      'StatefulSet shop/db: cpu-request warn',
      'Pod shop/debug: cpu-request warn',
    ]);
  });

  it('is judged in files: an owner there is what somebody has written', () => {
    expect(lines(ofFile(text))).toEqual([
      'Deployment shop/web: ',
      'ReplicaSet shop/web-1: cpu-request warn',
      'Pod shop/api-1: cpu-request warn',
      'StatefulSet shop/db: cpu-request warn',
      'Pod shop/debug: cpu-request warn',
    ]);
  });

  it('is judged all the same when it makes no pods', () => {
    const metadata = `ownerReferences: [{ ${ofDeployment}, controller: true }]`;
    const text2 = hpa('web', fixed).replace('name: web', `name: web\n  ${metadata}`);
    expect(lines(ofCluster(`${web}${text2}`))).toContain('HorizontalPodAutoscaler shop/web: hpa-bounds deny');
  });
});

describe('an object of a cluster', () => {
  it('has no file and no line', () => {
    const [judged] = ofCluster(hpa('web', fixed)).objects;
    expect(judged).toMatchObject({ file: undefined, line: undefined });
    const [finding] = judged?.verdict.findings ?? [];
    expect(finding).toBeDefined();
    expect(finding && judged?.lineOf(finding)).toBeUndefined();
  });

  it('that is none is said to be of the cluster', () => {
    expect(ofCluster('{ kind: Pod }').errors).toEqual([
      { file: 'the cluster', message: 'not a Kubernetes object: Pod without apiVersion' },
    ]);
  });

  it('may be a workload of a kind that the configuration adds', () => {
    const rollout = web.replace('apps/v1', 'argoproj.io/v1alpha1').replace('Deployment', 'Rollout');
    expect(lines(ofCluster(rollout))).toEqual(['Rollout shop/web: ']);
    expect(lines(ofCluster(rollout, { configuration: configured('') }))).toEqual([]);
  });
});
