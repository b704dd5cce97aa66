import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { defaultConfiguration } from '../../../src/config/load.ts';
import { checks } from '../../../src/policy/checks/registry.ts';
import type { JsonObject } from '../../../src/policy/json.ts';
import { predictPod } from '../../../src/policy/predict.ts';
import { patchedPod } from '../../../src/playground/patched-pod.ts';
import { profileNamed } from '../config/configurations.ts';

const configuration = defaultConfiguration();
const workloads = checks.flatMap(({ id, examples: { bad, good } }) =>
  [bad, good].flatMap((text) =>
    parseAllDocuments(text)
      .map((document) => configuration.workloads.read(document.toJS() as JsonObject))
      .filter((workload) => workload !== undefined)
      .map((workload) => ({ id, workload })),
  ),
);

describe.each(['baseline', 'strict'])('patched by %s', (name) => {
  const { mutations } = profileNamed(name, configuration);

  it.each(workloads)('the examples of $id become the pods that the webhook makes', ({ workload }) => {
    const { template } = patchedPod(workload, mutations, []);
    const patched = predictPod(template, { limitRanges: [], mutations: undefined }).pod;
    expect(patched).toEqual(predictPod(workload.template, { limitRanges: [], mutations }).pod);
  });

  it('nothing is changed a second time', () => {
    for (const { workload } of workloads) {
      const { template } = patchedPod(workload, mutations, []);
      expect(patchedPod({ ...workload, template }, mutations, []).template).toBe(template);
    }
  });
});

it('shows nothing but what is patched', () => {
  const workload = configuration.workloads.read({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web' },
    spec: { terminationGracePeriodSeconds: 60, containers: [{ name: 'app', image: 'a' }] },
  });
  if (workload === undefined) throw new Error('no workload');
  const { template } = patchedPod(workload, { 'grace-period': { drainSeconds: 30, maxSeconds: 600 } }, []);
  expect(template).toBe(workload.template);
});
