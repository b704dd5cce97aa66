/** Every command of README.md is executed as it stands there, and prints what is shown there. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import getPort from 'get-port';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { runOrThrow } from '../../cluster/command.ts';
import { kubectl, request, waitForPods } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { startGracegate, type Gracegate } from '../support/gracegate.ts';
import { bareContainer, cleanContainer, deployment, manifest } from '../support/manifests.ts';
import { openTerminal, type Terminal } from '../support/terminal.ts';
import { prove, type Proofs } from './proofs.ts';

const readme = await readFile('README.md', 'utf8');
const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { version: string };
const labels = 'gracegate.dev/mutate=baseline gracegate.dev/enforce=baseline';

/** On a cluster with Gracegate, which has a namespace `shop` and one that is not enforced yet. */
const withGracegate: Proofs = {
  [`kubectl label namespace shop ${labels}`]: { exits: 0, settles: shopEnforces },
  'kubectl apply -n shop -f examples/deployment-refused.yaml': { exits: 1 },
  'kubectl label --dry-run=server --overwrite namespace --all gracegate.dev/enforce=baseline': { exits: 0 },
  'npx gracegate audit -f examples/': { exits: 1, prints: '3 objects judged, 2 with violations' },
  'helm template charts/gracegate | npx gracegate audit -f - --profile strict -o json': {
    exits: 0,
    prints: '"kind": "AuditReport"',
  },
  'npx gracegate explain readiness-probe': { exits: 0, prints: /^Fix: /m },
  'npx gracegate fix -f examples/deployment-refused.yaml --diff': { exits: 1, prints: /^\+ +preStop:$/m },
  'npx gracegate audit --cluster': { exits: 1, prints: /^Deployment legacy\/web +deny +cpu-request /m },
  'npm install --global gracegate': installGlobally,
  'source <(gracegate completion bash)': { exits: 0 },
};

const elsewhere: Proofs = {
  'npm ci && npm start': startFromClone,
  'npm run sandbox': { file: 'test/e2e/start.test.ts', words: [`start(await startArguments('sandbox'))`] },
  // This is part of it.
  'npm test': { file: 'package.json', words: ['"test": "vitest run --project unit --project e2e '] },
  'apt-get install prometheus chromium': {
    file: '.github/workflows/checks.yml',
    words: ['apt-get install -y -qq --no-install-recommends prometheus'],
  },
  'kubectl gracegate': {
    file: 'test/e2e/completion.test.ts',
    words: [`kubectl(['gracegate', 'audit', '--help'])`],
  },
  'npx gracegate playground': {
    file: 'test/browser/playground-commands.test.ts',
    words: [`start(['dist/main.js', 'playground', `],
  },
  'kubectl rollout restart': {
    file: 'test/node/support/application.ts',
    words: [`kubectl('rollout', 'restart', `],
  },
  'kubectl scale': { file: 'test/e2e/dead.test.ts', words: [`kubectl(['scale', `] },
  // It measures for minutes: here it only says how.
  'npm run bench': {
    exits: 0,
    instead: { 'npm run bench': () => 'npm run bench -- --help' },
    prints: '--quick',
  },
  'helm install gracegate charts/gracegate --namespace gracegate-system --create-namespace': {
    file: 'test/e2e/documentation/guides.test.ts',
    words: [`'helm install gracegate charts/gracegate --namespace gracegate-system --create-namespace'`],
  },
  'helm upgrade': { file: 'test/e2e/chart/release.ts', words: [`mustHelm(['upgrade', `] },
  'helm rollback': { file: 'test/e2e/chart/release.test.ts', words: [`release.helm('rollback', `] },
  'helm uninstall': { file: 'test/e2e/chart/release.test.ts', words: [`release.helm('uninstall', `] },
  'gracegate certs': { file: 'test/e2e/support/gracegate.ts', words: [`must(['certs', `] },
  'gracegate serve': { file: 'test/e2e/support/gracegate.ts', words: [`'dist/main.js',\n        'serve',`] },
  'gracegate register': { file: 'test/e2e/support/gracegate.ts', words: [`'register',\n      '--url',`] },
};

let gracegate: Gracegate;
let terminal: Terminal;
beforeAll(async () => {
  gracegate = await startGracegate();
  terminal = await openTerminal();
  for (const name of ['shop', 'legacy']) await kubectl(['create', 'namespace', name]);
  const workload = (name: string, container: object, replicas: number) =>
    JSON.parse(
      JSON.stringify(deployment({ name, replicas, containers: [container] })).replaceAll(
        '"app":"web"',
        `"app":"${name}"`,
      ),
    ) as object;
  const legacy = [
    workload('web', bareContainer, 2),
    workload('worker', bareContainer, 2),
    workload('api', cleanContainer, 1),
  ];
  const { code, stderr } = await kubectl(['create', '-n', 'legacy', '-f', '-'], {
    input: manifest(...legacy),
  });
  if (code !== 0) throw new Error(stderr);
  await waitForPods('legacy', 5);
});
afterAll(async () => {
  for (const name of ['shop', 'legacy']) {
    await request('DELETE', `/api/v1/namespaces/${name}`);
    // The names are fixed, so nobody may find them half gone.
    await eventually(`${name} to be gone`, async () => {
      return (await request('GET', `/api/v1/namespaces/${name}`)).status === 404;
    });
  }
  await terminal.close();
  await gracegate.stop();
});

