import { describe, expect, it } from 'vitest';

import type { Message, ObjectCheck, WorkloadCheck } from '../../../src/policy/check.ts';
import { containerMatcher } from '../../../src/policy/objects/container-matcher.ts';
import { evaluate, evaluateObject, judgesKind, type Finding } from '../../../src/policy/evaluate.ts';
import { unknownSurroundings } from '../../../src/policy/graph.ts';
import type { ObjectKindName } from '../../../src/policy/objects/object-kinds.ts';
import { readPod } from '../../../src/policy/objects/view.ts';
import { readWorkload } from '../../../src/policy/objects/workload-kinds.ts';
import { kubeObject } from './graphs.ts';
import { containerView, podOf } from './objects.ts';
import { profileOf } from './profiles.ts';

const messages: Readonly<Record<string, Message>> = {
  wrong: { problem: 'wrong', advice: 'mend it' },
  missing: { problem: 'missing', advice: 'add it', absence: true },
  doubtful: { problem: 'doubtful', advice: 'look at it', atMost: 'warn' },
};

const facts = (id: string): Omit<ObjectCheck, 'judges' | 'evaluate'> => ({
  id,
  title: id,
  rationale: '',
  symptom: '',
  remediation: '',
  source: '',
  topic: 'scaling',
  messages,
  parameters: {},
  examples: { bad: '', good: '' },
});

/** A check that has this to say of every object of these kinds. */
const objectCheck = (
  id: string,
  judges: readonly ObjectKindName[],
  ...said: readonly string[]
): ObjectCheck => ({
  ...facts(id),
  judges,
  evaluate: () => said.map((message) => ({ check: id, message, path: ['spec'] })),
});

/** A check that has this to say of every workload. */
const workloadCheck = (id: string, ...said: readonly string[]): WorkloadCheck => ({
  ...facts(id),
  judges: 'workloads',
  evaluate: () => said.map((message) => ({ check: id, message, path: ['spec'] })),
});

const budget = (metadata = '') => ({
  object: kubeObject(
    `{ apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: { name: web, ${metadata} } }`,
  ),
  namespace: 'shop',
  graph: unknownSurroundings,
});

function workload(kind: string, labels: Record<string, string> = {}) {
  const pod = { ...podOf('containers: []'), metadata: { labels } };
  const object =
    kind === 'Pod'
      ? pod
      : { apiVersion: 'apps/v1', kind, metadata: { labels: { its: 'own' } }, spec: { template: pod } };
  const read = readWorkload(object);
  if (read === undefined) throw new Error('no workload');
  const { graph, namespace } = budget();
  return { workload: read, namespace, pod: readPod(read.template), limitRanges: [], graph };
}

const lines = (findings: readonly Finding[]): string[] =>
  findings.map(({ check, message, action }) => `${check} ${message} ${action}`);

