/** The project's own workflows: what actionlint says of them, and what it does not look at. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { findBinaries } from '../../cluster/binaries.ts';
import { run, type CommandResult } from '../../cluster/command.ts';
import { selectRelease, supportedReleases } from '../../cluster/versions.ts';

interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly 'timeout-minutes'?: number;
  readonly strategy?: { readonly matrix: Readonly<Record<string, readonly string[]>> };
  readonly uses?: string;
  readonly needs?: string | readonly string[];
  readonly steps?: readonly {
    readonly uses?: string;
    readonly run?: string;
    readonly with?: Readonly<Record<string, unknown>>;
  }[];
}

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly concurrency?: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}

const folder = '.github/workflows';
const files = (await readdir(folder)).map((name) => join(folder, name));
const texts = new Map(
  await Promise.all(files.map(async (file) => [file, await readFile(file, 'utf8')] as const)),
);
const action = await readFile('action.yml', 'utf8');
const workflows = [...texts].map(([file, text]) => ({ file, ...(parse(text) as Workflow) }));
const jobs = workflows.flatMap(({ file, jobs: all }) =>
  Object.entries(all).map(([name, job]) => ({ file, name, job })),
);

const { actionlint } = await findBinaries(selectRelease(undefined), ['actionlint']);

/** shellcheck is taken where it is installed. */
const lint = (paths: readonly string[]): Promise<CommandResult> =>
  run(actionlint, ['-no-color', ...paths], { timeoutMs: 60_000 });

describe('actionlint', () => {
  it('has nothing to say of the workflows', async () => {
    expect(files.length).toBeGreaterThan(0);
    expect(await lint(files)).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it('would say something', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'gracegate-workflows-'));
    onTestFinished(() => rm(dir, { recursive: true, force: true }));
    const file = join(dir, 'broken.yml');
    const text = texts.get(join(folder, 'checks.yml')) ?? '';
    await writeFile(file, text.replace('${{ matrix.kubernetes }}', '${{ matrix.kubernete }}'));
    const { code, stdout } = await lint([file]);
    expect(code).toBe(1);
    expect(stdout).toContain('property "kubernete" is not defined');
  });
});

describe('workflows', () => {
  /** `actions/checkout@<commit> # v7.0.1`, in workflows and in the action. */
  const uses = [...texts.values(), action].flatMap((text) =>
    [...text.matchAll(/^[ -]*uses: (?!\.\/)(\S+)@(\S+)(.*)$/gm)].map(
      ([, name = '', ref = '', comment = '']) => ({
        name,
        ref,
        comment: comment.trim(),
      }),
    ),
  );

  it('take actions by their commit, and say which version that is', () => {
    expect(uses.length).toBeGreaterThan(10);
    const loose = uses.filter(
      ({ ref, comment }) => !/^[0-9a-f]{40}$/.test(ref) || !/^# v\d+\.\d+\.\d+$/.test(comment),
    );
    expect(loose).toEqual([]);
  });

  it('take one version of each', () => {
    const versions = new Map(uses.map(({ name, ref }) => [name, ref]));
    expect(uses.filter(({ name, ref }) => versions.get(name) !== ref)).toEqual([]);
  });

  it.each(workflows)('$file may do nothing by default but read, and has one run at a time', (workflow) => {
    expect([{}, { contents: 'read' }]).toContainEqual(workflow.permissions);
    expect(workflow.concurrency).toBeDefined();
  });

  it('write only what a release writes', () => {
    const writing = jobs.flatMap(({ name, job }) =>
      Object.entries(job.permissions ?? {})
        .filter(([, right]) => right !== 'read')
        .map(([scope, right]) => `${name}: ${scope}: ${right}`),
    );
    expect(writing).toEqual([
      'image: packages: write',
      'image: id-token: write',
      'chart: packages: write',
      'chart: id-token: write',
      'npm: id-token: write',
      'notes: contents: write',
    ]);
  });

  it.each(jobs)('$file: $name ends some time, and leaves no credentials in the checkout', ({ job }) => {
    expect(job.uses ?? job['timeout-minutes']).toBeDefined();
    const checkouts = (job.steps ?? []).filter((step) => step.uses?.startsWith('actions/checkout@') === true);
    for (const checkout of checkouts) expect(checkout.with?.['persist-credentials']).toBe(false);
  });

  it('never give secrets to the code of a pull request', () => {
    expect(workflows.filter(({ on }) => 'pull_request_target' in on || 'workflow_run' in on)).toEqual([]);
    const checks = texts.get(join(folder, 'checks.yml')) ?? '';
    expect(checks).not.toMatch(/secrets\.|github\.token/);
  });

  it('test every supported minor of Kubernetes', () => {
    const checks = workflows.find(({ file }) => file.endsWith('checks.yml'));
    expect(checks?.jobs['e2e']?.strategy?.matrix['kubernetes']).toEqual(
      supportedReleases().map(({ minor }) => `1.${minor}`),
    );
  });

  it('run scripts and test projects that there are', async () => {
    const { scripts } = JSON.parse(await readFile('package.json', 'utf8')) as { scripts: object };
    const commands = jobs
      .flatMap(({ job }) => (job.steps ?? []).flatMap((step) => step.run ?? []))
      .join('\n');
    const named = [...commands.matchAll(/\bnpm run ([\w:-]+)/g)].map(([, name = '']) => name);
    expect(named.length).toBeGreaterThan(3);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
    const config = await readFile('vitest.config.ts', 'utf8');
    const projects = [...commands.matchAll(/--project (\w+)/g)].map(([, name = '']) => name);
    expect(projects.filter((name) => !config.includes(`name: '${name}'`))).toEqual([]);
  });

  it('release only what has passed the checks', () => {
    const release = workflows.find(({ file }) => file.endsWith('release.yml'));
    expect(Object.keys(release?.on ?? {})).toEqual(['push']);
    expect(release?.on['push']).toHaveProperty('tags');
    const needs = (name: string): string[] => {
      const direct = [release?.jobs[name]?.needs ?? []].flat();
      return [...direct, ...direct.flatMap(needs)];
    };
    for (const name of ['image', 'chart', 'npm', 'notes']) expect(needs(name)).toContain('checks');
  });
});
