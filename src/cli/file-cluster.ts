import { PassThrough } from 'node:stream';
import { namespaceInfo } from '../admission/namespace-info.ts';
import type { LimitRangeSource, NamespaceInfo, NamespaceSource } from '../admission/ports.ts';
import { flatten } from '../audit/objects.ts';
import type { Manifests } from '../manifests/manifest.ts';
import { parseManifests } from '../manifests/parse.ts';
import { readManifests } from '../manifests/read.ts';
import { asObject, asString } from '../policy/json.ts';
import { readLimitRange, type LimitRange } from '../policy/resources/limit-range.ts';
import { UserError } from './errors.ts';

/** Namespaces and LimitRanges from manifests instead of a cluster. */
export interface FileCluster {
  readonly namespaces: NamespaceSource & { all(): Iterable<NamespaceInfo> };
  readonly limitRanges: LimitRangeSource;
}

/** Reads `--namespaces FILE`. Throws a UserError with the place of what is wrong in it. */
export async function fileCluster(file: string): Promise<FileCluster> {
  return clusterOf(await readManifests([file], new PassThrough().end()));
}

/** The namespaces of a text, for the embedded default. */
export function textCluster(text: string): FileCluster {
  return clusterOf(parseManifests(text, 'embedded namespaces'));
}

function clusterOf({ manifests, errors }: Manifests): FileCluster {
  const [error] = errors;
  if (error !== undefined) {
    throw new UserError(`${error.file}${error.line === undefined ? '' : `:${error.line}`}: ${error.message}`);
  }
  const namespaces = new Map<string, NamespaceInfo>();
  const limitRanges = new Map<string, LimitRange[]>();
  for (const { object, file, line } of manifests.flatMap(flatten)) {
    if (Object.keys(object).length === 0) throw new UserError(`${file}:${line}: not a Kubernetes object`);
    if (object['kind'] === 'Namespace') {
      const info = namespaceInfo(object);
      namespaces.set(info.name, info);
    } else if (object['kind'] === 'LimitRange') {
      const namespace = asString(asObject(object['metadata'])['namespace']) ?? 'default';
      limitRanges.set(namespace, [...(limitRanges.get(namespace) ?? []), readLimitRange(object)]);
    } else {
      throw new UserError(`${file}:${line}: only Namespace and LimitRange objects are expected here`);
    }
  }
  return {
    namespaces: {
      get: (name) => namespaces.get(name),
      read: (name) => Promise.resolve(namespaces.get(name)),
      all: () => namespaces.values(),
    },
    limitRanges: {
      list: (namespace) => limitRanges.get(namespace) ?? [],
      read: (namespace) => Promise.resolve(limitRanges.get(namespace) ?? []),
    },
  };
}
