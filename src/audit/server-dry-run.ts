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
