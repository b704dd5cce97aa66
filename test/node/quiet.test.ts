/** Connections that are seldom used, and connections that are used for long. */
import { describe, expect, it } from 'vitest';
import { enforcedNamespace, installedFor } from './support/installed.ts';
import { forSeconds, startAdmissions } from './support/load.ts';
import { shares } from './support/release.ts';
import { report } from './support/report.ts';
import { hasNode, sharedNode } from './support/shared-node.ts';

/** Minutes of the trickle: ten for a release, fewer where time is short. */
const minutes = Number(process.env['GRACEGATE_QUIET_MINUTES'] ?? 10);

describe.skipIf(!hasNode)('long connections', () => {
  const release = installedFor();
  const namespace = enforcedNamespace('quiet');

  it(
    'lose no admission that comes every 6 s',
    async () => {
      const load = await startAdmissions(sharedNode(), {
        namespace: namespace(),
        rate: 1 / 6,
        connections: 1,
      });
      await forSeconds(minutes * 60);
      const { total, failures } = await load.stop();
      report('quiet trickle', { minutes, total, failures });
      expect(total).toBeGreaterThanOrEqual(Math.floor(minutes * 10) - 1);
      expect(failures).toEqual({});
    },
    minutes * 60_000 + 60_000,
  );

  it('are recycled, so that both replicas get a share', async () => {
    const ofNow = async (): Promise<number[]> => [...(await shares(release(), 5)).values()];
    await release().upgrade({ 'extraArgs[0]': '--connection-age=5s' });
    const load = await startAdmissions(sharedNode(), {
      namespace: namespace(),
      rate: 100,
      connections: 12,
    });
    const before = await ofNow();
    // Each connection has been recycled a few times by then.
    await forSeconds(30);
    const after = await ofNow();
    const { failures } = await load.stop();
    report('shares of the replicas', { before, after });
    expect(Math.min(...after)).toBeGreaterThan(0);
    expect(failures).toEqual({});
  }, 240_000);
});
