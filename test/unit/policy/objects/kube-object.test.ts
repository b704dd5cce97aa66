import { describe, expect, it } from 'vitest';

import {
  annotationsOf,
  apiVersionOf,
  groupOf,
  labelsOf,
  objectOf,
  specOf,
} from '../../../../src/policy/objects/kube-object.ts';
import { objectKind } from '../../../../src/policy/objects/object-kinds.ts';
import { yamlObject } from '../objects.ts';

const service = objectKind('Service');

describe('an apiVersion', () => {
  it.each([
    ['', 'v1', 'v1'],
    ['apps', 'v1', 'apps/v1'],
    ['autoscaling.k8s.io', 'v1beta2', 'autoscaling.k8s.io/v1beta2'],
  ])('of group %j and version %s is %s, and gives the group back', (group, version, apiVersion) => {
    expect(apiVersionOf({ group, version })).toBe(apiVersion);
    expect(groupOf(apiVersion)).toBe(group);
  });

  it.each([
    ['', ''],
    ['apps/', 'apps'],
    ['/v1', ''],
    ['a/b/c', 'a'],
  ])('%j is in the group %j', (apiVersion, group) => {
    expect(groupOf(apiVersion)).toBe(group);
  });
});

describe('objectOf', () => {
  it.each<[string, { namespace: string | undefined; name: string }]>([
    ['metadata: { name: web, namespace: shop }', { namespace: 'shop', name: 'web' }],
    ['metadata: { name: web }', { namespace: undefined, name: 'web' }],
    ['metadata: { generateName: web- }', { namespace: undefined, name: 'web-*' }],
    ['metadata: { name: web-1, generateName: web- }', { namespace: undefined, name: 'web-1' }],
    ['metadata: { name: 7, namespace: [shop], generateName: {} }', { namespace: undefined, name: '' }],
    ['metadata: [web]', { namespace: undefined, name: '' }],
    ['spec: {}', { namespace: undefined, name: '' }],
  ])('names by %s', (text, expected) => {
    const object = yamlObject(text);
    expect(objectOf(service, object)).toEqual({ kind: service, object, ...expected });
  });
});

describe('labels, annotations and spec', () => {
  const parts = (text: string) => {
    const object = objectOf(service, yamlObject(text));
    return [labelsOf(object), annotationsOf(object), specOf(object)];
  };

  it('are those of the object itself', () => {
    const text = 'metadata: { labels: { a: b }, annotations: { c: d } }\nspec: { e: f }';
    expect(parts(text)).toEqual([{ a: 'b' }, { c: 'd' }, { e: 'f' }]);
  });

  it.each(['kind: Service', 'metadata: { labels: [a], annotations: null }\nspec: text', 'metadata: 1'])(
    'are empty where there are none: %j',
    (text) => {
      expect(parts(text)).toEqual([{}, {}, {}]);
    },
  );
});
