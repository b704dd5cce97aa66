/** What `gracegate audit -f` reads, as somebody types it, in this process. */
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { audited } from '../audit/audits.ts';
import { audit, checksOf, few, folder, pod } from './auditing.ts';

describe('what is audited', () => {
  it('may come from standard input, with anchors, as a stream of documents and in lists', async () => {
    const input = `apiVersion: v1
kind: List
items:
  - apiVersion: v1
    kind: Pod
    metadata: { name: a }
    spec: &spec { containers: [{ name: app, resources: { requests: { cpu: 1 } } }] }
  - { apiVersion: v1, kind: Pod, metadata: { name: b }, spec: *spec }
---
${pod('memory: 1Gi', 'c')}`;
    const { code, out } = await audit(['-f', '-', ...few], input);
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      objects: [
        { name: 'a', file: '-', line: 4, column: 5, violations: [{ check: 'memory-request', line: 7 }] },
        { name: 'b', file: '-', line: 8, column: 5, violations: [{ check: 'memory-request', line: 8 }] },
        {
          name: 'c',
          file: '-',
          line: 10,
          column: 1,
          violations: [{ check: 'cpu-request', line: 16, column: 30 }],
        },
      ],
    });
  });

  it('may be what Helm has rendered, and then names the template', async () => {
    const input = `---\n# Source: shop/templates/web.yaml\n${pod('')}`;
    const { out } = await audit(['-f', '-', ...few], input);
    expect(JSON.parse(out)).toMatchObject({ objects: [{ line: 3, source: 'shop/templates/web.yaml' }] });
  });

  it('may be linked into the folder, and a link to nothing is an error', async () => {
    const elsewhere = folder({ 'a.yaml': pod('cpu: 1') });
    const dir = folder({});
    symlinkSync(join(elsewhere, 'a.yaml'), join(dir, 'web.yaml'));
    const linked = await audit(['-f', dir, ...few]);
    expect([linked.code, checksOf(linked.out)]).toEqual([1, ['memory-request']]);
    symlinkSync('gone.yaml', join(dir, 'api.yaml'));
    expect(await audit(['-f', dir, ...few])).toMatchObject({
      code: 2,
      err: `gracegate: ${dir}/api.yaml: a link to gone.yaml, which is not there\n`,
    });
  });

  it('is judged where it can be read, and the rest is an error', async () => {
    const dir = folder({ 'a.yaml': `kind: [\n---\n${pod('cpu: 1')}`, 'b.yaml': 'a: 1\n' });
    const { code, out, err } = await audit(['-f', dir, '-f', join(dir, 'none'), ...few]);
    expect(code).toBe(2);
    expect(checksOf(out)).toEqual(['memory-request']);
    expect(err.replaceAll(`${dir}/`, '').split('\n')).toEqual([
      'gracegate: a.yaml:2: Flow sequence in block collection must be sufficiently indented and end with a ]',
      'gracegate: b.yaml:1: not a Kubernetes object: apiVersion and kind are missing',
      'gracegate: none: no such file or folder',
      '',
    ]);
  });
});

describe('a Helm template that was not rendered', () => {
  const withImage = (image: string): string =>
    pod('cpu: 1').replace('- name: app', `- name: app\n      image: ${image}`);

  it.each([
    ['by chance YAML', pod('cpu: 1', '{{ .Release.Name }}')],
    ['with quotes', pod('cpu: 1', '"{{ .Release.Name }}"')],
    ['in the middle of a name', withImage('example.com/web:{{ .Values.tag }}')],
    [
      'of a kind that nothing judges',
      'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a-{{ .Values.x }}\n',
    ],
  ])('is no manifest: %s', async (_name, text) => {
    const { code, out, err } = await audit(['-f', '-'], text);
    expect(code).toBe(2);
    expect(out).toBe('0 objects judged, no violations, 1 could not be read\n');
    expect(err).toMatch(
      /^gracegate: -:[13]: a template \(\{\{ \.\.\. \}\}\) is no manifest before it is rendered; take what helm template prints\n$/,
    );
  });

  it('is none where braces are text for somebody else', async () => {
    const text = `apiVersion: v1
kind: Pod
metadata: { name: web, annotations: { rule: '{{ $labels.pod }}' } }
spec: { containers: [{ name: app, image: example.com/web:1, args: ['{{ .Name }}'], resources: { requests: { cpu: 1, memory: 1Gi } } }] }
---
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: { name: build }
spec: { templates: [{ name: '{{ x }}', container: { image: '{{ inputs.parameters.image }}' } }] }
`;
    const { code, err } = await audit(['-f', '-', '--check', 'cpu-request'], text);
    expect([code, err]).toEqual([0, '']);
  });
});

describe('a disruption budget of pods that a kind makes which is not known', () => {
  const budget = `apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: web }
spec: { maxUnavailable: 1, selector: { matchLabels: { app: web } } }
`;
  const template = (app: string): string =>
    `{ metadata: { labels: { app: ${app} } }, spec: { containers: [{ name: app, image: example.com/web:1 }] } }`;
  const custom = (spec: string, namespace = 'default'): string =>
    `---\napiVersion: example.com/v1\nkind: Custom\nmetadata: { name: web, namespace: ${namespace} }\nspec: ${spec}\n`;

  it.each<[string, string, boolean]>([
    ['a template as Rollouts have it', custom(`{ template: ${template('web')} }`), true],
    [
      'groups of pods',
      custom(`{ groups: [{ template: ${template('db')} }, { template: ${template('web')} }] }`),
      true,
    ],
    ['other labels', custom(`{ template: ${template('db')} }`), false],
    ['another namespace', custom(`{ template: ${template('web')} }`, 'shop'), false],
    ['no template', custom('{ replicas: 2 }'), false],
    ['nothing at all', '', false],
  ])(
    'is not called one of no pods because of %s only where it counts them',
    async (_name, beside, isSilent) => {
      const text = `${budget}${beside}`;
      const { code, out } = await audit(['-f', '-', '--check', 'pdb-blocks'], text);
      const sentence = 'its selector selects the pods of no workload that was read in namespace default';
      expect([code, out.includes(sentence)]).toEqual(isSilent ? [0, false] : [1, true]);
      const { objects } = audited(text, { checks: new Set(['pdb-blocks']) });
      expect(objects.flatMap(({ verdict }) => verdict.findings)).toHaveLength(isSilent ? 0 : 1);
    },
  );
});

describe('a kustomization file, which may leave out what it is,', () => {
  const kustomization = 'resources: [web.yaml]\nnamePrefix: shop-\n';

  it.each(['kustomization.yaml', 'kustomization.yml'])('is skipped in a folder: %s', async (name) => {
    const dir = folder({ 'web.yaml': pod('cpu: 1, memory: 1Gi'), [name]: kustomization });
    const { code, out, err } = await audit(['-f', dir, ...few]);
    expect([code, err]).toEqual([0, '']);
    expect(checksOf(out)).toEqual([]);
  });

  it.each<[string, string]>([
    ['my-kustomization.yaml', kustomization],
    ['kustomization.yaml', 'kind: Kustomization\n'],
  ])('is an error where it says half, or in another file: %s', async (name, text) => {
    const { code, err } = await audit(['-f', folder({ [name]: text }), ...few]);
    expect(code).toBe(2);
    expect(err).toContain('not a Kubernetes object');
  });
});
