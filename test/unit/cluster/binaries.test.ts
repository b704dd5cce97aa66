import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findBinaries, type BinarySurroundings } from '../../cluster/binaries.ts';
import { CONTROL_PLANE_BINARIES, NODE_BINARIES, type BinaryName } from '../../cluster/binary-version.ts';
import type { Supplier } from '../../cluster/products.ts';
import { ETCD_VERSION, HELM_VERSION, selectRelease } from '../../cluster/versions.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const ALL = CONTROL_PLANE_BINARIES;
const release = selectRelease('1.36');

/** A shell script that answers as the real program of that version would. */
async function placeBinary(directory: string, name: BinaryName, version: string): Promise<string> {
  const answers: Record<BinaryName, string> = {
    'kube-apiserver': `Kubernetes v${version}`,
    'kube-controller-manager': `Kubernetes v${version}`,
    'kube-scheduler': `Kubernetes v${version}`,
    kubelet: `Kubernetes v${version}`,
    'kube-proxy': `Kubernetes v${version}`,
    helm: `v${version}+g1234567`,
    kubeconform: `v${version}`,
    actionlint: `${version}\ninstalled by building from source`,
    'cert-manager-controllers': `cert-manager v${version}`,
    kubectl: JSON.stringify({ clientVersion: { gitVersion: `v${version}` } }, null, 2),
    etcd: `etcd Version: ${version}\nGit SHA: abcdef`,
  };
  const path = join(directory, name);
  await mkdir(directory, { recursive: true });
  await writeFile(path, `#!/bin/sh\nexec cat <<'END'\n${answers[name]}\nEND\n`, { mode: 0o755 });
  return path;
}

interface Machine {
  readonly assets: string;
  /** The two directories of PATH. */
  readonly bin: string;
  readonly secondBin: string;
  readonly kubernetesCache: string;
  readonly etcdCache: string;
  readonly notes: string[];
  /** What suppliers were asked for. */
  readonly orders: string[];
  readonly surroundings: BinarySurroundings;
}

async function machine(...suppliers: Supplier[]): Promise<Machine> {
  const root = await temporaryDirectory();
  const cache = join(root, 'cache');
  const bin = join(root, 'bin');
  const secondBin = join(root, 'second-bin');
  const assets = join(root, 'assets');
  const notes: string[] = [];
  const orders: string[] = [];
  return {
    assets,
    bin,
    secondBin,
    kubernetesCache: join(cache, 'bin', 'kubernetes-v1.36.4'),
    etcdCache: join(cache, 'bin', `etcd-v${ETCD_VERSION}`),
    notes,
    orders,
    surroundings: {
      env: { KUBEBUILDER_ASSETS: assets, PATH: `${bin}:${secondBin}`, GRACEGATE_CACHE: cache },
      note: (text) => notes.push(text),
      suppliers: suppliers.map((supplier) => ({
        ...supplier,
        supply: (product, binaries, directory) => {
          orders.push(`${supplier.name}: ${binaries.join(' ')}`);
          return supplier.supply(product, binaries, directory);
        },
      })),
    },
  };
}

const broken = (name: string, reason: string): Supplier => ({
  name,
  supply: () => Promise.reject(new Error(reason)),
});

const generous: Supplier = {
  name: 'generous',
  supply: async (product, binaries, directory) => {
    await Promise.all(binaries.map((binary) => placeBinary(directory, binary, product.version)));
  },
};

async function fillCache({ kubernetesCache, etcdCache }: Machine): Promise<void> {
  await Promise.all(
    ALL.map((name) =>
      name === 'etcd'
        ? placeBinary(etcdCache, name, ETCD_VERSION)
        : placeBinary(kubernetesCache, name, '1.36.4'),
    ),
  );
}

