/**
 * .pre-commit-hooks.yaml, run by the real pre-commit in a repository of somebody's. The hooks come from a repository as npm
 * would publish it: built, and without what only the build needs, so that nothing is fetched.
 */
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { run, runOrThrow, type CommandResult } from '../../cluster/command.ts';
import { bareContainer, cleanContainer, deployment, manifest } from '../support/manifests.ts';
import { isInstalled } from './installation.ts';

interface Hook {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly entry: string;
  readonly language: string;
}

const hooks = parse(await readFile('.pre-commit-hooks.yaml', 'utf8')) as Hook[];
const { bin, ...published } = JSON.parse(await readFile('package.json', 'utf8')) as {
  bin: Record<string, string>;
  name: string;
  version: string;
};

let dir: string;
let env: NodeJS.ProcessEnv;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'gracegate-pre-commit-'));
  env = {
    PATH: [dirname(process.execPath), process.env['PATH']].join(delimiter),
    HOME: join(dir, 'home'),
    PRE_COMMIT_HOME: join(dir, 'cache'),
    npm_config_cache: join(dir, 'npm'),
    npm_config_offline: 'true',
    GIT_AUTHOR_NAME: 'somebody',
    GIT_AUTHOR_EMAIL: 'somebody@example.com',
    GIT_COMMITTER_NAME: 'somebody',
    GIT_COMMITTER_EMAIL: 'somebody@example.com',
    GIT_CONFIG_NOSYSTEM: '1',
  };
  await mkdir(join(dir, 'home'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const execute = (command: string, args: readonly string[], cwd: string): Promise<CommandResult> =>
  run(command, args, { cwd, env, timeoutMs: 110_000 });

async function git(cwd: string, ...args: string[]): Promise<void> {
  await runOrThrow('git', args, { cwd, env, timeoutMs: 20_000 });
}

async function commitAll(cwd: string): Promise<void> {
  await git(cwd, 'add', '--all', '--force');
  await git(cwd, 'commit', '--quiet', '--message', 'all');
}

/** The repository that hooks come from. */
async function hookRepository(): Promise<string> {
  const repository = join(dir, 'gracegate');
  await mkdir(repository);
  await cp('dist', join(repository, 'dist'), { recursive: true });
  for (const file of ['.pre-commit-hooks.yaml', '.npmrc']) await cp(file, join(repository, file));
  const { name, version } = published;
  await writeFile(
    join(repository, 'package.json'),
    // As the build would, its stand-in runs whenever npm packs.
    JSON.stringify({
      name,
      version,
      type: 'module',
      bin,
      files: ['dist'],
      scripts: { prepare: 'node --version' },
    }),
  );
  await git(repository, 'init', '--quiet', '--initial-branch=main');
  await commitAll(repository);
  await git(repository, 'tag', 'v1.0.0');
  return repository;
}

/** A repository of somebody who uses the hooks. */
async function userRepository(hookId: string, files: Readonly<Record<string, string>>): Promise<string> {
  const repository = await mkdtemp(join(dir, 'user-'));
  const config = [
    'repos:',
    `  - repo: file://${join(dir, 'gracegate')}`,
    '    rev: v1.0.0',
    '    hooks:',
    `      - id: ${hookId}`,
    '        files: ^deploy/',
  ];
  await mkdir(join(repository, 'deploy'));
  await writeFile(join(repository, '.pre-commit-config.yaml'), `${config.join('\n')}\n`);
  await Promise.all(Object.entries(files).map(([name, text]) => writeFile(join(repository, name), text)));
  await git(repository, 'init', '--quiet', '--initial-branch=main');
  await git(repository, 'add', '--all');
  return repository;
}

const good = manifest(deployment({ name: 'good', containers: [cleanContainer] }));
const bad = manifest(deployment({ name: 'bad', containers: [bareContainer] }));

it('hooks run programs that the package installs, and say what they do', () => {
  expect(hooks.map(({ id }) => id)).toEqual(['gracegate-audit', 'gracegate-fix']);
  for (const { entry, language, name, description } of hooks) {
    expect(Object.keys(bin)).toContain(entry.split(' ')[0]);
    expect(language).toBe('node');
    expect(name).toBe(entry);
    expect(description).toMatch(/\S/);
  }
});

describe.skipIf(!isInstalled('pre-commit'))('pre-commit', () => {
  beforeAll(hookRepository);

  it('refuses a commit of manifests that would be denied, and looks at no other file', async () => {
    const repository = await userRepository('gracegate-audit', {
      'deploy/good.yaml': good,
      'deploy/bad.yaml': bad,
      'compose.yaml': 'services: {}\n',
    });
    const { code, stdout } = await execute('pre-commit', ['run'], repository);
    expect(stdout).toMatch(/gracegate audit\.+Failed/);
    expect(stdout).toContain('Deployment default/bad');
    expect(stdout).toContain('2 objects judged');
    expect(code).toBe(1);
  });

  it('lets others pass', async () => {
    const repository = await userRepository('gracegate-audit', { 'deploy/good.yaml': good });
    await git(repository, 'commit', '--quiet', '--message', 'before');
    await writeFile(join(repository, 'deploy', 'better.yaml'), good);
    await git(repository, 'add', '--all');
    await runOrThrow('pre-commit', ['install'], { cwd: repository, env, timeoutMs: 20_000 });
    const { code, stderr } = await execute('git', ['commit', '--message', 'with the hook'], repository);
    expect({ code, stderr }).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/gracegate audit\.+Passed/),
    });
  });

  it('mends what can be mended, once', async () => {
    const file = 'deploy/web.yaml';
    const text = `# the shop
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: app # the app
          image: registry.example.com/app:1
`;
    const repository = await userRepository('gracegate-fix', { [file]: text });
    const first = await execute('pre-commit', ['run'], repository);
    expect(first.stdout).toMatch(/gracegate fix\.+Failed/);
    expect(first.stdout).toContain('files were modified by this hook');
    const mended = await readFile(join(repository, file), 'utf8');
    expect(mended).toContain('- name: app # the app');
    expect(mended).toContain('preStop');
    await git(repository, 'add', '--all');
    const second = await execute('pre-commit', ['run'], repository);
    expect(second.stdout).toMatch(/gracegate fix\.+Passed/);
    expect(await readFile(join(repository, file), 'utf8')).toBe(mended);
  });
});
