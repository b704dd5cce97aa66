import { describe, expect, it } from 'vitest';

import { writtenReplicas } from '../../../../src/policy/scaling/written-replicas.ts';
import { yamlObject } from '../objects.ts';

const replicasOf = (text: string): number | undefined => writtenReplicas({ object: yamlObject(text) });

const lastApplied = (text: string): string =>
  `{ metadata: { uid: u, annotations: { kubectl.kubernetes.io/last-applied-configuration: '${text}' } }, spec: { replicas: 9 } }`;

const managed = (entry: string): string =>
  `{ metadata: { uid: u, managedFields: [{ ${entry} }] }, spec: { replicas: 9 } }`;

const owned = 'fieldsV1: { "f:spec": { "f:replicas": {} } }';

describe('the replicas that stand in a manifest', () => {
  it.each([
    ['of a file', '{ metadata: { name: web }, spec: { replicas: 3 } }', 3],
    ['of a file without', '{ metadata: { name: web }, spec: {} }', undefined],
    ['of a file with something else', '{ spec: { replicas: many } }', undefined],
    ['of a server that nobody applied', '{ metadata: { uid: u }, spec: { replicas: 3 } }', undefined],
    ['of kubectl apply', lastApplied('{"spec":{"replicas":2}}'), 2],
    ['of kubectl apply without', lastApplied('{"spec":{}}'), undefined],
    ['of an annotation that is no JSON', lastApplied('{'), undefined],
    ['of an annotation that is no object', lastApplied('[1]'), undefined],
    ['of a server-side apply', managed(`operation: Apply, ${owned}`), 9],
    ['of an update', managed(`operation: Update, ${owned}`), undefined],
    ['of the scale subresource', managed(`operation: Apply, subresource: scale, ${owned}`), undefined],
    ['of an apply without', managed('operation: Apply, fieldsV1: { "f:spec": {} }'), undefined],
  ])('%s', (_name, text, expected) => {
    expect(replicasOf(text)).toBe(expected);
  });
});
