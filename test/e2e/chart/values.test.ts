/** A value that the schema does not take is refused, and the place is named. See contradictions.test.ts for the rest. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { readChartValues } from '../../../scripts/chart/values.ts';
import { chart, complaint, helm, renderText } from './helm.ts';

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
    "at '/certificates/selfManaged/authorityLifetime': '365' does not match pattern '^[1-9][0-9]{0,8}[smhd]$'",
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
    'a schedule that cron cannot read',
    { audit: { schedule: 'daily' } },
    "at '/audit/schedule': 'daily' does not match pattern",
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

describe('null, by which Helm takes a value away', () => {
  const file = readFileSync(`${chart}/values.yaml`, 'utf8');
  const paths = readChartValues(file).map(({ path }) => path);
  const groups = paths.map((path) => path.slice(0, -1)).filter(({ length }) => length > 0);
  const every = new Set([...paths, ...groups].map((path) => path.join('.')));

  it.each([...every])('for %s gives what is empty, or a sentence', async (name) => {
    const values = name.split('.').reduceRight<unknown>((inner, key) => ({ [key]: inner }), null);
    const args = ['template', 'gracegate', chart, '--kube-version', '1.37.0', '--values', '-'];
    const { code, stdout, stderr } = await helm(args, JSON.stringify(values));
    if (code === 0) {
      const documents = parseAllDocuments(stdout, { uniqueKeys: true });
      expect(documents.flatMap(({ errors }) => errors)).toEqual([]);
      expect(documents.length).toBeGreaterThanOrEqual(10);
      expect(stdout).not.toMatch(/: (null|<no value>)$/m);
    } else {
      const key = name.split('.').at(-1);
      expect(stderr).toMatch(new RegExp(`^- at '[^']*': missing property '${key}'$`, 'm'));
    }
  });

  it.each([
    ['defaults', "at '/configuration/defaults': got null, want object"],
    ['profiles', "at '/configuration/profiles': got null, want object"],
    ['workloads', "at '/configuration/workloads': got null, want array"],
  ])('for %s of the configuration gives a sentence', async (name, sentence) => {
    expect(await complaint({ configuration: { [name]: null } })).toContain(sentence);
  });

  it('for the configuration and maps of labels gives the default', async () => {
    const nothing = { configuration: null, commonLabels: null, podLabels: null, podAnnotations: null };
    expect(await renderText(nothing)).toBe(await renderText({}));
  });
});
