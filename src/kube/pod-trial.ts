import type { PodTrial, TrialResult } from '../audit/ports.ts';
import { asObject, asString, type JsonObject } from '../policy/json.ts';
import { ApiError, type KubeClient } from './client.ts';
import { collectionPath } from './collections.ts';

const pods = { group: '', version: 'v1', kind: 'Pod', resource: 'pods' };

/** Webhooks of others may take up to 30 s each. */
const timeoutMs = 60_000;

/** Sends pods with dryRun=All: admission runs as a whole, and nothing is made. */
export class ClusterPodTrial implements PodTrial {
  readonly #client: KubeClient;
  readonly #refusals = new Map<string, Promise<string | undefined>>();

  constructor(client: KubeClient) {
    this.#client = client;
  }

  /** Throws ApiError where there is no answer at all. */
  async try(namespace: string, pod: JsonObject): Promise<TrialResult> {
    const problem = await this.#whyNot(namespace);
    if (problem !== undefined) return { outcome: 'unknown', problem };
    const warnings: string[] = [];
    try {
      await this.#client.call(collectionPath(pods, namespace), {
        method: 'POST',
        query: { dryRun: 'All' },
        body: pod,
        contentType: 'application/json',
        timeoutMs,
        onWarning: (text) => warnings.push(text),
      });
      return { outcome: 'accepted', warnings };
    } catch (error) {
      if (!(error instanceof ApiError) || error.status === undefined) throw error;
      const message = withoutSuffix(error.said ?? error.message, pod);
      if (isVerdict(error.status)) return { outcome: 'refused', message, warnings };
      return { outcome: 'unknown', problem: `pods of ${namespace} cannot be tried: ${message}` };
    }
  }

  /**
   * Why pods of a namespace cannot be tried. Both RBAC and admission answer 403, so that who may not create pods must be told
   * apart beforehand.
   */
  #whyNot(namespace: string): Promise<string | undefined> {
    let found = this.#refusals.get(namespace);
    if (found === undefined) {
      found = this.#askWhyNot(namespace);
      this.#refusals.set(namespace, found);
    }
    return found;
  }

  async #askWhyNot(namespace: string): Promise<string | undefined> {
    const answer = await this.#client.call('/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', {
      method: 'POST',
      body: {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SelfSubjectAccessReview',
        spec: { resourceAttributes: { namespace, verb: 'create', resource: 'pods' } },
      },
      contentType: 'application/json',
      timeoutMs,
    });
    if (asObject(asObject(answer)['status'])['allowed'] === true) return undefined;
    return `pods of ${namespace} cannot be tried: you may not create pods there, which a dry run needs as well`;
  }
}

/** Forbidden and Invalid are said of the pod; the rest, as of a webhook that does not answer, is not. */
function isVerdict(status: number): boolean {
  return status === 403 || status === 422;
}

/** A refusal names the pod as it would have been called, by chance; the same audit has to say the same. */
function withoutSuffix(message: string, pod: JsonObject): string {
  const base = (asString(asObject(pod['metadata'])['generateName']) ?? '').slice(0, maxBaseLength);
  return message.replaceAll(new RegExp(`(?<=")${RegExp.escape(base)}[a-z0-9]{5}(?=")`, 'g'), `${base}*`);
}

/** staging/src/k8s.io/apiserver/pkg/storage/names/generate.go: five random characters more make 63. */
const maxBaseLength = 58;
