import { describe, expect, it } from 'vitest';

import { tableReporter } from '../../../src/report/table.ts';
import { clusterItem } from '../../../src/audit/objects.ts';
import { audited, auditOf } from '../audit/audits.ts';
import { clean, printed, result } from './results.ts';
import { judgedAudit, judgedObject, print, violation } from './sample-audits.ts';

describe('the table', () => {
  it('has a line for each violation, and the sum below', () => {
    expect(printed(tableReporter, result)).toMatchInlineSnapshot(`
      "OBJECT               ACTION  CHECK           CONTAINER  PROBLEM                                                                                   PLACE
      Deployment shop/web  deny    cpu-request     app        no CPU request; set resources.requests.cpu, for example 100m                              shop.yaml:9
      Deployment shop/web  warn    memory-request  app        no memory request; set resources.requests.memory, for example 128Mi                       shop.yaml:9
      Deployment shop/web  deny    grace-period    -          terminationGracePeriodSeconds is 5; requests in flight would be cut off; set at least 10  shop.yaml:7
      Pod default/once     exempt  liveness-probe  app        no liveness probe; a hung process would never be restarted (exempt: a test)               shop.yaml:20

      2 objects judged, 1 with violations: 2 to deny, 1 to warn, 1 exempted, 1 could not be read
      "
    `);
  });

  it('takes very many lines, and has one for a message of several', () => {
    const lines = 150_000;
    const many = judgedObject({
      violations: Array.from({ length: lines }, () => violation({ message: 'first\n  second' })),
    });
    const text = print(tableReporter, judgedAudit([many]));
    expect(text.split('\n', 2)[1]).toMatch(/ first second +-$/);
    // The head, and below the table an empty line, the sum and the end.
    expect(text.split('\n')).toHaveLength(lines + 4);
  });

  it('shows what would command the terminal, and stays in its columns', () => {
    const hostile = judgedObject({
      name: 'web\u001B[2J\u001B[31m',
      violations: [violation({ container: 'a\tb\u0000', message: 'first\n second\r\u009B1m\u202E' })],
      notices: ['a\u001B]0;b\u0007\nc'],
    });
    const [head = '', line = '', , notice] = print(tableReporter, judgedAudit([hostile])).split('\n');
    expect(line).toMatch(/^Deployment shop\/web\\u001b\[2J\\u001b\[31m +deny/);
    expect(line.slice(head.indexOf('CONTAINER'))).toMatch(
      /^a\\u0009b\\u0000 +first second\\u000d\\u009b1m\\u202e +-$/,
    );
    expect(notice).toMatch(/^Deployment shop\/web.*: a\\u001b\]0;b\\u0007 c$/);
  });

  it('says what came of exemptions asked for in vain, between the violations and the sum', () => {
    const noted = audited(`
apiVersion: v1
kind: Pod
metadata:
  name: once
  annotations: { gracegate.dev/exempt: "cpu-request,nothing", gracegate.dev/exempt-reason: a test }
spec: { restartPolicy: Never, containers: [{ name: app, resources: { requests: { memory: 1Gi } } }] }
---
apiVersion: v1
kind: Pod
metadata:
  name: fine
  namespace: shop
  annotations: { gracegate.dev/exempt: liveness-probe }
spec: { restartPolicy: Never, containers: [{ name: app, resources: { requests: { cpu: 1, memory: 1Gi } } }] }
`);
    expect(printed(tableReporter, noted).split('\n').slice(1)).toEqual([
      expect.stringMatching(/^Pod default\/once +deny +cpu-request/),
      '',
      'Pod default/once: the exemption from cpu-request is ignored: profile baseline does not allow it',
      'Pod default/once: the exemption from nothing is of no use: profile baseline has no such check',
      'Pod shop/fine: the exemption in gracegate.dev/exempt is ignored: gracegate.dev/exempt-reason must say why',
      '',
      '2 objects judged, 1 with violations: 1 to deny, 0 to warn',
      '',
    ]);
  });

  it('says them also where there is no violation', () => {
    const noted = audited(`
apiVersion: v1
kind: Pod
metadata: { name: fine, annotations: { gracegate.dev/exempt: x, gracegate.dev/exempt-reason: a test } }
spec: { restartPolicy: Never, containers: [{ name: app, resources: { requests: { cpu: 1, memory: 1Gi } } }] }
`);
    expect(printed(tableReporter, noted)).toBe(
      'Pod default/fine: the exemption from x is of no use: profile baseline has no such check\n\n' +
        '1 object judged, no violations\n',
    );
  });

  it('names the template that Helm has rendered an object from', () => {
    const rendered = audited(
      '# Source: shop/templates/web.yaml\n{ apiVersion: v1, kind: Pod, spec: { containers: [{}] } }',
    );
    const [, row] = printed(tableReporter, rendered).split('\n');
    expect(row).toMatch(/ shop\.yaml:2 \(shop\/templates\/web\.yaml\)$/);
  });

  it('names no place of an object of a cluster', () => {
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, spec: { containers: [{}] } };
    const [, row] = printed(tableReporter, auditOf([clusterItem(pod)])).split('\n');
    expect(row).toMatch(/^Pod default\/web .* for example 100m +-$/);
  });

  it.each([
    [{}, '0 objects judged, no violations\n'],
    [{ objects: 1 }, '1 object judged, no violations\n'],
    [{ objects: 2, exempted: 1 }, '2 objects judged, no violations, 1 exempted\n'],
    [{ objects: 2, accepted: 3 }, '2 objects judged, no new violations, 3 accepted by the baseline\n'],
  ])('without a violation is a sentence: %j', (counts, text) => {
    expect(printed(tableReporter, clean, counts)).toBe(text);
  });

  it('has no colours and no spaces at the end of a line', () => {
    // eslint-disable-next-line no-control-regex -- The escape character is what must not be there.
    expect(printed(tableReporter, result)).not.toMatch(/\u001B| $/m);
  });
});
