import { describe, expect, it } from 'vitest';
import { checks } from '../../../src/policy/checks/registry.ts';
import {
  AuditCounter,
  maxNamespaces,
  otherNamespaces,
  readSummary,
  SummaryError,
  summaryText,
  type AuditSummary,
} from '../../../src/report/audit-summary.ts';
import { everything, judgedAudit, judgedObject, violation, type JudgedAudit } from './sample-audits.ts';

function summaryOf({ objects, end }: JudgedAudit): AuditSummary {
  const counter = new AuditCounter();
  for (const object of objects) counter.add(object);
  return counter.summary(end);
}

const times = (count: number) => Array.from({ length: count }, () => violation());

describe('the summary of an audit', () => {
  it('counts by namespace, check and action', () => {
    const ofNamespaces = everything.objects.filter(({ namespace }) => namespace !== '');
    const summary = summaryOf({ ...everything, objects: ofNamespaces });
    expect(summary).toEqual({
      profile: 'baseline',
      finishedAt: new Date('2026-11-21T18:00:00.250Z'),
      objects: 5,
      errors: 2,
      violations: [
        { namespace: 'shop', check: 'cpu-request', action: 'deny', count: 1 },
        { namespace: 'shop', check: 'pre-stop', action: 'warn', count: 1 },
        { namespace: 'shop', check: 'hpa-target', action: 'deny', count: 1 },
        { namespace: 'pay', check: 'cpu-request', action: 'deny', count: 2 },
      ],
    });
    expect(readSummary(summaryText(summary))).toEqual(summary);
  });

  it('of an audit that found nothing is one as well', () => {
    const summary = summaryOf(judgedAudit([judgedObject()]));
    expect(readSummary(summaryText(summary))).toEqual({ ...summary, objects: 1, violations: [] });
  });

  it('names the namespaces with the most violations, and adds up all others', () => {
    const objects = Array.from({ length: maxNamespaces + 15 }, (_, index) =>
      judgedObject({ namespace: `ns-${index}`, violations: times(index < 15 ? 1 : 2) }),
    );
    const { violations } = summaryOf(judgedAudit([...objects, judgedObject({ namespace: 'clean' })]));
    expect(violations).toHaveLength(maxNamespaces + 1);
    expect(violations.slice(0, -1).map(({ namespace }) => namespace)).toEqual(
      objects
        .slice(15)
        .map(({ namespace }) => namespace)
        .toSorted(),
    );
    expect(violations.at(-1)).toEqual({
      namespace: otherNamespaces,
      check: 'cpu-request',
      action: 'deny',
      count: 15,
    });
  });

  it('fits into a ConfigMap however much is wrong', () => {
    const all = checks.flatMap(({ id }) =>
      (['deny', 'warn'] as const).map((action) => violation({ check: id, action })),
    );
    const objects = Array.from({ length: 500 }, (_, index) =>
      judgedObject({ namespace: `${'x'.repeat(59)}-${index}`, violations: all }),
    );
    const text = summaryText(summaryOf(judgedAudit(objects)));
    // An object of a ConfigMap may have 1 MiB.
    expect(Buffer.byteLength(text)).toBeLessThan(400_000);
    expect(readSummary(text).violations).toHaveLength((maxNamespaces + 1) * checks.length * 2);
  });
});

describe('what was written over it', () => {
  const good = JSON.parse(summaryText(summaryOf(judgedAudit([judgedObject({ violations: times(1) })]))));
  const row = good.violations[0];
  const manyRows = Array.from({ length: maxNamespaces + 2 }, (_, index) => ({
    ...row,
    namespace: `ns-${index}`,
  }));

  it.each<[what: string, text: string, problem: string]>([
    ['nothing', '', 'it is no JSON'],
    ['no JSON', '{', 'it is no JSON'],
    ['no object', '[]', 'it is no AuditSummary of gracegate.dev/v1alpha1'],
    ['null', 'null', 'it is no AuditSummary of gracegate.dev/v1alpha1'],
    ['another version', JSON.stringify({ ...good, apiVersion: 'gracegate.dev/v2' }), 'it is no AuditSummary'],
    ['no time', JSON.stringify({ ...good, finishedAt: 'yesterday' }), 'finishedAt is no time'],
    ['no profile', JSON.stringify({ ...good, profile: 7 }), 'profile is no name'],
    ['half an object', JSON.stringify({ ...good, objects: 0.5 }), 'objects is no number of something'],
    ['fewer than no errors', JSON.stringify({ ...good, errors: -1 }), 'errors is no number of something'],
    ['a row that is none', JSON.stringify({ ...good, violations: [1] }), 'violations[0] is no object'],
    [
      'a namespace that none can be',
      JSON.stringify({ ...good, violations: [{ ...row, namespace: 'a"b' }] }),
      'violations[0].namespace is no name',
    ],
    [
      'an action that there is not',
      JSON.stringify({ ...good, violations: [{ ...row, action: 'off' }] }),
      'violations[0].action is neither deny nor warn',
    ],
    [
      'a check that is no text',
      JSON.stringify({ ...good, violations: [{ ...row, check: [] }] }),
      'violations[0].check is no text',
    ],
    [
      'a count in words',
      JSON.stringify({ ...good, violations: [row, { ...row, count: 'two' }] }),
      'violations[1].count is no number of something',
    ],
    [
      'more namespaces than there may be metrics',
      JSON.stringify({ ...good, violations: manyRows }),
      'violations has more than 25 namespaces and (others)',
    ],
  ])('%s is refused', (_, text, problem) => {
    expect(() => readSummary(text)).toThrow(SummaryError);
    expect(() => readSummary(text)).toThrow(problem);
  });

  it('by another version is taken, but for checks that are not known here', () => {
    const violations = [{ ...row, check: 'of-tomorrow' }, row];
    expect(readSummary(JSON.stringify({ ...good, violations, more: true })).violations).toEqual([row]);
  });
});
