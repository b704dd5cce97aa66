/** A wrong value is refused with a sentence that says where it is and what is right. */
import { describe, expect, it } from 'vitest';
import { chart, helm } from './helm.ts';

async function complaint(values: object): Promise<string> {
  const args = ['template', 'gracegate', chart, '--kube-version', '1.37.0', '--values', '-'];
  const { code, stderr } = await helm(args, JSON.stringify(values));
  expect(code).toBe(1);
  return stderr;
}

const cases: [what: string, values: object, sentence: string][] = [
  ['a name that is wrong', { replicas: 3 }, "at '': additional properties 'replicas' not allowed"],
  [
    'a name that is wrong, further inside',
    { image: { name: 'x' } },
    "at '/image': additional properties 'name' not allowed",
  ],
  ['no replica', { replicaCount: 0 }, "at '/replicaCount': minimum: got 0, want 1"],
  ['a word for a number', { replicaCount: 'two' }, "at '/replicaCount': got string, want integer"],
  [
    'a mode that there is not',
    { certificates: { mode: 'vault' } },
    "at '/certificates/mode': value must be one of 'self-managed', 'cert-manager', 'files'",
  ],
  ['a label that is a number', { podLabels: { a: 1 } }, "at '/podLabels/a': got number, want string"],
  [
    'a duration without a unit',
    { certificates: { selfManaged: { authorityLifetime: '365' } } },
    "at '/certificates/selfManaged/authorityLifetime': '365' does not match pattern '^[1-9][0-9]*[smhd]$'",
  ],
  [
    'a digest that is none',
    { image: { digest: 'latest' } },
    "at '/image/digest': 'latest' does not match pattern",
  ],
  [
    'a lame duck shorter than a review',
    { lameDuckSeconds: 2 },
    "at '/lameDuckSeconds': minimum: got 2, want 6",
  ],
  [
    'a port that needs root',
    { ports: { webhook: 443 } },
    "at '/ports/webhook': minimum: got 443, want 1,024",
  ],
  [
    'a level that there is not',
    { logLevel: 'verbose' },
    "at '/logLevel': value must be one of 'debug', 'info', 'warn', 'error'",
  ],
  [
    'an issuer without a name',
    { certificates: { mode: 'cert-manager', certManager: { issuerRef: { kind: 'Issuer' } } } },
    "at '/certificates/certManager/issuerRef': properties 'name' required, if 'kind' exists",
  ],
  [
    'the configuration: a field that there is not',
    { configuration: { default: { mutate: 'baseline' } } },
    "at '/configuration': additional properties 'default' not allowed",
  ],
  [
    'the configuration: a check that there is not',
    { configuration: { profiles: { shop: { checks: { cpu: {} } } } } },
    "at '/configuration/profiles/shop/checks': additional properties 'cpu' not allowed",
  ],
  [
    'the configuration: an action that there is not',
    { configuration: { profiles: { shop: { checks: { 'cpu-request': { action: 'refuse' } } } } } },
    "at '/configuration/profiles/shop/checks/cpu-request/action': value must be one of 'deny', 'warn', 'off'",
  ],
  [
    'files without a Secret',
    { certificates: { mode: 'files' } },
    'certificates.mode is files, but certificates.files.secretName is empty: name the Secret with tls.crt, tls.key and ca.crt',
  ],
  [
    'a Secret without the mode',
    { certificates: { files: { secretName: 'mine' } } },
    'certificates.files.secretName is set, but certificates.mode is self-managed: set certificates.mode to files, or leave the name out',
  ],
  [
    'an issuer without the mode',
    { certificates: { certManager: { issuerRef: { name: 'company' } } } },
    'certificates.certManager.issuerRef is set, but certificates.mode is self-managed: set certificates.mode to cert-manager, or leave the issuer out',
  ],
  [
    'verification of clients without a CA',
    { clientVerification: { enabled: true } },
    'clientVerification.enabled is true, but clientVerification.configMapName is empty: name the ConfigMap with the CA of the client certificates',
  ],
  [
    'names of clients without verification',
    { clientVerification: { names: ['api-server'] } },
    'clientVerification.names is set, but clientVerification.enabled is false: everybody would be heard',
  ],
  [
    'one port for two things',
    { ports: { webhook: 9443, health: 9443 } },
    'ports.webhook and ports.health are both 9443: reviews and health need a port each',
  ],
  [
    'the default ServiceAccount',
    { serviceAccount: { create: false } },
    'serviceAccount.create is false, but serviceAccount.name is empty: the chart would give its rights to the default ServiceAccount, and so to every pod of the namespace',
  ],
  [
    'a label of the chart itself',
    { commonLabels: { 'app.kubernetes.io/name': 'x' } },
    'commonLabels sets app.kubernetes.io/name, which the chart sets itself: leave it out',
  ],
  [
    'a label set twice',
    { commonLabels: { team: 'a' }, podLabels: { team: 'b' } },
    'commonLabels and podLabels both set team: set it in one of them',
  ],
  [
    'a quota for a priority that needs none',
    { systemPriorityQuota: true, priorityClassName: '' },
    'systemPriorityQuota is true, but priorityClassName is empty: name the class, or leave the quota out',
  ],
];

describe('is refused', () => {
  it.each(cases)('%s', async (_, values, sentence) => {
    expect(await complaint(values)).toContain(sentence);
  });

  it('a cluster that is too old', async () => {
    const { code, stderr } = await helm(['template', 'gracegate', chart, '--kube-version', '1.33.0']);
    expect(stderr).toContain('chart requires kubeVersion: >=1.34.0-0');
    expect(code).toBe(1);
  });
});

describe('is taken', () => {
  it.each([
    [
      'a whole configuration file',
      { configuration: { apiVersion: 'gracegate.dev/v1alpha1', kind: 'GracegateConfiguration' } },
    ],
    ['values for all charts of a parent', { global: { registry: 'example.com' } }],
    ['a version of a vendor', {}],
  ])('%s', async (_, values) => {
    const args = ['template', 'gracegate', chart, '--kube-version', 'v1.34.1-gke.100', '--values', '-'];
    const { code, stderr } = await helm(args, JSON.stringify(values));
    expect(stderr).toBe('');
    expect(code).toBe(0);
  });
});
