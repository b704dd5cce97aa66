/** `gracegate audit -f`, as somebody types it, in this process. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { reportFormats, reporterOf } from '../../../src/cli/audit-formats.ts';
import { reportFormats as otherFormats } from '../../../src/report/formats.ts';
import { audit, checksOf, few, folder, pod, withoutTime } from './auditing.ts';

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
