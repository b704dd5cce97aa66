import { describe, expect, it } from 'vitest';

import { ClusterPolicyReports, type WritableReport } from '../../../src/kube/policy-reports.ts';
import { listOf, serving } from './serving.ts';

const api = '/apis/wgpolicyk8s.io/v1alpha2';
const labels = { 'app.kubernetes.io/managed-by': 'gracegate', 'gracegate.dev/profile': 'baseline' };
const report: WritableReport = {
  kind: 'PolicyReport',
  metadata: { name: 'gracegate-baseline', namespace: 'shop' },
};
const reportPath = `${api}/namespaces/shop/policyreports/gracegate-baseline`;

const find = async (answers: Parameters<typeof serving>[0], namespace?: string) => {
  const served = await serving(answers);
  return { ...served, reports: await ClusterPolicyReports.find(served.client, { namespace, labels }) };
};

const refuse = (status: number, message: string) => (response: import('node:http').ServerResponse) =>
  void response.writeHead(status).end(JSON.stringify({ message }));

// What a real API server answers, e2e tests say. Here are the moments that none can be brought to.
describe('the reports of a cluster', () => {
  it('that has none: where they come from', async () => {
    const missing = find({ [`${api}/policyreports`]: 404 });
    await expect(missing).rejects.toThrow(
      /^the cluster does not know PolicyReports \(wgpolicyk8s\.io\/v1alpha2\); Kyverno brings them, or: kubectl apply -f https:\S+_policyreports\.yaml -f https:\S+_clusterpolicyreports\.yaml$/,
    );
  });

  it('that may not be read: which rights are missing', async () => {
    const forbidden = find({ [`${api}/clusterpolicyreports`]: 403 });
    await expect(forbidden).rejects.toThrow(
      /^writing PolicyReports needs the verbs list, create, patch and delete on policyreports and clusterpolicyreports of wgpolicyk8s\.io: the API server refuses GET .*: no$/,
    );
  });

  it('are sought in one namespace only where the audit is of one', async () => {
    const { asked } = await find({}, 'shop');
    expect(asked).toEqual([`${api}/namespaces/shop/policyreports`]);
  });

  it('are read without their results', async () => {
    const { accepted } = await find({});
    expect([...accepted.values()]).toEqual([
      expect.stringContaining('PartialObjectMetadataList'),
      expect.stringContaining('PartialObjectMetadataList'),
    ]);
  });

  it.each([
    ['is gone', refuse(404, 'namespaces "shop" not found')],
    [
      'is going',
      refuse(403, 'unable to create new content in namespace shop because it is being terminated'),
    ],
  ])('are not written where the namespace %s meanwhile', async (_, answer) => {
    const { reports } = await find({ [reportPath]: answer });
    await reports.write(report);
    expect(reports.written).toBe(0);
  });

  it.each([
    [
      403,
      'User "u" cannot patch resource "policyreports"',
      /needs the verbs .* cannot patch resource "policyreports"$/,
    ],
    [500, 'etcd is full', /^the API server refuses PATCH .*: etcd is full$/],
  ])('that cannot be written (%i) are an error', async (status, message, sentence) => {
    const { reports } = await find({ [reportPath]: refuse(status, message) });
    await expect(reports.write(report)).rejects.toThrow(sentence);
  });

  it('of earlier audits that somebody else deletes meanwhile are no failure', async () => {
    const { reports, asked } = await find({
      [`${api}/policyreports`]: listOf(['gracegate-baseline', 'gracegate-baseline.2']),
      [reportPath]: {},
      [`${reportPath}.2`]: 404,
    });
    await reports.write(report);
    expect(await reports.deleteRest()).toBe(1);
    expect(asked.slice(2)).toEqual([reportPath, `${reportPath}.2`]);
  });
});
