/** The pods that are created on the real API server. */
import { cleanReview, withContainers, without, type Pod } from './reviews.ts';

/** What the API server itself adds to a pod, which nobody sends it. */
const tokenVolume = 'kube-api-access-';

/** The pod of the review as its ReplicaSet would send it; every create of it gets a name of its own. */
export async function goodPod(): Promise<Pod> {
  const { object } = (await cleanReview()).request;
  const { labels, annotations, generateName } = object.metadata;
  const pod = withContainers(object, (container) => ({
    ...container,
    volumeMounts: userDefined(container['volumeMounts']),
  }));
  return {
    apiVersion: pod.apiVersion,
    kind: pod.kind,
    metadata: { generateName, labels, annotations },
    spec: { ...pod.spec, volumes: userDefined(pod.spec['volumes']) },
  };
}

/** Pods that the policies refuse, each for one reason. */
export async function badPods(): Promise<readonly Pod[]> {
  const pod = await goodPod();
  return [
    withContainers(pod, (container) => ({ ...container, resources: {} })),
    withContainers(pod, (container) => without(container, 'readinessProbe')),
    withContainers(pod, (container) => without(container, 'livenessProbe')),
  ];
}

/** True when every container sleeps before SIGTERM and has time left after it. */
export function isPatched({ spec }: Pod): boolean {
  return (
    spec.terminationGracePeriodSeconds === 45 &&
    spec.containers.every(({ lifecycle }) => lifecycle?.preStop?.sleep?.seconds === 15)
  );
}

function userDefined(named: unknown): readonly { readonly name: string }[] {
  return (named as readonly { readonly name: string }[]).filter(({ name }) => !name.startsWith(tokenVolume));
}