describe('an object that makes no pods', () => {
  it('is judged by the checks of its kind, in their order, and by none of workloads', () => {
    const profile = profileOf(
      { check: workloadCheck('of-workloads', 'wrong') },
      { check: objectCheck('second', ['Service', 'PodDisruptionBudget'], 'wrong', 'missing') },
      { check: objectCheck('other', ['Service'], 'wrong') },
      { check: objectCheck('first', ['PodDisruptionBudget'], 'wrong'), action: 'warn' },
    );
    const verdict = evaluateObject(budget(), profile);
    expect(lines(verdict.findings)).toEqual(['second wrong deny', 'second missing deny', 'first wrong warn']);
    expect(verdict).toMatchObject({ exempted: [], exemptReason: '', notices: [] });
  });

  it('is what the path of each violation starts from', () => {
    const profile = profileOf({ check: objectCheck('a', ['PodDisruptionBudget'], 'wrong') });
    expect(evaluateObject(budget(), profile).findings).toEqual([
      { check: 'a', message: 'wrong', path: ['spec'], root: 'object', action: 'deny' },
    ]);
  });

  it('is handed to the check with its surroundings, the parameters, and whom to leave alone', () => {
    const seen: unknown[] = [];
    const check: ObjectCheck = {
      ...facts('a'),
      judges: ['PodDisruptionBudget'],
      evaluate: ({ ignores, ...subject }, parameters) => {
        const names = ['istio-proxy', 'agent', 'app'];
        seen.push(
          subject,
          parameters,
          names.filter((name) => ignores(containerView(`name: ${name}`))),
        );
        return [];
      },
    };
    const ignores = containerMatcher({ names: ['istio-*'] });
    const setting = { check, parameters: { least: 2 }, ignores: containerMatcher({ names: ['agent'] }) };
    evaluateObject(budget(), { ...profileOf(setting), ignores });
    evaluateObject(budget(), { ...profileOf({ ...setting, ignores: undefined }), ignores });
    expect(seen).toEqual([
      budget(),
      { least: 2 },
      ['istio-proxy', 'agent'],
      budget(),
      { least: 2 },
      ['istio-proxy'],
    ]);
  });

  it('is judged where some check of the profile is about its kind', () => {
    const profile = profileOf(
      { check: workloadCheck('of-workloads') },
      { check: objectCheck('a', ['Service', 'Ingress']) },
    );
    expect(['Service', 'Ingress', 'Secret', 'workloads'].map((kind) => judgesKind(profile, kind))).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});

describe('who is asked', () => {
  const isWeb = (_kind: string, labels: object) => 'app' in labels;

  it.each<[string, (kind: string, labels: object) => boolean, string, number]>([
    ['its kind', (kind) => kind === 'PodDisruptionBudget', '', 1],
    ['another kind', (kind) => kind === 'Service', '', 0],
    ['its own labels', isWeb, 'labels: { app: web }', 1],
    ['no such label', isWeb, 'labels: { tier: front }', 0],
    ['no labels', isWeb, '', 0],
    ['such an annotation, which is no label', isWeb, 'annotations: { app: web }', 0],
  ])('of objects by %s', (_name, asks, metadata, count) => {
    const profile = profileOf({ check: objectCheck('a', ['PodDisruptionBudget'], 'wrong'), asks });
    expect(evaluateObject(budget(metadata), profile).findings).toHaveLength(count);
  });

  it.each<[string, (kind: string, labels: object) => boolean, number]>([
    ['its kind', (kind) => kind === 'Deployment', 1],
    ['the kind of its pods', (kind) => kind === 'Pod', 0],
    ['the labels of its pods', isWeb, 1],
    ['its own labels', (_kind, labels) => 'its' in labels, 0],
  ])('of workloads by %s', (_name, asks, count) => {
    const profile = profileOf({ check: workloadCheck('a', 'wrong'), asks });
    expect(evaluate(workload('Deployment', { app: 'web' }), profile).findings).toHaveLength(count);
  });

  it('of pods by their kind and labels', () => {
    const asks = (kind: string, labels: object) => kind === 'Pod' && isWeb(kind, labels);
    const profile = profileOf({ check: workloadCheck('a', 'wrong'), asks });
    expect(evaluate(workload('Pod', { app: 'web' }), profile).findings).toHaveLength(1);
    expect(evaluate(workload('Pod'), profile).findings).toHaveLength(0);
  });
});

describe('what objects to an absent object', () => {
  const said = ['wrong', 'missing', 'doubtful'];
  const profile = profileOf(
    { check: objectCheck('a', ['PodDisruptionBudget'], ...said) },
    { check: workloadCheck('a', ...said) },
  );
  const lenient = profileOf(
    { check: objectCheck('a', ['PodDisruptionBudget'], ...said), action: 'warn' },
    { check: workloadCheck('a', ...said), action: 'warn' },
  );

  it.each([
    ['never denies where the order is free', true, 'a missing warn'],
    ['denies where it is not', false, 'a missing deny'],
    ['denies where nothing is said of the order', undefined, 'a missing deny'],
  ])('%s', (_name, orderIsFree, expected) => {
    const options = orderIsFree === undefined ? {} : { orderIsFree };
    const all = ['a wrong deny', expected, 'a doubtful warn'];
    expect(lines(evaluateObject(budget(), profile, options).findings)).toEqual(all);
    expect(lines(evaluate(workload('Deployment'), profile, options).findings)).toEqual(all);
  });

  it.each([true, false])('never does more than the profile says: order free %s', (orderIsFree) => {
    const all = ['a wrong warn', 'a missing warn', 'a doubtful warn'];
    expect(lines(evaluateObject(budget(), lenient, { orderIsFree }).findings)).toEqual(all);
    expect(lines(evaluate(workload('Deployment'), lenient, { orderIsFree }).findings)).toEqual(all);
  });
});

describe('an exemption that an object asks for', () => {
  const profile = profileOf(
    { check: objectCheck('a', ['PodDisruptionBudget'], 'wrong', 'missing'), exemptible: true },
    { check: objectCheck('b', ['PodDisruptionBudget'], 'wrong') },
  );
  const asking = (checks: string, reason: string) =>
    budget(`annotations: { gracegate.dev/exempt: "${checks}", gracegate.dev/exempt-reason: "${reason}" }`);

  it('stands in its own annotations, and its reason in the verdict', () => {
    const verdict = evaluateObject(asking('a', 'the operator wants it so'), profile, { orderIsFree: true });
    expect(lines(verdict.findings)).toEqual(['b wrong deny']);
    expect(lines(verdict.exempted)).toEqual(['a wrong deny', 'a missing warn']);
    expect(verdict.exemptReason).toBe('the operator wants it so');
    expect(verdict.notices).toEqual([]);
  });

  it.each([
    ['b', 'please', 'the exemption from b is ignored: profile test does not allow it'],
    ['c', 'please', 'the exemption from c is of no use: profile test has no such check'],
    ['a', '', 'the exemption in gracegate.dev/exempt is ignored: gracegate.dev/exempt-reason must say why'],
  ])('from %s because of "%s" is ignored, and then there is no reason', (checks, reason, notice) => {
    const verdict = evaluateObject(asking(checks, reason), profile);
    expect(lines(verdict.findings)).toEqual(['a wrong deny', 'a missing deny', 'b wrong deny']);
    expect(verdict).toMatchObject({ exempted: [], exemptReason: '', notices: [notice] });
  });

  it('gives no reason where the check had nothing to object to', () => {
    const quiet = profileOf({ check: objectCheck('a', ['PodDisruptionBudget']), exemptible: true });
    expect(evaluateObject(asking('a', 'please'), quiet)).toMatchObject({ exempted: [], exemptReason: '' });
  });
});
