/**
 * `fetch` is replaced: the official hosts are too far away for a unit test, and what matters here is what happens when
 * their answer is wrong or does not come.
 */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { checksumOf, officialDownload } from '../../cluster/binary-download.ts';
import type { BinaryName } from '../../cluster/binary-version.ts';
import { runOrThrow } from '../../cluster/command.ts';
import { productsOf, type Product } from '../../cluster/products.ts';
import {
  ACTIONLINT_VERSION,
  HELM_VERSION,
  KUBECONFORM_VERSION,
  selectRelease,
} from '../../cluster/versions.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const ARCHITECTURE = process.arch === 'arm64' ? 'arm64' : 'amd64';

function product(name: Product['name']): Product {
  const one: readonly BinaryName[] = [
    ...(['kubectl', 'etcd', 'helm', 'kubeconform', 'actionlint'] as const),
    'cert-manager-controllers',
  ];
  const found = productsOf(selectRelease('1.37'), one).find((candidate) => candidate.name === name);
  if (found === undefined) {
    throw new Error(`no product ${name}`);
  }
  return found;
}

/** Answers these addresses and 404 for the rest. */
function serve(contents: Readonly<Record<string, string | Uint8Array<ArrayBuffer>>>): void {
  vi.stubGlobal('fetch', async (url: string) => {
    const content = contents[url];
    return content === undefined ? new Response('', { status: 404 }) : new Response(content);
  });
}

const sha256 = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');

beforeEach(() => {
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  onTestFinished(() => {
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
  });
});

describe.runIf(process.platform === 'linux')('officialDownload', () => {
  const kubectl = `https://dl.k8s.io/release/v1.37.1/bin/linux/${ARCHITECTURE}/kubectl`;

  it('takes a Kubernetes binary whose checksum is right', async () => {
    const directory = await temporaryDirectory();
    serve({ [kubectl]: 'program', [`${kubectl}.sha256`]: `${sha256('program')}\n` });
    await officialDownload.supply(product('Kubernetes'), ['kubectl'], directory);
    expect(await readFile(join(directory, 'kubectl'), 'utf8')).toBe('program');
    expect((await stat(join(directory, 'kubectl'))).mode & 0o111).toBe(0o111);
  });

  it('refuses one whose checksum is wrong', async () => {
    serve({ [kubectl]: 'altered', [`${kubectl}.sha256`]: sha256('program') });
    await expect(
      officialDownload.supply(product('Kubernetes'), ['kubectl'], await temporaryDirectory()),
    ).rejects.toThrow(`${kubectl} has the SHA-256 ${sha256('altered')}`);
  });

  it('says what is not published, so that the next way is tried', async () => {
    await expect(
      officialDownload.supply(
        product('cert-manager'),
        ['cert-manager-controllers'],
        await temporaryDirectory(),
      ),
    ).rejects.toThrow('as images only');
  });

  const helm = `https://get.helm.sh/helm-v${HELM_VERSION}-linux-${ARCHITECTURE}.tar.gz`;
  const etcd = 'https://github.com/etcd-io/etcd/releases/download/v3.7.3';
  const kubeconform = `https://github.com/yannh/kubeconform/releases/download/v${KUBECONFORM_VERSION}`;
  const actionlint = `https://github.com/rhysd/actionlint/releases/download/v${ACTIONLINT_VERSION}`;
  it.each<[name: Product['name'], binary: BinaryName, folder: string, url: string, checksums: string]>([
    [
      'etcd',
      'etcd',
      `etcd-v3.7.3-linux-${ARCHITECTURE}`,
      `${etcd}/etcd-v3.7.3-linux-${ARCHITECTURE}.tar.gz`,
      `${etcd}/SHA256SUMS`,
    ],
    ['Helm', 'helm', `linux-${ARCHITECTURE}`, helm, `${helm}.sha256sum`],
    [
      'kubeconform',
      'kubeconform',
      '.',
      `${kubeconform}/kubeconform-linux-${ARCHITECTURE}.tar.gz`,
      `${kubeconform}/CHECKSUMS`,
    ],
    [
      'actionlint',
      'actionlint',
      '.',
      `${actionlint}/actionlint_${ACTIONLINT_VERSION}_linux_${ARCHITECTURE}.tar.gz`,
      `${actionlint}/actionlint_${ACTIONLINT_VERSION}_checksums.txt`,
    ],
  ])('unpacks %s from its archive and leaves nothing else', async (name, binary, folder, url, checksums) => {
    const directory = await temporaryDirectory();
    const source = await temporaryDirectory();
    await mkdir(join(source, folder), { recursive: true });
    await writeFile(join(source, folder, binary), 'program', { mode: 0o755 });
    await writeFile(join(source, folder, 'README.md'), '');
    const members = folder === '.' ? [binary, 'README.md'] : [folder];
    await runOrThrow('tar', ['-czf', 'archive', ...members], { cwd: source, timeoutMs: 10_000 });
    const archive = new Uint8Array(await readFile(join(source, 'archive')));
    serve({ [checksums]: `${sha256(archive)}  ${basename(url)}\n`, [url]: archive });

    await officialDownload.supply(product(name), [binary], directory);

    expect(await readdir(directory)).toEqual([binary]);
    expect(await readFile(join(directory, binary), 'utf8')).toBe('program');
  });

  it('names the address and the status when a file is not there', async () => {
    serve({});
    await expect(
      officialDownload.supply(product('Kubernetes'), ['kubectl'], await temporaryDirectory()),
    ).rejects.toThrow(`${kubectl}.sha256: HTTP 404`);
  });

  it('names the cause when there is no network', async () => {
    vi.stubGlobal('fetch', () =>
      Promise.reject(new TypeError('fetch failed', { cause: new Error('getaddrinfo ENOTFOUND dl.k8s.io') })),
    );
    await expect(
      officialDownload.supply(product('Kubernetes'), ['kubectl'], await temporaryDirectory()),
    ).rejects.toThrow(`${kubectl}.sha256: getaddrinfo ENOTFOUND dl.k8s.io`);
  });
});

describe('checksumOf', () => {
  const list =
    'aaa  etcd-v3.7.3-linux-arm64.tar.gz\nbbb  etcd-v3.7.3-linux-amd64.tar.gz\nccc *binary-mode.zip\n';

  it.each([
    ['etcd-v3.7.3-linux-amd64.tar.gz', 'bbb'],
    ['binary-mode.zip', 'ccc'],
  ])('finds %s', (name, checksum) => {
    expect(checksumOf(name, list)).toBe(checksum);
  });

  it('refuses a file that is not on the list', () => {
    expect(() => checksumOf('etcd-v3.7.3-linux-amd64', list)).toThrow(
      'does not name etcd-v3.7.3-linux-amd64',
    );
  });
});
