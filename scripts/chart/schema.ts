/** The schema of the chart's values: types and bounds from here, descriptions from the comments of values.yaml. */
import { configurationSchema } from '../../src/config/schema.ts';
import type { ChartValue } from './values.ts';

const text = { type: 'string' };
const flag = { type: 'boolean' };
const port = { type: 'integer', minimum: 1, maximum: 65_535 };
/** The container runs as a user that may not open the ports below. */
const containerPort = { ...port, minimum: 1024 };
/** Values of labels and annotations are strings, which a bare `true` or `1` in YAML is not. */
const stringMap = { type: 'object', additionalProperties: text };
/** What goes into a pod as it is, and what the API server judges. */
const object = { type: 'object' };
const objects = { type: 'array', items: object };
const objectName = {
  type: 'string',
  maxLength: 253,
  pattern: String.raw`^([a-z0-9]([-a-z0-9.]*[a-z0-9])?)?$`,
};
const releaseName = { type: 'string', maxLength: 52, pattern: String.raw`^([a-z]([-a-z0-9]*[a-z0-9])?)?$` };
/** As flags of `gracegate serve` take it. */
const duration = { type: 'string', pattern: String.raw`^[1-9][0-9]{0,8}[smhd]$` };
/** As cert-manager takes it: a duration of Go. */
const goDuration = { type: 'string', pattern: String.raw`^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$` };

/** By the path of the value. */
const constraints: Readonly<Record<string, object>> = {
  replicaCount: { type: 'integer', minimum: 1 },
  'image.repository': { type: 'string', minLength: 1 },
  'image.tag': { type: 'string', pattern: String.raw`^([A-Za-z0-9_][-A-Za-z0-9_.]{0,127})?$` },
  'image.digest': { type: 'string', pattern: '^(sha256:[a-f0-9]{64})?$' },
  'image.pullPolicy': { enum: ['Always', 'IfNotPresent', 'Never'] },
  'image.pullSecrets': {
    type: 'array',
    items: {
      type: 'object',
      required: ['name'],
      additionalProperties: false,
      properties: { name: objectName },
    },
  },
  nameOverride: releaseName,
  fullnameOverride: releaseName,
  commonLabels: stringMap,
  'certificates.mode': { enum: ['self-managed', 'cert-manager', 'files'] },
  'certificates.selfManaged.authorityLifetime': duration,
  'certificates.selfManaged.certificateLifetime': duration,
  'certificates.selfManaged.rotationOverlap': duration,
  'certificates.certManager.issuerRef': {
    type: 'object',
    additionalProperties: false,
    properties: { name: { type: 'string', minLength: 1 }, kind: text, group: text },
    dependencies: { kind: ['name'], group: ['name'] },
  },
  'certificates.certManager.authorityDuration': goDuration,
  'certificates.certManager.duration': goDuration,
  'certificates.certManager.renewBefore': goDuration,
  'certificates.files.secretName': objectName,
  'clientVerification.enabled': flag,
  'clientVerification.configMapName': objectName,
  'clientVerification.key': { type: 'string', pattern: '^[-._a-zA-Z0-9]+$' },
  // A comma parts the names on the command line.
  'clientVerification.names': { type: 'array', items: { type: 'string', pattern: '^[^,]+$' } },
  logLevel: { enum: ['debug', 'info', 'warn', 'error'] },
  preStopSleepSeconds: { type: 'integer', minimum: 1, maximum: 300 },
  lameDuckSeconds: { type: 'integer', minimum: 6, maximum: 300 },
  connectionAge: duration,
  extraArgs: { type: 'array', items: text },
  extraEnv: { type: 'array', items: { type: 'object', required: ['name'] } },
  'ports.webhook': containerPort,
  'ports.health': containerPort,
  hostNetwork: flag,
  dnsPolicy: { enum: ['', 'ClusterFirst', 'ClusterFirstWithHostNet', 'Default'] },
  'service.port': port,
  'service.annotations': stringMap,
  'serviceAccount.create': flag,
  'serviceAccount.name': objectName,
  'serviceAccount.annotations': stringMap,
  resources: object,
  priorityClassName: objectName,
  systemPriorityQuota: flag,
  podLabels: stringMap,
  podAnnotations: stringMap,
  nodeSelector: stringMap,
  tolerations: objects,
  affinity: object,
  topologySpreadConstraints: objects,
  'podDisruptionBudget.enabled': flag,
  'networkPolicy.enabled': flag,
  'networkPolicy.webhookFrom': objects,
  'networkPolicy.healthFrom': objects,
  'networkPolicy.apiServerTo': objects,
  'networkPolicy.apiServerPorts': { type: 'array', minItems: 1, items: port },
  'audit.enabled': flag,
  'audit.schedule': {
    type: 'string',
    pattern: String.raw`^(@(yearly|annually|monthly|weekly|daily|midnight|hourly)|\S+( \S+){4})$`,
  },
  'audit.alertAfterDays': { type: 'number', exclusiveMinimum: 0 },
  'audit.timeZone': { type: 'string', pattern: '^([A-Za-z][-+A-Za-z0-9_/]*)?$' },
  'audit.profile': { type: 'string', pattern: '^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$' },
  'audit.policyReports': flag,
  'audit.metrics': flag,
  'audit.secrets': flag,
  'audit.resources': object,
  'audit.podAnnotations': stringMap,
  'audit.affinity': object,
  'audit.activeDeadlineSeconds': { type: 'integer', minimum: 1 },
  'audit.successfulJobsHistoryLimit': { type: 'integer', minimum: 0 },
  'audit.failedJobsHistoryLimit': { type: 'integer', minimum: 0 },
  'monitoring.serviceMonitor.enabled': flag,
  'monitoring.serviceMonitor.interval': duration,
  'monitoring.serviceMonitor.labels': stringMap,
  'monitoring.prometheusRule.enabled': flag,
  'monitoring.prometheusRule.labels': stringMap,
  'monitoring.dashboard.enabled': flag,
  'monitoring.dashboard.labels': stringMap,
  'monitoring.dashboard.annotations': stringMap,
};

