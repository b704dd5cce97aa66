import { describe, expect, it } from 'vitest';

import { objectKind } from '../../../../src/policy/objects/object-kinds.ts';
import { objectOf } from '../../../../src/policy/objects/kube-object.ts';
import {
  isKindName,
  isSameTarget,
  scaleTarget,
  type ScaleTarget,
} from '../../../../src/policy/scaling/scale-target.ts';
import { yamlObject } from '../objects.ts';

const targetOf = (spec: string): ScaleTarget =>
  scaleTarget(objectOf(objectKind('HorizontalPodAutoscaler'), yamlObject(`spec: { ${spec} }`)));

describe('scaleTarget', () => {
  const none: ScaleTarget = { apiVersion: undefined, group: '', kind: '', name: '' };

  it.each<[string, ScaleTarget]>([
    [
      'scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web }',
      { apiVersion: 'apps/v1', group: 'apps', kind: 'Deployment', name: 'web' },
    ],
    [
      'scaleTargetRef: { apiVersion: v1, kind: ReplicationController, name: web }',
      { apiVersion: 'v1', group: '', kind: 'ReplicationController', name: 'web' },
    ],
    // Not the group apps, as one may think.
    ['scaleTargetRef: { kind: Deployment, name: web }', { ...none, kind: 'Deployment', name: 'web' }],
    ['scaleTargetRef: { apiVersion: 1, kind: [Deployment], name: null }', none],
    ['scaleTargetRef: web', none],
    ['maxReplicas: 3', none],
  ])('of %s', (spec, expected) => {
    expect(targetOf(spec)).toEqual(expected);
  });
});

describe('isKindName', () => {
  it.each([
    ['Deployment', true],
    ['deployment', true],
    ['DEPLOYMENT', false],
    ['dEPLOYMENT', false],
    ['Deployments', false],
    ['deployments', false],
    ['', false],
  ])('%j finds a Deployment: %s', (written, expected) => {
    expect(isKindName(written, 'Deployment')).toBe(expected);
  });

  it('is not symmetric: what is written may be in lower case, the kind never is', () => {
    expect(isKindName('Deployment', 'deployment')).toBe(false);
  });
});

describe('isSameTarget', () => {
  const web = 'scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web }';

  it.each([
    ['the same', web, true],
    ['another version', web.replace('v1', 'v1beta2'), true],
    ['lower case', web.replace('Deployment', 'deployment'), true],
    ['another name', web.replace('web', 'api'), false],
    ['another kind', web.replace('Deployment', 'StatefulSet'), false],
    ['upper case', web.replace('Deployment', 'DEPLOYMENT'), false],
    ['another group', web.replace('apps/', 'example.com/'), false],
    ['no apiVersion', web.replace('apiVersion: apps/v1, ', ''), false],
  ])('%s, whichever comes first', (_name, other, expected) => {
    expect(isSameTarget(targetOf(web), targetOf(other))).toBe(expected);
    expect(isSameTarget(targetOf(other), targetOf(web))).toBe(expected);
  });
});
