/** Where `gracegate audit -f` writes to, as somebody types it, in this process. */
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { audit, checksOf, few, folder, pod, withoutTime } from './auditing.ts';

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
