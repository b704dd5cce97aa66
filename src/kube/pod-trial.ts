import type { PodTrial, TrialResult } from '../audit/ports.ts';
import { asObject, asString, type JsonObject } from '../policy/json.ts';
import { ApiError, type KubeClient } from './client.ts';
import { collectionPath } from './collections.ts';
import { patiently } from './patient.ts';

const pods = { group: '', version: 'v1', kind: 'Pod', resource: 'pods' };

/** Webhooks of others may take up to 30 s each. */
const timeoutMs = 60_000;

/** Sends pods with dryRun=All: admission runs as a whole, and nothing is made. */
export class ClusterPodTrial implements PodTrial {
  readonly #client: KubeClient;
  readonly #obstacles = new Map<string, Promise<string | undefined>>();

  constructor(client: KubeClient) {
    this.#client = client;
  }

  async try(namespace: string, pod: JsonObject): Promise<TrialResult> {
    const obstacle = await this.#obstacleIn(namespace);
    if (obstacle !== undefined) return { outcome: 'unknown', problem: obstacle };
    const warnings: string[] = [];
    try {
      await patiently(() => this.#create(namespace, pod, warnings));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const message = withoutRandomName(error.said ?? error.message, pod);
      if (isVerdict(error.status, message)) return { outcome: 'refused', message, warnings };
      // The pod of a StatefulSet has a name, and may be there: admission is over when that is found out.
      if (error.status !== 409) return { outcome: 'unknown', problem: cannotTry(namespace, message) };
    }
    return { outcome: 'accepted', warnings };
  }

  async #create(namespace: string, pod: JsonObject, warnings: string[]): Promise<void> {
    warnings.length = 0;
    await this.#client.call(collectionPath(pods, namespace), {
      method: 'POST',
      query: { dryRun: 'All' },
      body: pod,
      contentType: 'application/json',
      timeoutMs,
      onWarning: (text) => warnings.push(text),
    });
  }

  /**
   * Why no pods of a namespace can be tried. Both RBAC and admission answer 403, so that who may not create pods must be
   * told apart beforehand.
   */
  #obstacleIn(namespace: string): Promise<string | undefined> {
    let found = this.#obstacles.get(namespace);
    if (found === undefined) {
      found = this.#askForObstacle(namespace);
      this.#obstacles.set(namespace, found);
    }
    return found;
  }

  async #askForObstacle(namespace: string): Promise<string | undefined> {
    try {
      const review = await patiently(() =>
        this.#client.call('/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', {
          method: 'POST',
          body: {
            apiVersion: 'authorization.k8s.io/v1',
            kind: 'SelfSubjectAccessReview',
            spec: { resourceAttributes: { namespace, verb: 'create', resource: 'pods' } },
          },
          contentType: 'application/json',
          timeoutMs,
        }),
      );
      if (asObject(asObject(review)['status'])['allowed'] === true) return undefined;
      return cannotTry(namespace, 'you may not create pods there, which a dry run needs as well');
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      // Everybody may ask that, by default; where it is not so, the answer to the pod has to say it.
      return error.status === undefined ? cannotTry(namespace, error.message) : undefined;
    }
  }
}

function cannotTry(namespace: string, reason: string): string {
  return `a pod in ${namespace} cannot be tried: ${reason}`;
}

/**
 * Whether an answer is about the pod, rather than about asking. Forbidden and Invalid are. A webhook or a policy may refuse
 * with any status, and the API server makes 400 of a webhook that gives none
 * (staging/src/k8s.io/apiserver/pkg/admission/plugin/webhook/errors/statuserror.go), so their words decide; so they do for
 * what cannot be decoded.
 */
function isVerdict(status: number | undefined, message: string): boolean {
  if (status === undefined) return false;
  return (
    status === 403 || status === 422 || /denied (?:the )?request|cannot be handled as a Pod/.test(message)
  );
}

/** staging/src/k8s.io/apiserver/pkg/storage/names/generate.go: five random characters more make 63. */
const maxBaseLength = 58;

/** A refusal names the pod as it would have been called, by chance; the same audit has to say the same. */
function withoutRandomName(message: string, pod: JsonObject): string {
  const generateName = asString(asObject(pod['metadata'])['generateName']);
  if (generateName === undefined) return message;
  const base = generateName.slice(0, maxBaseLength);
  const random = new RegExp(`(?<![a-z0-9.-])${RegExp.escape(base)}[a-z0-9]{5}(?![a-z0-9-])`, 'g');
  return message.replaceAll(random, `${base}*`);
}
