import { expect, it } from 'vitest';

import { PolicyReportsRecord } from '../../../src/cli/audit-policy-reports.ts';
import { clientOf, standIn } from '../kube/standing-in.ts';
import { judgedAudit, judgedObject } from '../report/sample-audits.ts';

// No quota of a real API server is about PolicyReports unless one is made for them; the rest is in
// test/e2e/audit-policy-reports.test.ts.
it('a namespace that takes no report costs the others none of theirs', async () => {
  const written: string[] = [];
  const url = await standIn((request, response) => {
    const path = (request.url ?? '').split('?', 1)[0] ?? '';
    if (request.method === 'GET') response.end('{"items":[]}');
    else if (path.includes('/namespaces/beta/'))
      response.writeHead(403).end('{"message":"policyreports is forbidden: exceeded quota: few"}');
    else {
      written.push(path);
      response.end('{}');
    }
  });
  const record = await PolicyReportsRecord.open(clientOf(url), 'baseline', undefined);
  const objects = ['alpha', 'beta', 'gamma'].map((namespace) => judgedObject({ namespace }));
  for (const object of objects) record.object(object);
  await expect(record.write(judgedAudit(objects).end)).rejects.toThrow(
    /^wrote 2 policy reports, and could not write 1; none was deleted: .*exceeded quota: few$/,
  );
  expect(written.map((path) => path.split('/')[5])).toEqual(['alpha', 'gamma']);
});
