import { describe, expect, it } from 'vitest';

import { jsonToKeep, KeptGraphWorkload, KeptObject, KeptWorkload } from '../../../src/audit/kept.ts';
import { readObject } from '../../../src/policy/objects/object-kinds.ts';
import { readPod } from '../../../src/policy/objects/view.ts';
import { isWorkload, readWorkload } from '../../../src/policy/objects/workload-kinds.ts';
import { podOf, workloadOf, yamlObject } from '../policy/objects.ts';

describe('a kept object', () => {
  it('is what it was made of', () => {
    const object = yamlObject(
      '{ apiVersion: v1, kind: Service, metadata: { name: web, namespace: shop }, spec: { a: 1 } }',
    );
    const read = readObject(object);
    if (read === undefined) throw new Error('no object');
    const kept = new KeptObject(read, jsonToKeep(object));
    expect(kept).toMatchObject({ kind: read.kind, name: 'web', namespace: 'shop', object });
    expect(isWorkload(kept)).toBe(false);
  });

  it('is a workload if it was one, with its template and the pod that comes out of it', () => {
    const object = workloadOf('CronJob', podOf('containers: [{ name: app }]'));
    const read = readWorkload(object);
    if (read === undefined) throw new Error('no workload');
    const kept = new KeptWorkload(read, jsonToKeep(object));
    expect(isWorkload(kept)).toBe(true);
    expect(kept).toMatchObject({ controlled: false, madeByWorkload: false, template: read.template });
    const { workload, pod } = new KeptGraphWorkload(kept, ({ template }) => readPod(template));
    expect(workload).toBe(kept);
    expect(pod.containers.map(({ name }) => name)).toEqual(['app']);
  });

  it('has what kubectl applied last: whether it sets the replicas of what is autoscaled', () => {
    const applied = yamlObject(
      '{ kind: Deployment, metadata: { name: a, annotations: { kubectl.kubernetes.io/last-applied-configuration: x } } }',
    );
    expect(JSON.parse(jsonToKeep(applied))).toEqual(applied);
  });

  it('has of who manages its fields only who applies its replicas', () => {
    const applies =
      '{ manager: helm, operation: Apply, time: now, fieldsV1: { f:metadata: {}, f:spec: { f:paused: {}, f:replicas: {} } } }';
    const managed = yamlObject(`
kind: Deployment
metadata:
  name: a
  managedFields: [{ manager: b, operation: Update, fieldsV1: { f:spec: { f:replicas: {} } } }, ${applies}]
`);
    expect(JSON.parse(jsonToKeep(managed))).toEqual({
      kind: 'Deployment',
      metadata: {
        name: 'a',
        managedFields: [{ operation: 'Apply', fieldsV1: { 'f:spec': { 'f:replicas': {} } } }],
      },
    });
  });

  it('has neither who manages its fields nor what is secret', () => {
    const managed = yamlObject(
      '{ kind: Service, metadata: { name: a, managedFields: [{ manager: b }] }, spec: {} }',
    );
    expect(JSON.parse(jsonToKeep(managed))).toEqual({ kind: 'Service', metadata: { name: 'a' }, spec: {} });
    const secret = yamlObject(
      '{ kind: Secret, type: Opaque, data: { a: c2VjcmV0 }, stringData: { b: secret } }',
    );
    expect(JSON.parse(jsonToKeep(secret))).toEqual({
      kind: 'Secret',
      type: 'Opaque',
      data: { a: '' },
      stringData: { b: '' },
    });
  });
});
