/**
 * The webhook configurations, as objects. `gracegate register`, the tests, the sandbox and the chart all take them from
 * here, so that there is one source of what is sent to Gracegate and what is kept from it.
 */
import type { DefaultsSpec, Mode } from '../config/spec.ts';
import { apiVersionOf, groupOf } from '../policy/objects/kube-object.ts';
import { objectKinds } from '../policy/objects/object-kinds.ts';
import { isPod, type WorkloadTable } from '../policy/objects/workload-kinds.ts';
import { labelPrefix, modeLabels, off } from '../config/namespace-labels.ts';
import { systemNamespaces } from './labels.ts';

/** Where the API server finds the webhook: a URL, or a Service in the cluster. */
export type Endpoint =
  | { readonly url: string }
  | { readonly service: { readonly namespace: string; readonly name: string; readonly port?: number } };

export interface RegistrationOptions {
  readonly endpoint: Endpoint;
  /** PEM of the CA that signs the serving certificate; undefined where a running server keeps it. */
  readonly caBundle: string | undefined;
  readonly defaults: DefaultsSpec;
  /** Namespaces that the configuration exempts. They are left out here, so that they do not wait while Gracegate is down. */
  readonly exemptNamespaces: readonly string[];
  /** What counts as a workload. */
  readonly workloads: WorkloadTable;
  /** The namespace that Gracegate runs in, which is left alone. */
  readonly ownNamespace?: string | undefined;
}

const configurationName = 'gracegate';

const managedBy = { 'app.kubernetes.io/name': 'gracegate', 'app.kubernetes.io/managed-by': 'gracegate' };

interface LabelSelectorRequirement {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
  readonly values?: readonly string[];
}

/**
 * What must always work works even while Gracegate is down, so it is kept out here and not in our code: deletion, the
 * removal of finalizers, and updates that do not touch the spec (of ReplicaSets and ReplicationControllers: the template,
 * because the Deployment controller scales old ones).
 */
const matchConditions = [
  {
    name: 'not-being-deleted',
    expression:
      "request.operation != 'UPDATE' || (!has(object.metadata.deletionTimestamp) && !has(oldObject.metadata.deletionTimestamp))",
  },
  {
    name: 'spec-changed',
    expression:
      "request.operation != 'UPDATE' || (request.resource.resource in ['replicasets', 'replicationcontrollers'] ? object.spec.template != oldObject.spec.template : !has(object.spec) || !has(oldObject.spec) || object.spec != oldObject.spec)",
  },
];

const hasOurLabel = (object: string): string =>
  `(has(${object}.metadata.labels) && ${object}.metadata.labels.exists(key, key.startsWith('${labelPrefix}')))`;

/** Namespaces that carry a label of ours, or did, and only when labels change at all. */
const namespaceConditions = [
  {
    name: 'labelled',
    expression: `${hasOurLabel('object')} || (request.operation == 'UPDATE' && ${hasOurLabel('oldObject')})`,
  },
  {
    name: 'labels-changed',
    expression:
      "request.operation != 'UPDATE' || !has(object.metadata.labels) || !has(oldObject.metadata.labels) || object.metadata.labels != oldObject.metadata.labels",
  },
];

/** The MutatingWebhookConfiguration. */
export function mutatingConfiguration(options: RegistrationOptions) {
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingWebhookConfiguration',
    metadata: { name: configurationName, labels: managedBy },
    webhooks: [
      {
        name: 'mutate.gracegate.dev',
        ...common(options, '/mutate'),
        failurePolicy: 'Fail',
        timeoutSeconds: 5,
        reinvocationPolicy: 'IfNeeded',
        rules: [rule([''], ['v1'], ['CREATE'], ['pods'])],
        namespaceSelector: { matchExpressions: [...on('mutate', options), ...leftAlone(options)] },
      },
    ],
  };
}

/** The ValidatingWebhookConfiguration. */
export function validatingConfiguration(options: RegistrationOptions) {
  const advisory = { failurePolicy: 'Ignore', timeoutSeconds: 2 };
  const enforcing = { failurePolicy: 'Fail', timeoutSeconds: 5 };
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name: configurationName, labels: managedBy },
    webhooks: [
      ...validating('enforce', [], enforcing, options),
      ...validating('warn', ['enforce'], advisory, options),
      ...validating('audit', ['enforce', 'warn'], advisory, options),
      {
        name: 'namespaces.gracegate.dev',
        ...common(options, '/namespaces'),
        ...advisory,
        rules: [{ ...rule([''], ['v1'], ['CREATE', 'UPDATE'], ['namespaces']), scope: 'Cluster' }],
        matchConditions: namespaceConditions,
      },
    ],
  };
}

