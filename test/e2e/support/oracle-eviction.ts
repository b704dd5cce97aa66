/** Asks the real eviction API about pods that, without a kubelet, are made Ready by their status. */
import { list, request, waitForPods, type KubeObject } from './cluster.ts';
import { eventually } from './eventually.ts';

export interface Readiness {
  readonly isReady?: boolean;
  /** How long ago the pod started, and was last seen to change its readiness. The autoscaler ignores newcomers. */
  readonly ageSeconds?: number;
}

/** What a kubelet would report of a running pod. A Pending one may always be evicted, whatever its budget says. */
export async function makeReady(
  namespace: string,
  name: string,
  { isReady = true, ageSeconds = 600 }: Readiness = {},
): Promise<void> {
  const startTime = new Date(Date.now() - ageSeconds * 1000).toISOString().replace(/\.\d+Z$/, 'Z');
  const ready = { type: 'Ready', status: isReady ? 'True' : 'False', lastTransitionTime: startTime };
  const { status, body } = await request(
    'PATCH',
    `/api/v1/namespaces/${namespace}/pods/${name}/status`,
    { status: { phase: 'Running', startTime, conditions: [ready] } },
    { 'content-type': 'application/strategic-merge-patch+json' },
  );
  if (status !== 200) throw new Error(`status of pod ${name}: ${JSON.stringify(body)}`);
}

/** Waits for the pods of a namespace and makes them all Ready. */
export async function makeAllReady(namespace: string, wanted: number): Promise<readonly string[]> {
  const names = (await waitForPods(namespace, wanted)).map(({ metadata }) => metadata.name);
  for (const name of names) await makeReady(namespace, name);
  return names;
}

export interface Eviction {
  /** 201: allowed. 429: its budget does not allow it, or was not computed. 500: the pod has several budgets. */
  readonly status: number;
  readonly allowed: boolean;
  readonly message: string;
  /** Of a 429: what the budget needs and has. */
  readonly cause: string;
}

interface StatusBody {
  readonly message?: string;
  readonly details?: { readonly causes?: readonly { readonly message: string }[] };
}

/** Whether a pod could be evicted now, as a dry run, once the disruption controller knows the state of its pods. */
export async function oracleEviction(namespace: string, pod: string): Promise<Eviction> {
  await waitForBudgets(namespace);
  const { status, body } = await request<StatusBody>(
    'POST',
    `/api/v1/namespaces/${namespace}/pods/${pod}/eviction?dryRun=All`,
    { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: pod, namespace } },
  );
  return {
    status,
    allowed: status === 201,
    message: body.message ?? '',
    cause: body.details?.causes?.[0]?.message ?? '',
  };
}

export interface BudgetStatus {
  readonly disruptionsAllowed: number;
  readonly currentHealthy: number;
  readonly desiredHealthy: number;
  readonly expectedPods: number;
  /** Of the condition DisruptionAllowed. */
  readonly reason: string;
  readonly message: string;
}

/** What the disruption controller made of a PodDisruptionBudget. */
export async function oracleBudget(namespace: string, name: string): Promise<BudgetStatus> {
  await waitForBudgets(namespace);
  const { body } = await request<KubeObject>('GET', `${budgetsOf(namespace)}/${name}`);
  const { disruptionsAllowed, currentHealthy, desiredHealthy, expectedPods } = body.status;
  const { reason, message } = conditionOf(body);
  return { disruptionsAllowed, currentHealthy, desiredHealthy, expectedPods, reason, message };
}

function budgetsOf(namespace: string): string {
  return `/apis/policy/v1/namespaces/${namespace}/poddisruptionbudgets`;
}

async function waitForBudgets(namespace: string): Promise<void> {
  await eventually(`the budgets of ${namespace} to be computed`, async () => {
    for (const budget of await list(budgetsOf(namespace)))
      if (!(await isComputed(namespace, budget))) return false;
    return true;
  });
}

async function isComputed(namespace: string, budget: KubeObject): Promise<boolean> {
  // Final, and never observed: DaemonSets and Jobs have no scale. Other failures pass when the controller's caches fill.
  if (conditionOf(budget).message.includes('does not implement the scale subresource')) return true;
  const { status, spec } = budget;
  const { generation } = budget.metadata as { readonly generation?: number };
  if (status?.observedGeneration !== generation) return false;
  if (conditionOf(budget).reason === 'SyncFailed') return false;
  return status.currentHealthy === (await countReady(namespace, spec.selector));
}

interface Condition {
  readonly type: string;
  readonly reason: string;
  readonly message: string;
}

function conditionOf(budget: KubeObject): Condition {
  const conditions: readonly Condition[] = budget.status?.conditions ?? [];
  return conditions.find(({ type }) => type === 'DisruptionAllowed') ?? { type: '', reason: '', message: '' };
}

interface Selector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values?: readonly string[];
  }[];
}

async function countReady(namespace: string, selector: Selector | null | undefined): Promise<number> {
  if (selector === undefined || selector === null) return 0;
  const query = encodeURIComponent(queryOf(selector));
  const found = await list(`/api/v1/namespaces/${namespace}/pods?labelSelector=${query}`);
  return found.filter(({ metadata, status }) => {
    const conditions: readonly { type: string; status: string }[] = status.conditions ?? [];
    const isReady = conditions.some((one) => one.type === 'Ready' && one.status === 'True');
    return isReady && !('deletionTimestamp' in metadata);
  }).length;
}

/** A selector as a query parameter has it. */
function queryOf({ matchLabels = {}, matchExpressions = [] }: Selector): string {
  const equalities = Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`);
  const expressions = matchExpressions.map(({ key, operator, values = [] }) => {
    if (operator === 'Exists') return key;
    if (operator === 'DoesNotExist') return `!${key}`;
    return `${key} ${operator.toLowerCase()} (${values.join(',')})`;
  });
  return [...equalities, ...expressions].join(',');
}
