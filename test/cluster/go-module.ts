/**
 * Writes the `go.mod` of a throwaway main module that can build a program of another module.
 *
 * `go install k8s.io/kubernetes/cmd/kube-apiserver@v1.37.1` is refused because kubernetes' go.mod replaces its staging
 * modules (k8s.io/api and 30 others) by folders, and a module that is only a dependency has its replacements ignored.
 * The same code is published as k8s.io/api v0.37.1, so our module repeats each replacement with that version.
 */

/** The part of `go mod edit -json` that is used; see `go help mod edit`. */
export interface GoMod {
  readonly Go?: string;
  readonly Replace?: readonly Replacement[] | null;
}

interface Replacement {
  readonly Old: { readonly Path: string };
  readonly New: { readonly Path: string; readonly Version?: string };
}

export interface GoModule {
  readonly path: string;
  /** Without a leading `v`. */
  readonly version: string;
}

/** A main module that requires `target`, whose own go.mod is `goMod`. */
export function mainModuleFor(target: GoModule, goMod: GoMod): string {
  if (goMod.Go === undefined) {
    throw new Error(`the go.mod of ${target.path} ${target.version} names no Go version`);
  }
  return [
    'module build',
    `go ${goMod.Go}`,
    `require ${target.path} v${target.version}`,
    ...(goMod.Replace ?? []).flatMap((replacement) => publishedReplacement(replacement, target)),
    '',
  ].join('\n');
}

/** Staging modules of Kubernetes 1.x.y are published as 0.x.y. */
function publishedReplacement({ Old: old, New: replacing }: Replacement, target: GoModule): string[] {
  if (replacing.Path.startsWith('./staging/')) {
    return [`replace ${old.Path} => ${old.Path} v${target.version.replace(/^1\./, '0.')}`];
  }
  // Another folder of a repository with many modules, as etcd's `../api`: go.mod requires its published version too.
  if (replacing.Version === undefined) {
    return [];
  }
  return [`replace ${old.Path} => ${replacing.Path} ${replacing.Version}`];
}
