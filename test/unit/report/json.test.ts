import { describe, expect, it } from 'vitest';

import { jsonReporter } from '../../../src/report/json.ts';
import { clusterItem } from '../../../src/audit/objects.ts';
import { audited, auditOf } from '../audit/audits.ts';
import { clean, printed, result, summaryOf } from './results.ts';

describe('the JSON report', () => {
  it('has everything', () => {
    expect(printed(jsonReporter, result)).toMatchInlineSnapshot(`
      "{
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
        "summary": {
          "objects": 2,
          "objectsWithViolations": 1,
          "deny": 2,
          "warn": 1,
          "exempted": 1,
          "errors": 1
        }
      }
      "
    `);
  });

  it('is there also when there is nothing to report', () => {
    expect(JSON.parse(printed(jsonReporter, clean))).toEqual({
      objects: [],
      summary: summaryOf(clean),
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
});