/**
 * The webhooks of a mode, which is on while the modes that would serve it are off. A label selector cannot say "absent or
 * off", so each way in which those can be off is a webhook of its own, all at the same path.
 */
function validating(
  mode: Mode,
  unlessOn: readonly Mode[],
  behaviour: object,
  options: RegistrationOptions,
): object[] {
  return waysToBeOff(unlessOn, options).map(({ suffix, expressions }) => ({
    name: `${mode}${suffix}.gracegate.dev`,
    ...common(options, `/validate/${mode}`),
    ...behaviour,
    rules: judgedRules(options),
    matchConditions,
    namespaceSelector: { matchExpressions: [...on(mode, options), ...expressions, ...leftAlone(options)] },
  }));
}

interface OffCase {
  readonly suffix: string;
  readonly expressions: readonly LabelSelectorRequirement[];
}

function waysToBeOff([mode, ...rest]: readonly Mode[], options: RegistrationOptions): OffCase[] {
  if (mode === undefined) return [{ suffix: '', expressions: [] }];
  const key = modeLabels[mode];
  const labelledOff: OffCase = {
    suffix: `-${mode}-off`,
    expressions: [{ key, operator: 'In', values: [off] }],
  };
  const absent: OffCase = { suffix: '', expressions: [{ key, operator: 'DoesNotExist' }] };
  // With a default, a namespace without the label has the mode on.
  const cases = options.defaults[mode] === undefined ? [absent, labelledOff] : [labelledOff];
  return cases.flatMap((one) =>
    waysToBeOff(rest, options).map((other) => ({
      suffix: one.suffix + other.suffix,
      expressions: [...one.expressions, ...other.expressions],
    })),
  );
}

function on(mode: Mode, { defaults }: RegistrationOptions): LabelSelectorRequirement[] {
  const key = modeLabels[mode];
  // NotIn also matches namespaces without the label, which is what a default is for.
  const notOff: LabelSelectorRequirement = { key, operator: 'NotIn', values: [off] };
  return defaults[mode] === undefined ? [{ key, operator: 'Exists' }, notOff] : [notOff];
}

function leftAlone({ ownNamespace, exemptNamespaces }: RegistrationOptions): LabelSelectorRequirement[] {
  const own = ownNamespace === undefined ? [] : [ownNamespace];
  const values = new Set([...systemNamespaces, ...own, ...exemptNamespaces]);
  return [{ key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: [...values] }];
}

function common({ endpoint, caBundle }: RegistrationOptions, path: string) {
  const trusted = caBundle !== undefined && { caBundle: Buffer.from(caBundle).toString('base64') };
  const clientConfig =
    'url' in endpoint
      ? { url: `${endpoint.url.replace(/\/+$/, '')}${path}`, ...trusted }
      : { service: { ...endpoint.service, port: endpoint.service.port ?? 443, path }, ...trusted };
  return { clientConfig, sideEffects: 'None', admissionReviewVersions: ['v1'], matchPolicy: 'Equivalent' };
}

/** Pods on CREATE and their resize; everything else on CREATE and UPDATE; never DELETE, status or scale. */
function judgedRules({ workloads }: RegistrationOptions) {
  // By version as well: a rule matches each of its versions with each of its resources.
  const byApiVersion = Map.groupBy(
    [
      ...workloads.kinds.filter((kind) => !isPod({ kind })),
      ...objectKinds.filter(({ admitted }) => admitted),
    ],
    apiVersionOf,
  );
  return [
    rule([''], ['v1'], ['CREATE'], ['pods']),
    rule([''], ['v1'], ['UPDATE'], ['pods/resize']),
    ...[...byApiVersion].map(([apiVersion, kinds]) =>
      rule(
        [groupOf(apiVersion)],
        [apiVersion.slice(apiVersion.indexOf('/') + 1)],
        ['CREATE', 'UPDATE'],
        kinds.map(({ resource }) => resource),
      ),
    ),
  ];
}

function rule(apiGroups: string[], apiVersions: string[], operations: string[], resources: string[]) {
  return { apiGroups, apiVersions, operations, resources, scope: 'Namespaced' };
}
