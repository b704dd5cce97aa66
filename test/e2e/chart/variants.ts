/** The ways to install that every test of the rendered chart goes through. */

const rollouts = {
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'Rollout',
  resource: 'rollouts',
};

/** Values by name. */
export const variants: Readonly<Record<string, object>> = {
  default: {},
  'cert-manager': { certificates: { mode: 'cert-manager' } },
  'cert-manager-issuer': {
    certificates: {
      mode: 'cert-manager',
      certManager: { issuerRef: { name: 'company', kind: 'ClusterIssuer', group: 'cert-manager.io' } },
    },
  },
  files: { certificates: { mode: 'files', files: { secretName: 'gracegate-certificates' } } },
  'host-network': { hostNetwork: true, ports: { webhook: 9443, health: 9080 } },
  audit: { audit: { enabled: true, policyReports: true } },
  'audit-alone': {
    // Its numbers are all that a replica may read in its own namespace.
    certificates: { mode: 'cert-manager' },
    fullnameOverride: 'a-name-as-long-as-one-may-be-and-that-is-then-cut-so',
    podLabels: { tier: 'control' },
    configuration: { profiles: { shop: { extends: 'baseline' } }, workloads: [rollouts] },
    nodeSelector: { 'kubernetes.io/os': 'linux' },
    tolerations: [{ key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' }],
    audit: {
      enabled: true,
      schedule: '@hourly',
      timeZone: 'Europe/Berlin',
      profile: 'shop',
      secrets: true,
      resources: { requests: { cpu: '1', memory: '1Gi' }, limits: { memory: '4Gi' } },
      activeDeadlineSeconds: 600,
      successfulJobsHistoryLimit: 0,
      failedJobsHistoryLimit: 1,
    },
  },
  everything: {
    replicaCount: 3,
    image: {
      repository: 'registry.example.com/gracegate',
      digest: `sha256:${'0123456789abcdef'.repeat(4)}`,
      pullSecrets: [{ name: 'registry' }],
    },
    fullnameOverride: 'pod-gate',
    commonLabels: { team: 'platform' },
    configuration: {
      defaults: { mutate: 'baseline', enforce: 'shop', warn: 'strict' },
      exemptions: { groups: ['oncall'], namespaces: ['calico-system', '42'] },
      profiles: { shop: { extends: 'baseline', checks: { 'memory-request': { action: 'deny' } } } },
      workloads: [rollouts],
    },
    clientVerification: {
      enabled: true,
      configMapName: 'api-server-ca',
      names: ['api-server', 'front-proxy'],
    },
    logLevel: 'debug',
    extraArgs: ['--host=0.0.0.0'],
    extraEnv: [{ name: 'TZ', value: 'UTC' }],
    service: { port: 8443, annotations: { 'example.com/owner': 'platform' } },
    serviceAccount: { annotations: { 'example.com/role': 'gate' } },
    systemPriorityQuota: true,
    podLabels: { tier: 'control' },
    podAnnotations: { 'example.com/scrape': 'true' },
    nodeSelector: { 'kubernetes.io/os': 'linux' },
    tolerations: [{ key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' }],
    affinity: {
      nodeAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [
          {
            weight: 1,
            preference: { matchExpressions: [{ key: 'pool', operator: 'In', values: ['system'] }] },
          },
        ],
      },
    },
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: 'kubernetes.io/hostname',
        whenUnsatisfiable: 'DoNotSchedule',
        labelSelector: { matchLabels: { 'app.kubernetes.io/name': 'gracegate' } },
      },
    ],
    networkPolicy: {
      webhookFrom: [{ ipBlock: { cidr: '10.0.0.0/8' } }],
      healthFrom: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } }],
      apiServerTo: [{ ipBlock: { cidr: '10.0.0.1/32' } }],
      apiServerPorts: [6443],
    },
    monitoring: {
      serviceMonitor: { enabled: true, labels: { release: 'prometheus' } },
      prometheusRule: { enabled: true, labels: { release: 'prometheus' } },
      dashboard: { enabled: true, annotations: { grafana_folder: 'Platform' } },
    },
  },
};
