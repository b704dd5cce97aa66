import { asObject, asString, type JsonObject } from '../policy/json.ts';
import { ApiError, type KubeClient } from './client.ts';
import { collectionPath } from './collections.ts';
import { persistently } from './patient.ts';
import { Watched } from './watched.ts';

const configMapKind = { group: '', version: 'v1', kind: 'ConfigMap', resource: 'configmaps' };

/** A key of a ConfigMap. */
export interface ConfigMapKey {
  readonly namespace: string;
  readonly name: string;
  readonly key: string;
}

const timeoutMs = 60_000;

/** Writes one key of a ConfigMap, which others have made: RBAC can name what is to be written, but not what is to be created. */
export async function writeConfigMapKey(
  client: KubeClient,
  { namespace, name, key }: ConfigMapKey,
  text: string,
): Promise<void> {
  try {
    await persistently(() =>
      client.call(collectionPath(configMapKind, namespace, name), {
        method: 'PATCH',
        query: { fieldManager: 'gracegate' },
        contentType: 'application/merge-patch+json',
        body: { data: { [key]: text } },
        timeoutMs,
      }),
    );
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 404) throw error;
    const sentence = `there is no ConfigMap ${namespace}/${name}; make an empty one: kubectl create configmap ${name} --namespace ${namespace}`;
    throw new ApiError(sentence, error.status, { cause: error });
  }
}

export interface WatchedKeyOptions extends ConfigMapKey {
  /** Called whenever the ConfigMap changes; with undefined when there is none any more. */
  readonly onChange: (seen: SeenKey | undefined) => void;
  /** Called with every failure of the watch, which goes on by itself. */
  readonly onError: (error: unknown) => void;
}

/** A ConfigMap that is there. */
export interface SeenKey {
  /** Of the key; undefined where it has no such key. */
  readonly text: string | undefined;
  /** When the ConfigMap was made. */
  readonly created: Date;
}

/** Follows one key of a ConfigMap. Begins at once. */
export function watchConfigMapKey(
  client: KubeClient,
  { namespace, name, key, onChange, onError }: WatchedKeyOptions,
): Pick<Watched, 'stop'> {
  const tell = ({ metadata, data }: JsonObject): void =>
    onChange({
      text: asString(asObject(data)[key]),
      created: new Date(asString(asObject(metadata)['creationTimestamp']) ?? 0),
    });
  const watched = new Watched(
    client,
    {
      path: collectionPath(configMapKind, namespace),
      kind: { apiVersion: 'v1', kind: 'ConfigMap' },
      name,
      onError,
    },
    { set: tell, delete: () => onChange(undefined) },
  );
  watched.start();
  return watched;
}