describe('every command of README.md', () => {
  prove('README.md', readme, () => terminal, withGracegate, elsewhere);
});

/** The API server takes a moment to see the labels. */
async function shopEnforces(): Promise<void> {
  await eventually('shop to be enforced', async () => {
    const { stderr } = await kubectl(['run', 'bare', '--image=bare', '-n', 'shop', '--dry-run=server']);
    return stderr.includes('enforce.gracegate.dev');
  });
}

/** As the release publishes it: what npm packs, and not what lies around it. */
async function installGlobally(): Promise<void> {
  const prefix = join(terminal.dir, 'global');
  const pack = `npm pack --ignore-scripts --silent --pack-destination ${terminal.dir}`;
  const { stdout } = await terminal.type(pack, { cwd: process.cwd() });
  const tarball = join(terminal.dir, stdout.trim());
  const install = `npm install --global --ignore-scripts ${tarball} && ${prefix}/bin/gracegate --version`;
  const { code, stderr } = await terminal.type(install, { env: { npm_config_prefix: prefix } });
  if (code !== 0) throw new Error(stderr);
  const schemas = join(prefix, 'lib/node_modules/gracegate/schema');
  for (const name of ['configuration', 'audit-report'])
    JSON.parse(await readFile(join(schemas, `gracegate-${name}.v1alpha1.schema.json`), 'utf8'));
}

/** In a copy of the files that a clone would have. Its ports are others, because many a machine has its own on these. */
async function startFromClone(): Promise<void> {
  const clone = await mkdtemp(join(tmpdir(), 'gracegate-clone-'));
  try {
    const left = new Set(['node_modules', 'dist', '.git', 'coverage', 'reports', '.stryker-tmp']);
    await cp('.', clone, { recursive: true, filter: (path) => !left.has(basename(path)) });
    const flags = ['--port', '--health-port', '--playground-port'];
    const ports = (await Promise.all(flags.map(async (flag) => [flag, String(await getPort())]))).flat();
    // With the user's own npm, of which the registry and the cache are known to work.
    const env = { ...process.env, npm_config_prefer_offline: 'true' };
    await runOrThrow('npm', ['ci', '--no-audit', '--no-fund'], { cwd: clone, env, timeoutMs: 500_000 });
    const child = spawn('npm', ['start', '--', ...ports], { cwd: clone, env, detached: true });
    const closed = once(child, 'close');
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    try {
      await eventually('the first verdict', () => output.includes('(profile baseline, 3 problems)'), 60_000);
    } finally {
      // Ctrl-C goes to npm and to what it has started.
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGINT');
      await closed;
    }
  } finally {
    await rm(clone, { recursive: true, force: true });
  }
}

describe('the snippets of README.md', () => {
  const snippets = [...readme.matchAll(/^```yaml\n([^]*?)^```$/gm)].map(
    ([, text = '']) => parse(text) as unknown,
  );

  it('use the action as it is', async () => {
    const action = parse(await readFile('action.yml', 'utf8')) as Record<'inputs' | 'outputs', object>;
    expect(snippets[0]).toEqual([{ uses: `gracegate/gracegate@v${version}`, with: { files: 'deploy/' } }]);
    expect(Object.keys(action.inputs)).toEqual(expect.arrayContaining(['files', 'sarif-file']));
    expect(Object.keys(action.outputs)).toEqual(expect.arrayContaining(['deny', 'warn', 'exit-code']));
    expect(await readFile('test/e2e/ci/action.test.ts', 'utf8')).toContain(`runAction({ files: 'deploy/' })`);
  });

  it('use a hook that is there', async () => {
    const hooks = parse(await readFile('.pre-commit-hooks.yaml', 'utf8')) as { id: string }[];
    const id = 'gracegate-audit';
    expect(hooks.map((hook) => hook.id)).toContain(id);
    expect(snippets[1]).toEqual([
      {
        repo: 'https://github.com/gracegate/gracegate',
        rev: `v${version}`,
        hooks: [{ id, files: '^deploy/' }],
      },
    ]);
    const exercised = await readFile('test/e2e/ci/pre-commit.test.ts', 'utf8');
    for (const words of [`userRepository('${id}'`, "'        files: ^deploy/'"])
      expect(exercised).toContain(words);
  });

  it('are all that there are', () => {
    expect(snippets).toHaveLength(2);
  });
});
