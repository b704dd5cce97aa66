/** Every command of the guides is executed as it stands there: of the chart, of running Gracegate, of fixing manifests. */
import { cp, mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import { createNamespace, kubectl, request } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { installPolicyReports } from '../support/policy-reports.ts';
import { openTerminal, type Terminal } from '../support/terminal.ts';
import { prove, type Proofs } from './proofs.ts';

const install = 'helm install gracegate charts/gracegate --namespace gracegate-system --create-namespace';
const wayOut = 'kubectl delete validatingwebhookconfiguration,mutatingwebhookconfiguration gracegate';

let terminal: Terminal;
let namespace: string;
beforeAll(async () => {
  terminal = await openTerminal();
  namespace = await createNamespace();
  // Other files leave the rights of Gracegate, which have the names of a release.
  await removeRelease();
});
afterAll(() => terminal.close());

/** Without a kubelet no replica runs, so what is executed here is what needs none. */
async function helm(line: string): Promise<void> {
  const { code, stderr } = await terminal.type(line, { cwd: process.cwd() });
  if (code !== 0) throw new Error(`${line}: ${stderr}`);
}

/** All that the names of the guides stand for, so that the next one begins anew. */
async function removeRelease(): Promise<void> {
  const selector = ['--selector', 'app.kubernetes.io/instance=gracegate', '--ignore-not-found'];
  await terminal.type('helm uninstall gracegate --namespace gracegate-system --ignore-not-found');
  for (const kinds of [
    'validatingwebhookconfiguration,mutatingwebhookconfiguration',
    'clusterrole,clusterrolebinding',
  ])
    await kubectl(['delete', kinds, ...selector]);
  await request('DELETE', '/api/v1/namespaces/gracegate-system');
  await eventually('gracegate-system to be gone', async () => {
    return (await request('GET', '/api/v1/namespaces/gracegate-system')).status === 404;
  });
}

const releases = 'test/e2e/chart/release.test.ts';
const ofHelm = {
  'helm upgrade': { file: 'test/e2e/chart/release.ts', words: [`mustHelm(['upgrade', `] },
  'helm uninstall': { file: releases, words: [`release.helm('uninstall', `] },
};

describe('the chart', async () => {
  const page = 'charts/gracegate/README.md';
  const proofs: Proofs = {
    ...ofHelm,
    'helm rollback': { file: releases, words: [`release.helm('rollback', `] },
    'helm install gracegate charts/gracegate --namespace gracegate-system --create-namespace': {
      exits: 0,
      prints: /^STATUS: deployed$/m,
      settles: removeRelease,
    },
    [`${install} --set image.repository=REPO/gracegate --set image.tag=TAG`]: {
      exits: 0,
      instead: { REPO: () => 'registry.example.com/platform', TAG: () => '1.2.3' },
    },
    // The same Dockerfile, by a builder that needs no daemon.
    'docker build -t REPO/gracegate:TAG .': { file: 'test/cluster/images/gracegate.ts', words: [`'bud',`] },
    'docker push REPO/gracegate:TAG': { file: 'test/cluster/images/buildah.ts', words: [`'push'`] },
    [wayOut]: { exits: 0, prints: /^validatingwebhookconfiguration\S* "gracegate" deleted/m },
    'helm upgrade --force-replace --server-side=false': {
      file: releases,
      words: [`['--force-replace', '--server-side=false']`],
    },
    'kubectl delete validatingwebhookconfiguration,mutatingwebhookconfiguration,clusterrolebinding,clusterrole --selector app.kubernetes.io/instance=gracegate':
      { exits: 0, prints: /^clusterrole\S* "gracegate\S*" deleted/m },
    'gracegate serve': {
      file: 'test/e2e/support/gracegate.ts',
      words: [`'dist/main.js',\n        'serve',`],
    },
    'kubectl get endpointslices --namespace default --selector kubernetes.io/service-name=kubernetes': {
      exits: 0,
    },
  };
  afterAll(removeRelease);
  prove(page, await readFile(page, 'utf8'), () => terminal, proofs);
});

describe('running it', async () => {
  const page = 'docs/operations.md';
  const proofs: Proofs = {
    ...ofHelm,
    'helm install': { file: 'test/e2e/chart/release.ts', words: [`mustHelm(['install', `] },
    'kubectl -n gracegate-system annotate secret gracegate-authority gracegate.dev/rotate=now': { exits: 0 },
    'kubectl apply': { file: 'test/e2e/enforce.test.ts', words: [`kubectl(['apply', `] },
    'kubectl label --overwrite namespace NAMESPACE gracegate.dev/enforce=off gracegate.dev/mutate=off': {
      exits: 0,
      instead: { NAMESPACE: () => namespace },
    },
    // While what is deleted below is still there.
    'gracegate audit --cluster': {
      exits: 0,
      instead: { '--cluster': () => `--cluster -n ${namespace}` },
      prints: 'objects judged',
    },
    'kubectl create job -n gracegate-system --from=cronjob/gracegate-audit audit-now': {
      exits: 0,
      prints: 'job.batch/audit-now created',
    },
    'kubectl get policyreports': { exits: 0 },
    'kubectl delete policyreports,clusterpolicyreports --all-namespaces -l app.kubernetes.io/managed-by=gracegate,gracegate.dev/profile=baseline':
      { exits: 0, prints: 'No resources found' },
    'kubectl auth can-i list deployments --all-namespaces --as=system:serviceaccount:gracegate-system:gracegate-audit':
      { exits: 0, prints: /^yes$/m },
    [wayOut]: { exits: 0, prints: /^mutatingwebhookconfiguration\S* "gracegate" deleted/m },
    'kubectl delete clusterrole,clusterrolebinding -l app.kubernetes.io/instance=gracegate': {
      exits: 0,
      prints: /^clusterrole\S* "gracegate\S*" deleted/m,
    },
  };
  let definitions: AsyncDisposable;
  beforeAll(async () => {
    definitions = await installPolicyReports();
    await helm(`${install} --set audit.enabled=true --set audit.policyReports=true`);
  });
  afterAll(async () => {
    await removeRelease();
    await definitions[Symbol.asyncDispose]();
  });
  prove(page, await readFile(page, 'utf8'), () => terminal, proofs);
});

/** A chart that is not clean, beside what it renders to. */
async function chart(): Promise<string> {
  const folder = await mkdtemp(join(terminal.dir, 'shop-'));
  await cp('test/fixtures/charts/shop', folder, { recursive: true });
  await mkdir(join(folder, 'deploy'));
  const { code, stderr } = await terminal.type('helm template . > deploy/shop.yaml', { cwd: folder });
  if (code !== 0) throw new Error(stderr);
  await writeFile(join(folder, 'kustomization.yaml'), 'resources: [deploy/shop.yaml]\n');
  return folder;
}

describe('auditing', async () => {
  const page = 'docs/audit.md';
  let folder: string;
  const cwd = (): string => folder;
  const proofs: Proofs = {
    'gracegate audit -f deploy/': { exits: 1, cwd, prints: '8 objects judged, 5 with violations' },
    'helm template . | gracegate audit -f -': { exits: 1, cwd, prints: '(shop/templates/deployment.yaml)' },
    // kubectl has kustomize in it.
    'kustomize build . | gracegate audit -f -': {
      exits: 1,
      cwd,
      instead: { 'kustomize build': () => 'kubectl kustomize' },
      prints: '8 objects judged, 5 with violations',
    },
    'gracegate audit --cluster -n shop': {
      exits: 1,
      instead: { shop: () => namespace },
      prints: /^Deployment \S+\/web +deny +cpu-request /m,
    },
    'gracegate audit --cluster -o html --output-file audit.html': { exits: 1, cwd },
    'kubectl apply': { file: 'test/e2e/policy-report.test.ts', words: [`kubectl(['apply', `] },
  };
  beforeAll(async () => {
    folder = await chart();
    const args = ['create', '-n', namespace, '-f', 'examples/deployment-refused.yaml'];
    const { code, stderr } = await kubectl(args);
    if (code !== 0) throw new Error(stderr);
  });
  prove(page, await readFile(page, 'utf8'), () => terminal, proofs);
});

describe('fixing manifests', async () => {
  const page = 'docs/fix.md';
  let folder: string;
  const cwd = (): string => folder;
  const proofs: Proofs = {
    'gracegate fix -f deploy/ --diff': { exits: 1, cwd, prints: /^\+ +preStop:$/m },
    'git apply': async () => {
      const { code, stderr } = await terminal.type(
        'gracegate fix -f deploy/ --diff 2>&- | git apply --check; echo "${PIPESTATUS[1]}" >&2',
        { cwd: cwd() },
      );
      if (code !== 0 || stderr !== '0\n') throw new Error(stderr);
    },
    'gracegate fix -f deploy/': { exits: 0, cwd, prints: /^changed 1 of 1 file$/m },
    'gracegate fix -f deploy/ --check grace-period': { exits: 0, cwd, prints: /^changed 0 of 1 file$/m },
    'helm template . | gracegate fix -f - | kubectl apply -f -': {
      exits: 0,
      cwd,
      instead: { 'kubectl apply': () => `kubectl apply -n ${namespace}` },
      prints: /^statefulset\.apps\/\S+ created$/m,
    },
    'gracegate fix -f examples/deployment-refused.yaml --todo --diff': { exits: 1 },
    'helm template shop . | gracegate audit -f -': {
      exits: 1,
      cwd,
      prints: '(shop/templates/deployment.yaml)',
    },
    'helm template shop . | gracegate fix -f - --diff --todo': { exits: 1, cwd, prints: /^\+ +# TODO /m },
    'helm template shop . | gracegate audit -f - --mutate baseline': { exits: 1, cwd, prints: 'to deny' },
  };
  beforeAll(async () => {
    folder = await chart();
  });
  prove(page, await readFile(page, 'utf8'), () => terminal, proofs);
});
