/** What is on a real cluster, audited: more than a page of it, with a part of the rights, on a terminal and in a pipe. */
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { beforeAll, describe, expect, it } from 'vitest';
import { cluster, createNamespace, request } from './support/cluster.ts';
import { gracegate as cli } from './support/gracegate.ts';
import { bareContainer, cleanContainer, deployment } from './support/manifests.ts';
import { inParallel } from './support/parallel.ts';
import { accountWith } from './support/service-account.ts';

/** Of util-linux: runs a command on a terminal of its own. */
const terminal = 'script';

/** Two pages and a bit. */
const deployments = 1100;

let namespace: string;
beforeAll(async () => {
  namespace = await createNamespace();
  await inParallel(
    Array.from({ length: deployments }, (_, index) => index),
    16,
    async (index) => {
      const containers = [index % 2 === 0 ? bareContainer : cleanContainer];
      const { status, body } = await request(
        'POST',
        `/apis/apps/v1/namespaces/${namespace}/deployments`,
        deployment({ name: `web-${index}`, replicas: 0, containers }),
      );
      expect(status, JSON.stringify(body)).toBe(201);
    },
  );
}, 120_000);

interface Report {
  readonly objects: readonly {
    readonly kind: string;
    readonly name: string;
    readonly uid?: string;
    readonly violations: readonly { readonly check: string }[];
  }[];
}

const ofNamespace = (kubeconfig = cluster.kubeconfig): string[] => [
  'audit',
  ...['--cluster', '-n', namespace, '--kubeconfig', kubeconfig],
];

describe('an audit of a namespace', () => {
  it('judges all pages, each object once, and says nothing else in a pipe', async () => {
    const { code, stdout, stderr } = await cli([...ofNamespace(), '-o', 'json']);
    expect([code, stderr]).toEqual([1, '']);
    const { objects } = JSON.parse(stdout) as Report;
    const names = new Set(objects.map(({ name }) => name));
    expect([objects.length, names.size]).toEqual([deployments, deployments]);
    expect(objects.every(({ uid }) => uid !== undefined)).toBe(true);
    const lacking = objects.filter(({ violations }) =>
      violations.some(({ check }) => check === 'cpu-request'),
    );
    expect(lacking).toHaveLength(deployments / 2);
  });

  it('finds the same where nothing is held', async () => {
    const { code, stdout } = await cli([...ofNamespace(), '-o', 'json', '--check', 'cpu-request']);
    expect(code).toBe(1);
    const { objects } = JSON.parse(stdout) as Report;
    expect(objects).toHaveLength(deployments);
    expect(objects.flatMap(({ violations }) => violations)).toHaveLength(deployments / 2);
  });

  it('says on a terminal how far it is, and takes that away again', async () => {
    const command = [process.execPath, 'dist/main.js', ...ofNamespace(), '--check', 'cpu-request'];
    const child = spawn(terminal, ['-qefc', command.join(' '), '/dev/null'], {
      env: { PATH: process.env['PATH'], HOME: cluster.dir, TERM: 'xterm' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const shown = await text(child.stdout);
    expect(shown).toMatch(/reading deployments: (?:500 of about 1100|1000 of about 1100)/);
    const [last = ''] = shown.split('\u001B[?25h').slice(-1);
    expect(shown).toContain('\u001B[?25h');
    expect(last).toContain(`${deployments} objects judged`);
    expect(last).not.toContain('reading');
  });
});

describe('with a part of the rights', () => {
  it('judges what it may read, says what it may not, and does not call that clean', async () => {
    const kubeconfig = await accountWith(
      [{ apiGroups: ['apps'], resources: ['deployments'], verbs: ['list'] }],
      namespace,
    );
    const { code, stdout, stderr } = await cli([...ofNamespace(kubeconfig), '-o', 'json']);
    expect(code).toBe(2);
    const { objects } = JSON.parse(stdout) as Report;
    expect(objects.map(({ kind }) => kind)).toEqual(objects.map(() => 'Deployment'));
    expect(objects).toHaveLength(deployments);
    expect(stderr).toContain('gracegate: pods cannot be read, and what rests on them is not judged: the API');
    expect(stderr).toMatch(/statefulsets\.apps is forbidden: User "\S+" cannot list resource "statefulsets"/);
    expect(stderr).not.toContain('deployments.apps');
    // Disruption budgets may be there: nobody can say that they are missing.
    expect(objects.flatMap(({ violations }) => violations.map(({ check }) => check))).not.toContain(
      'pdb-missing',
    );
  });

  it('needs no more than what the checks look at', async () => {
    const kubeconfig = await accountWith(
      [
        { apiGroups: [''], resources: ['namespaces'], verbs: ['get'] },
        {
          apiGroups: ['', 'apps', 'batch'],
          resources: [
            ...['limitranges', 'pods', 'replicationcontrollers', 'deployments', 'replicasets'],
            ...['statefulsets', 'daemonsets', 'jobs', 'cronjobs'],
          ],
          verbs: ['list'],
        },
      ],
      namespace,
    );
    const { code, stderr } = await cli([...ofNamespace(kubeconfig), '--check', 'cpu-request']);
    expect([code, stderr]).toEqual([1, '']);
  });

  it('is told so in a sentence each where it may read nothing', async () => {
    const kubeconfig = await accountWith([], namespace);
    const { code, stdout, stderr } = await cli([
      'audit',
      ...['--cluster', '--kubeconfig', kubeconfig, '--check', 'cpu-request'],
    ]);
    expect(code).toBe(2);
    expect(stdout).toBe('0 objects judged, no violations, 10 could not be read\n');
    expect(stderr.trimEnd().split('\n')).toHaveLength(10);
    expect(stderr).not.toMatch(/\n\s+at /);
  });
});

it('says that a namespace is not there', async () => {
  const { code, stdout, stderr } = await cli([
    'audit',
    ...['--cluster', '-n', 'gone', '--kubeconfig', cluster.kubeconfig],
  ]);
  expect([code, stdout, stderr]).toEqual([2, '', 'gracegate: there is no namespace gone\n']);
});
