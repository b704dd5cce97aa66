/**
 * The way of somebody who has a Helm chart of their own and a running namespace: what is wrong, what to write, what would
 * break, and then it is enforced. The commands are those of docs/fix.md and of README.md.
 */
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { AuditReport } from '../../src/report/json-schema.ts';
import { createNamespace, pods, request, waitForPods } from './support/cluster.ts';
import { eventually } from './support/eventually.ts';
import { startGracegate, type Gracegate } from './support/gracegate.ts';
import { openTerminal, type Terminal } from './support/terminal.ts';

const audit = 'helm template shop . | gracegate audit -f -';
const fix = 'helm template shop . | gracegate fix -f - --diff --todo';

let gracegate: Gracegate;
let terminal: Terminal;
let namespace: string;
/** Folders of the chart, as its author had it at first and in the end. */
let [first, mended] = ['', ''];
beforeAll(async () => {
  gracegate = await startGracegate();
  terminal = await openTerminal();
  namespace = await createNamespace();
  [first, mended] = [join(terminal.dir, 'first'), join(terminal.dir, 'mended')];
  for (const folder of [first, mended]) await cp('test/fixtures/charts/shop', folder, { recursive: true });
  await cp('test/fixtures/charts/shop-mended', mended, { recursive: true });
});
afterAll(async () => {
  await terminal.close();
  await gracegate.stop();
});

const type = (line: string, cwd: string) => terminal.type(line, { cwd });

/** A line of the shell on a namespace, which its name stands for. */
const kubectl = (line: string, cwd = terminal.dir) =>
  terminal.type(line.replaceAll('NAMESPACE', namespace), { cwd });

/** As a kubelet would: there is none here, and controllers wait for it before they replace the next pod. */
async function makePodsReady(): Promise<void> {
  const status = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] };
  for (const { metadata } of await pods(namespace))
    await request(
      'PATCH',
      `/api/v1/namespaces/${namespace}/pods/${metadata.name}/status`,
      { status },
      {
        'content-type': 'application/strategic-merge-patch+json',
      },
    );
}

const whatWouldBreak = 'kubectl label --dry-run=server namespace NAMESPACE gracegate.dev/enforce=baseline';

it('the folder of the chart itself cannot be judged, and says why', async () => {
  const { code, stderr } = await type('gracegate audit -f .', first);
  expect(code).toBe(2);
  expect(stderr).toMatch(
    /^gracegate: templates\/deployment\.yaml:1: .*; a template \(.*\) is no manifest before it is rendered; take what helm template prints$/m,
  );
});

it('what it renders to is judged, and each problem names its template and its line', async () => {
  const { code, stdout } = await type(audit, first);
  expect(code).toBe(1);
  expect(stdout).toContain('8 objects judged, 5 with violations: 6 to deny, 8 to warn\n');
  const rendered = (await type('helm template shop .', first)).stdout.split('\n');
  const rows = [...stdout.matchAll(/^(\w+) default\/\S+ .* -:(\d+) \(shop\/(templates\/[\w-]+\.yaml)\)$/gm)];
  expect(rows).toHaveLength(14);
  for (const [, kind, line, template = ''] of rows) {
    expect(await readFile(join(first, template), 'utf8')).toContain(`kind: ${kind}\n`);
    expect(rendered[Number(line) - 1]).toMatch(/\S/);
  }
  const [, line] = /^Deployment default\/shop-web +deny +cpu-request .* -:(\d+) /m.exec(stdout) ?? [];
  expect(rendered[Number(line) - 1]).toBe('        - name: web');

  const report = JSON.parse((await type(`${audit} -o json`, first)).stdout) as AuditReport;
  expect(report.objects.map(({ kind, source }) => `${kind} ${source}`)).toContain(
    'StatefulSet shop/templates/statefulset.yaml',
  );
});

it('the diff shows every field that is to be set, and then nothing is left', async () => {
  const shown = await type(fix, first);
  expect(shown.code).toBe(1);
  const wanted = shown.stdout
    .split('\n')
    .filter((line) => line.startsWith('+ '))
    .map((line) => line.slice(1).trim());
  const denied = ['cpu-request', 'readiness-probe', 'liveness-probe'];
  for (const check of denied) expect(wanted.join('\n')).toMatch(new RegExp(`^# TODO .* \\[${check}\\]`, 'm'));
  expect(shown.stderr).toMatch(/^-:\d+ \(shop\/templates\/deployment\.yaml\): Deployment shop-web: spec\./m);
  expect(shown.stderr).toMatch(/^left to you: 9 violations; /m);

  // Each key that the diff adds is there in what the author made of it.
  const rendered = (await type('helm template shop .', mended)).stdout;
  const keys = wanted.filter((line) => !line.startsWith('#')).map((line) => line.replace(/:.*/, ':'));
  for (const key of new Set(keys)) expect(rendered).toContain(` ${key}`);

  expect(await type(audit, mended)).toMatchObject({ code: 0, stdout: '9 objects judged, no violations\n' });
  expect(await type(fix, mended)).toMatchObject({
    code: 0,
    stdout: '',
    stderr: 'would change 0 of 1 file\n',
  });
});

