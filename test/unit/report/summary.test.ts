import { describe, expect, it } from 'vitest';

import { summarize } from '../../../src/report/summary.ts';
import { audited } from '../audit/audits.ts';
import { clean, result } from './results.ts';

describe('summarize', () => {
  it('counts', () => {
    expect(summarize(result, 2)).toEqual({
      objects: 2,
      objectsWithViolations: 1,
      deny: 2,
      warn: 1,
      exempted: 1,
      errors: 3,
    });
    const one = audited(
      '{ apiVersion: v1, kind: Pod, spec: { restartPolicy: Never, containers: [{ resources: { requests: { cpu: 1 } } }] } }',
    );
    expect(summarize(one, 0)).toMatchObject({ objects: 1, objectsWithViolations: 1, deny: 0, warn: 1 });
    expect(summarize(clean, 0)).toEqual({
      objects: 0,
      objectsWithViolations: 0,
      deny: 0,
      warn: 0,
      exempted: 0,
      errors: 0,
    });
  });
});
