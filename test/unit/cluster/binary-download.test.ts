/**
 * `fetch` is replaced: the official hosts are too far away for a unit test, and what matters here is what happens when
 * their answer is wrong or does not come.
 */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { checksumOf, officialDownload } from '../../cluster/binary-download.ts';
import { runOrThrow } from '../../cluster/command.ts';
import { productsOf, type Product } from '../../cluster/products.ts';
import { selectRelease } from '../../cluster/versions.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const ARCHITECTURE = process.arch === 'arm64' ? 'arm64' : 'amd64';

function product(name: Product['name']): Product {
  const found = productsOf(selectRelease('1.37')).find((candidate) => candidate.name === name);
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

  it('unpacks etcd from its archive and leaves nothing else', async () => {
    const directory = await temporaryDirectory();
    const folder = `etcd-v3.7.3-linux-${ARCHITECTURE}`;
    const source = await temporaryDirectory();
    await mkdir(join(source, folder));
    await writeFile(join(source, folder, 'etcd'), 'program', { mode: 0o755 });
    await writeFile(join(source, folder, 'README.md'), '');
    await runOrThrow('tar', ['-czf', 'archive', folder], { cwd: source, timeoutMs: 10_000 });
    const archive = new Uint8Array(await readFile(join(source, 'archive')));
    const release = 'https://github.com/etcd-io/etcd/releases/download/v3.7.3';
    serve({
      [`${release}/SHA256SUMS`]: `${sha256(archive)}  ${folder}.tar.gz\n`,
      [`${release}/${folder}.tar.gz`]: archive,
    });

    await officialDownload.supply(product('etcd'), ['etcd'], directory);

    expect(await readdir(directory)).toEqual(['etcd']);
    expect(await readFile(join(directory, 'etcd'), 'utf8')).toBe('program');
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