it('where the webhook is to fill in the rest, only what it cannot know is left', async () => {
  const { code, stdout } = await type(`${audit} --mutate baseline`, first);
  expect(code).toBe(1);
  expect(stdout).not.toMatch(/memory-request|pre-stop/);
  expect(stdout).toContain('6 to deny, 3 to warn');
});

it('manifests that are no templates are fixed in place, and what --todo marks is filled in by hand', async () => {
  const folder = join(terminal.dir, 'deploy');
  await mkdir(folder);
  expect((await type(`helm template shop . > ${folder}/shop.yaml`, first)).code).toBe(0);
  const before = await readFile(join(folder, 'shop.yaml'), 'utf8');
  const fixed = await kubectl('gracegate fix -f deploy/ --todo');
  expect(fixed).toMatchObject({ code: 0, stdout: '' });
  const written = await readFile(join(folder, 'shop.yaml'), 'utf8');
  expect(written.split('\n')).toEqual(expect.arrayContaining(before.split('\n').filter((l) => /#/.test(l))));

  const answers: [todo: RegExp, line: string][] = [
    [/# TODO .*\[cpu-request\].*/g, 'cpu: 100m'],
    [/# TODO .*\[readiness-probe\].*/g, 'readinessProbe: { httpGet: { path: /ready, port: http } }'],
    [
      /# TODO container queue: .*\[liveness-probe\].*/g,
      'livenessProbe: { tcpSocket: { port: queue }, failureThreshold: 6 }',
    ],
    [
      /# TODO .*\[liveness-probe\].*/g,
      'livenessProbe: { httpGet: { path: /live, port: http }, failureThreshold: 6 }',
    ],
    [/minAvailable: 2/g, 'maxUnavailable: 1'],
  ];
  const filled = answers.reduce((text, [todo, line]) => text.replaceAll(todo, line), written);
  expect(filled).not.toContain('TODO');
  const budget = `---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: shop-queue }
spec:
  maxUnavailable: 1
  selector: { matchLabels: { app.kubernetes.io/instance: shop, app.kubernetes.io/component: queue } }
`;
  await writeFile(join(folder, 'shop.yaml'), `${filled.trimEnd()}\n${budget}`);
  expect(await kubectl('gracegate audit -f deploy/')).toMatchObject({
    code: 0,
    stdout: '9 objects judged, no violations\n',
  });
  expect(
    await kubectl('kubectl apply --dry-run=server --validate=strict -n NAMESPACE -f deploy/'),
  ).toMatchObject({ code: 0, stderr: '' });
});

it('what would break in the running namespace is counted first, and nothing once the mended chart runs', async () => {
  expect((await kubectl('helm install shop . --namespace NAMESPACE', first)).code).toBe(0);
  await waitForPods(namespace, 3);
  const before = await kubectl(whatWouldBreak);
  expect(before).toMatchObject({ code: 0 });
  expect(before.stderr).toContain(
    `Warning: gracegate enforce=baseline in ${namespace}: 3 of 3 workloads would be refused\n`,
  );
  expect(before.stderr).toContain('3 of 3 running pods could not be recreated after a drain\n');

  expect((await kubectl('helm upgrade shop . --namespace NAMESPACE', mended)).code).toBe(0);
  await eventually('a clean answer', async () => {
    await makePodsReady();
    return (await kubectl(whatWouldBreak)).stderr === '';
  });
  expect(await kubectl(whatWouldBreak)).toMatchObject({ code: 0, stderr: '' });
});

it('enforced, the mended release goes on to be upgraded, and the first one is refused', async () => {
  const labels = 'gracegate.dev/mutate=baseline gracegate.dev/enforce=baseline';
  expect(await kubectl(`kubectl label namespace NAMESPACE ${labels}`)).toMatchObject({ code: 0, stderr: '' });
  const upgrade = 'helm upgrade shop . --namespace NAMESPACE';
  await eventually('the labels to be in force', async () => (await kubectl(upgrade, first)).code === 1);
  expect((await kubectl(upgrade, first)).stderr).toContain(
    `StatefulSet ${namespace}/shop-queue would not start, scale and stop safely (profile baseline, 2 problems):`,
  );
  expect((await kubectl(upgrade, mended)).code).toBe(0);
});

it('the same goes for kubectl apply in an enforcing namespace', async () => {
  const other = await createNamespace({ mutate: 'baseline', enforce: 'baseline' });
  const apply = `helm template shop . | kubectl apply -n ${other} -f -`;
  await eventually('the labels to be in force', async () => (await kubectl(apply, first)).code === 1);
  const refused = await kubectl(apply, first);
  expect(refused.stderr.match(/^Error from server \(Forbidden\): /gm)).toHaveLength(3);
  expect(refused.stderr).toContain(
    `Deployment ${other}/shop-web would not start, scale and stop safely (profile baseline, 3 problems):`,
  );
  expect(await kubectl(apply, mended)).toMatchObject({ code: 0, stderr: '' });
});
