import { describe, expect, it } from 'vitest';

import { jsonReporter } from '../../../src/report/json.ts';
import { clusterItem } from '../../../src/audit/objects.ts';
import { audited, auditOf } from '../audit/audits.ts';
import { clean, printed, result, summaryOf } from './results.ts';
import { everything, print } from './sample-audits.ts';

describe('the JSON report', () => {
  it('has everything', () => {
    expect(printed(jsonReporter, result)).toMatchInlineSnapshot(`
      "{
        "apiVersion": "gracegate.dev/v1alpha1",
        "kind": "AuditReport",
        "objects": [
          {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "namespace": "shop",
            "name": "web",
            "file": "shop.yaml",
            "line": 1,
            "column": 1,
            "violations": [
              {
                "check": "cpu-request",
                "action": "deny",
                "container": "app",
                "path": "spec.template.spec.containers[0].resources.requests.cpu",
                "message": "no CPU request; set resources.requests.cpu, for example 100m",
                "line": 9,
                "column": 11
              },
              {
                "check": "memory-request",
                "action": "warn",
                "container": "app",
                "path": "spec.template.spec.containers[0].resources.requests.memory",
                "message": "no memory request; set resources.requests.memory, for example 128Mi",
                "line": 9,
                "column": 11
              },
              {
                "check": "grace-period",
                "action": "deny",
                "container": null,
                "path": "spec.template.spec.terminationGracePeriodSeconds",
                "message": "terminationGracePeriodSeconds is 5; requests in flight would be cut off; set at least 10",
                "line": 7,
                "column": 38
              }
            ],
            "exempted": [],
            "notices": []
          },
          {
            "apiVersion": "v1",
            "kind": "Pod",
            "namespace": "default",
            "name": "once",
            "file": "shop.yaml",
            "line": 13,
            "column": 1,
            "violations": [],
            "exempted": [
              {
                "check": "liveness-probe",
                "action": "deny",
                "container": "app",
                "path": "spec.containers[0].livenessProbe",
                "message": "no liveness probe; a hung process would never be restarted",
                "line": 20,
                "column": 7,
                "reason": "a test"
              }
            ],
            "notices": []
          }
        ],
        "errors": [
          {
            "file": null,
            "line": null,
            "message": "not a Kubernetes object: Nothing without apiVersion"
          }
        ],
        "summary": {
          "objects": 2,
          "objectsWithViolations": 1,
          "deny": 2,
          "warn": 1,
          "exempted": 1,
          "errors": 1
        },
        "profile": "baseline",
        "version": "0.0.0",
        "time": "1970-01-01T00:00:00.000Z"
      }
      "
    `);
  });

  it('is there also when there is nothing to report', () => {
    expect(JSON.parse(printed(jsonReporter, clean))).toEqual({
      apiVersion: 'gracegate.dev/v1alpha1',
      kind: 'AuditReport',
      objects: [],
      errors: [],
      summary: summaryOf(clean),
      profile: 'baseline',
      version: '0.0.0',
      time: '1970-01-01T00:00:00.000Z',
    });
  });

  it('is, as a whole, what JSON.stringify would write', () => {
    for (const one of [result, clean]) {
      const text = printed(jsonReporter, one);
      expect(text).toBe(`${JSON.stringify(JSON.parse(text), null, 2)}\n`);
    }
  });

  it('names the template that Helm has rendered an object from', () => {
    const rendered = audited(
      '---\n# Source: shop/templates/web.yaml\n{ apiVersion: v1, kind: Pod, spec: { containers: [{}] } }',
    );
    expect(JSON.parse(printed(jsonReporter, rendered))).toMatchObject({
      objects: [{ file: 'shop.yaml', line: 3, column: 1, source: 'shop/templates/web.yaml' }],
    });
  });

  it('has the uid of an object of a cluster, and no place', () => {
    const object = { apiVersion: 'v1', kind: 'Pod', metadata: { uid: 'u-1' }, spec: { containers: [{}] } };
    const ofCluster = auditOf([clusterItem(object)]);
    expect(JSON.parse(printed(jsonReporter, ofCluster))).toMatchObject({
      objects: [
        {
          uid: 'u-1',
          file: null,
          line: null,
          column: null,
          violations: expect.arrayContaining([expect.objectContaining({ line: null, column: null })]),
        },
      ],
    });
  });

  it('says what could not be read, and where', () => {
    expect(JSON.parse(print(jsonReporter, everything))).toMatchObject({
      errors: [
        { file: './deploy/web app.yaml', line: 30, message: 'not a Kubernetes object: kind is missing' },
        { file: null, line: null, message: 'services: you may not list them' },
      ],
      summary: { errors: 2 },
    });
  });
});
