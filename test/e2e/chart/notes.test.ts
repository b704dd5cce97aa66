/** What `helm install` prints, by values. That its commands work as they stand is in release.test.ts. */
import { describe, expect, it } from 'vitest';
import { chart, mustHelm } from './helm.ts';

async function notes(values: object): Promise<string> {
  const args = ['install', 'gracegate', chart, '--namespace', 'gate', '--dry-run=client', '--output', 'json'];
  const { info }: { info: { notes: string } } = JSON.parse(await mustHelm(args, values));
  return info.notes;
}

const off =
  'kubectl label --overwrite namespace NAMESPACE gracegate.dev/enforce=off gracegate.dev/mutate=off';
const count = (text: string, part: string): number => text.split(part).length - 1;

it('the namespaces that a node needs are named when a default that fails closed reaches them', async () => {
  for (const mode of ['enforce', 'mutate']) {
    const text = await notes({ configuration: { defaults: { [mode]: 'baseline' } } });
    expect(text).toContain('(CNI, CSI, DNS, cert-manager, an image registry)');
    expect(text).toContain('can start after a full outage');
    expect(text).toContain('name them in configuration.exemptions.namespaces');
    expect(count(text, off)).toBe(2);
  }
});

it.each([
  ['without defaults', {}],
  ['with defaults that fail open', { defaults: { warn: 'strict', audit: 'strict' } }],
])('they are not named %s', async (_, configuration) => {
  const text = await notes({ configuration });
  expect(text).not.toContain('full outage');
  expect(count(text, off)).toBe(1);
});

describe('the replicas', () => {
  it('are counted', async () => {
    expect(await notes({})).toContain('# Wait for all 2 replicas.');
    expect(await notes({ replicaCount: 5 })).toContain('# Wait for all 5 replicas.');
    expect(await notes({})).not.toContain('WARNING');
  });

  it('are too few when there is one', async () => {
    const text = await notes({ replicaCount: 1 });
    expect(text).toContain('# Wait for the replica.');
    expect(text).toContain('WARNING: replicaCount is 1.');
    expect(text).not.toContain('each upgrade');
  });

  it('need a node each with hostNetwork, and one of them is away in each upgrade', async () => {
    const ports = { webhook: 9443, health: 9080 };
    const text = await notes({ hostNetwork: true, replicaCount: 3, ports });
    expect(text).toContain('takes the ports 9443 and 9080 of its node: at least 3 nodes are needed');
    expect(await notes({ hostNetwork: true, replicaCount: 1 })).toContain(
      'and in each upgrade, nobody answers',
    );
  });
});

it('the ways out and the uninstall name the release, and what differs with Helm 3', async () => {
  const text = await notes({ fullnameOverride: 'pod-gate' });
  expect(text).toContain(
    'kubectl delete validatingwebhookconfiguration,mutatingwebhookconfiguration pod-gate',
  );
  expect(text).toContain('with Helm 3, which removes them last, delete them as above');
  expect(text).toContain('helm uninstall gracegate --namespace gate');
});

it('the first audit need not be waited for, where there is one', async () => {
  const command = 'kubectl create job -n gate --from=cronjob/pod-gate-audit first-audit';
  const text = await notes({ fullnameOverride: 'pod-gate', audit: { enabled: true } });
  expect(text).toContain(`(17 3 * * *).\n  ${command}\n\nWhile no replica answers`);
  const without = await notes({ fullnameOverride: 'pod-gate' });
  expect(without).not.toContain('audit');
  expect(without).toContain('enforce=baseline\n\nWhile no replica answers');
});

it('a configuration that is null has no defaults', async () => {
  expect(await notes({ configuration: null })).toBe(await notes({}));
});
