import { describe, expect, it } from 'vitest';

import type { TrialResult } from '../../../src/audit/ports.ts';
import { reportedObject } from '../../../src/report/reported.ts';
import { audited } from '../audit/audits.ts';

const text = (apiVersion: string, kind: string, spec: string) =>
  `# first\napiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: web }\nspec: ${spec}\n`;
const pod = '{ containers: [{ name: app }] }';

function reported(manifest: string, trial: TrialResult) {
  const [object] = audited(manifest).objects;
  if (object === undefined) throw new Error('nothing was judged');
  return reportedObject(object, trial);
}

describe('what the API server says of a pod', () => {
  it.each([
    ['v1', 'Pod', pod, ''],
    ['apps/v1', 'Deployment', `{ template: { spec: ${pod} } }`, 'spec.template'],
    [
      'batch/v1',
      'CronJob',
      `{ jobTemplate: { spec: { template: { spec: ${pod} } } } }`,
      'spec.jobTemplate.spec.template',
    ],
  ])('is a violation of its own, last, where %s %s begins', (apiVersion, kind, spec, path) => {
    const trial: TrialResult = { outcome: 'refused', message: 'no', warnings: ['careful'] };
    const { violations, notices } = reported(text(apiVersion, kind, spec), trial);
    expect(violations.map(({ check }) => check)).toContain('cpu-request');
    expect(violations.at(-1)).toEqual({
      check: 'server-dry-run',
      action: 'deny',
      path,
      message: 'the API server refuses its pod: no',
      place: { file: 'shop.yaml', line: 2, column: 1 },
    });
    expect(notices).toEqual(['server dry run: careful']);
  });

  it.each<TrialResult>([
    { outcome: 'accepted', warnings: ['gracegate/baseline: said already'] },
    { outcome: 'unknown', problem: 'nobody knows' },
  ])('is none in %j', (trial) => {
    const { violations, notices, untried } = reported(text('v1', 'Pod', pod), trial);
    expect(violations.map(({ check }) => check)).not.toContain('server-dry-run');
    expect(notices).toEqual([]);
    expect(untried).toBe(trial.outcome === 'unknown' ? 'nobody knows' : undefined);
  });
});

describe('a full quota', () => {
  const refused: TrialResult = { outcome: 'refused', message: 'exceeded quota: a', warnings: [] };
  const last = (manifest: string, trial = refused) => reported(manifest, trial).violations.at(-1);
  const withStatus = (apiVersion: string, kind: string, spec: string, status: string): string =>
    `${text(apiVersion, kind, spec)}status: ${status}\n`;
  const template = `template: { spec: ${pod} }`;

  it.each([
    ['apps/v1', 'StatefulSet', `{ replicas: 2, ${template} }`, '{ replicas: 2 }'],
    ['apps/v1', 'DaemonSet', `{ ${template} }`, '{ desiredNumberScheduled: 3, currentNumberScheduled: 3 }'],
    ['v1', 'Pod', pod, '{ phase: Running }'],
  ])('is to be warned of where %s %s has all of its pods', (...manifest) => {
    expect(last(withStatus(...manifest))).toMatchObject({
      action: 'warn',
      message: 'the API server refuses one pod more: exceeded quota: a',
    });
  });

  it.each([
    ['apps/v1', 'StatefulSet', `{ replicas: 2, ${template} }`, '{ replicas: 1 }'],
    ['apps/v1', 'DaemonSet', `{ ${template} }`, '{ desiredNumberScheduled: 3, currentNumberScheduled: 2 }'],
    ['apps/v1', 'Deployment', `{ replicas: 2, ${template} }`, '{}'],
  ])('is denied where %s %s lacks some', (...manifest) => {
    expect(last(withStatus(...manifest))).toMatchObject({ action: 'deny' });
  });

  it('is the only thing that is', () => {
    const manifest = withStatus('apps/v1', 'Deployment', `{ replicas: 1, ${template} }`, '{ replicas: 1 }');
    expect(last(manifest, { ...refused, message: 'no' })).toMatchObject({ action: 'deny' });
  });
});