interface ObjectSchema {
  readonly type: 'object';
  readonly additionalProperties: false;
  readonly required: string[];
  readonly properties: Record<string, object>;
}

const closedObject = (): ObjectSchema => ({
  type: 'object',
  additionalProperties: false,
  required: [],
  properties: {},
});

/** Throws when the bounds above and values.yaml do not name the same values. */
export function chartSchema(values: readonly ChartValue[]): object {
  const root = closedObject();
  const unused = new Set(Object.keys(constraints));
  for (const { path, description, defaultValue } of values) {
    const key = path.join('.');
    const schema = key === 'configuration' ? configuration() : constraints[key];
    if (schema === undefined)
      throw new Error(`${key} of values.yaml has no schema in scripts/chart/schema.ts`);
    unused.delete(key);
    place(root, path, { description, default: defaultValue, ...schema }, mayBeNull(defaultValue));
  }
  if (unused.size > 0) throw new Error(`values.yaml lacks ${[...unused].join(', ')}`);
  // Helm gives `global` to a chart that another chart depends on.
  root.properties['global'] = { type: 'object' };
  return {
    $schema: configurationSchema.$schema,
    title: 'Values of the Gracegate chart',
    ...root,
    definitions: configurationSchema.definitions,
  };
}

/** Helm takes a value away that is set to null. Templates take what is not there for empty, which not every value may be. */
function mayBeNull(defaultValue: unknown): boolean {
  if (Array.isArray(defaultValue)) return defaultValue.length === 0;
  return defaultValue === '' || typeof defaultValue === 'object';
}

function place(root: ObjectSchema, path: readonly string[], schema: object, isOptional: boolean): void {
  let parent = root;
  for (const key of path.slice(0, -1)) {
    if (parent.properties[key] === undefined) {
      parent.properties[key] = closedObject();
      parent.required.push(key);
    }
    parent = parent.properties[key] as ObjectSchema;
  }
  const key = path.at(-1) ?? '';
  parent.properties[key] = schema;
  if (!isOptional) parent.required.push(key);
}

/** The published schema, whose definitions lie at the root; apiVersion and kind are the chart's to write. */
function configuration(): object {
  const { type, additionalProperties, properties } = configurationSchema;
  return { type, additionalProperties, properties };
}
