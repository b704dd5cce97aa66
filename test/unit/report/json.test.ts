import { describe, expect, it } from 'vitest';

import { jsonReport } from '../../../src/report/json.ts';
import { summarize } from '../../../src/report/summary.ts';
import { clean, result } from './results.ts';

describe('the JSON report', () => {
  it('has everything', () => {
    expect(jsonReport(result, summarize(result, 0))).toMatchInlineSnapshot(`
      "{
        "objects": [
          {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "namespace": "shop",
            "name": "web",
            "file": "shop.yaml",
            "line": 1,
            "violations": [
              {
                "check": "cpu-request",
                "action": "deny",
                "container": "app",
                "path": "spec.template.spec.containers[0].resources.requests.cpu",
                "message": "no CPU request; set resources.requests.cpu, for example 100m"
              },
              {
                "check": "memory-request",
                "action": "warn",
                "container": "app",
                "path": "spec.template.spec.containers[0].resources.requests.memory",
                "message": "no memory request; set resources.requests.memory, for example 128Mi"
              },
              {
                "check": "grace-period",
                "action": "deny",
                "container": null,
                "path": "spec.template.spec.terminationGracePeriodSeconds",
                "message": "terminationGracePeriodSeconds is 5; requests in flight would be cut off; set at least 10"
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
            "violations": [],
            "exempted": [
              {
                "check": "liveness-probe",
                "action": "deny",
                "container": "app",
                "path": "spec.containers[0].livenessProbe",
                "message": "no liveness probe; a hung process would never be restarted",
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
    expect(JSON.parse(jsonReport(clean, summarize(clean, 0)))).toEqual({
      objects: [],
      summary: summarize(clean, 0),
    });
  });
});
