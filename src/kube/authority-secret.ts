import { asObject, asString, type JsonObject } from '../policy/json.ts';
import type { AuthorityState } from '../tls/authority.ts';
import { signingProblem, type Authority } from '../tls/issue.ts';
import type { AuthorityStore, StoredAuthority } from '../tls/self-managed.ts';
import { ApiError, type KubeClient } from './client.ts';
import { collectionPath } from './collections.ts';
import { Watched } from './watched.ts';

const secretKind = { group: '', version: 'v1', kind: 'Secret', resource: 'secrets' };

/** The keys of the Secret. */
const keys = {
  current: { certificate: 'ca.crt', key: 'ca.key' },
  next: { certificate: 'next-ca.crt', key: 'next-ca.key' },
  previous: 'previous-ca.crt',
} as const;

/** Set to anything, it asks for a new authority; removed when there is one. */
const rotateAnnotation = 'gracegate.dev/rotate';

export interface AuthoritySecretOptions {
  readonly namespace: string;
  readonly name: string;
  /** Called with every failure of the watch, which goes on by itself. */
  readonly onError: (error: unknown) => void;
  /** Called with why what is stored cannot be used. */
  readonly onUnusable: (problem: string) => void;
}

/**
 * The authority in a Secret, which others have made: RBAC can name an object that is to be read and written, but not one
 * that is to be created. Writes carry the resourceVersion that was read, so that of two writers one is refused
 * (https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-versions).
 */
export class AuthoritySecret implements AuthorityStore<JsonObject> {
  readonly #client: KubeClient;
  readonly #options: AuthoritySecretOptions;
  readonly #path: string;
  readonly #watched: Watched;
  /** The problem that was told last, by key of the Secret. */
  readonly #told = new Map<string, string | undefined>();
  #listener: () => void = () => undefined;

  constructor(client: KubeClient, options: AuthoritySecretOptions) {
    const { namespace, name, onError } = options;
    this.#client = client;
    this.#options = options;
    this.#path = collectionPath(secretKind, namespace, name);
    this.#watched = new Watched(
      client,
      {
        path: collectionPath(secretKind, namespace),
        kind: { apiVersion: 'v1', kind: 'Secret' },
        name,
        onError,
      },
      { set: () => this.#listener(), delete: () => this.#listener() },
    );
  }

  get missing(): string {
    const { namespace, name } = this.#options;
    return `there is no Secret ${namespace}/${name} to keep the authority in; make an empty one, as helm upgrade does`;
  }

  async read(): Promise<StoredAuthority<JsonObject> | undefined> {
    const secret = await this.#client.find(this.#path);
    if (secret === undefined) return undefined;
    const annotations = asObject(asObject(secret['metadata'])['annotations']);
    return {
      state: this.#stateOf(asObject(secret['data'])),
      isRotationWanted: annotations[rotateAnnotation] !== undefined,
      revision: secret,
    };
  }

  async write(state: AuthorityState, revision: JsonObject): Promise<boolean> {
    const metadata = asObject(revision['metadata']);
    const { [rotateAnnotation]: _done, ...annotations } = asObject(metadata['annotations']);
    // A request stays until the authority that was asked for signs: it could be lost before.
    const isDone = state.next === undefined && state.previousPem !== undefined;
    try {
      await this.#client.call(this.#path, {
        method: 'PUT',
        query: { fieldManager: 'gracegate' },
        contentType: 'application/json',
        body: {
          ...revision,
          metadata: isDone ? { ...metadata, annotations } : metadata,
          data: dataOf(state, asObject(revision['data'])),
        },
      });
      return true;
    } catch (error) {
      if (error instanceof ApiError && error.status === 409) return false;
      throw error;
    }
  }

  onChange(listener: () => void): void {
    this.#listener = listener;
    this.#watched.start();
  }

  close(): Promise<void> {
    return this.#watched.stop();
  }

  /** Says once what is wrong, until it is something else. */
  #isUsable(key: string, authority: Authority): boolean {
    const problem = signingProblem(authority);
    if (problem !== undefined && this.#told.get(key) !== problem)
      this.#options.onUnusable(`${key}: ${problem}`);
    this.#told.set(key, problem);
    return problem === undefined;
  }

  #stateOf(data: JsonObject): AuthorityState | undefined {
    const text = (key: string): string => Buffer.from(asString(data[key]) ?? '', 'base64').toString();
    const authority = ({ certificate, key }: { certificate: string; key: string }) => ({
      certificatePem: text(certificate),
      keyPem: text(key),
    });
    const current = authority(keys.current);
    // An empty Secret is what the chart makes; nothing is wrong with it.
    if (current.certificatePem === '' && current.keyPem === '') return undefined;
    if (!this.#isUsable(keys.current.certificate, current)) return undefined;
    const next = authority(keys.next);
    const hasNext = next.certificatePem !== '' && this.#isUsable(keys.next.certificate, next);
    const previousPem = text(keys.previous);
    return {
      current,
      ...(hasNext && { next }),
      ...(previousPem !== '' && { previousPem }),
    };
  }
}

/** What is stored, beside what others keep in the same Secret. */
function dataOf({ current, next, previousPem }: AuthorityState, before: JsonObject): JsonObject {
  const ours: ReadonlySet<string> = new Set([
    ...Object.values(keys.current),
    ...Object.values(keys.next),
    keys.previous,
  ]);
  const others = Object.entries(before).filter(([key]) => !ours.has(key));
  const encode = (text: string): string => Buffer.from(text).toString('base64');
  return {
    ...Object.fromEntries(others),
    [keys.current.certificate]: encode(current.certificatePem),
    [keys.current.key]: encode(current.keyPem),
    ...(next && {
      [keys.next.certificate]: encode(next.certificatePem),
      [keys.next.key]: encode(next.keyPem),
    }),
    ...(previousPem !== undefined && { [keys.previous]: encode(previousPem) }),
  };
}
