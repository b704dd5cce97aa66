/** `gracegate audit -f`, as somebody types it, in this process. */
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { reportFormats, reporterOf } from '../../../src/cli/audit-formats.ts';
import { reportFormats as otherFormats } from '../../../src/report/formats.ts';
import { audited } from '../audit/audits.ts';
import { audit, folder } from './auditing.ts';

interface Report {
  readonly objects: readonly { readonly violations: readonly { readonly check: string }[] }[];
}

const checksOf = (out: string): string[] =>
  (JSON.parse(out) as Report).objects.flatMap(({ violations }) => violations.map(({ check }) => check));

/** When it was is the only thing in which two reports of the same differ. */
const withoutTime = (out: string): string => out.replace(/"time": ".*"/, '');

/** `memory-request` only warns in the profile `baseline`, `cpu-request` denies. */
const few = ['--check', 'cpu-request,memory-request', '-o', 'json'];

const pod = (requests: string, name = 'web'): string => `apiVersion: v1
kind: Pod
metadata: { name: ${name} }
spec:
  containers:
    - name: app
      resources: { requests: { ${requests} } }
`;

describe('--fail-on', () => {
  it.each([
    ['cpu: 1, memory: 1Gi', [0, 0]],
    ['cpu: 1', [1, 0]],
    ['memory: 1Gi', [1, 1]],
  ])('of requests %s gives %j with warn and with deny', async (requests, codes) => {
    const dir = folder({ 'a.yaml': pod(requests) });
    const onWarn = await audit(['-f', dir, ...few]);
    const onDeny = await audit(['-f', dir, ...few, '--fail-on', 'deny']);
    expect([onWarn.code, onDeny.code]).toEqual(codes);
    expect(withoutTime(onDeny.out)).toBe(withoutTime(onWarn.out));
  });

  it('none fails on nothing that was found, but on what could not be read', async () => {
    const dir = folder({ 'a.yaml': pod('') });
    const found = await audit(['-f', dir, ...few, '--fail-on', 'none']);
    expect(found.code).toBe(0);
    expect(checksOf(found.out)).toEqual(['cpu-request', 'memory-request']);
    const unreadable = folder({ 'a.yaml': 'kind: Pod\n' });
    expect((await audit(['-f', unreadable, '--fail-on', 'none'])).code).toBe(2);
  });

  it('knows nothing else', async () => {
    const { code, err } = await audit(['-f', 'a', '--fail-on', 'never']);
    expect(code).toBe(2);
    expect(err).toContain('Allowed choices are deny, warn, none');
  });
});

it('--without takes only what can be left out', async () => {
  const { code, err } = await audit(['--cluster', '--without', 'secrets,pods']);
  expect(code).toBe(2);
  expect(err).toMatch(/^gracegate: --without: pods cannot be left out; what can is .*, secrets, /);
  const ofFiles = await audit(['-f', 'a.yaml', '--without', 'secrets']);
  expect(ofFiles).toMatchObject({ code: 2, err: expect.stringContaining('--without is for --cluster') });
});

describe('what is written on a cluster', () => {
  it.each([['--write-policy-reports'], ['--write-metrics', 'gate/gracegate-audit']])(
    '%s is refused for files, of which nobody knows where they are',
    async (...args) => {
      const { code, out, err } = await audit(['-f', folder({ 'a.yaml': pod('') }), ...args]);
      expect({ code, out, err }).toEqual({
        code: 2,
        out: '',
        err: `gracegate: ${args[0]} is for what was found on a cluster; give --cluster\n`,
      });
    },
  );

  it.each(['gracegate-audit', 'a/b/c', '/a', 'A/b'])(
    '--write-metrics %s names no ConfigMap',
    async (name) => {
      const { code, err } = await audit(['--cluster', '--write-metrics', name]);
      expect(code).toBe(2);
      expect(err).toContain('It must be of the form NAMESPACE/NAME.');
    },
  );
});

