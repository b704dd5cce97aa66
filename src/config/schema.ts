/** The JSON schema of GracegateConfiguration, made of the registries so that it cannot drift from them. */
import type { Check, ParameterSchema, Parameters } from '../policy/check.ts';
import { checks } from '../policy/checks/registry.ts';
import { mutations } from '../policy/mutations/registry.ts';

export const apiVersion = 'gracegate.dev/v1alpha1';
export const kind = 'GracegateConfiguration';

/** Where editors find the schema: `# yaml-language-server: $schema=...`. */
const schemaId = 'https://gracegate.dev/schema/gracegate-configuration.v1alpha1.schema.json';

const namePattern = '^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$';
const quantityPattern = String.raw`^([0-9]+(\.[0-9]*)?|\.[0-9]+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?[0-9]+)?$`;

const strings = (description: string) => ({
  type: 'array',
  description,
  items: { type: 'string', minLength: 1 },
});

const profileName = {
  type: 'string',
  description: 'The name of a profile: baseline, strict or one of profiles.',
  pattern: namePattern,
};

function closedObject(description: string, properties: object): object {
  return { type: 'object', description, additionalProperties: false, properties };
}

function parameterSchemas(parameters: Parameters): Record<string, ParameterSchema> {
  return { ...parameters };
}

/** True for checks that look at containers, of the object itself or of the workloads that it is about. */
const asksContainers = ({ judges, needs }: Check): boolean =>
  judges === 'workloads' || needs?.includes('workloads') === true;

const checkSchemas = Object.fromEntries(
  checks.map((check) => [
    check.id,
    closedObject(`${check.title}. ${check.rationale}`, {
      action: { enum: ['deny', 'warn', 'off'], description: 'What the profile does about a violation.' },
      exemptible: {
        type: 'boolean',
        description: 'Whether the annotation gracegate.dev/exempt is honoured for this check.',
        default: false,
      },
      kinds: strings(
        'Kinds that are asked, for example Deployment; all when absent. Pods are a kind of their own.',
      ),
      selector: {
        $ref: '#/definitions/LabelSelector',
        description:
          'Only what matches is asked: pods and pod templates by the labels of the pod, other objects by their own.',
      },
      ...(asksContainers(check) && { ignoreContainers: { $ref: '#/definitions/ContainerPatterns' } }),
      ...parameterSchemas(check.parameters),
    }),
  ]),
);

const mutationSchemas = Object.fromEntries(
  mutations.map((mutation) => [
    mutation.id,
    closedObject(`${mutation.title}. ${mutation.rationale}`, {
      enabled: {
        type: 'boolean',
        description: 'false switches off what an extended profile has on.',
        default: true,
      },
      ...parameterSchemas(mutation.parameters),
    }),
  ]),
);

const resourceList = {
  type: 'object',
  description: 'Resource name to quantity, for example cpu: 100m.',
  additionalProperties: { type: ['string', 'number'], pattern: quantityPattern, minimum: 0 },
};

