import type { ContainerPatternsSpec, ProfileSpec } from './spec.ts';

/**
 * Containers that well-known webhooks inject after an author's template was accepted. Nobody who writes a manifest can fix
 * them, and refusing them would refuse the pods of a template that passed.
 */
export const injectedContainers: ContainerPatternsSpec = {
  names: [
    'istio-proxy',
    'istio-init',
    'istio-validation',
    'linkerd-proxy',
    'linkerd-init',
    'linkerd-network-validator',
    'kuma-sidecar',
    'kuma-init',
    'consul-dataplane',
    'consul-connect-inject-init',
    'vault-agent',
    'vault-agent-init',
    'daprd',
    'cloud-sql-proxy',
    'datadog-init-apm-inject',
    'datadog-lib-*-init',
    'opentelemetry-auto-instrumentation*',
    'otc-container',
    'aws-guardduty-agent',
    'xray-daemon',
  ],
};

const mutations: ProfileSpec['mutations'] = {
  // Only the memory request: a guessed CPU request makes an HPA scale wrongly, and a guessed memory limit kills what ran
  // well yesterday.
  'limit-range': { limits: [{ type: 'Container', defaultRequest: { memory: '128Mi' } }] },
  'pre-stop-sleep': { seconds: 15, containers: 'all', method: 'sleep' },
  'grace-period': { drainSeconds: 30, maxSeconds: 600 },
};

/** The built-in profiles. A golden test holds them: a new check enters as `warn`, and denies only with a new apiVersion. */
export const builtinProfiles: Readonly<Record<string, ProfileSpec>> = {
  baseline: {
    pods: 'deny',
    ignoreContainers: injectedContainers,
    mutations,
    checks: {
      'cpu-request': { action: 'deny' },
      'memory-request': { action: 'warn' },
      'limit-range': { action: 'warn' },
      'readiness-probe': { action: 'deny', exemptible: true },
      'liveness-probe': { action: 'deny', exemptible: true },
      'grace-period': { action: 'deny' },
    },
  },
  strict: {
    pods: 'deny',
    ignoreContainers: injectedContainers,
    mutations,
    checks: {
      'cpu-request': { action: 'deny' },
      'memory-request': { action: 'deny' },
      'limit-range': { action: 'deny' },
      'readiness-probe': { action: 'deny' },
      'liveness-probe': { action: 'deny' },
      'grace-period': { action: 'deny' },
    },
  },
};