describe('a baseline', () => {
  it('accepts what is found today, and fails on what is new', async () => {
    const dir = folder({ 'a.yaml': pod('') });
    const file = join(dir, 'baseline.txt');
    const written = await audit(['-f', dir, ...few, '--write-baseline', file]);
    expect(written).toMatchObject({ code: 0, err: `gracegate: ${file} accepts 2 findings\n` });
    expect(checksOf(written.out)).toEqual(['cpu-request', 'memory-request']);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
      apiVersion: 'gracegate.dev/v1alpha1',
      kind: 'AuditBaseline',
      findings: ['Pod default/web: cpu-request of app', 'Pod default/web: memory-request of app'],
    });

    const same = await audit(['-f', dir, ...few, '--since-baseline', file]);
    expect(same).toMatchObject({ code: 0, err: '' });
    expect(JSON.parse(same.out)).toMatchObject({
      objects: [{ name: 'web', violations: [] }],
      summary: { objects: 1, objectsWithViolations: 0, deny: 0, warn: 0, accepted: 2 },
    });

    writeFileSync(join(dir, 'b.yaml'), pod('memory: 1Gi', 'other'));
    const more = await audit(['-f', dir, ...few, '--since-baseline', file]);
    expect(more.code).toBe(1);
    expect(JSON.parse(more.out)).toMatchObject({
      objects: [
        { name: 'web', violations: [] },
        { name: 'other', violations: [{ check: 'cpu-request' }] },
      ],
      summary: { deny: 1, warn: 0, accepted: 2 },
    });
  });

  it('cares for object, check and container, and neither for lines nor for words', async () => {
    const dir = folder({ 'a.yaml': pod('cpu: 0') });
    const file = join(dir, 'baseline.txt');
    const zero = await audit(['-f', dir, ...few, '--write-baseline', file]);
    writeFileSync(join(dir, 'a.yaml'), `# moved\n\n${pod('')}`);
    const none = await audit(['-f', dir, ...few]);
    expect(checksOf(none.out)).toEqual(checksOf(zero.out));
    expect(await audit(['-f', dir, ...few, '--since-baseline', file])).toMatchObject({ code: 0 });
    writeFileSync(join(dir, 'a.yaml'), pod('').replace('name: app', 'name: renamed'));
    expect(await audit(['-f', dir, ...few, '--since-baseline', file])).toMatchObject({ code: 1 });
    writeFileSync(join(dir, 'a.yaml'), pod('').replace('name: web', 'name: web, namespace: shop'));
    expect(await audit(['-f', dir, ...few, '--since-baseline', file])).toMatchObject({ code: 1 });
  });

  it('says what it accepts in vain, and is written anew beside the old one', async () => {
    const dir = folder({ 'a.yaml': pod('') });
    const file = join(dir, 'baseline.txt');
    await audit(['-f', dir, ...few, '--write-baseline', file]);
    writeFileSync(join(dir, 'a.yaml'), pod('cpu: 1'));
    const { code, err } = await audit(['-f', dir, ...few, '--since-baseline', file]);
    expect(code).toBe(0);
    expect(err).toBe(
      `gracegate: 1 finding that ${file} accepts is not there any more; --write-baseline ${file} forgets it\n`,
    );
    await audit(['-f', dir, ...few, '--since-baseline', file, '--write-baseline', file]);
    expect(readFileSync(file, 'utf8')).not.toContain('cpu-request');
    expect(readFileSync(file, 'utf8')).toContain('memory-request');
  });

  it('is not written where something could not be read', async () => {
    const dir = folder({ 'a.yaml': pod(''), 'b.yaml': 'kind: [' });
    const file = join(dir, 'baseline.txt');
    expect(await audit(['-f', dir, ...few, '--write-baseline', file])).toMatchObject({ code: 2 });
    expect(() => readFileSync(file)).toThrow('ENOENT');
  });

  it.each([
    ['no file', undefined, 'cannot be read: no such file or folder'],
    ['no JSON', 'a: [', 'is no JSON; --write-baseline FILE writes one'],
    ['another object', '{"kind": "List"}', 'is no AuditBaseline of gracegate.dev/v1alpha1'],
    [
      'findings of another shape',
      '{"apiVersion": "gracegate.dev/v1alpha1", "kind": "AuditBaseline", "findings": ["a", {}]}',
      'has no text in findings[1]',
    ],
  ])('that is %s is refused with a sentence', async (_name, content, words) => {
    const dir = folder({ 'a.yaml': pod(''), ...(content !== undefined && { 'baseline.txt': content }) });
    const file = join(dir, 'baseline.txt');
    const { code, out, err } = await audit(['-f', dir, '--since-baseline', file]);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(`gracegate: --since-baseline: ${file} ${words}`);
  });
});

