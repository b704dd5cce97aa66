/** Asks the real HorizontalPodAutoscaler controller what it can do with an object. */
import { list, request, type KubeObject } from './cluster.ts';
import { eventually } from './eventually.ts';
import { pathOf, type Manifest } from './oracle-create.ts';

/**
 * The controller looks at an object every 15 s unless it is told otherwise, before 1.37 for the first time too, and
 * learns of new kinds every 30 s.
 */
const patienceMs = 100_000;

export interface Condition {
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
}

/** By type: AbleToScale, ScalingActive, ScalingLimited. */
export type Conditions = Readonly<Record<string, Condition>>;

/**
 * The conditions of a HorizontalPodAutoscaler once the controller has come to a verdict.
 *
 * @param isExpected for a verdict that takes more than one look, such as that of two objects with one target
 */
export async function oracleHpa(
  namespace: string,
  name: string,
  isExpected: (conditions: Conditions) => boolean = isVerdict,
): Promise<Conditions> {
  let found: Conditions = {};
  try {
    await eventually(
      `the verdict on HorizontalPodAutoscaler ${name}`,
      async () => {
        const path = `${pathOf(namespace, 'autoscaling/v2', 'HorizontalPodAutoscaler')}/${name}`;
        const { body } = await request<KubeObject>('GET', path);
        found = conditionsOf(body);
        return isExpected(found);
      },
      patienceMs,
    );
  } catch (error) {
    throw new Error(`last seen: ${JSON.stringify(found)}`, { cause: error });
  }
  return found;
}

/** The conditions of all HorizontalPodAutoscalers of a namespace, by name, once the controller has a verdict on each. */
export async function oracleHpas(namespace: string): Promise<ReadonlyMap<string, Conditions>> {
  const path = pathOf(namespace, 'autoscaling/v2', 'HorizontalPodAutoscaler');
  let found = new Map<string, Conditions>();
  await eventually(
    `the verdicts on the HorizontalPodAutoscalers of ${namespace}`,
    async () => {
      found = new Map((await list(path)).map((one) => [one.metadata.name, conditionsOf(one)]));
      return [...found.values()].every(isVerdict);
    },
    patienceMs,
  );
  return found;
}

/** So that the controller does not look at them, second by second, while other tests run. */
export async function removeHpas(namespace: string): Promise<void> {
  await request('DELETE', pathOf(namespace, 'autoscaling/v2', 'HorizontalPodAutoscaler'));
}

/** Without a scale nothing follows. With one the metrics do, unless it was out of bounds and had to be changed first. */
function isVerdict({ AbleToScale: scale, ScalingActive: active }: Conditions): boolean {
  return scale?.status === 'False' || scale?.reason === 'SucceededRescale' || active !== undefined;
}

function conditionsOf({ status }: KubeObject): Conditions {
  const conditions: readonly (Condition & { readonly type: string })[] = status?.conditions ?? [];
  return Object.fromEntries(conditions.map(({ type, ...rest }) => [type, rest]));
}

export interface HpaOptions {
  readonly minReplicas?: number;
  readonly maxReplicas?: number;
  readonly metrics?: readonly object[];
}

/** An object with the name of its target. Its metric, if none is said, is cpu at 80 % of the requests. */
export function hpa(
  name: string,
  target: Readonly<Record<string, string>>,
  { maxReplicas = 3, ...rest }: HpaOptions = {},
): Manifest {
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name },
    spec: { scaleTargetRef: target, maxReplicas, ...rest },
  };
}