describe('findBinaries', () => {
  it('prefers KUBEBUILDER_ASSETS to PATH, PATH to the cache, for each binary by itself', async () => {
    const subject = await machine();
    await fillCache(subject);
    const apiserver = await placeBinary(subject.assets, 'kube-apiserver', '1.36.0');
    await placeBinary(subject.bin, 'kube-apiserver', '1.36.1');
    const controllerManager = await placeBinary(subject.bin, 'kube-controller-manager', '1.36.1');

    expect(await findBinaries(release, ALL, subject.surroundings)).toEqual({
      'kube-apiserver': apiserver,
      'kube-controller-manager': controllerManager,
      kubectl: join(subject.kubernetesCache, 'kubectl'),
      etcd: join(subject.etcdCache, 'etcd'),
    });
    expect(subject.orders).toEqual([]);
  });

  it.each<[name: BinaryName, version: string, taken: boolean]>([
    ['kube-apiserver', '1.36.9', true],
    ['kube-apiserver', '1.35.4', false],
    ['kube-controller-manager', '1.37.1', false],
    ['kubectl', '1.37.0', true],
    ['kubectl', '1.35.0', true],
    ['kubectl', '1.32.4-dispatcher', false],
    ['kubectl', '1.38.0', false],
    ['etcd', '3.5.0', true],
    ['etcd', '3.4.33', false],
    ['kubelet', '1.36.0', true],
    ['kube-proxy', '1.37.1', false],
    ['kube-scheduler', '1.35.0', false],
    ['helm', '4.0.0', true],
    ['helm', '3.22.0', false],
    ['kubeconform', '0.6.7', true],
    ['kubeconform', '0.5.0', false],
    ['actionlint', '1.7.12', true],
    ['actionlint', '1.6.27', false],
    ['cert-manager-controllers', '1.21.2', true],
    ['cert-manager-controllers', '1.21.1', false],
  ])('%s %s on PATH counts: %s', async (name, version, taken) => {
    const subject = await machine(generous);
    const path = await placeBinary(subject.bin, name, version);
    const found = await findBinaries(release, [name], subject.surroundings);
    expect(found[name] === path).toBe(taken);
  });

  it('wants the very patch when one was asked for', async () => {
    const subject = await machine(generous);
    await placeBinary(subject.bin, 'kube-apiserver', '1.36.4');
    const found = await findBinaries(selectRelease('1.36.2'), ALL, subject.surroundings);
    expect(found['kube-apiserver']).toMatch(/kubernetes-v1\.36\.2/);
  });

  it('looks past a program on PATH that does not fit or does not answer', async () => {
    const subject = await machine();
    await fillCache(subject);
    await mkdir(subject.bin);
    await writeFile(join(subject.bin, 'kubectl'), '#!/bin/sh\nexit 3\n', { mode: 0o755 });
    await placeBinary(subject.bin, 'etcd', '3.3.0');
    const kubectl = await placeBinary(subject.secondBin, 'kubectl', '1.36.0');
    const etcd = await placeBinary(subject.secondBin, 'etcd', '3.6.1');
    expect(await findBinaries(release, ALL, subject.surroundings)).toMatchObject({ kubectl, etcd });
  });

  it('obtains only what is missing, from the first supplier that delivers', async () => {
    const subject = await machine(broken('offline', 'no network\ndetails'), generous);
    await placeBinary(subject.bin, 'kubectl', '1.36.0');
    await placeBinary(subject.bin, 'etcd', '3.6.0');

    const found = await findBinaries(release, ALL, subject.surroundings);

    expect(subject.orders).toEqual([
      'offline: kube-apiserver kube-controller-manager',
      'generous: kube-apiserver kube-controller-manager',
    ]);
    expect(subject.notes).toEqual(['kubernetes-v1.36.4: offline failed: no network']);
    expect(await readFile(found['kube-apiserver'], 'utf8')).toContain('v1.36.4');
  });

  it('obtains nothing that was not asked for, and gives back nothing else', async () => {
    const subject = await machine(generous);
    expect(Object.keys(await findBinaries(release, ALL, subject.surroundings)).toSorted()).toEqual(
      ALL.toSorted(),
    );
    expect(subject.orders).toEqual([
      'generous: etcd',
      'generous: kube-apiserver kube-controller-manager kubectl',
    ]);

    const node = await findBinaries(release, [...NODE_BINARIES, 'helm', 'kubectl'], subject.surroundings);

    expect(Object.keys(node).toSorted()).toEqual([...NODE_BINARIES, 'helm', 'kubectl'].toSorted());
    expect(node.helm).toContain(`helm-v${HELM_VERSION}`);
    expect(subject.orders.slice(2)).toEqual([
      'generous: kube-scheduler kubelet kube-proxy',
      'generous: helm',
    ]);
  });

  it('finds in the cache what an earlier call obtained, and leaves no draft or lock', async () => {
    const subject = await machine(generous);
    const first = await findBinaries(release, ALL, subject.surroundings);
    const orders = [...subject.orders];
    expect(await findBinaries(release, ALL, subject.surroundings)).toEqual(first);
    expect(subject.orders).toEqual(orders);
    const cache = join(subject.kubernetesCache, '..', '..');
    expect(await readdir(join(cache, 'drafts'))).toEqual([]);
    expect(await readdir(join(cache, 'locks'))).toEqual([]);
  });

  it('obtains once when two calls come at the same time', async () => {
    const subject = await machine(generous);
    const [one, two] = await Promise.all([
      findBinaries(release, ALL, subject.surroundings),
      findBinaries(release, ALL, subject.surroundings),
    ]);
    expect(one).toEqual(two);
    expect(subject.orders).toEqual([
      'generous: etcd',
      'generous: kube-apiserver kube-controller-manager kubectl',
    ]);
  });

  it('leaves nothing half-done in the cache when a supplier fails midway', async () => {
    const subject = await machine({
      name: 'interrupted',
      supply: async (product, _binaries, directory) => {
        await placeBinary(directory, 'kube-apiserver', product.version);
        throw new Error('connection reset');
      },
    });
    await placeBinary(subject.bin, 'etcd', '3.6.0');
    await expect(findBinaries(release, ALL, subject.surroundings)).rejects.toThrow('connection reset');
    await expect(readdir(subject.kubernetesCache)).rejects.toThrow('ENOENT');
  });

  it('names every source and why it failed when nothing works', async () => {
    const subject = await machine(
      broken('download', 'no network'),
      broken('go build', 'Go is not installed'),
    );
    await placeBinary(subject.bin, 'etcd', '3.6.0');
    await placeBinary(subject.bin, 'kubectl', '1.36.0');
    await placeBinary(subject.bin, 'kube-controller-manager', '1.36.0');
    const apiserver = await placeBinary(subject.bin, 'kube-apiserver', '1.30.0');

    await expect(findBinaries(release, ALL, subject.surroundings)).rejects.toThrow(
      [
        'cannot find or obtain kube-apiserver (1.36). Tried:',
        '- kube-apiserver: KUBEBUILDER_ASSETS: not there',
        `- kube-apiserver: PATH: ${apiserver} is 1.30.0, wanted 1.36`,
        `- kube-apiserver: cache: no ${join(subject.kubernetesCache, 'kube-apiserver')}`,
        '- kubernetes-v1.36.4: download: no network',
        '- kubernetes-v1.36.4: go build: Go is not installed',
      ].join('\n'),
    );
  });
});
