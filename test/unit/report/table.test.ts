import { describe, expect, it } from 'vitest';

import { summarize } from '../../../src/report/summary.ts';
import { tableReport } from '../../../src/report/table.ts';
import { clean, result } from './results.ts';

describe('the table', () => {
  it('has a line for each violation, and the sum below', () => {
    expect(tableReport(result, summarize(result, 0))).toMatchInlineSnapshot(`
      "OBJECT               ACTION  CHECK           CONTAINER  PROBLEM                                                                                   PLACE
      Deployment shop/web  deny    cpu-request     app        no CPU request; set resources.requests.cpu, for example 100m                              shop.yaml:9
      Deployment shop/web  warn    memory-request  app        no memory request; set resources.requests.memory, for example 128Mi                       shop.yaml:9
      Deployment shop/web  deny    grace-period    -          terminationGracePeriodSeconds is 5; requests in flight would be cut off; set at least 10  shop.yaml:7
      Pod default/once     exempt  liveness-probe  app        no liveness probe; a hung process would never be restarted (exempt: a test)               shop.yaml:20

      2 objects judged, 1 with violations: 2 to deny, 1 to warn, 1 exempted
      "
    `);
  });

  it.each([
    [{}, '0 objects judged, no violations\n'],
    [{ objects: 1 }, '1 object judged, no violations\n'],
    [{ objects: 2, exempted: 1 }, '2 objects judged, no violations, 1 exempted\n'],
  ])('without a violation is a sentence: %j', (counts, text) => {
    expect(tableReport(clean, { ...summarize(clean, 0), ...counts })).toBe(text);
  });

  it('has no colours and no spaces at the end of a line', () => {
    // eslint-disable-next-line no-control-regex -- The escape character is what must not be there.
    expect(tableReport(result, summarize(result, 0))).not.toMatch(/\u001B| $/m);
  });
});
