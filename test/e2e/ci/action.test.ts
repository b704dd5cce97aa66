/** action.yml, with its scripts run in bash as GitHub's runner would. */
import { chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { bareContainer, cleanContainer, deployment, manifest } from '../support/manifests.ts';
import { readAction, runComposite, type ActionRun } from './composite.ts';

const action = await readAction('action.yml');
const { steps } = action.runs;
const { version: ownVersion } = JSON.parse(await readFile('package.json', 'utf8')) as { version: string };

/** Node 24 first, as setup-node leaves it. */
const path = [dirname(process.execPath), process.env['PATH']].join(delimiter);

let dir: string;
let workspace: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'gracegate-action-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  workspace = join(dir, 'work space');
  await mkdir(join(workspace, 'deploy', 'shop'), { recursive: true });
  await writeFile(
    join(workspace, 'deploy', 'bad.yaml'),
    manifest(deployment({ name: 'bad', containers: [bareContainer] })),
  );
  await writeFile(
    join(workspace, 'deploy', 'shop', 'good.yaml'),
    manifest(deployment({ name: 'good', containers: [cleanContainer] })),
  );
});

function runAction(inputs: Readonly<Record<string, string>>, actionPath = resolve('.')): Promise<ActionRun> {
  return runComposite(action, inputs, { actionPath, workspace, temporary: join(dir, 'runner'), path });
}

