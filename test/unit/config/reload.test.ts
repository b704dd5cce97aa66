import { describe, expect, it } from 'vitest';

import { reloadObjection } from '../../../src/config/reload.ts';
import { configured } from './configurations.ts';

const registerAgain =
  'the namespace selectors of the webhooks follow it, so register them again and restart instead';
const otherRules =
  'workloads changes: the rules of the webhooks follow it, so register them again and restart instead';
const rollout = '{ apiVersion: argoproj.io/v1alpha1, kind: Rollout, resource: rollouts }';

describe('reloadObjection', () => {
  const none = new Map<string, string>();

  it.each<[string, string, string, ReadonlyMap<string, string>, string | undefined]>([
    ['the same', 'defaults: { warn: strict }', 'defaults: { warn: strict }', none, undefined],
    [
      'another profile for everybody',
      'defaults: { enforce: baseline }',
      'defaults: { enforce: strict }',
      none,
      `defaults.enforce changes from baseline to strict: ${registerAgain}`,
    ],
    [
      'a new default',
      '',
      'defaults: { mutate: baseline }',
      none,
      `defaults.mutate changes from nothing to baseline: ${registerAgain}`,
    ],
    [
      'a default that is gone',
      'defaults: { audit: strict }',
      '',
      none,
      `defaults.audit changes from strict to nothing: ${registerAgain}`,
    ],
    [
      'a profile that is gone and that a namespace names',
      'profiles: { team: {} }',
      '',
      new Map([['team', 'shop']]),
      'profile team is gone, but namespace shop still names it: change the label of the namespace first',
    ],
    [
      'a profile that is gone and that nobody names',
      'profiles: { team: {} }',
      '',
      new Map([['strict', 'shop']]),
      undefined,
    ],
    ['a profile that a namespace names and that never was', '', '', new Map([['typo', 'shop']]), undefined],
    ['a profile that is new', '', 'profiles: { team: {} }', new Map([['team', 'shop']]), undefined],
    [
      'a profile that says something else',
      'profiles: { team: {} }',
      'profiles: { team: { pods: warn } }',
      new Map([['team', 'shop']]),
      undefined,
    ],
    ['a workload that is new', '', `workloads: [${rollout}]`, none, otherRules],
    ['a workload that is gone', `workloads: [${rollout}]`, '', none, otherRules],
    [
      'a workload whose template lies elsewhere',
      `workloads: [${rollout}]`,
      `workloads: [${rollout.replace(' }', ', templatePath: spec.pod }')}]`,
      none,
      otherRules,
    ],
    [
      'the same workloads, one of them with its default written out',
      `workloads: [${rollout}]`,
      `workloads: [${rollout.replace(' }', ', templatePath: spec.template }')}]`,
      none,
      undefined,
    ],
    ['exemptions', '', 'exemptions: { groups: [oncall] }', none, undefined],
    [
      'a namespace that is exempt now, and one that is no more',
      'exemptions: { namespaces: [legacy, infra] }',
      'exemptions: { namespaces: [infra, calico-system] }',
      none,
      `exemptions.namespaces changes by legacy, calico-system: ${registerAgain}`,
    ],
    [
      'the same exempt namespaces in another order',
      'exemptions: { namespaces: [legacy, infra] }',
      'exemptions: { namespaces: [infra, legacy, infra] }',
      none,
      undefined,
    ],
  ])('to %s', (_name, running, next, inUse, objection) => {
    expect(reloadObjection(configured(running), configured(next), inUse)).toBe(objection);
  });
});
