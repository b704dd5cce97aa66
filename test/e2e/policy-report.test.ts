/** PolicyReports as `kubectl apply` writes them to a real API server, with the real definitions of wgpolicyk8s.io. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { policyReporter } from '../../src/report/policy-report.ts';
import { everything, print, judgedAudit, judgedObject, violation } from '../unit/report/sample-audits.ts';
import { createNamespace, kubectl, request } from './support/cluster.ts';
import { installPolicyReports } from './support/policy-reports.ts';

const api = '/apis/wgpolicyk8s.io/v1alpha2';

interface Report {
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly results: readonly object[];
  readonly summary: object;
}

let definitions: AsyncDisposable;
beforeAll(async () => {
  definitions = await installPolicyReports();
});
afterAll(() => definitions[Symbol.asyncDispose]());

function parsed(text: string): readonly Report[] {
  return (JSON.parse(text) as { readonly items: readonly Report[] }).items;
}

async function stored({ metadata: { namespace, name } }: Report): Promise<Report> {
  const path =
    namespace === undefined
      ? `${api}/clusterpolicyreports/${name}`
      : `${api}/namespaces/${namespace}/policyreports/${name}`;
  return (await request<Report>('GET', path)).body;
}

it('are taken as they are, and replaced by those of the next audit', async () => {
  const namespaces = new Map([
    ['shop', await createNamespace()],
    ['pay', await createNamespace()],
  ]);
  const audit = judgedAudit(
    everything.objects.map((object) => ({
      ...object,
      namespace: namespaces.get(object.namespace) ?? object.namespace,
    })),
    everything.end.errors,
  );
  const text = print(policyReporter, audit);
  const reports = parsed(text);
  expect(reports).toHaveLength(3);

  // kubectl asks for strict validation: a field that the definition does not have is an error.
  expect(await kubectl(['apply', '-f', '-'], { input: text })).toMatchObject({ code: 0, stderr: '' });
  for (const report of reports) expect(await stored(report)).toMatchObject(report);

  const clean = audit.objects.map((object) => ({ ...object, violations: [], exempted: [] }));
  const next = print(policyReporter, judgedAudit(clean));
  expect(await kubectl(['apply', '-f', '-'], { input: next })).toMatchObject({ code: 0, stderr: '' });
  for (const report of parsed(next)) expect(await stored(report)).toMatchObject(report);

  const shown = await kubectl(['get', 'policyreports', '-n', namespaces.get('pay') ?? '', '--no-headers']);
  expect(shown.stdout.trim().split(/\s+/).slice(0, 6)).toEqual([
    'gracegate-baseline',
    '2',
    '0',
    '0',
    '0',
    '0',
  ]);
});

it('are split so that kubectl can apply those of a namespace with very many results', async () => {
  const namespace = await createNamespace();
  const objects = Array.from({ length: 1_200 }, (_, index) =>
    judgedObject({ namespace, name: `web-${index}`, violations: [violation()] }),
  );
  const text = print(policyReporter, judgedAudit(objects));
  expect(parsed(text).length).toBeGreaterThan(1);
  expect(await kubectl(['apply', '-f', '-'], { input: text })).toMatchObject({ code: 0, stderr: '' });
  const { body } = await request<{ readonly items: readonly Report[] }>(
    'GET',
    `${api}/namespaces/${namespace}/policyreports`,
  );
  expect(body.items.flatMap(({ results }) => results)).toHaveLength(objects.length);
});
