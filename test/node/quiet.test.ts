/** Connections that are seldom used, and connections that are used for long. */
import { describe, expect, it } from 'vitest';
import { enforcedNamespace, installedFor } from './support/installed.ts';
import { forSeconds, startAdmissions } from './support/load.ts';
import { shares } from './support/release.ts';
import { report } from './support/report.ts';
import { hasNode, sharedNode } from './support/shared-node.ts';

/** Minutes of the trickle: ten for a release, fewer where time is short. */
const minutes = Number(process.env['GRACEGATE_QUIET_MINUTES'] ?? 10);
if (!(minutes > 0))
  throw new Error(
    `GRACEGATE_QUIET_MINUTES must be a number of minutes, not ${process.env['GRACEGATE_QUIET_MINUTES']}`,
  );

describe.skipIf(!hasNode)('long connections', () => {
  const release = installedFor();
  const namespace = enforcedNamespace('quiet');

  it(
    'lose no admission that comes every 6 s',
    async () => {
      await using load = await startAdmissions(sharedNode(), {
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
    await using load = await startAdmissions(sharedNode(), {
      namespace: namespace(),
      rate: 100,
      connections: 12,
    });
    const ofNow = async (): Promise<number[]> => [...(await shares(release(), 5)).values()];
    const before = await ofNow();
    await release().upgrade({ connectionAge: '5s' });
    // Each connection has been recycled a few times by then.
    await forSeconds(30);
    const after = await ofNow();
    const { failures } = await load.stop();
    report('shares of the replicas', { before, after });
    expect(Math.min(...after)).toBeGreaterThan(0);
    expect(failures).toEqual({});
  }, 240_000);
});