describe('action.yml', () => {
  it('uses every input that it declares, and no other', () => {
    const used = steps.flatMap((step) =>
      [...JSON.stringify(step).matchAll(/inputs\.([\w-]+)/g)].map(([, name = '']) => name),
    );
    expect(used.toSorted()).toEqual(Object.keys(action.inputs).toSorted());
  });

  it('reads every variable that it sets', () => {
    for (const { env = {}, run = '' } of steps)
      for (const name of Object.keys(env)) expect(run, name).toMatch(new RegExp(`\\b${name}\\b`));
  });

  it('describes everything, and gives outputs of steps that it has', () => {
    for (const [name, { description }] of Object.entries({ ...action.inputs, ...action.outputs }))
      expect(description, name).toMatch(/\S/);
    const ids = steps.map(({ id }) => id);
    for (const { value } of Object.values(action.outputs))
      expect(ids).toContain(/^\$\{\{ steps\.(\w+)\.outputs/.exec(value)?.[1]);
  });

  it('lets nobody write into its scripts: inputs come as variables', () => {
    expect(steps.filter(({ run }) => run?.includes('${{') === true)).toEqual([]);
  });

  it('takes other actions by their commit', () => {
    const others = steps.flatMap(({ uses }) => uses ?? []);
    expect(others.length).toBeGreaterThan(0);
    expect(others.filter((uses) => !/@[0-9a-f]{40}$/.test(uses))).toEqual([]);
  });
});

describe('the action', () => {
  it('annotates, counts and fails on what would be denied', async () => {
    const { code, stdout, stderr, outputs, summary } = await runAction({ files: 'deploy/' });
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(stdout).toMatch(/^::error file=deploy\/bad\.yaml,line=\d+,col=\d+,title=cpu-request/m);
    expect(outputs).toMatchObject({ 'exit-code': '1', objects: '2', exempted: '0', errors: '0' });
    expect(Number(outputs['deny'])).toBeGreaterThan(0);
    expect(summary).toContain(`| 2 | ${outputs['deny']} | ${outputs['warn']} | 0 | 0 |`);
  });

  it('passes when nothing would be denied', async () => {
    const { code, outputs } = await runAction({ files: '\n  deploy/shop  \n\n' });
    expect(code).toBe(0);
    expect(outputs).toMatchObject({ 'exit-code': '0', objects: '1', deny: '0' });
  });

  it('never fails on violations when asked not to', async () => {
    const { code, outputs } = await runAction({ files: 'deploy', 'fail-on': 'never' });
    expect(code).toBe(0);
    expect(outputs['exit-code']).toBe('1');
  });

  it('fails on warnings when asked to', async () => {
    const inputs = { files: 'deploy', checks: 'memory-request' };
    expect((await runAction(inputs)).code).toBe(0);
    expect((await runAction({ ...inputs, 'fail-on': 'warn' })).code).toBe(1);
  });

  it('takes patterns, and says which file is not there', async () => {
    expect((await runAction({ files: 'deploy/**/*.yaml' })).outputs['objects']).toBe('2');
    expect((await runAction({ files: '**/go*.yaml' })).outputs['objects']).toBe('1');
    const { code, stderr, outputs } = await runAction({ files: 'no/*.yaml', 'fail-on': 'never' });
    expect(code).toBe(2);
    expect(stderr).toContain('no/*.yaml: no such file or folder');
    expect(outputs['exit-code']).toBe('2');
  });

  it('writes the files that it is asked for', async () => {
    const files = {
      'sarif-file': 'a.sarif',
      'junit-file': 'b.xml',
      'html-file': 'c.html',
      'json-file': 'd.json',
    };
    const { stdout } = await runAction({ files: 'deploy', annotations: 'false', ...files });
    expect(stdout).not.toContain('::');
    expect(stdout).toContain('objects judged');
    const read = (file: string): Promise<string> => readFile(join(workspace, file), 'utf8');
    const sarif = JSON.parse(await read('a.sarif')) as { version: string; runs: { results: unknown[] }[] };
    expect(sarif.version).toBe('2.1.0');
    expect(sarif.runs[0]?.results.length).toBeGreaterThan(0);
    expect(await read('b.xml')).toMatch(/^<\?xml[^]*<testsuites/);
    expect(await read('c.html')).toMatch(/^<!doctype html>/i);
    expect(JSON.parse(await read('d.json'))).toMatchObject({ kind: 'AuditReport', summary: { objects: 2 } });
  });

  it('says when a file could not be written', async () => {
    const { code, stdout } = await runAction({ files: 'deploy/shop', 'sarif-file': 'no/a.sarif' });
    expect(stdout).toContain('::error::gracegate: no/a.sarif could not be written');
    expect(code).toBe(2);
  });

  it('hands every other input to the command line', async () => {
    const refusals: [input: string, value: string, sentence: string][] = [
      ['profile', 'x', '--profile: there is no profile x'],
      ['mutate', 'x', '--mutate: there is no profile x'],
      ['config', 'no.yaml', 'cannot read the configuration no.yaml'],
      ['checks', 'x', '--check: there is no check x'],
      ['kubernetes-version', 'x', 'It must be a version such as 1.36.'],
      ['baseline', 'no.json', 'no.json'],
      ['fail-on', 'x', 'fail-on is deny, warn or never, and not x'],
    ];
    for (const [input, value, sentence] of refusals) {
      const { code, stdout, stderr } = await runAction({ files: 'deploy', [input]: value });
      expect(code, input).toBe(2);
      expect(`${stdout}${stderr}`).toContain(sentence);
    }
    const named = await runAction({ files: 'deploy', namespace: 'other', annotations: 'false' });
    expect(named.stdout).toContain('Deployment other/bad');
  });

  it('does not run what an input says', async () => {
    const evil = '$(touch evaluated)`touch evaluated`";touch evaluated;"';
    const { code } = await runAction({ files: evil, profile: evil, namespace: evil });
    expect(code).toBe(2);
    await expect(readFile(join(workspace, 'evaluated'))).rejects.toThrow('ENOENT');
  });

  /** An npm that notes what it is asked for, and installs the bundle. */
  async function withoutBuild(): Promise<{ actionPath: string; asked: () => Promise<string> }> {
    const actionPath = join(dir, 'action');
    const bin = join(dir, 'bin');
    await Promise.all([actionPath, bin].map((folder) => mkdir(folder)));
    await cp('package.json', join(actionPath, 'package.json'));
    await writeFile(
      join(bin, 'npm'),
      `#!/bin/sh\necho "$@" > '${dir}/asked'\nmkdir -p "$3/node_modules/.bin"\nln -s '${resolve('dist/main.js')}' "$3/node_modules/.bin/gracegate"\n`,
    );
    await chmod(join(bin, 'npm'), 0o755);
    return { actionPath, asked: () => readFile(join(dir, 'asked'), 'utf8') };
  }

  it.each([
    ['', ownVersion],
    ['9.8.7', '9.8.7'],
  ])('installs version "%s" of the package where there is no build', async (version, installed) => {
    const { actionPath, asked } = await withoutBuild();
    const surroundings = {
      actionPath,
      workspace,
      temporary: join(dir, 'runner'),
      path: `${join(dir, 'bin')}:${path}`,
    };
    const { code, stdout } = await runComposite(action, { files: 'deploy/shop', version }, surroundings);
    expect(code).toBe(0);
    expect(stdout).toContain('Gracegate judged 1 object');
    expect(await asked()).toMatch(
      new RegExp(`^install --prefix \\S+ .*gracegate@${installed.replaceAll('.', '\\.')}\n$`),
    );
  });
});
