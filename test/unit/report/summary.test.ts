import { describe, expect, it } from 'vitest';

import { audited } from '../audit/audits.ts';
import { clean, result, summaryOf } from './results.ts';

describe('the counter of a summary', () => {
  it('counts', () => {
    expect(summaryOf(result, 2)).toEqual({
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
    expect(summaryOf(one)).toMatchObject({ objects: 1, objectsWithViolations: 1, deny: 0, warn: 1 });
    expect(summaryOf(clean)).toEqual({
      objects: 0,
      objectsWithViolations: 0,
      deny: 0,
      warn: 0,
      exempted: 0,
      errors: 0,
    });
  });
});