describe('--output-file', () => {
  it('takes the report, and leaves nothing for standard output', async () => {
    const dir = folder({ 'a.yaml': pod('cpu: 1') });
    const file = join(dir, 'report.txt');
    const printed = await audit(['-f', join(dir, 'a.yaml'), ...few]);
    expect(await audit(['-f', join(dir, 'a.yaml'), ...few, '--output-file', file])).toEqual({
      code: 1,
      out: '',
      err: '',
    });
    expect(withoutTime(readFileSync(file, 'utf8'))).toBe(withoutTime(printed.out));
  });

  it('that cannot be written is an error, with a sentence', async () => {
    const dir = folder({ 'a.yaml': pod('') });
    const file = join(dir, 'none', 'report.txt');
    const { code, err } = await audit(['-f', dir, ...few, '--output-file', file]);
    expect(code).toBe(2);
    expect(err).toBe(`gracegate: --output-file: ${file} cannot be written: no such file or folder\n`);
  });

  it('is no input where it lies in the folder that is audited, neither new nor old', async () => {
    const dir = folder({ 'a.yaml': pod('cpu: 1') });
    const file = join(dir, 'report.json');
    const args = ['-f', dir, ...few, '--output-file', file];
    const first = await audit(args);
    expect(first).toEqual({ code: 1, out: '', err: '' });
    const report = readFileSync(file, 'utf8');
    expect(checksOf(report)).toEqual(['memory-request']);
    writeFileSync(file, 'half a report');
    expect(await audit(args)).toEqual(first);
    expect(withoutTime(readFileSync(file, 'utf8'))).toBe(withoutTime(report));
  });

  it('is left as it is where there is nothing to write', async () => {
    const dir = folder({ 'report.json': 'of yesterday' });
    const file = join(dir, 'report.json');
    const kubeconfig = join(dir, 'none');
    expect(
      (await audit(['--kubeconfig', kubeconfig, '-o', 'policy-report', '--output-file', file])).code,
    ).toBe(2);
    expect(readFileSync(file, 'utf8')).toBe('of yesterday');
  });
});

describe('an output that is an input as well is refused, and stays as it is', () => {
  const files = {
    'a.yaml': pod(''),
    'config.yaml': 'apiVersion: gracegate.dev/v1alpha1\nkind: GracegateConfiguration\n',
    'accepted.json': '{"apiVersion":"gracegate.dev/v1alpha1","kind":"AuditBaseline","findings":[]}',
  };

  it.each([
    ['--output-file', 'link.yaml', '-f', 'a.yaml'],
    ['--write-baseline', 'link.yaml', '-f', 'a.yaml'],
    ['--output-file', 'config.yaml', '--config', 'config.yaml'],
    ['--write-baseline', 'config.yaml', '--config', 'config.yaml'],
    ['--output-file', 'accepted.json', '--since-baseline', 'accepted.json'],
    ['--output-file', 'new.json', '--write-baseline', 'new.json'],
  ])('%s %s %s %s', async (option, output, other, input) => {
    const dir = folder(files);
    symlinkSync('a.yaml', join(dir, 'link.yaml'));
    const args = ['-f', join(dir, 'a.yaml'), option, join(dir, output), other, join(dir, input)];
    expect(await audit(args)).toEqual({
      code: 2,
      out: '',
      err: `gracegate: ${option} and ${other} are the same file, ${join(dir, input)}; name another one to write to\n`,
    });
    for (const [name, content] of Object.entries(files))
      expect(readFileSync(join(dir, name), 'utf8')).toBe(content);
  });

  it('but not what is no file of its own', async () => {
    const dir = folder({ 'a.yaml': pod('') });
    const nowhere = ['--output-file', '/dev/null', '--write-baseline', '/dev/null'];
    expect(await audit(['-f', dir, ...nowhere])).toMatchObject({ code: 0 });
  });
});

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