export const configurationSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  $id: schemaId,
  title: kind,
  description:
    'Configuration of Gracegate, the admission webhook for workloads that start, scale and stop safely.',
  type: 'object',
  required: ['apiVersion', 'kind'],
  additionalProperties: false,
  properties: {
    apiVersion: { const: apiVersion },
    kind: { const: kind },
    defaults: closedObject(
      'Profiles for namespaces that do not carry the label. They widen the namespace selectors, so the webhook must be registered again when they change.',
      { mutate: profileName, enforce: profileName, warn: profileName, audit: profileName },
    ),
    exemptions: closedObject(
      'Who and what passes without being judged. Each use is counted in a metric, but for namespaces, of which nothing is sent to Gracegate.',
      {
        usernames: strings('Exact user names, for example system:serviceaccount:backup:velero.'),
        groups: strings('Exact group names, for example oncall.'),
        // A name that no namespace can have would be refused by the API server, as a value of the selectors.
        namespaces: {
          type: 'array',
          description:
            'Exact namespace names. The namespace selectors leave them out, also while Gracegate is down, so the webhook must be registered again when they change.',
          items: { type: 'string', pattern: namePattern },
        },
        runtimeClasses: strings('Exact names of spec.runtimeClassName.'),
      },
    ),
    profiles: {
      type: 'object',
      description: 'Profiles by name. baseline and strict are built in and can be overridden.',
      propertyNames: { pattern: namePattern, not: { const: 'off' } },
      additionalProperties: { $ref: '#/definitions/Profile' },
    },
    workloads: {
      type: 'array',
      description:
        'Custom resources that make pods, such as an Argo Rollout. They add to the rules of the webhooks, so the webhook must be registered again when they change.',
      items: { $ref: '#/definitions/WorkloadKind' },
    },
  },
  definitions: {
    Profile: closedObject('A named set of mutations and checks.', {
      extends: {
        ...profileName,
        description:
          'The profile to start from. A profile called baseline or strict that extends its own name extends the built-in one.',
      },
      pods: {
        enum: ['deny', 'warn'],
        description:
          'deny: pods are refused like workloads. warn: only workloads are refused, so that the pods of a drained node come back, and those that run can be resized in place.',
        default: 'deny',
      },
      ignoreContainers: { $ref: '#/definitions/ContainerPatterns' },
      mutations: closedObject(
        'What is filled into pods on CREATE; what is not named is off.',
        mutationSchemas,
      ),
      checks: closedObject('What is asked of pods and workloads; what is not named is off.', checkSchemas),
    }),
    ContainerPatterns: closedObject(
      'Containers that checks leave alone, such as those that other webhooks inject. In these globs * stands for any characters.',
      {
        names: strings('Globs of container names, for example istio-proxy.'),
        images: strings('Globs of images, for example */linkerd/proxy:*.'),
      },
    ),
    LabelSelector: closedObject('A label selector, as in Kubernetes. An empty one matches everything.', {
      matchLabels: {
        type: 'object',
        description: 'Labels with exactly these values.',
        additionalProperties: { type: 'string' },
      },
      matchExpressions: {
        type: 'array',
        description: 'Requirements that must all be met.',
        items: {
          ...closedObject('A requirement.', {
            key: { type: 'string', description: 'The key of a label.', minLength: 1 },
            operator: { enum: ['In', 'NotIn', 'Exists', 'DoesNotExist'], description: 'What is asked.' },
            values: strings('Values for In and NotIn.'),
          }),
          required: ['key', 'operator'],
        },
      },
    }),
    WorkloadKind: {
      ...closedObject('A kind that makes pods.', {
        apiVersion: {
          type: 'string',
          description: 'Group and version, for example argoproj.io/v1alpha1.',
          pattern: String.raw`^([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?v[0-9]+((alpha|beta)[0-9]+)?$`,
        },
        kind: { type: 'string', description: 'For example Rollout.', pattern: '^[A-Za-z][A-Za-z0-9]*$' },
        resource: {
          type: 'string',
          description: 'The plural name in URLs, for example rollouts.',
          pattern: '^[a-z][-a-z0-9]*$',
        },
        templatePath: {
          type: 'string',
          description: 'Where the pod template lies, steps joined by dots.',
          pattern: String.raw`^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$`,
          default: 'spec.template',
        },
      }),
      required: ['apiVersion', 'kind', 'resource'],
    },
    LimitRangeItem: {
      ...closedObject('An item of spec.limits of a LimitRange.', {
        type: {
          enum: ['Container', 'Pod'],
          description: 'Whether the item is about each container or the pod as a whole.',
        },
        default: resourceList,
        defaultRequest: resourceList,
        min: resourceList,
        max: resourceList,
        maxLimitRequestRatio: resourceList,
      }),
      required: ['type'],
    },
  },
} as const;
