import { describe, expect, it } from 'vitest';

import { summarize } from '../../../src/report/summary.ts';
import { audited } from '../audit/audits.ts';
import { clean, result } from './results.ts';

describe('summarize', () => {
  it('counts', () => {
    expect(summarize(result, 2)).toEqual({
      workloads: 2,
      workloadsWithViolations: 1,
      deny: 2,
      warn: 1,
      exempted: 1,
      errors: 3,
    });
    const one = audited(
      '{ apiVersion: v1, kind: Pod, spec: { restartPolicy: Never, containers: [{ resources: { requests: { cpu: 1 } } }] } }',
    );
    expect(summarize(one, 0)).toMatchObject({ workloads: 1, workloadsWithViolations: 1, deny: 0, warn: 1 });
    expect(summarize(clean, 0)).toEqual({
      workloads: 0,
      workloadsWithViolations: 0,
      deny: 0,
      warn: 0,
      exempted: 0,
      errors: 0,
    });
  });
});
