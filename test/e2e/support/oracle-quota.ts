/** Asks the real ResourceQuota admission plugin about a pod. */
import { isDeepStrictEqual } from 'node:util';
import { list, uniqueName } from './cluster.ts';
import { eventually } from './eventually.ts';
import { create, oracleCreate, remove, type Manifest } from './oracle-create.ts';

/** Makes a ResourceQuota and waits until it is enforced; `more` are further fields of its spec, such as `scopes`. */
export async function createQuota(
  namespace: string,
  name: string,
  hard: Readonly<Record<string, string>>,
  more: object = {},
): Promise<void> {
  const quota = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name }, spec: { hard, ...more } };
  await create(namespace, quota);
  await waitUntilEnforced(namespace);
}

/**
 * What is enforced is `status.hard`, as the API server's cache has it. The controller computes the one; the other is
 * up to date when a quota that was made after it has its effect, because a cache sees changes in their order.
 */
async function waitUntilEnforced(namespace: string): Promise<void> {
  await eventually(`the quotas of ${namespace} to be computed`, async () => {
    const all = await list(`/api/v1/namespaces/${namespace}/resourcequotas`);
    return all.every(({ spec, status }) => isDeepStrictEqual(spec.hard, status.hard));
  });
  const name = uniqueName('marker');
  const marker = {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name },
    spec: { hard: { 'count/podtemplates': '0' } },
  };
  const template = {
    apiVersion: 'v1',
    kind: 'PodTemplate',
    metadata: { name },
    template: { spec: { containers: [{ name: 'app', image: 'app' }] } },
  };
  await create(namespace, marker);
  await eventually(`the quotas of ${namespace} to be enforced`, async () => {
    return (await oracleCreate(namespace, template)).message.includes(`exceeded quota: ${name}`);
  });
  await remove(namespace, marker);
}

export interface QuotaVerdict {
  readonly accepted: boolean;
  /** Without `pods "name" is forbidden: `; empty when the pod was accepted. */
  readonly message: string;
  /** The quota that the message names. When several refuse a pod, the server picks one at random. */
  readonly quota: string | undefined;
  /** By resource: the containers that `must specify` it. */
  readonly missing: Readonly<Record<string, readonly string[]>>;
  /** By resource, of `exceeded quota`. */
  readonly exceeded: Readonly<Record<string, Excess>>;
}

export interface Excess {
  readonly requested: string;
  readonly used: string;
  readonly limited: string;
}

/** Whether the quotas of a namespace take a pod, as a dry run. Other refusals are errors: the test is wrong. */
export async function oracleQuota(namespace: string, pod: Manifest): Promise<QuotaVerdict> {
  const { accepted, status, message } = await oracleCreate(namespace, pod);
  if (accepted) return { accepted, message, quota: undefined, missing: {}, exceeded: {} };
  const own = message.replace(/^.*? is forbidden: /, '');
  const quota = /^(?:failed|exceeded) quota: ([^:,]+)/.exec(own)?.[1];
  if (status !== 403 || quota === undefined) throw new Error(message);
  return { accepted, message: own, quota, missing: missingOf(own), exceeded: exceededOf(own) };
}

function missingOf(message: string): Record<string, string[]> {
  const text = /must specify (.+)$/.exec(message)?.[1];
  const parts = text?.split('; ').map((part) => part.split(' for: ')) ?? [];
  return Object.fromEntries(parts.map(([resource = '', names = '']) => [resource, names.split(',')]));
}

function exceededOf(message: string): Record<string, Excess> {
  const found = /, requested: (.+), used: (.+), limited: (.+)$/.exec(message);
  if (found === null) return {};
  const [requested = {}, used = {}, limited = {}] = found.slice(1).map(amountsOf);
  return Object.fromEntries(
    Object.entries(requested).map(([resource, amount]) => [
      resource,
      { requested: amount, used: used[resource] ?? '', limited: limited[resource] ?? '' },
    ]),
  );
}

function amountsOf(text: string): Record<string, string> {
  return Object.fromEntries(text.split(',').map((pair) => pair.split('=') as [string, string]));
}
