import { expect, it } from 'vitest';

import type { PodTrial, TrialResult } from '../../../src/audit/ports.ts';
import { tryPod } from '../../../src/audit/try-pod.ts';
import { asObject, type JsonObject } from '../../../src/policy/json.ts';
import { readWorkload } from '../../../src/policy/objects/workload-kinds.ts';
import { yamlObject } from '../policy/objects.ts';

/** Says what an API server says of names that are not there, one after the other; then it takes the pod. */
class Missing implements PodTrial {
  readonly specs: JsonObject[] = [];

  try(_namespace: string, pod: JsonObject): Promise<TrialResult> {
    const spec = asObject(pod['spec']);
    this.specs.push(spec);
    const refused = (message: string): TrialResult => ({
      outcome: 'refused',
      message,
      warnings: ['careful'],
    });
    if ('priorityClassName' in spec)
      return Promise.resolve(refused('pods "web-*" is forbidden: no PriorityClass with name high was found'));
    if ('serviceAccountName' in spec)
      return Promise.resolve(
        refused('error looking up service account shop/web: serviceaccount "web" not found'),
      );
    return Promise.resolve({ outcome: 'accepted', warnings: ['careful'] });
  }
}

const workload = readWorkload(
  yamlObject(
    '{ apiVersion: apps/v1, kind: Deployment, metadata: { name: web }, spec: { template: { spec: { priorityClassName: high, serviceAccountName: web, serviceAccount: web } } } }',
  ),
);
if (workload === undefined) throw new Error('no workload');
const { template } = workload;

it('tries the pod of a file without what the same files may bring, and says so', async () => {
  const trial = new Missing();
  expect(await tryPod(trial, workload, { namespace: 'shop', template, isApplied: false })).toEqual({
    outcome: 'accepted',
    warnings: [
      'careful',
      'it was tried without priorityClassName high and serviceAccountName web, not there yet',
    ],
  });
  expect(trial.specs.at(-1)).toEqual({});
});

it('takes the word of the API server for what is on a cluster', async () => {
  const result = await tryPod(new Missing(), workload, { namespace: 'shop', template, isApplied: true });
  expect(result).toMatchObject({ outcome: 'refused', message: expect.stringContaining('PriorityClass') });
});

it('ends where the API server means another than the pod names', async () => {
  const trial: PodTrial = {
    try: () =>
      Promise.resolve({
        outcome: 'refused',
        message: 'error looking up service account a/default',
        warnings: [],
      }),
  };
  const bare = { spec: {} };
  const result = await tryPod(trial, workload, { namespace: 'shop', template: bare, isApplied: false });
  expect(result).toMatchObject({ outcome: 'refused', warnings: [] });
});
