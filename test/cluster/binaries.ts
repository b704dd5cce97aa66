/**
 * Finds the programs that a cluster, a node or a chart needs, or obtains them: KUBEBUILDER_ASSETS, PATH, the project's cache, the official
 * download, a build from the Go module proxy, in this order and for each binary by itself.
 */
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { goBuild } from './binary-build.ts';
import { officialDownload } from './binary-download.ts';
import { kubebuilderAssets, projectCache, searchPath, type LocalSource } from './binary-sources.ts';
import { wantedVersion, type BinaryName } from './binary-version.ts';
import { cacheFolder } from './cache.ts';
import { withLock } from './lock.ts';
import { productsOf, type Product, type Supplier } from './products.ts';
import { note } from './progress.ts';
import type { KubernetesRelease } from './versions.ts';

/** The path of each binary. */
export type Binaries<Name extends BinaryName> = Readonly<Record<Name, string>>;

export interface BinarySurroundings {
  readonly env: NodeJS.ProcessEnv;
  /** What can obtain a missing binary, in order. */
  readonly suppliers: readonly Supplier[];
  readonly note: (text: string) => void;
}

type Found = Partial<Record<BinaryName, string>>;

/** Why each source failed: one line for each source that was tried. */
type Reasons = string[];

/** Exactly the binaries `names`, and nothing is obtained that was not asked for. */
export async function findBinaries<Name extends BinaryName>(
  release: KubernetesRelease,
  names: readonly Name[],
  surroundings: BinarySurroundings = {
    env: process.env,
    suppliers: [officialDownload, goBuild],
    note,
  },
): Promise<Binaries<Name>> {
  const found: Found = {};
  // Not at once: two builds side by side on a small machine take longer than one after the other.
  for (const product of productsOf(release, names)) {
    Object.assign(found, await findProduct(product, release, surroundings));
  }
  return complete(names, found);
}

async function findProduct(
  product: Product,
  release: KubernetesRelease,
  surroundings: BinarySurroundings,
): Promise<Found> {
  const { env } = surroundings;
  const cacheRoot = cacheFolder(env);
  const directory = join(cacheRoot, 'bin', product.directory);
  const cache = projectCache(() => directory);
  const reasons: Reasons = [];
  const local = await lookUp(
    product.binaries,
    release,
    [kubebuilderAssets(env), searchPath(env), cache],
    reasons,
  );
  if (missingOf(product, local).length === 0) {
    return local;
  }
  return withLock(
    join(cacheRoot, 'locks', `${product.directory}.lock`),
    async () => {
      // Another process may have filled the cache while this one waited for the lock.
      const cached = await lookUp(missingOf(product, local), release, [cache], []);
      const missing = missingOf(product, { ...local, ...cached });
      const obtained = await obtain(product, missing, {
        cacheRoot,
        directory,
        release,
        reasons,
        surroundings,
      });
      return { ...local, ...cached, ...obtained };
    },
    (holder) => surroundings.note(`Waiting for process ${holder}, which obtains ${product.directory}`),
  );
}

async function lookUp(
  binaries: readonly BinaryName[],
  release: KubernetesRelease,
  sources: readonly LocalSource[],
  reasons: Reasons,
): Promise<Found> {
  const found: Found = {};
  const failures = await Promise.all(
    binaries.map(async (binary) => {
      const failed: Reasons = [];
      for (const source of sources) {
        const lookup = await source.find(binary, release);
        if ('path' in lookup) {
          found[binary] = lookup.path;
          return [];
        }
        failed.push(`${binary}: ${source.name}: ${lookup.reason}`);
      }
      return failed;
    }),
  );
  reasons.push(...failures.flat());
  return found;
}

interface ObtainContext {
  readonly cacheRoot: string;
  readonly directory: string;
  readonly release: KubernetesRelease;
  readonly reasons: Reasons;
  readonly surroundings: BinarySurroundings;
}

/** Asks each supplier until one delivers; a binary appears in the cache whole, by a rename, or not at all. */
async function obtain(
  product: Product,
  binaries: readonly BinaryName[],
  { cacheRoot, directory, release, reasons, surroundings }: ObtainContext,
): Promise<Found> {
  if (binaries.length === 0) {
    return {};
  }
  const drafts = join(cacheRoot, 'drafts');
  await mkdir(drafts, { recursive: true });
  await removeDrafts(drafts, product);
  for (const supplier of surroundings.suppliers) {
    const draft = await mkdtemp(join(drafts, `${product.directory}-`));
    try {
      await supplier.supply(product, binaries, draft);
      await mkdir(directory, { recursive: true });
      const placed = binaries.map(async (binary) => {
        await rename(join(draft, binary), join(directory, binary));
        return [binary, join(directory, binary)] as const;
      });
      return Object.fromEntries(await Promise.all(placed));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      surroundings.note(`${product.directory}: ${supplier.name} failed: ${reason.split('\n')[0]}`);
      reasons.push(`${product.directory}: ${supplier.name}: ${reason}`);
    } finally {
      await rm(draft, { recursive: true, force: true });
    }
  }
  const wanted = binaries.map((binary) => `${binary} (${wantedVersion(binary, release)})`).join(', ');
  throw new Error(
    `cannot find or obtain ${wanted}. Tried:\n${reasons.map((reason) => `- ${reason}`).join('\n')}`,
  );
}

/** What a killed run left behind. The lock is held, so no live run works in these. */
async function removeDrafts(drafts: string, product: Product): Promise<void> {
  const names = await readdir(drafts);
  const stale = names.filter((name) => name.startsWith(`${product.directory}-`));
  await Promise.all(stale.map((name) => rm(join(drafts, name), { recursive: true, force: true })));
}

function missingOf(product: Product, found: Found): BinaryName[] {
  return product.binaries.filter((binary) => found[binary] === undefined);
}

function complete<Name extends BinaryName>(names: readonly Name[], found: Found): Binaries<Name> {
  const paths = {} as Record<Name, string>;
  for (const name of names) {
    const path = found[name];
    if (path === undefined) {
      throw new Error(`${name} belongs to no product`);
    }
    paths[name] = path;
  }
  return paths;
}