describe('the formats', () => {
  it('are all that there are', () => {
    const names = otherFormats.map(({ name }) => name);
    expect([...reportFormats].toSorted()).toEqual(
      [...new Set(['html', 'json', 'table', ...names])].toSorted(),
    );
  });

  it.each(reportFormats)('as %s print a report', async (format) => {
    expect(await reporterOf(format)).toBeTypeOf('function');
    const dir = folder({ 'a.yaml': pod('') });
    const { code, out, err } = await audit(['-f', dir, '--check', 'cpu-request', '-o', format]);
    expect([code, err]).toEqual([1, '']);
    expect(out).toContain('cpu-request');
  });
});

describe('what admission leaves in peace', () => {
  const config = `apiVersion: gracegate.dev/v1alpha1
kind: GracegateConfiguration
exemptions: { namespaces: [monitoring], runtimeClasses: [kata] }
`;
  const exempt = [
    pod('', 'a').replace('name: a', 'name: a, namespace: monitoring'),
    pod('', 'b').replace('spec:', 'spec:\n  runtimeClassName: kata'),
    pod('', 'c'),
  ].join('---\n');
  const names = (out: string): string[] =>
    (JSON.parse(out) as { objects: { name: string }[] }).objects.map(({ name }) => name);

  it('is not judged in files either, unless its namespace is named', async () => {
    const dir = folder({ 'gracegate.yaml': config });
    const args = ['-f', '-', '--config', join(dir, 'gracegate.yaml'), ...few];
    expect(names((await audit(args, exempt)).out)).toEqual(['c']);
    expect(names((await audit([...args, '-n', 'monitoring'], exempt)).out)).toEqual(['a', 'c']);
  });
});

describe('a kubeconfig', () => {
  it('with files says which API server is asked, so that it must be said that it is asked', async () => {
    const { code, err } = await audit(['-f', '-', '--kubeconfig', 'a'], pod(''));
    expect(code).toBe(2);
    expect(err).toBe(
      'gracegate: --kubeconfig says which cluster to ask: add --server-dry-run, or leave out the files\n',
    );
  });

  it('alone means a cluster', async () => {
    const { code, err } = await audit(['--kubeconfig', '/nowhere']);
    expect(code).toBe(2);
    expect(err).toContain('cannot read the kubeconfig /nowhere');
  });

  it('needs no files beside a cluster', async () => {
    const { code, err } = await audit(['--cluster', 'a.yaml']);
    expect([code, err]).toEqual([
      2,
      'gracegate: --cluster audits what is on a cluster, and takes no files\n',
    ]);
  });
});

it('what a whole audit has left on a cluster is not replaced by a part of one', async () => {
  const accepted = '{"apiVersion":"gracegate.dev/v1alpha1","kind":"AuditBaseline","findings":[]}';
  const dir = folder({ 'accepted.json': accepted });
  for (const part of [
    ['--check', 'cpu-request'],
    ['--since-baseline', join(dir, 'accepted.json')],
  ]) {
    const { code, err } = await audit(['--cluster', '--write-policy-reports', ...part]);
    expect([code, err]).toEqual([
      2,
      `gracegate: --write-policy-reports takes the place of what a whole audit has left; it does not go with ${part[0]}\n`,
    ]);
  }
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
