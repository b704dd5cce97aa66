import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { defaultConfiguration } from '../../../src/config/load.ts';
import { evaluate } from '../../../src/policy/evaluate.ts';
import { isObject, type JsonObject } from '../../../src/policy/json.ts';
import { readLimitRange } from '../../../src/policy/resources/limit-range.ts';
import { mutate } from '../../../src/policy/mutate.ts';
import { predictPod } from '../../../src/policy/predict.ts';
import { readPod } from '../../../src/policy/objects/view.ts';
import { describeViolation, describeObject } from '../../../src/policy/words.ts';
import { unknownSurroundings } from '../../../src/policy/graph.ts';
import { readWorkload, workloadKinds } from '../../../src/policy/objects/workload-kinds.ts';
import { malformedJson, malformedPods, mutationSettings } from './arbitraries.ts';
import { applyPatch } from './json-patch.ts';
import { workloadOf } from './objects.ts';

const profiles = [...defaultConfiguration().profiles.values()];

describe('nothing that a client sends throws', () => {
  it('reading', () => {
    fc.assert(
      fc.property(malformedJson, (value) => {
        expect(() => readWorkload(value)).not.toThrow();
        expect(() => readPod(isObject(value) ? value : { spec: value })).not.toThrow();
      }),
    );
  });

  it('predicting, judging and putting into words', () => {
    const kinds = fc.constantFrom(...workloadKinds.map(({ kind }) => kind));
    fc.assert(
      fc.property(
        kinds,
        malformedPods,
        malformedJson,
        mutationSettings,
        (kind, template, limits, mutations) => {
          const workload = readWorkload(workloadOf(kind, template));
          if (workload === undefined) return;
          const limitRanges = [
            readLimitRange({ spec: { limits } }),
            readLimitRange({ spec: { limits: [limits] } }),
          ];
          const pod = readPod(predictPod(workload.template, { limitRanges, mutations }).pod);
          for (const profile of profiles) {
            const { findings, exempted } = evaluate(
              { workload, namespace: 'shop', pod, limitRanges, graph: unknownSurroundings },
              profile,
            );
            for (const finding of [...findings, ...exempted])
              expect(describeViolation(finding)).not.toMatch(/[{}]/);
          }
          describeObject(workload);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('patching, and the patch applies', () => {
    fc.assert(
      fc.property(malformedPods, mutationSettings, (pod, settings) => {
        const mutated = mutate(pod, settings);
        expect(applyPatch(pod, mutated.patch)).toEqual(mutated.pod);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('keys that every object inherits are ordinary keys', () => {
  const hostile = JSON.parse(`{
    "metadata": { "annotations": { "__proto__": "x", "constructor": "y" } },
    "spec": { "containers": [{
      "name": "__proto__",
      "resources": { "limits": { "__proto__": "1", "constructor": "2" } }
    }] }
  }`) as JsonObject;

  it('in resource lists', () => {
    const { pod } = predictPod(hostile, { limitRanges: [], mutations: undefined });
    const requests = JSON.stringify(readPod(pod).containers[0]?.raw['resources']);
    expect(requests).toBe(
      '{"limits":{"__proto__":"1","constructor":"2"},"requests":{"__proto__":"1","constructor":"2"}}',
    );
    expect(Object.hasOwn(Object.prototype, 'cpu')).toBe(false);
  });

  it('in LimitRanges', () => {
    const item = JSON.parse('{ "type": "Container", "default": { "__proto__": "1" } }') as JsonObject;
    const limitRanges = [readLimitRange({ spec: { limits: [item] } })];
    const { pod } = predictPod(
      { spec: { containers: [{ name: 'app' }] } },
      { limitRanges, mutations: undefined },
    );
    expect(JSON.stringify(readPod(pod).containers[0]?.raw)).toBe(
      '{"name":"app","resources":{"requests":{"__proto__":"1"},"limits":{"__proto__":"1"}}}',
    );
  });
});
