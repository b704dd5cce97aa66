/** Builds the binaries from the Go module proxy: the way that works where only package registries are reachable. */
import { copyFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { BinaryName } from './binary-version.ts';
import { certManagerSource } from './cert-manager/source.ts';
import { runOrThrow } from './command.ts';
import { mainModuleFor, type GoMod, type GoModule } from './go-module.ts';
import type { Product, Supplier } from './products.ts';
import { note, withProgress, type Progress } from './progress.ts';
import { minorOf } from './versions.ts';

const DOWNLOAD_TIMEOUT_MS = 10 * 60_000;
const BUILD_TIMEOUT_MS = 45 * 60_000;
const VERSION_PACKAGE = 'k8s.io/component-base/version';

/** How a product is built: its module, and the linker flags without which it would lie about its version. */
interface Recipe {
  readonly module: GoModule;
  readonly linkerFlags: string;
  /** A program of ours that is built with the module; undefined where the module has the program. */
  readonly source?: string;
  /** On two cores with empty caches: to tell somebody who waits for it the first time. */
  readonly duration: string;
  packageOf(binary: BinaryName): string;
  /** A folder when the packages are named as the binaries are, else a file. */
  outputIn(directory: string): string;
}

const ETCD_PACKAGE = 'go.etcd.io/etcd/server/v3';

const RECIPES: Readonly<Record<Product['name'], (version: string) => Recipe>> = {
  Kubernetes: (version) => {
    const stamps = {
      gitVersion: `v${version}`,
      gitMajor: '1',
      gitMinor: String(minorOf(version)),
      gitTreeState: 'clean',
    };
    return {
      module: { path: 'k8s.io/kubernetes', version },
      linkerFlags: Object.entries(stamps)
        .map(([variable, value]) => `-X ${VERSION_PACKAGE}.${variable}=${value}`)
        .join(' '),
      duration: 'about 5 minutes',
      packageOf: (binary) => `k8s.io/kubernetes/cmd/${binary}`,
      outputIn: (directory) => `${directory}/`,
    };
  },
  etcd: (version) => ({
    module: { path: ETCD_PACKAGE, version },
    linkerFlags: '',
    duration: 'about 1 minute',
    packageOf: () => ETCD_PACKAGE,
    outputIn: (directory) => join(directory, 'etcd'),
  }),
  Helm: (version) => ({
    module: { path: 'helm.sh/helm/v4', version },
    linkerFlags: `-X helm.sh/helm/v4/internal/version.version=v${version}`,
    duration: 'about 2 minutes',
    packageOf: () => 'helm.sh/helm/v4/cmd/helm',
    outputIn: (directory) => `${directory}/`,
  }),
  kubeconform: (version) => ({
    module: { path: 'github.com/yannh/kubeconform', version },
    linkerFlags: `-X main.version=v${version}`,
    duration: 'less than a minute',
    packageOf: () => 'github.com/yannh/kubeconform/cmd/kubeconform',
    outputIn: (directory) => `${directory}/`,
  }),
  actionlint: (version) => ({
    module: { path: 'github.com/rhysd/actionlint', version },
    linkerFlags: `-X github.com/rhysd/actionlint.version=${version}`,
    duration: 'less than a minute',
    packageOf: () => 'github.com/rhysd/actionlint/cmd/actionlint',
    outputIn: (directory) => `${directory}/`,
  }),
  'cert-manager': (version) => ({
    module: { path: 'github.com/cert-manager/cert-manager', version },
    source: certManagerSource.file,
    linkerFlags: `-X main.version=${version}`,
    duration: 'about 4 minutes',
    packageOf: () => '.',
    outputIn: (directory) => join(directory, 'cert-manager-controllers'),
  }),
};

export const goBuild: Supplier = {
  name: 'go build',
  supply: async (product, binaries, directory) => {
    await requireGo();
    const recipe = RECIPES[product.name](product.version);
    note(
      `${product.name} v${product.version} is built from the Go module proxy; the first time this takes ${recipe.duration}`,
    );
    await withProgress(`Building ${binaries.join(', ')} v${product.version}`, (progress) =>
      build(recipe, binaries, directory, progress),
    );
  },
};

async function build(
  recipe: Recipe,
  binaries: readonly BinaryName[],
  directory: string,
  progress: Progress,
): Promise<void> {
  // The directory may be inside somebody's repository or workspace, and their settings are not meant for this build.
  const env = { ...process.env, CGO_ENABLED: '0', GOWORK: 'off', GO111MODULE: 'on' };
  const go = (args: readonly string[], timeoutMs: number): Promise<string> =>
    runOrThrow('go', args, { cwd: directory, env, timeoutMs, onErrorLine: (line) => progress.update(line) });

  progress.update('downloading the sources');
  const { path, version } = recipe.module;
  const downloaded: { readonly GoMod: string } = JSON.parse(
    await go(['mod', 'download', '-json', `${path}@v${version}`], DOWNLOAD_TIMEOUT_MS),
  );
  const goMod: GoMod = JSON.parse(await go(['mod', 'edit', '-json', downloaded.GoMod], DOWNLOAD_TIMEOUT_MS));
  await writeFile(join(directory, 'go.mod'), mainModuleFor(recipe.module, goMod));
  if (recipe.source !== undefined) await copyFile(recipe.source, join(directory, basename(recipe.source)));

  const flags = ['-mod=mod', '-trimpath', '-buildvcs=false', '-v', '-ldflags', `-s -w ${recipe.linkerFlags}`];
  const packages = binaries.map((binary) => recipe.packageOf(binary));
  await go(['build', ...flags, '-o', recipe.outputIn(directory), ...packages], BUILD_TIMEOUT_MS);
}

async function requireGo(): Promise<void> {
  try {
    await runOrThrow('go', ['version'], { timeoutMs: 10_000 });
  } catch (error) {
    throw new Error('Go is not installed (https://go.dev/dl/)', { cause: error });
  }
}
