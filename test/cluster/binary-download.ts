/**
 * Fetches official binaries and verifies their checksums. The checksum is fetched first and under a short time limit:
 * on a machine without a way out this source fails within seconds and the next one gets its turn.
 */
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { chmod, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { BinaryName } from './binary-version.ts';
import { runOrThrow } from './command.ts';
import type { Product, Supplier } from './products.ts';
import { withProgress } from './progress.ts';

const CHECKSUM_TIMEOUT_MS = 5_000;
/** A transfer without a byte for this long is given up; its length as a whole depends on the line. */
const STALL_TIMEOUT_MS = 20_000;
const UNPACK_TIMEOUT_MS = 60_000;

const ARCHITECTURES: Partial<Record<NodeJS.Architecture, string>> = { x64: 'amd64', arm64: 'arm64' };

export const officialDownload: Supplier = {
  name: 'download',
  supply: async (product, binaries, directory) => {
    const architecture = ARCHITECTURES[process.arch];
    if (process.platform !== 'linux' || architecture === undefined) {
      throw new Error(`no official binaries are published for ${process.platform}/${process.arch}`);
    }
    switch (product.name) {
      case 'Kubernetes':
        return downloadKubernetes(product, binaries, architecture, directory);
      case 'etcd':
      case 'Helm':
      case 'kubeconform':
      case 'actionlint':
        return downloadFromArchive(
          ARCHIVES[product.name](product.version, architecture),
          binaries,
          directory,
        );
      case 'cert-manager':
        throw new Error('cert-manager publishes its controllers as images only');
    }
  },
};

async function downloadKubernetes(
  { version }: Product,
  binaries: readonly BinaryName[],
  architecture: string,
  directory: string,
): Promise<void> {
  for (const binary of binaries) {
    const url = `https://dl.k8s.io/release/v${version}/bin/linux/${architecture}/${binary}`;
    const checksum = (await fetchSmall(`${url}.sha256`)).trim();
    await downloadFile(url, checksum, join(directory, binary));
    await chmod(join(directory, binary), 0o755);
  }
}

/** Programs that are published in a compressed archive beside a list of checksums. */
interface Archive {
  readonly url: string;
  readonly checksums: string;
  /** The folder in the archive that has the programs, with a slash at its end; empty when they lie at the top. */
  readonly folder: string;
}

const ARCHIVES: Readonly<
  Record<
    Exclude<Product['name'], 'Kubernetes' | 'cert-manager'>,
    (version: string, architecture: string) => Archive
  >
> = {
  etcd: (version, architecture) => {
    const release = `https://github.com/etcd-io/etcd/releases/download/v${version}`;
    const name = `etcd-v${version}-linux-${architecture}`;
    return { url: `${release}/${name}.tar.gz`, checksums: `${release}/SHA256SUMS`, folder: `${name}/` };
  },
  Helm: (version, architecture) => {
    const url = `https://get.helm.sh/helm-v${version}-linux-${architecture}.tar.gz`;
    return { url, checksums: `${url}.sha256sum`, folder: `linux-${architecture}/` };
  },
  kubeconform: (version, architecture) => {
    const release = `https://github.com/yannh/kubeconform/releases/download/v${version}`;
    const url = `${release}/kubeconform-linux-${architecture}.tar.gz`;
    return { url, checksums: `${release}/CHECKSUMS`, folder: '' };
  },
  actionlint: (version, architecture) => {
    const release = `https://github.com/rhysd/actionlint/releases/download/v${version}`;
    const url = `${release}/actionlint_${version}_linux_${architecture}.tar.gz`;
    return { url, checksums: `${release}/actionlint_${version}_checksums.txt`, folder: '' };
  },
};

async function downloadFromArchive(
  { url, checksums, folder }: Archive,
  binaries: readonly BinaryName[],
  directory: string,
): Promise<void> {
  const archive = join(directory, basename(url));
  const checksum = checksumOf(basename(archive), await fetchSmall(checksums));
  await downloadFile(url, checksum, archive);
  const depth = folder.split('/').length - 1;
  await runOrThrow(
    'tar',
    [
      '-xzf',
      archive,
      '-C',
      directory,
      `--strip-components=${depth}`,
      ...binaries.map((binary) => `${folder}${binary}`),
    ],
    { timeoutMs: UNPACK_TIMEOUT_MS },
  );
  await rm(archive);
}

/** The line `<sha256>  <name>` of a checksum list. */
export function checksumOf(name: string, list: string): string {
  const line = list.split('\n').find((candidate) => candidate.trim().split(/\s+\*?/)[1] === name);
  const checksum = line?.trim().split(/\s+/)[0];
  if (checksum === undefined) {
    throw new Error(`the checksum list does not name ${name}`);
  }
  return checksum;
}

async function fetchSmall(url: string): Promise<string> {
  const response = await request(url, AbortSignal.timeout(CHECKSUM_TIMEOUT_MS));
  return response.text();
}

async function downloadFile(url: string, checksum: string, path: string): Promise<void> {
  await withProgress(`Downloading ${url}`, async (progress) => {
    const stalled = new AbortController();
    const timer = setTimeout(
      () => stalled.abort(new Error(`${url}: no data for ${STALL_TIMEOUT_MS} ms`)),
      STALL_TIMEOUT_MS,
    );
    try {
      const response = await request(url, stalled.signal);
      const total = megabytes(Number(response.headers.get('content-length')));
      const hash = createHash('sha256');
      let received = 0;
      const observer = new Transform({
        transform(chunk: Buffer, _encoding, done) {
          timer.refresh();
          hash.update(chunk);
          received += chunk.length;
          progress.update(`${megabytes(received)} of ${total} MB`);
          done(null, chunk);
        },
      });
      await pipeline(Readable.from(response.body ?? []), observer, createWriteStream(path), {
        signal: stalled.signal,
      });
      const actual = hash.digest('hex');
      if (actual !== checksum) {
        throw new Error(`${url} has the SHA-256 ${actual} and its checksum file says ${checksum}`);
      }
    } finally {
      clearTimeout(timer);
    }
  });
}

/** `fetch` hides why it failed ("fetch failed") in the cause; the caller's list of reasons needs it. */
async function request(url: string, signal: AbortSignal): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, { signal });
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    throw new Error(`${url}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause: error });
  }
  if (!response.ok) {
    throw new Error(`${url}: HTTP ${response.status}`);
  }
  return response;
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}
