import { asNumber, asObject, asString } from '../policy/json.ts';
import type { KubeObject } from '../policy/objects/kube-object.ts';

/** How a pod that the API server would refuse is reported: beside the findings of checks, under an id of its own. */
export const serverDryRun = {
  id: 'server-dry-run',
  topic: 'admission',
  title: 'The API server takes a pod of the workload',
  rationale:
    'A workload is accepted long before its pods are: quotas, Pod Security Admission, other webhooks and policies judge each pod when it is created, and one that they refuse never comes to be.',
  symptom: 'The workload is there and has fewer pods than it should; its events say FailedCreate.',
  remediation:
    'Do what the message of the API server asks for, or have whoever owns the quota, the policy or the webhook change it.',
} as const;

/**
 * A full quota refuses one pod more. Who has all of his pods needs that one only where a roll-out surges, and the quota may
 * be meant to fit: that is to be warned of.
 */
export function hasItsPods({ object }: Pick<KubeObject, 'object'>, refusal: string): boolean {
  if (!refusal.includes('exceeded quota:')) return false;
  const status = asObject(object['status']);
  const phase = asString(status['phase']);
  if (phase === 'Running' || phase === 'Pending') return true;
  const wanted = asNumber(status['desiredNumberScheduled']) ?? asNumber(asObject(object['spec'])['replicas']);
  const present = asNumber(status['currentNumberScheduled']) ?? asNumber(status['replicas']) ?? 0;
  return wanted !== undefined && present >= wanted;
}
